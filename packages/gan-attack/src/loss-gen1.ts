import { IMAGENET_MEAN } from '@mammo/mammo-io/tensors';
import * as tf from '@tensorflow/tfjs-core';

/**
 * How far fakes are from their sources, in channel 0 of the normalised space:
 *
 *     Loss_gen1 = ‖y_fn − y‖² / ‖y‖²                                                         (7)
 *
 * One ratio for the whole batch. The normalisation is (grey − mean) / sd; sd cancels, so that grey levels are
 * enough. For scale: to remove the lesions of the synthetic cohort perfectly costs 0.002.
 *
 * @param fake - y_fn, grey levels [N, H, W, 1] in [0, 1]
 * @param source - y, the same shape
 * @returns a scalar ≥ 0, differentiable, owned by the caller
 * @throws RangeError if the shapes differ
 * @example
 * ```ts
 * const [fake, source] = [tf.fill([1, 2, 2, 1], 0.5), tf.zeros([1, 2, 2, 1])] as [tf.Tensor4D, tf.Tensor4D];
 * (await lossGen1(fake, source).data())[0]?.toFixed(4); // => '1.0628'
 * ```
 * @see Zhou et al. (2021), eq. 7, doi 10.1038/s41467-021-27577-x
 */
export function lossGen1(fake: tf.Tensor4D, source: tf.Tensor4D): tf.Scalar {
  if (String(fake.shape) !== String(source.shape)) {
    throw new RangeError(
      `lossGen1: fake must have the shape of source [${source.shape}], got [${fake.shape}]`,
    );
  }
  return tf.tidy(() =>
    tf.div(
      tf.sum(tf.square(tf.sub(fake, source))),
      tf.sum(tf.square(tf.sub(source, IMAGENET_MEAN[0]))),
    ),
  );
}
