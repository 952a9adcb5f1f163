import * as tf from '@tensorflow/tfjs-core';
import { withGradient } from './custom-gradient.ts';

/**
 * Logarithm of the softmax over the last axis, `y_i = x_i − log Σ_j e^(x_j)`, to any order.
 *
 * The derivative is `dx = dy − (Σ dy) · softmax(x)`. The stock one treats the softmax as a constant
 * when it is differentiated again.
 *
 * @param x - [..., classes], float32
 * @returns same shape as `x`, at most 0
 * @example
 * ```ts
 * const [half] = await logSoftmax(tf.tensor2d([[0, 0]])).data();
 * half?.toFixed(4); // => '-0.6931'
 * ```
 */
export function logSoftmax<T extends tf.Tensor>(x: T): T {
  return withGradient(
    x,
    (input) => ({ value: tf.logSoftmax(input), saved: [input] }),
    (dy, [input]) => tf.sub(dy, tf.mul(tf.sum(dy, -1, true), softmax(input!))),
  );
}

/**
 * Softmax over the last axis, `y_i = e^(x_i) / Σ_j e^(x_j)`, to any order.
 *
 * @param x - [..., classes], float32
 * @returns same shape as `x`; sums to 1 over the last axis
 * @example
 * ```ts
 * await softmax(tf.tensor2d([[0, 0]])).data(); // => Float32Array.of(0.5, 0.5)
 * ```
 */
export function softmax<T extends tf.Tensor>(x: T): T {
  return withGradient(
    x,
    (input) => ({ value: tf.softmax(input), saved: [input] }),
    (dy, [input]) => softmaxGradient(dy, input!),
  );
}

/** `y · (dy − Σ dy · y)` with `y = softmax(x)`, itself differentiable. */
export function softmaxGradient(dy: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const y = softmax(x);
  return tf.mul(y, tf.sub(dy, tf.sum(tf.mul(dy, y), -1, true)));
}
