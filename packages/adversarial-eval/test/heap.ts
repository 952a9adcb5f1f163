import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes in use after a garbage collection, typed arrays included. */
export function heapUsed(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** {@link heapUsed} once freed typed arrays, which go a little later, are gone. */
export async function settledHeap(): Promise<number> {
  collect();
  await new Promise((resolve) => setTimeout(resolve, 20));
  return heapUsed();
}
