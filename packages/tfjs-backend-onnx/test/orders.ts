import * as tf from '@tensorflow/tfjs-core';
import { array } from './compare.ts';

export type Images = tf.Tensor4D;
export type Convolution = (x: Images, filter: Images) => Images;

/** The convolution, its gradients, and the gradients of the squared norm of the gradient by the images. */
export function allOrders(convolve: Convolution, x: Images, filter: Images): tf.Tensor[] {
  const weighed = (image: tf.Tensor, weights: tf.Tensor): tf.Scalar => {
    const output = convolve(image as Images, weights as Images);
    return tf.sum(tf.mul(output, array(output.shape, 5)));
  };
  const penalty = (image: tf.Tensor, weights: tf.Tensor): tf.Scalar => {
    const squared = (input: tf.Tensor) =>
      tf.sum(tf.square(convolve(input as Images, weights as Images)));
    return tf.mean(tf.square(tf.grad(squared)(image)));
  };
  const outputs = [convolve(x, filter), ...tf.grads(weighed)([x, filter])];
  return [...outputs, ...tf.grads(penalty)([x, filter])];
}
