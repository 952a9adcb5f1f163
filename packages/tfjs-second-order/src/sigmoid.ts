import * as tf from '@tensorflow/tfjs-core';
import { withGradient } from './custom-gradient.ts';

/**
 * Logistic function, `σ(x) = 1 / (1 + e^−x)`, differentiable to any order: `σ' = σ (1 − σ)`.
 *
 * The stock gradient uses the saved output as a constant, so its second derivative is silently wrong.
 *
 * @param x - any shape, float32
 * @returns same shape as `x`, in [0, 1]
 * @example
 * ```ts
 * await sigmoid(tf.tensor1d([0])).data(); // => Float32Array.of(0.5)
 * ```
 */
export function sigmoid<T extends tf.Tensor>(x: T): T {
  return withGradient(
    x,
    (input) => ({ value: tf.sigmoid(input), saved: [input] }),
    (dy, [input]) => sigmoidGradient(dy, input!),
  );
}

/**
 * `log(1 + e^x)`, without overflow, differentiable to any order: its derivative is the sigmoid.
 *
 * @param x - any shape, float32
 * @returns same shape as `x`
 * @example
 * ```ts
 * const [value] = await softplus(tf.tensor1d([0])).data();
 * value?.toFixed(4); // => '0.6931'
 * ```
 */
export function softplus<T extends tf.Tensor>(x: T): T {
  return withGradient(
    x,
    (input) => ({ value: tf.softplus(input), saved: [input] }),
    (dy, [input]) => softplusGradient(dy, input!),
  );
}

/**
 * `log σ(x) = −log(1 + e^−x)`, without overflow, differentiable to any order.
 *
 * @param x - any shape, float32
 * @returns same shape as `x`, at most 0
 * @example
 * ```ts
 * const [value] = await logSigmoid(tf.tensor1d([-100])).data();
 * value; // => -100
 * ```
 */
export function logSigmoid<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => tf.neg(softplus(tf.neg(x))));
}

/** `dy · σ(x) · (1 − σ(x))`, itself differentiable. */
export function sigmoidGradient(dy: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const probability = sigmoid(x);
  return tf.mul(dy, tf.mul(probability, tf.sub(1, probability)));
}

/** `dy · σ(x)`, itself differentiable. */
export function softplusGradient(dy: tf.Tensor, x: tf.Tensor): tf.Tensor {
  return tf.mul(dy, sigmoid(x));
}
