import * as tf from '@tensorflow/tfjs-core';
import { constant, withGradient } from './custom-gradient.ts';

/**
 * Maximum over all pixels, channel by channel, differentiable to any order.
 *
 * Where several pixels share the maximum, the gradient is divided equally among them, as
 * PyTorch's `amax` does. The stock `tf.max` throws at the second order.
 *
 * @param x - [N, H, W, C], float32
 * @returns [N, C]
 * @throws RangeError if `x` is not of rank 4
 * @example
 * ```ts
 * await globalMaxPool(tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1])).data(); // => Float32Array.of(4)
 * ```
 */
export function globalMaxPool(x: tf.Tensor4D): tf.Tensor2D {
  if (x.shape.length !== 4) {
    throw new RangeError(`globalMaxPool: x must have shape [N, H, W, C], got [${x.shape}]`);
  }
  return withGradient(
    x,
    (input) => {
      const value = tf.max<tf.Tensor2D>(input, [1, 2]);
      return { value, saved: [input, value] };
    },
    (dy, [input, maximum]) => distribute(dy, input!, maximum!),
  );
}

/** Sends dy [N, C] to the winners of x [N, H, W, C]: linear in dy, the shares are constants. */
function distribute(dy: tf.Tensor, x: tf.Tensor, maximum: tf.Tensor): tf.Tensor {
  const [batch, , , channels] = x.shape as [number, number, number, number];
  const perImage = [batch, 1, 1, channels];
  const shares = constant(() => {
    const winners = tf.cast(tf.equal(x, tf.reshape(maximum, perImage)), 'float32');
    return tf.div(winners, tf.sum(winners, [1, 2], true));
  });
  return tf.mul(tf.reshape(dy, perImage), shares);
}
