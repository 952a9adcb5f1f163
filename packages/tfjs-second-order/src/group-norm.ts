import * as tf from '@tensorflow/tfjs-core';
import { standardise } from './standardise.ts';

/** Parameters of {@link groupNorm}. */
export interface GroupNormOptions {
  /** Number of groups; divides the number of channels. */
  readonly groups: number;
  /** Factor of each channel, [C]. */
  readonly gain: tf.Tensor;
  /** Offset of each channel, [C]. */
  readonly bias: tf.Tensor;
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number;
}

/**
 * Group normalisation: each image's channels are cut into groups, and each group is standardised
 * over its channels and all pixels, `y = gain · (x − mean) / √(variance + ε) + bias`, with the
 * biased variance. Differentiable to any order in `x`, `gain` and `bias`.
 *
 * On vectors [N, C] a group of one channel has the constant output `bias`.
 *
 * @param x - [N, C] or [N, H, W, C], float32
 * @param options - groups and parameters
 * @returns same shape as `x`
 * @throws RangeError if `x` is neither of rank 2 nor 4, if `groups` does not divide C, or if gain or
 *   bias does not have shape [C]
 * @example
 * ```ts
 * const [gain, bias] = [tf.ones([2]), tf.zeros([2])] as [tf.Tensor1D, tf.Tensor1D];
 * const [low] = await groupNorm(tf.tensor2d([[1, 3]]), { groups: 1, gain, bias }).data();
 * low?.toFixed(3); // => '-1.000'
 * ```
 * @see Wu and He, "Group Normalization", ECCV 2018, doi 10.1007/978-3-030-01261-8_1
 */
export function groupNorm<T extends tf.Tensor>(
  x: T,
  { groups, gain, bias, epsilon = 1e-5 }: GroupNormOptions,
): T {
  if (x.shape.length !== 2 && x.shape.length !== 4) {
    throw new RangeError(`groupNorm: x must have shape [N, C] or [N, H, W, C], got [${x.shape}]`);
  }
  const channels = x.shape.at(-1)!;
  if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0) {
    throw new RangeError(`groupNorm: groups must divide ${channels} channels, got ${groups}`);
  }
  checkChannelParameters('groupNorm', channels, { gain, bias });
  const batch = x.shape[0]!;
  const pixels = x.shape.slice(1, -1).reduce((product, length) => product * length, 1);
  const width = channels / groups;
  return tf.tidy(() => {
    const grouped = tf.reshape(x, [batch, pixels, groups, width]) as tf.Tensor4D;
    const perChannel = (parameter: tf.Tensor) =>
      tf.reshape(parameter, [1, 1, groups, width]) as tf.Tensor4D;
    const y = standardise(grouped, perChannel(gain), perChannel(bias), { axes: [1, 3], epsilon });
    return tf.reshape(y, x.shape) as T;
  });
}

/** Throws unless every parameter has shape [channels]. */
export function checkChannelParameters(
  caller: string,
  channels: number,
  parameters: Readonly<Record<string, tf.Tensor>>,
): void {
  for (const [name, { shape }] of Object.entries(parameters)) {
    if (shape.length !== 1 || shape[0] !== channels) {
      throw new RangeError(`${caller}: ${name} must have shape [${channels}], got [${shape}]`);
    }
  }
}
