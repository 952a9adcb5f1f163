import * as tf from '@tensorflow/tfjs-core';
import { registerMissingGradients } from './missing-gradients.ts';

/**
 * The value of a loss and its gradients with respect to named variables.
 *
 * As `tf.variableGrads`, but the gradients carry the names of the map: tfjs's own names must be unique
 * in the process, so two models cannot both have a variable that tfjs calls `head.weight`.
 *
 * @param loss - returns a scalar
 * @param variables - what to differentiate with respect to, by name
 * @returns the loss and the gradients; a variable that the loss does not depend on has none.
 *   Owned by the caller.
 * @throws Error if the loss depends on none of the variables
 * @example
 * ```ts
 * const weight = tf.variable(tf.scalar(3));
 * const loss = (): tf.Scalar => tf.mul(weight, weight);
 * const { gradients } = valueAndVariableGradients(loss, new Map([['weight', weight]]));
 * await gradients.weight?.data(); // => Float32Array.of(6)
 * ```
 */
export function valueAndVariableGradients(
  loss: () => tf.Scalar,
  variables: ReadonlyMap<string, tf.Variable>,
): {
  /** What `loss` returned. */
  readonly value: tf.Scalar;
  /** By the names of the map; none for a variable that the loss does not depend on. */
  readonly gradients: Record<string, tf.Tensor>;
} {
  registerMissingGradients();
  const { value, grads } = tf.variableGrads(loss, [...variables.values()]);
  const gradients: Record<string, tf.Tensor> = {};
  for (const [name, variable] of variables) {
    const gradient = grads[variable.name];
    if (gradient !== undefined) gradients[name] = gradient;
  }
  return { value, gradients };
}
