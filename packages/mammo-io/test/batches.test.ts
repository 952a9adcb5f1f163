import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { balancedBatch } from '../src/batches.ts';

const indices = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from + i);

describe('balancedBatch', () => {
  test('visits each image once in each epoch of its class', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer(),
        (positiveCount, negativeCount, perClass, seed) => {
          const options = {
            positives: indices(0, positiveCount),
            negatives: indices(100, negativeCount),
            perClass,
            seed,
          };
          const batches = indices(0, 60).map((step) => balancedBatch(options, step));
          const seen = {
            positives: batches.flatMap((batch) => batch.positives),
            negatives: batches.flatMap((batch) => batch.negatives),
          };
          for (const label of ['positives', 'negatives'] as const) {
            const count = options[label].length;
            for (let at = 0; at + count <= seen[label].length; at += count) {
              const epoch = seen[label].slice(at, at + count).sort((a, b) => a - b);
              expect(epoch).toEqual(options[label]);
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('is a function of the step alone', () => {
    const options = { positives: [1, 2, 3], negatives: indices(10, 30), perClass: 4, seed: 8 };
    const forward = indices(0, 20).map((step) => balancedBatch(options, step));
    const backward = indices(0, 20).map((step) => balancedBatch(options, 19 - step));
    expect(backward.reverse()).toEqual(forward);
  });

  test('shuffles anew in each epoch and for each seed', () => {
    const options = {
      positives: indices(0, 12),
      negatives: indices(50, 12),
      perClass: 12,
      seed: 1,
    };
    const first = balancedBatch(options, 0);
    expect(balancedBatch(options, 1)).not.toEqual(first);
    expect(balancedBatch({ ...options, seed: 2 }, 0)).not.toEqual(first);
  });

  test.each([
    [{ positives: [] }, 0, 'balancedBatch: needs at least one positive image, got 0'],
    [{ negatives: [] }, 0, 'balancedBatch: needs at least one negative image, got 0'],
    [{ perClass: 0 }, 0, 'balancedBatch: perClass must be a positive integer, got 0'],
    [{}, -1, 'balancedBatch: step must be an integer from 0 on, got -1'],
    [{}, 0.5, 'balancedBatch: step must be an integer from 0 on, got 0.5'],
  ])('rejects %j at step %d', (wrong, step, message) => {
    const options = { positives: [0], negatives: [1], perClass: 1, seed: 1, ...wrong };
    expect(() => balancedBatch(options, step)).toThrow(message);
  });
});
