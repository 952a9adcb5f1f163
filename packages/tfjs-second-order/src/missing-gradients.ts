import * as tf from '@tensorflow/tfjs-core';
import { elementwiseGradients } from './elementwise-gradients.ts';
import { linearGradients } from './linear-gradients.ts';
import { shapeGradients } from './shape-gradients.ts';

/**
 * Registers gradients for those tfjs kernels that have none yet.
 *
 * `@tensorflow/tfjs-core` comes without any: they belong to the umbrella package `@tensorflow/tfjs`, or
 * to `@tensorflow/tfjs-core/dist/register_all_gradients`, which Node cannot import. Without them
 * `tf.grad` fails with "gradient function not found". This function brings the common ones (products,
 * convolutions, arithmetic, reductions, reshaping, activations), each differentiable to any order.
 * A gradient that is registered already, tfjs's or anybody's, is left alone.
 *
 * {@link valueAndInputGradient} and {@link valueAndVariableGradients} call it; call it yourself before
 * `tf.grad` and the like where the umbrella package is not loaded. Calling it again costs nothing.
 *
 * @example
 * ```ts
 * registerMissingGradients();
 * const second = tf.grad(tf.grad((x) => tf.pow(x, 3)));
 * const [value] = await second(tf.scalar(2)).data();
 * value?.toFixed(3); // => '12.000'
 * ```
 */
export function registerMissingGradients(): void {
  for (const config of [...elementwiseGradients, ...shapeGradients, ...linearGradients]) {
    if (tf.getGradient(config.kernelName) === undefined) tf.registerGradient(config);
  }
}
