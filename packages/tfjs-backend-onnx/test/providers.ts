import { assertProvider } from '../src/index.ts';

/** Why an execution provider cannot be used here; empty if it can. */
export function problemOf(provider: 'cuda' | 'webgpu'): string {
  try {
    assertProvider(provider);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}
