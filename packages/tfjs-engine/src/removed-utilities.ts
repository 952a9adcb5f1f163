import util from 'node:util';

/**
 * Puts back the two functions of node:util that @tensorflow/tfjs-node 4.22.0 calls and Node 23 removed: without them every
 * kernel throws `isNullOrUndefined is not a function`. Does nothing where they are still there.
 *
 * @see https://github.com/tensorflow/tfjs/issues/8425, mended but never released
 */
export function restoreRemovedUtilities(utilities: object = util): void {
  const removed = {
    isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
    isArray: (value: unknown): boolean => Array.isArray(value),
  };
  for (const [name, test] of Object.entries(removed)) {
    if (!(name in utilities)) Object.assign(utilities, { [name]: test });
  }
}
