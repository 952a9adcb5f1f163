import * as tf from '@tensorflow/tfjs-core';
import { constant, withGradient } from './custom-gradient.ts';

/**
 * Rectified linear unit, `y = max(x, 0)`, differentiable to any order.
 *
 * The gradient is `dy · [x > 0]` with the mask held constant, as in PyTorch; at `x = 0` it is 0.
 * The stock gradient is right too, but when a gradient is differentiated it sends zeros through
 * the whole forward pass again.
 *
 * @param x - any shape, float32
 * @returns same shape as `x`
 * @example
 * ```ts
 * await relu(tf.tensor1d([-1, 2])).data(); // => Float32Array.of(0, 2)
 * ```
 */
export function relu<T extends tf.Tensor>(x: T): T {
  return withGradient(
    x,
    (input) => ({ value: tf.relu(input), saved: [input] }),
    (dy, [input]) => rectifierGradient(dy, input!, 0),
  );
}

/**
 * Leaky rectified linear unit, `y = x` where `x > 0`, else `slope · x`, differentiable to any order.
 *
 * The stock `tf.leakyRelu` throws when its gradient is differentiated. At `x = 0` the derivative
 * is `slope`, as in PyTorch.
 *
 * @param x - any shape, float32
 * @param slope - factor for negative values, finite
 * @returns same shape as `x`
 * @throws RangeError if `slope` is not finite
 * @example
 * ```ts
 * await leakyRelu(tf.tensor1d([-1, 2]), 0.5).data(); // => Float32Array.of(-0.5, 2)
 * ```
 */
export function leakyRelu<T extends tf.Tensor>(x: T, slope: number): T {
  if (!Number.isFinite(slope))
    throw new RangeError(`leakyRelu: slope must be finite, got ${slope}`);
  return withGradient(
    x,
    (input) => ({ value: tf.leakyRelu(input, slope), saved: [input] }),
    (dy, [input]) => rectifierGradient(dy, input!, slope),
  );
}

/** `dy · (x > 0 ? 1 : slope)`: linear in `dy`, so its own derivative multiplies by the same mask. */
export function rectifierGradient(dy: tf.Tensor, x: tf.Tensor, slope: number): tf.Tensor {
  return tf.mul(
    dy,
    constant(() => tf.step(x, slope)),
  );
}
