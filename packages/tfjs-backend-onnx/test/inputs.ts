import { registerMissingGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import '../src/index.ts';
import { array } from './compare.ts';

registerMissingGradients();

export type Case = readonly [name: string, f: () => tf.Tensor | tf.Tensor[]];
export type T1 = tf.Tensor1D;
export type T2 = tf.Tensor2D;
export type T3 = tf.Tensor3D;
export type T4 = tf.Tensor4D;

export const runKernel = (
  name: string,
  inputs: tf.NamedTensorMap,
  attributes: object = {},
): tf.Tensor => tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap) as tf.Tensor;
export const x = (): tf.Tensor => array([2, 3, 4], 1, -2, 2);
export const positive = (): tf.Tensor => array([2, 3, 4], 2, 0.1, 3);
export const images = (shape: number[] = [2, 6, 8, 3], seed = 3): T4 => array(shape, seed) as T4;
export const whole = (): tf.Tensor => tf.round(tf.mul(array([2, 3, 4], 5), 5));
export const yes = (): tf.Tensor => tf.greater(array([2, 3, 4], 6), 0);
export const no = (): tf.Tensor => tf.less(array([2, 3, 4], 7), 0.3);
export const integers = (): tf.Tensor => tf.cast(tf.mul(array([2, 3, 4], 8), 9), 'int32');
/** A tensor whose physical order is channels first. */
export const convolved = (): tf.Tensor => tf.conv2d(images(), array([1, 1, 3, 4], 9) as T4, 1, 0);
