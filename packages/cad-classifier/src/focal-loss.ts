import { logSoftmax } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';

/** Index of a class among the logits. */
export const CLASS_INDEX = {
  /** Cancer: z₀. */
  positive: 0,
  /** No cancer: z₁. */
  negative: 1,
} as const;

/** Options of {@link focalLoss}. */
export interface FocalLossOptions {
  /** Exponent γ; default 2, the paper's. */
  readonly gamma?: number;
  /** Factor; default 1. The released program has 0.5. */
  readonly alpha?: number;
  /** Whether (1 − p)^γ is a constant for the gradient, as in the released program; default false, as in equation (2). */
  readonly detachWeight?: boolean;
}

/**
 * Focal loss of images of one class, equation (2):
 *
 *     FL(p) = −mean α · (1 − p)^γ · log p,   p = softmax(logits)[classIndex]
 *
 * @param logits - [N, 2], cancer first
 * @param classIndex - 0 for cancer, 1 for negative
 * @returns scalar, differentiable, owned by the caller
 * @throws RangeError if γ or α is negative or not finite
 * @example
 * ```ts
 * // p = ½: (1 − ½)² · log 2
 * const [loss] = await focalLoss(tf.zeros([1, 2]), CLASS_INDEX.positive).data();
 * loss?.toFixed(4); // => '0.1733'
 * ```
 * @see Lin et al. (2017), Focal loss for dense object detection, doi 10.1109/ICCV.2017.324
 * @see Zhou et al. (2021), equation (2), doi 10.1038/s41467-021-27577-x
 */
export function focalLoss(
  logits: tf.Tensor2D,
  classIndex: 0 | 1,
  { gamma = 2, alpha = 1, detachWeight = false }: FocalLossOptions = {},
): tf.Scalar {
  for (const [name, value] of Object.entries({ gamma, alpha })) {
    if (!(value >= 0 && Number.isFinite(value))) {
      throw new RangeError(`focalLoss: ${name} must be finite and not negative, got ${value}`);
    }
  }
  return tf.tidy(() => {
    const logP = tf.slice(logSoftmax(logits), [0, classIndex], [-1, 1]);
    const p = tf.exp(logP);
    const distance = tf.sub(1, detachWeight ? constant(p) : p);
    const weight = gamma === 2 ? tf.square(distance) : tf.pow(distance, gamma);
    return tf.mul(tf.mean(tf.mul(weight, logP)), -alpha);
  });
}

/** The same values, through which no gradient passes. */
function constant(x: tf.Tensor): tf.Tensor {
  return tf.customGrad((input) => ({
    value: tf.clone(input as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
  }))(x);
}
