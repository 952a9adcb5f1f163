import type { CaseLabel } from './case-image.ts';
import { randomStream } from './random.ts';

/** How training batches are drawn; see {@link balancedBatch}. */
export interface BalancedBatchOptions {
  /** Indices of the positive images. */
  readonly positives: readonly number[];
  /** Indices of the negative images. */
  readonly negatives: readonly number[];
  /** Images of each class in a batch; the paper's is 4. */
  readonly perClass: number;
  /** Names the order of the images. */
  readonly seed: number;
}

/** The image indices of one training step. */
export interface BalancedBatch {
  /** `perClass` of the options' positives; one may occur twice where the class is small. */
  readonly positives: readonly number[];
  /** `perClass` of the options' negatives, likewise. */
  readonly negatives: readonly number[];
}

/**
 * Returns the images of a training step: as many positive as negative ones.
 *
 * Each class runs through its images in an order that is shuffled anew in each of its own epochs, so the smaller
 * class is cycled and no image is left out of an epoch. The batch is a function of the options and the step: a
 * resumed training needs no sampler's state.
 *
 * @param step - counts from 0
 * @throws RangeError if a class is empty, or `perClass` or `step` is not such a count
 * @example
 * ```ts
 * const options = { positives: [0, 1], negatives: [2, 3, 4, 5], perClass: 2, seed: 1 };
 * [...balancedBatch(options, 0).positives].sort(); // => [0, 1]
 * ```
 * @see Zhou et al. (2021), doi 10.1038/s41467-021-27577-x; its program draws 4 + 4 images a step
 */
export function balancedBatch(options: BalancedBatchOptions, step: number): BalancedBatch {
  const { perClass } = options;
  if (!Number.isSafeInteger(perClass) || perClass < 1) {
    throw new RangeError(`balancedBatch: perClass must be a positive integer, got ${perClass}`);
  }
  if (!Number.isSafeInteger(step) || step < 0) {
    throw new RangeError(`balancedBatch: step must be an integer from 0 on, got ${step}`);
  }
  return {
    positives: classBatch('positive', options.positives, options, step),
    negatives: classBatch('negative', options.negatives, options, step),
  };
}

function classBatch(
  label: CaseLabel,
  indices: readonly number[],
  { perClass, seed }: BalancedBatchOptions,
  step: number,
): number[] {
  const count = indices.length;
  if (count === 0) throw new RangeError(`balancedBatch: needs at least one ${label} image, got 0`);
  const batch: number[] = [];
  let order: readonly number[] = [];
  let orderedEpoch = -1;
  for (let position = step * perClass; position < (step + 1) * perClass; position++) {
    const epoch = Math.floor(position / count);
    if (epoch !== orderedEpoch) {
      order = randomStream(seed, 'batches', label, epoch).shuffle(indices);
      orderedEpoch = epoch;
    }
    batch.push(order[position % count] as number);
  }
  return batch;
}
