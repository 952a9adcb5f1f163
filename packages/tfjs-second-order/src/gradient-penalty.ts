import * as tf from '@tensorflow/tfjs-core';
import { constant, withGradient } from './custom-gradient.ts';

/** Options of {@link gradientPenalty}. */
export interface GradientPenaltyOptions {
  /** Weight; default 10. */
  readonly k?: number;
  /** Exponent of the norm, at least 2; default 4. */
  readonly order?: number;
}

/**
 * Penalty on the size of an input gradient, `(k / 2) · mean_n ‖g_n‖₂^order`, the norm being taken over
 * all pixels and channels of image n.
 *
 * @param gradient - gradient of a score with respect to a batch of images, [N, H, W, C]
 * @param options - weight and exponent
 * @returns scalar, differentiable
 * @throws RangeError if `gradient` is not of rank 4, k is negative or not finite, or order is below 2
 * @example
 * ```ts
 * // 10/2 · ‖(1, 1)‖₂⁴
 * const [penalty] = await gradientPenalty(tf.ones([1, 1, 2, 1])).data();
 * penalty?.toFixed(3); // => '20.000'
 * ```
 * @see Zhou et al., "A machine and human reader study on AI diagnosis model safety under attacks of
 *   adversarial images", Nat. Commun. 12, 7281 (2021), equations (3) and (6),
 *   doi 10.1038/s41467-021-27577-x
 */
export function gradientPenalty(
  gradient: tf.Tensor4D,
  { k = 10, order = 4 }: GradientPenaltyOptions = {},
): tf.Scalar {
  if (gradient.shape.length !== 4) {
    throw new RangeError(
      `gradientPenalty: gradient must have shape [N, H, W, C], got [${gradient.shape}]`,
    );
  }
  if (!(k >= 0 && Number.isFinite(k))) {
    throw new RangeError(`gradientPenalty: k must be finite and not negative, got ${k}`);
  }
  if (!(order >= 2 && Number.isFinite(order))) {
    throw new RangeError(`gradientPenalty: order must be finite and at least 2, got ${order}`);
  }
  return tf.tidy(() => {
    const squared = squaredNorm(gradient); // [N]
    const power = raise(squared, order / 2);
    return tf.mul(tf.mean(power), k / 2);
  });
}

/** ‖g_n‖₂² of each image, [N]; its derivative, 2 g, takes one pass over the images. */
function squaredNorm(gradient: tf.Tensor4D): tf.Tensor {
  return withGradient<tf.Tensor4D, tf.Tensor>(
    gradient,
    (g) => ({ value: tf.sum(tf.square(g), [1, 2, 3]), saved: [g] }),
    (dy, [g]) => tf.mul(g!, tf.reshape(tf.mul(dy, 2), [-1, 1, 1, 1])),
  );
}

/** x^exponent of numbers that are not negative; exponents below 1 occur in higher derivatives only. */
function raise(x: tf.Tensor, exponent: number): tf.Tensor {
  if (exponent === 0) return constant(() => tf.onesLike(x));
  if (exponent === 1) return x;
  if (exponent === 2) return tf.square(x);
  return withGradient(
    x,
    (input) => ({ value: tf.pow(input, exponent), saved: [input] }),
    (dy, [input]) => tf.mul(dy, tf.mul(raise(input!, exponent - 1), exponent)),
  );
}
