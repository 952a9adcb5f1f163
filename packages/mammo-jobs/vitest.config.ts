import { defineProject, mergeConfig } from 'vitest/config';
import base from '../../vitest.base.ts';

export default mergeConfig(
  base,
  defineProject({
    test: {
      globalSetup: 'test/redis-server.ts',
      testTimeout: 240_000, // whole jobs with processes of their own, killed and gone on with
    },
  }),
);
