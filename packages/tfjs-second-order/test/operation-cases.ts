import * as tf from '@tensorflow/tfjs-core';
import {
  avgPool,
  batchNorm,
  globalMaxPool,
  gradientPenalty,
  groupNorm,
  leakyRelu,
  logSigmoid,
  logSoftmax,
  maxPool,
  relu,
  resizeBilinear,
  sigmoid,
  softmax,
  softplus,
} from '../src/index.ts';
import { weights } from './central-differences.ts';
import type { DerivativeCase } from './derivative-check.ts';

const image = (f: (x: tf.Tensor4D) => tf.Tensor) => (x: tf.Tensor) => f(x as tf.Tensor4D);
const gain = (channels: number) => tf.add(weights([channels], 3), 1.5) as tf.Tensor1D;
const bias = (channels: number) => weights([channels], 4) as tf.Tensor1D;

/** Every operation of the package that has derivatives. */
export const operationCases: DerivativeCase[] = [
  { name: 'relu', shape: [3, 4], apply: (x) => relu(x), distinct: true },
  { name: 'leakyRelu', shape: [3, 4], apply: (x) => leakyRelu(x, 0.2), distinct: true },
  { name: 'sigmoid', shape: [3, 4], apply: (x) => sigmoid(x) },
  { name: 'softplus', shape: [3, 4], apply: (x) => softplus(x) },
  { name: 'logSigmoid', shape: [3, 4], apply: (x) => logSigmoid(x) },
  { name: 'softmax', shape: [3, 3], apply: (x) => softmax(x) },
  { name: 'logSoftmax', shape: [3, 3], apply: (x) => logSoftmax(x) },
  {
    name: 'maxPool 2x2 stride 2',
    shape: [2, 4, 6, 2],
    apply: image((x) => maxPool(x, { size: 2, stride: 2 })),
    distinct: true,
  },
  {
    name: 'maxPool 2x2 stride 2 on odd sizes',
    shape: [1, 5, 3, 2],
    apply: image((x) => maxPool(x, { size: 2, stride: 2 })),
    distinct: true,
  },
  {
    name: 'maxPool with gaps, 2x2 stride 3',
    shape: [1, 5, 6, 2],
    apply: image((x) => maxPool(x, { size: 2, stride: 3 })),
    distinct: true,
  },
  {
    name: 'maxPool overlapping, 3x3 stride 2',
    shape: [2, 5, 7, 1],
    apply: image((x) => maxPool(x, { size: 3, stride: 2 })),
    distinct: true,
  },
  {
    name: 'avgPool 2x2 stride 2',
    shape: [1, 4, 6, 2],
    apply: image((x) => avgPool(x, { size: 2, stride: 2 })),
  },
  {
    name: 'avgPool 2x2 stride 1',
    shape: [2, 3, 4, 2],
    apply: image((x) => avgPool(x, { size: 2, stride: 1 })),
  },
  {
    name: 'globalMaxPool',
    shape: [2, 3, 4, 3],
    apply: image((x) => globalMaxPool(x)),
    distinct: true,
  },
  {
    name: 'resizeBilinear, corners aligned',
    shape: [2, 2, 3, 2],
    apply: image((x) => resizeBilinear(x, [4, 6], { alignCorners: true })),
  },
  {
    name: 'resizeBilinear, corners not aligned',
    shape: [1, 3, 4, 2],
    apply: image((x) => resizeBilinear(x, [5, 2], { alignCorners: false })),
  },
  {
    name: 'groupNorm of vectors',
    shape: [2, 12],
    apply: (x) => groupNorm(x, { groups: 3, gain: gain(12), bias: bias(12) }),
  },
  {
    name: 'groupNorm of images',
    shape: [2, 2, 3, 4],
    apply: (x) => groupNorm(x, { groups: 2, gain: gain(4), bias: bias(4) }),
  },
  {
    name: 'batchNorm of images',
    shape: [2, 2, 3, 2],
    apply: (x) => batchNorm(x, { gain: gain(2), bias: bias(2) }),
  },
  {
    name: 'batchNorm of vectors',
    shape: [4, 3],
    apply: (x) => batchNorm(x, { gain: gain(3), bias: bias(3) }),
  },
  {
    name: 'gradientPenalty of order 4',
    shape: [2, 2, 3, 1],
    apply: image((x) => gradientPenalty(x, { k: 0.1 })),
  },
  {
    name: 'gradientPenalty of order 3',
    shape: [2, 2, 3, 1],
    apply: image((x) => gradientPenalty(x, { k: 0.2, order: 3 })),
  },
];
