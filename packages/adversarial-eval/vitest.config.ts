import { defineProject, mergeConfig } from 'vitest/config';
import base from '../../vitest.base.ts';

export default mergeConfig(
  base,
  defineProject({
    // simulations and memory tests take a second each, and many times that on a busy machine
    test: { testTimeout: 60_000 },
  }),
);
