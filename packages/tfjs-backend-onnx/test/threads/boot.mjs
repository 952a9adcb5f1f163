// Threads do not inherit the TypeScript hooks of tests.
import { register } from 'tsx/esm/api';

register();
await import('./train.ts');
