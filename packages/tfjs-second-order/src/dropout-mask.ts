import * as tf from '@tensorflow/tfjs-core';
import { drawn } from './step-recorder.ts';

/** Options of {@link dropoutMask}. */
export interface DropoutMaskOptions {
  /** Probability that an element is dropped, in [0, 1). */
  readonly rate: number;
  /** Same seed, same mask, on every backend. */
  readonly seed: number;
}

/**
 * A mask that drops elements at random: 0 with probability `rate`, else `1 / (1 − rate)`, so that the
 * expectation of `x · mask` is `x`. Multiply every pass that must agree by the same mask.
 *
 * @param shape - shape of the mask
 * @param options - rate and seed
 * @returns float32 tensor, owned by the caller
 * @throws RangeError if the rate is outside [0, 1), or the seed no safe integer
 * @example
 * ```ts
 * await dropoutMask([2], { rate: 0, seed: 1 }).data(); // => Float32Array.of(1, 1)
 * ```
 * @see Srivastava et al., "Dropout", JMLR 15 (2014) 1929-1958
 */
export function dropoutMask<R extends tf.Rank>(
  shape: tf.ShapeMap[R],
  { rate, seed }: DropoutMaskOptions,
): tf.Tensor<R> {
  if (!(rate >= 0 && rate < 1)) {
    throw new RangeError(`dropoutMask: rate must be in [0, 1), got ${rate}`);
  }
  if (!Number.isSafeInteger(seed)) {
    throw new RangeError(`dropoutMask: seed must be a safe integer, got ${seed}`);
  }
  return tf.tidy(() => {
    const uniform = drawn(seed, (seed) => {
      return tf.randomUniform(shape, 0, 1, 'float32', seed);
    });
    return tf.mul(tf.cast(tf.greaterEqual(uniform, rate), 'float32'), 1 / (1 - rate));
  });
}
