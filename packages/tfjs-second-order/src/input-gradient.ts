import * as tf from '@tensorflow/tfjs-core';
import { registerMissingGradients } from './missing-gradients.ts';

/**
 * The value of `f(x)` and `Σ dy · ∂f/∂x`, from one forward pass.
 *
 * Inside `tf.variableGrads` or {@link valueAndVariableGradients} both results stay differentiable
 * with respect to the variables that `f` uses, provided that `f` is made of operations which can be
 * differentiated twice: those of this package, and convolutions, products, sums and reshapes of tfjs.
 *
 * @param f - from a batch to scores; must depend on its argument
 * @param x - where to evaluate, float32
 * @param dy - weights of the outputs, same shape as `f(x)`; ones give the gradient of their sum
 * @returns `value`, as `f` returned it, and `gradient`, of the shape of `x`; owned by the caller
 * @example
 * ```ts
 * const square = (x: tf.Tensor1D): tf.Tensor1D => tf.mul(x, x);
 * const { gradient } = valueAndInputGradient(square, tf.tensor1d([3]), tf.tensor1d([1]));
 * await gradient.data(); // => Float32Array.of(6)
 * ```
 */
export function valueAndInputGradient<X extends tf.Tensor, Y extends tf.Tensor>(
  f: (x: X) => Y,
  x: X,
  dy: Y,
): {
  /** f(x), as `f` returned it. */
  readonly value: Y;
  /** Σ dy · ∂f/∂x, of the shape of `x`. */
  readonly gradient: X;
} {
  registerMissingGradients();
  const { value, grad } = tf.valueAndGrad((input) => f(input as X))(x, dy);
  return { value: value as Y, gradient: grad as X };
}
