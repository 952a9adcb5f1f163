import { defineProject, mergeConfig } from 'vitest/config';
import base from '../../vitest.base.ts';

export default mergeConfig(
  base,
  defineProject({
    test: {
      globalSetup: new URL('test/golden-coverage.ts', import.meta.url).pathname,
    },
  }),
);
