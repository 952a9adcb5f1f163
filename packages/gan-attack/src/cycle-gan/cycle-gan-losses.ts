import * as tf from '@tensorflow/tfjs-core';

/**
 * What a generator pays for fakes that its judge D finds out, by least squares:
 *
 *     L_GAN = E (D(G(y)) − 1)²
 *
 * @param judgements - of fakes, any shape: one for each patch of each image
 * @returns a scalar ≥ 0, differentiable, owned by the caller
 * @example
 * ```ts
 * await leastSquaresGenerator(tf.tensor1d([1, 0])).data(); // => Float32Array.of(0.5)
 * ```
 * @see Zhu et al. (2017), Section 4, doi 10.1109/ICCV.2017.244; Mao et al. (2017), doi 10.1109/ICCV.2017.304
 */
export function leastSquaresGenerator(judgements: tf.Tensor): tf.Scalar {
  return tf.tidy(() => tf.mean(tf.square(tf.sub(judgements, 1))));
}

/**
 * What a judge pays for taking one kind for the other:
 *
 *     L_D = ½ · (E (D(x) − 1)² + E D(G(y))²)
 *
 * @param judgements - of real images and of fakes
 * @returns a scalar ≥ 0, differentiable, owned by the caller
 * @example
 * ```ts
 * const judgements = { real: tf.tensor1d([1]), fake: tf.tensor1d([1]) }; // one fake is taken for real
 * await leastSquaresJudge(judgements).data(); // => Float32Array.of(0.5)
 * ```
 * @see Zhu et al. (2017), Section 4 and the released program's factor ½, doi 10.1109/ICCV.2017.244
 */
export function leastSquaresJudge(judgements: {
  readonly real: tf.Tensor;
  readonly fake: tf.Tensor;
}): tf.Scalar {
  return tf.tidy(() => {
    const real = tf.mean(tf.square(tf.sub(judgements.real, 1)));
    const fake = tf.mean(tf.square(judgements.fake));
    return tf.mul(tf.add(real, fake), 0.5);
  });
}

/**
 * The mean distance of images that should be equal, after a cycle or because there was nothing to change, for grey levels
 * from −1 to 1 as in the paper:
 *
 *     ‖2a − 2b‖₁ / pixels
 *
 * @param a - grey levels in [0, 1]
 * @param b - the same shape
 * @returns a scalar ≥ 0, differentiable, owned by the caller
 * @throws RangeError if the shapes differ
 * @example
 * ```ts
 * await meanDistance(tf.tensor1d([0, 1]), tf.tensor1d([0, 0])).data(); // => Float32Array.of(1)
 * ```
 * @see Zhu et al. (2017), eq. 2, doi 10.1109/ICCV.2017.244
 */
export function meanDistance(a: tf.Tensor, b: tf.Tensor): tf.Scalar {
  if (String(a.shape) !== String(b.shape)) {
    throw new RangeError(
      `meanDistance: images must have one shape, got [${a.shape}] and [${b.shape}]`,
    );
  }
  return tf.tidy(() => tf.mul(tf.mean(tf.abs(tf.sub(a, b))), 2));
}
