import { defineProject, mergeConfig } from 'vitest/config';
import base from '../../vitest.base.ts';

// Tests of the command line and of threads start processes, which take seconds on a machine that is busy.
export default mergeConfig(base, defineProject({ test: { testTimeout: 60_000 } }));
