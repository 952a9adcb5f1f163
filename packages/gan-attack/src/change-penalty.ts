import { IMAGENET_MEAN } from '@mammo/mammo-io/tensors';
import * as tf from '@tensorflow/tfjs-core';

/** How {@link changePenalty} weighs its terms; the paper has neither. */
export interface ChangePenaltyOptions {
  /** λ₁ of the roughness, ≥ 0. */
  readonly smoothness: number;
  /** λ₂ of the length in the 1-norm, ≥ 0. */
  readonly sparsity: number;
}

/**
 * What a change d = y_fn − y costs beyond Loss_gen1, so that it looks like a lesion and stays where it matters:
 *
 *     λ₁ · ‖∇d‖² / ‖y‖² + λ₂ · ‖d‖₁ / ‖y‖₁
 *
 * ∇ are the differences of neighbouring pixels, with d = 0 outside the picture, so that pixels at its border pay for four sides as all
 * others do; y is in channel 0 of the normalised space. The first term is against streaks and pixel noise, which fool as well as blobs do
 * and cost Loss_gen1 no more; the second is against faint changes everywhere.
 *
 * @param fake - y_fn, grey levels [N, H, W, 1] in [0, 1]
 * @param source - y, the same shape
 * @returns a scalar ≥ 0, differentiable, owned by the caller
 * @example
 * ```ts
 * const image = tf.fill([1, 8, 8, 1], 0.3) as tf.Tensor4D;
 * await changePenalty(image, image, { smoothness: 60, sparsity: 6 }).data(); // => Float32Array.of(0)
 * ```
 */
export function changePenalty(
  fake: tf.Tensor4D,
  source: tf.Tensor4D,
  { smoothness, sparsity }: ChangePenaltyOptions,
): tf.Scalar {
  return tf.tidy(() => {
    const change: tf.Tensor4D = tf.sub(fake, source);
    const content = tf.sub(source, IMAGENET_MEAN[0]);
    const roughness = tf.div(gradientEnergy(change), tf.sum(tf.square(content)));
    const length = tf.div(tf.sum(tf.abs(change)), tf.sum(tf.abs(content)));
    return tf.add(tf.mul(roughness, smoothness), tf.mul(length, sparsity));
  });
}

/** ‖∇d‖²: the squared differences of neighbours below and to the right, summed, with a frame of 0 around the picture. */
function gradientEnergy(change: tf.Tensor4D): tf.Scalar {
  const [, height, width] = change.shape;
  const frame: [number, number] = [1, 1];
  const framed = tf.pad4d(change, [[0, 0], frame, frame, [0, 0]]);
  const but = (rows: number, columns: number): tf.Tensor4D =>
    tf.slice(framed, [0, 0, 0, 0], [-1, height + 2 - rows, width + 2 - columns, -1]);
  const down = tf.sub(tf.slice(framed, [0, 1, 0, 0]), but(1, 0));
  const right = tf.sub(tf.slice(framed, [0, 0, 1, 0]), but(0, 1));
  return tf.add(tf.sum(tf.square(down)), tf.sum(tf.square(right)));
}
