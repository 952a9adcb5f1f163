import * as tf from '@tensorflow/tfjs-core';
import { checkChannelParameters } from './group-norm.ts';
import { standardise } from './standardise.ts';

/** Parameters of {@link batchNorm}. */
export interface BatchNormOptions {
  /** Factor of each channel, [C]. */
  readonly gain: tf.Tensor;
  /** Offset of each channel, [C]. */
  readonly bias: tf.Tensor;
  /** Given: these statistics normalise (inference). Absent: those of the batch do (training). */
  readonly running?: RunningStatistics;
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number;
}

/** Mean and variance of each channel over past batches. */
export interface RunningStatistics {
  /** [C] */
  readonly mean: tf.Tensor;
  /** [C], unbiased, as PyTorch keeps it. */
  readonly variance: tf.Tensor;
}

/**
 * Batch normalisation, `y = gain · (x − mean) / √(variance + ε) + bias`, channel by channel over all
 * images and pixels. Training uses the biased variance of the batch. Differentiable to any order.
 *
 * @param x - [N, C] or [N, H, W, C], float32
 * @param options - parameters; running statistics for inference
 * @returns same shape as `x`
 * @throws RangeError if `x` is neither of rank 2 nor 4, or if a parameter does not have shape [C]
 * @example
 * ```ts
 * const [gain, bias] = [tf.ones([1]), tf.zeros([1])] as [tf.Tensor1D, tf.Tensor1D];
 * const [low] = await batchNorm(tf.tensor2d([[-1], [1]]), { gain, bias }).data();
 * low?.toFixed(3); // => '-1.000'
 * ```
 * @see Ioffe and Szegedy, "Batch Normalization", ICML 2015, arXiv 1502.03167
 */
export function batchNorm<T extends tf.Tensor>(x: T, options: BatchNormOptions): T {
  const { gain, bias, running, epsilon = 1e-5 } = options;
  const channels = checkRank('batchNorm', x);
  checkChannelParameters('batchNorm', channels, { gain, bias, ...running });
  return tf.tidy(() => {
    if (running !== undefined) {
      const factor = tf.mul(gain, tf.rsqrt(tf.add(running.variance, epsilon)));
      return tf.add(tf.mul(x, factor), tf.sub(bias, tf.mul(running.mean, factor))) as T;
    }
    const columns = tf.reshape(x, [x.shape[0]!, -1, channels, 1]) as tf.Tensor4D;
    const perChannel = (parameter: tf.Tensor) =>
      tf.reshape(parameter, [1, 1, channels, 1]) as tf.Tensor4D;
    const y = standardise(columns, perChannel(gain), perChannel(bias), {
      axes: [0, 1, 3],
      epsilon,
    });
    return tf.reshape(y, x.shape) as T;
  });
}

/**
 * The running statistics after one more training batch, as PyTorch's BatchNorm updates them:
 * `(1 − momentum) · previous + momentum · batch`, with the unbiased variance of the batch.
 *
 * @param previous - statistics before the batch, [C] each
 * @param x - the batch that was normalised, [N, C] or [N, H, W, C]
 * @param options - `momentum`, the weight of the new batch, in [0, 1], default 0.1
 * @returns new tensors, owned by the caller
 * @throws RangeError if `x` is neither of rank 2 nor 4 or holds fewer than two values per channel,
 *   if the statistics do not have shape [C], or if the momentum is outside [0, 1]
 * @example
 * ```ts
 * const before = { mean: tf.tensor1d([0]), variance: tf.tensor1d([1]) };
 * const { mean } = updateRunningStatistics(before, tf.tensor2d([[10], [10]]));
 * await mean.data(); // => Float32Array.of(1)
 * ```
 */
export function updateRunningStatistics(
  previous: RunningStatistics,
  x: tf.Tensor,
  { momentum = 0.1 }: { readonly momentum?: number } = {},
): RunningStatistics {
  const channels = checkRank('updateRunningStatistics', x);
  checkChannelParameters('updateRunningStatistics', channels, { ...previous });
  const count = x.size / channels;
  if (count < 2) {
    throw new RangeError(
      `updateRunningStatistics: x must hold at least 2 values per channel, got ${count}`,
    );
  }
  if (!(momentum >= 0 && momentum <= 1)) {
    throw new RangeError(`updateRunningStatistics: momentum must be in [0, 1], got ${momentum}`);
  }
  return tf.tidy(() => {
    const { mean, variance } = tf.moments(x, x.shape.length === 2 ? [0] : [0, 1, 2]);
    const mix = (old: tf.Tensor, batch: tf.Tensor, weight: number) =>
      tf.add(tf.mul(old, 1 - momentum), tf.mul(batch, weight));
    return {
      mean: mix(previous.mean, mean, momentum),
      variance: mix(previous.variance, variance, (momentum * count) / (count - 1)),
    };
  });
}

function checkRank(caller: string, x: tf.Tensor): number {
  if (x.shape.length !== 2 && x.shape.length !== 4) {
    throw new RangeError(`${caller}: x must have shape [N, C] or [N, H, W, C], got [${x.shape}]`);
  }
  return x.shape.at(-1)!;
}
