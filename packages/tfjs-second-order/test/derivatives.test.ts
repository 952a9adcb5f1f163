import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
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
  registerMissingGradients,
  relu,
  resizeBilinear,
  sigmoid,
  softmax,
  softplus,
} from '../src/index.ts';
import {
  centralDifferences,
  relativeDifference,
  type ScalarFunction,
  weights,
} from './central-differences.ts';

registerMissingGradients();

interface Case {
  readonly name: string;
  readonly shape: number[];
  readonly apply: (x: tf.Tensor) => tf.Tensor;
  /** Inputs whose order does not change within the differences' reach, for kinks. */
  readonly distinct?: boolean;
}

const image = (f: (x: tf.Tensor4D) => tf.Tensor) => (x: tf.Tensor) => f(x as tf.Tensor4D);
const gain = (channels: number) => tf.add(weights([channels], 3), 1.5) as tf.Tensor1D;
const bias = (channels: number) => weights([channels], 4) as tf.Tensor1D;

const cases: Case[] = [
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

/** Multiples of 0.4 in a scrambled order, none of them 0. */
function distinctInputs(shape: number[]): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const order = Array.from({ length: size }, (_, i) => i).sort(
    (a, b) => Math.sin(91 * a) - Math.sin(91 * b),
  );
  return tf.tensor(
    Float32Array.from(order, (rank) => 0.4 * (rank - size / 2) + 0.2),
    shape,
  );
}

/** x ↦ Σ w · ∇f(x)², so that its gradient is a second derivative of f. */
function penaltyOf(f: ScalarFunction, seed: number): ScalarFunction {
  return (x) => {
    const gradient = tf.grad(f as (x: tf.Tensor) => tf.Tensor)(x);
    return tf.sum(tf.mul(weights(x.shape, seed), tf.square(gradient)));
  };
}

// Float32 with five-point differences of step 0.05: truncation about 1e-5, rounding about 1e-5 of
// the function's size. Formulae that are wrong are wrong by tenths.
const TOLERANCE = 3e-3;

describe.each(cases)('$name', ({ shape, apply, distinct }) => {
  const input = () => (distinct ? distinctInputs(shape) : tf.mul(weights(shape, 1), 2));
  const loss: ScalarFunction = (x) => {
    const y = apply(x);
    return tf.sum(tf.mul(weights(y.shape, 2), tf.add(y, tf.mul(y, tf.mul(y, 0.5)))));
  };
  const orders = [
    { order: 'first', f: loss },
    { order: 'second', f: penaltyOf(loss, 5) },
    { order: 'third', f: penaltyOf(penaltyOf(loss, 5), 6) },
  ];
  test.each(orders)('the $order derivative agrees with central differences', async ({ f }) => {
    const x = input();
    const exact = await tf
      .grad(f as (x: tf.Tensor) => tf.Tensor)(x)
      .data();
    const approximate = await centralDifferences(f, x, 0.05);
    expect(relativeDifference(exact, approximate)).toBeLessThan(TOLERANCE);
  });
});
