import { logSigmoid } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';

/**
 * The batch mean of the score that enters every loss and stopping rule of the attack:
 *
 *     s(g) = log sigmoid(D(g)) = −log(1 + exp(−D(g))) ≤ 0                                   (5)
 *
 * @param raw - raw scores D(g) of N images, any shape
 * @returns a scalar, differentiable, owned by the caller
 * @example
 * ```ts
 * (await logSigmoidScore(tf.tensor1d([0, 0])).data())[0]?.toFixed(4); // => '-0.6931'
 * ```
 * @see Zhou et al. (2021), eq. 5, doi 10.1038/s41467-021-27577-x; the sign as in the released program
 */
export function logSigmoidScore(raw: tf.Tensor): tf.Scalar {
  return tf.tidy(() => tf.mean(logSigmoid(raw)));
}
