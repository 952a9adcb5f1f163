import * as tf from '@tensorflow/tfjs-core';

/** How {@link standardise} divides [N, P, G, K] = [image, pixel, group, channel of the group]. */
export interface Standardisation {
  /** Axes over which mean and variance are taken. */
  readonly axes: readonly number[];
  /** Added to the variance. */
  readonly epsilon: number;
}

/**
 * `y = gain · (x − mean) / √(variance + ε) + bias` with the biased variance over `axes`.
 *
 * The gradient is written with stock operations of `x`, so it can be differentiated again. With
 * `x̂ = (x − mean) / σ` and `d = dy · gain` it is `dx = (d − mean(d) − x̂ · mean(d · x̂)) / σ`;
 * the means are formed from sums over pixels, and what is left is two products to which something is
 * added, so that engines that add in the same pass as they multiply touch whole images four times.
 *
 * @param x - [N, P, G, K]
 * @param gain - [1, 1, G, K]
 * @param bias - [1, 1, G, K]
 */
export function standardise(
  x: tf.Tensor4D,
  gain: tf.Tensor4D,
  bias: tf.Tensor4D,
  { axes, epsilon }: Standardisation,
): tf.Tensor4D {
  const channelAxes = axes.filter((axis) => axis < 2); // axes that a gain is shared over, per statistic
  const count = axes.reduce((product, axis) => product * x.shape[axis]!, 1);

  const operation = tf.customGrad((...inputs) => {
    const [xInput, gainInput, biasInput, save] = inputs as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.GradSaveFunc,
    ];
    save([xInput, gainInput]);
    const { centred, inverse } = centre(xInput, axes, epsilon);
    return {
      value: tf.add(tf.mul(centred, tf.mul(inverse, gainInput)), biasInput) as tf.Tensor4D,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [input, scale] = saved as [tf.Tensor, tf.Tensor];
        const { centred, inverse } = centre(input, axes, epsilon);
        const sum = total(dy, channelAxes); // [N or 1, 1, G, K]
        const moment = total(tf.mul(dy, centred), channelAxes);
        const minusMeanSum = tf.div(total(tf.mul(sum, scale), [3]), -count); // [N or 1, 1, G, 1]
        const minusMeanMoment = tf.div(total(tf.mul(moment, scale), [3]), -count);
        const slope = tf.mul(minusMeanMoment, tf.mul(inverse, tf.mul(inverse, inverse)));
        const rest = tf.add(tf.mul(centred, slope), tf.mul(minusMeanSum, inverse));
        const dx = tf.add(tf.mul(dy, tf.mul(scale, inverse)), rest);
        return [dx, total(tf.mul(moment, inverse), [0]), tf.clone(total(sum, [0]))]; // not dy itself
      },
    };
  });
  return operation(x, gain, bias) as tf.Tensor4D;
}

function centre(x: tf.Tensor, axes: readonly number[], epsilon: number) {
  const centred = tf.sub(x, average(x, axes));
  const variance = average(tf.square(centred), axes);
  return { centred, inverse: tf.rsqrt(tf.add(variance, epsilon)) };
}

function average(x: tf.Tensor, axes: readonly number[]): tf.Tensor {
  const long = axes.filter((axis) => x.shape[axis] !== 1);
  return long.length === 0 ? x : tf.mean(x, long, true);
}

/** Sum over `axes`, which stay as 1; axes of length 1 cost nothing. */
function total(x: tf.Tensor, axes: readonly number[]): tf.Tensor {
  const long = axes.filter((axis) => x.shape[axis] !== 1);
  return long.length === 0 ? x : tf.sum(x, long, true);
}
