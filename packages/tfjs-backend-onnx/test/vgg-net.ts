import {
  avgPool,
  globalMaxPool,
  gradientPenalty,
  groupNorm,
  leakyRelu,
  logSoftmax,
  maxPool,
  relu,
  valueAndInputGradient,
} from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { numbers } from './compare.ts';

export type Weights = Map<string, tf.Variable>;

let created = 0;

/** A small classifier with everything that the study's networks have. */
export function createWeights(channels = 4): Weights {
  const c = channels;
  const shapes: Record<string, number[]> = {
    conv1: [3, 3, 3, c],
    conv2: [3, 3, c, 2 * c],
    conv3: [3, 3, 2 * c, 2 * c],
    fc1: [2 * c, 16],
    gain: [16],
    head: [16, 2],
    bias1: [c],
    bias2: [2 * c],
  };
  const weights: Weights = new Map();
  Object.entries(shapes).forEach(([name, shape], i) => {
    const size = tf.util.sizeFromShape(shape);
    const fanIn = size / shape.at(-1)!;
    const values = numbers(size, i + 1).map((value) => (value * 2) / Math.sqrt(fanIn));
    weights.set(name, tf.variable(tf.tensor(values, shape), true, `w${created++}`));
  });
  return weights;
}

function logits(weights: Weights, x: tf.Tensor4D): tf.Tensor2D {
  const get = <T extends tf.Tensor>(name: string) => weights.get(name) as unknown as T;
  const conv = (input: tf.Tensor4D, name: string, stride: number) =>
    tf.conv2d(input, get<tf.Tensor4D>(name), stride, 1);
  let h = maxPool(relu(tf.add(conv(x, 'conv1', 1), get('bias1')) as tf.Tensor4D), {
    size: 2,
    stride: 2,
  });
  h = maxPool(relu(tf.add(conv(h, 'conv2', 1), get('bias2')) as tf.Tensor4D), {
    size: 2,
    stride: 2,
  });
  h = avgPool(relu(conv(h, 'conv3', 2)), { size: 2, stride: 1 });
  const flat = tf.matMul(globalMaxPool(h), get<tf.Tensor2D>('fc1'));
  const normal = groupNorm(flat, { groups: 2, gain: get('gain'), bias: tf.zeros([16]) });
  return tf.matMul(leakyRelu(normal as tf.Tensor2D, 0.2), get<tf.Tensor2D>('head'));
}

/** Cross entropy of class 0 and a gradient penalty, both averaged over the batch. */
export function loss(weights: Weights, x: tf.Tensor4D): tf.Scalar {
  const dy = tf.broadcastTo(tf.tensor2d([[1, -1]]), [x.shape[0], 2]) as tf.Tensor2D;
  const { value, gradient } = valueAndInputGradient((input) => logits(weights, input), x, dy);
  const entropy = tf.neg(tf.mean(tf.slice(logSoftmax(value), [0, 0], [-1, 1])));
  return tf.add(entropy, gradientPenalty(gradient as tf.Tensor4D));
}
