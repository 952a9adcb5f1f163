import { defineProject, mergeConfig } from 'vitest/config';
import base from '../../vitest.base.ts';

// Some files are about tfjs before our gradients are registered.
export default mergeConfig(base, defineProject({ test: { isolate: true } }));
