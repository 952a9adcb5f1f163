import * as tf from '@tensorflow/tfjs-core';
import { logSigmoidScore } from './log-sigmoid-score.ts';

/** How {@link lossGen2} weighs its terms. */
export interface LossGen2Options {
  /** Factor of Loss_gen1, ≥ 0; the paper's is 1. */
  readonly reconstructionWeight?: number;
}

/**
 * The adversarial loss of the generator, whose fakes y_fn should score like real images of the target class:
 *
 *     Loss_gen2 = −s(y_fn) + Loss_gen1                                                       (8)
 *
 * @param rawFake - raw scores D(y_fn)
 * @param gen1 - Loss_gen1 of the same fakes, a scalar
 * @returns a scalar, differentiable, owned by the caller
 * @example
 * ```ts
 * const [loss] = await lossGen2(tf.zeros([2, 1]), tf.scalar(0.002)).data();
 * loss?.toFixed(4); // => '0.6951'
 * ```
 * @see Zhou et al. (2021), eq. 8, doi 10.1038/s41467-021-27577-x
 */
export function lossGen2(
  rawFake: tf.Tensor,
  gen1: tf.Scalar,
  { reconstructionWeight = 1 }: LossGen2Options = {},
): tf.Scalar {
  return tf.tidy(() => tf.sub(tf.mul(gen1, reconstructionWeight), logSigmoidScore(rawFake)));
}
