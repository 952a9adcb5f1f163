import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { onEveryEngine, testedEngines } from '../../../vitest.engines.ts';
import {
  avgPool,
  batchNorm,
  dropoutMask,
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
  updateRunningStatistics,
} from '../src/index.ts';
import { relativeDifference, weights } from './central-differences.ts';

registerMissingGradients();

async function expectClose(actual: tf.Tensor, expected: tf.Tensor, tolerance = 1e-6) {
  expect(actual.shape).toEqual(expected.shape);
  expect(relativeDifference(await actual.data(), await expected.data())).toBeLessThan(tolerance);
}

const image = () => weights([2, 5, 4, 4], 1) as tf.Tensor4D;

onEveryEngine(await testedEngines(), (engine) => {
  // wasm prefers the last maximum, and so does webgpu
  const testTies = test.skipIf(engine === 'wasm' || engine === 'webgpu');

  test.each([
    ['relu', () => relu(image()), () => tf.relu(image())],
    ['leakyRelu', () => leakyRelu(image(), 0.2), () => tf.leakyRelu(image(), 0.2)],
    ['sigmoid', () => sigmoid(image()), () => tf.sigmoid(image())],
    ['softplus', () => softplus(image()), () => tf.softplus(image())],
    ['logSigmoid', () => logSigmoid(image()), () => tf.logSigmoid(image())],
    ['softmax', () => softmax(image()), () => tf.softmax(image())],
    ['logSoftmax', () => logSoftmax(image()), () => tf.logSoftmax(image())],
    [
      'maxPool',
      () => maxPool(image(), { size: 3, stride: 2 }),
      () => tf.maxPool(image(), 3, 2, 'valid'),
    ],
    [
      'avgPool',
      () => avgPool(image(), { size: 2, stride: 1 }),
      () => tf.avgPool(image(), 2, 1, 'valid'),
    ],
    ['globalMaxPool', () => globalMaxPool(image()), () => tf.max(image(), [1, 2])],
    [
      'resizeBilinear with aligned corners',
      () => resizeBilinear(image(), [10, 3], { alignCorners: true }),
      () => tf.image.resizeBilinear(image(), [10, 3], true),
    ],
    [
      'resizeBilinear with half-pixel centres',
      () => resizeBilinear(image(), [10, 8], { alignCorners: false }),
      () => tf.image.resizeBilinear(image(), [10, 8], false, true),
    ],
  ])('%s has the values of the stock operation', async (_, ours, stock) => {
    await expectClose(ours(), stock());
  });

  test('logSigmoid and softplus do not overflow', async () => {
    const x = tf.tensor1d([-200, 0, 200]);
    const values = await logSigmoid(x).data();
    expect(Array.from(values)).toEqual([-200, expect.closeTo(-Math.LN2, 6), -0]);
    expect(Array.from(await softplus(x).data())).toEqual([0, expect.closeTo(Math.LN2, 6), 200]);
  });

  test('aligned corners keep the corner pixels', async () => {
    const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
    const y = resizeBilinear(x, [3, 3], { alignCorners: true });
    expect(Array.from(await y.data())).toEqual([1, 1.5, 2, 2, 2.5, 3, 3, 3.5, 4]);
  });

  test('a single aligned output pixel is the first input pixel', async () => {
    const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
    expect(Array.from(await resizeBilinear(x, [1, 1], { alignCorners: true }).data())).toEqual([1]);
  });

  testTies('maxPool sends the gradient of a tie to the first maximum', async () => {
    const x = tf.tensor4d([5, 5, 5, 5], [1, 2, 2, 1]);
    const gradient = tf.grad((input) =>
      tf.sum(maxPool(input as tf.Tensor4D, { size: 2, stride: 2 })),
    );
    expect(Array.from(await gradient(x).data())).toEqual([1, 0, 0, 0]);
  });

  testTies('overlapping maxPool gathers from the first maximum of a tie', async () => {
    const x = tf.tensor4d([5, 5, 5, 5, 5, 5, 5, 5, 5], [1, 3, 3, 1]);
    const scatter = tf.grad((input) => {
      const y = maxPool(input as tf.Tensor4D, { size: 2, stride: 1 });
      return tf.sum(tf.mul(y, y));
    });
    // y = 5 everywhere; x[0] wins once, and so do x[1], x[3] and x[4]: gradient 2 · 5 · 1 each
    const first = [10, 10, 0, 10, 10, 0, 0, 0, 0];
    expect(Array.from(await scatter(x).data())).toEqual(first);
    // Σ gradient · v with v = (0 … 8) has the derivative scatter(2 · gather(v))
    const v = tf.tensor4d([0, 1, 2, 3, 4, 5, 6, 7, 8], [1, 3, 3, 1]);
    const second = tf.grad((input) => tf.sum(tf.mul(v, scatter(input))))(x);
    expect(Array.from(await second.data())).toEqual([0, 2, 0, 6, 8, 0, 0, 0, 0]);
  });

  test('globalMaxPool divides the gradient of a tie', async () => {
    const x = tf.tensor4d([7, 1, 7, 7], [1, 2, 2, 1]);
    const gradient = tf.grad((input) => tf.sum(globalMaxPool(input as tf.Tensor4D)))(x);
    const third = expect.closeTo(1 / 3, 6);
    expect(Array.from(await gradient.data())).toEqual([third, 0, third, third]);
  });

  describe('groupNorm', () => {
    const ones = tf.util.makeOnesTypedArray(4, 'float32');

    test('standardises each group of each image with the biased variance', async () => {
      const x = tf.tensor2d([1, 3, 10, 14], [1, 4]);
      const y = groupNorm(x, {
        groups: 2,
        gain: tf.tensor1d(ones),
        bias: tf.zeros([4]),
        epsilon: 0,
      });
      expect(Array.from(await y.data())).toEqual([-1, 1, -1, 1]);
    });

    test('outputs the bias where a group is one number', async () => {
      const bias = tf.tensor1d([1, 2, 3, 4]);
      const y = groupNorm(tf.tensor2d([9, 8, 7, 6], [1, 4]), {
        groups: 4,
        gain: tf.tensor1d(ones),
        bias,
      });
      expect(Array.from(await y.data())).toEqual([1, 2, 3, 4]);
    });

    test('does not change when its input is scaled and shifted', async () => {
      const options = { groups: 2, gain: tf.tensor1d(ones), bias: tf.zeros([4]), epsilon: 1e-12 };
      const scales = fc.float({ min: 0.5, max: 4, noNaN: true });
      const shifts = fc.float({ min: -3, max: 3, noNaN: true });
      await fc.assert(
        fc.asyncProperty(scales, shifts, async (scale, shift) => {
          const moved = tf.add(tf.mul(image(), scale), shift);
          await expectClose(groupNorm(moved, options), groupNorm(image(), options), 1e-4);
        }),
        { numRuns: 10 },
      );
    });
  });

  describe('batchNorm', () => {
    const options = () => ({ gain: tf.tensor1d([2, 1]), bias: tf.tensor1d([0, 5]) });

    test('standardises channels over images and pixels in training', async () => {
      const x = tf.tensor4d([1, 10, 3, 10, 5, 30, 7, 30], [2, 1, 2, 2]);
      const y = await batchNorm(x, { ...options(), epsilon: 0 }).data();
      const s = Math.sqrt(5);
      const expected = [-6 / s, 4, -2 / s, 4, 2 / s, 6, 6 / s, 6];
      expect(relativeDifference(y, expected)).toBeLessThan(1e-6);
    });

    test('uses running statistics in inference', async () => {
      const running = { mean: tf.tensor1d([1, 2]), variance: tf.tensor1d([4, 9]) };
      const y = batchNorm(tf.tensor2d([5, 8], [1, 2]), { ...options(), running, epsilon: 0 });
      expect(Array.from(await y.data())).toEqual([4, 7]);
    });

    test('running statistics move by the momentum towards the unbiased variance', async () => {
      const previous = { mean: tf.tensor1d([0, 0]), variance: tf.tensor1d([1, 1]) };
      const x = tf.tensor2d([1, 10, 3, 30], [2, 2]);
      const { mean, variance } = updateRunningStatistics(previous, x);
      expect(relativeDifference(await mean.data(), [0.2, 2])).toBeLessThan(1e-6);
      expect(relativeDifference(await variance.data(), [1.1, 20.9])).toBeLessThan(1e-6);
    });
  });

  test('dropoutMask keeps the expectation, and the seed decides it', async () => {
    const mask = Array.from(await dropoutMask([100, 100], { rate: 0.2, seed: 3 }).data());
    expect(new Set(mask)).toEqual(new Set([0, 1.25]));
    expect(mask.reduce((sum, value) => sum + value) / 10_000).toBeCloseTo(1, 1);
    const again = await dropoutMask([100, 100], { rate: 0.2, seed: 3 }).data();
    const other = await dropoutMask([100, 100], { rate: 0.2, seed: 4 }).data();
    expect(Array.from(again)).toEqual(mask);
    expect(Array.from(other)).not.toEqual(mask);
  });

  test('gradientPenalty is k / 2 times the mean power of the norms', async () => {
    const gradient = tf.tensor4d([3, 4, 0, 1], [2, 2, 1, 1]);
    expect((await gradientPenalty(gradient).data())[0]).toBeCloseTo(5 * ((625 + 1) / 2), 3);
    const linear = gradientPenalty(gradient, { k: 1, order: 2 });
    expect((await linear.data())[0]).toBeCloseTo((25 + 1) / 4, 5);
  });
});

const vector = tf.tensor1d([1, 2]);
const vectors = tf.tensor2d([1, 2], [1, 2]);
const photo = tf.zeros([1, 2, 3, 2]) as tf.Tensor4D;
test.each([
  [() => leakyRelu(vector, Number.NaN), 'leakyRelu: slope must be finite, got NaN'],
  [() => maxPool(photo, { size: 0, stride: 1 }), 'maxPool: size must be a positive integer, got 0'],
  [
    () => avgPool(photo, { size: 1, stride: 1.5 }),
    'avgPool: stride must be a positive integer, got 1.5',
  ],
  [
    () => maxPool(vector as never, { size: 1, stride: 1 }),
    'maxPool: x must have shape [N, H, W, C], got [2]',
  ],
  [
    () => avgPool(photo, { size: 3, stride: 1 }),
    'avgPool: x must be at least 3 x 3 pixels, got 2 x 3',
  ],
  [() => globalMaxPool(vector as never), 'globalMaxPool: x must have shape [N, H, W, C], got [2]'],
  [
    () => resizeBilinear(vector as never, [1, 1], { alignCorners: true }),
    'resizeBilinear: x must have shape [N, H, W, C], got [2]',
  ],
  [
    () => resizeBilinear(photo, [0, 1], { alignCorners: true }),
    'resizeBilinear: size must be two positive integers, got [0,1]',
  ],
  [
    () => groupNorm(vector, { groups: 1, gain: vector, bias: vector }),
    'groupNorm: x must have shape [N, C] or [N, H, W, C], got [2]',
  ],
  [
    () => groupNorm(vectors, { groups: 3, gain: vector, bias: vector }),
    'groupNorm: groups must divide 2 channels, got 3',
  ],
  [
    () => groupNorm(vectors, { groups: 1, gain: vector, bias: vectors }),
    'groupNorm: bias must have shape [2], got [1,2]',
  ],
  [
    () => batchNorm(vector, { gain: vector, bias: vector }),
    'batchNorm: x must have shape [N, C] or [N, H, W, C], got [2]',
  ],
  [
    () => batchNorm(vectors, { gain: vectors, bias: vector }),
    'batchNorm: gain must have shape [2], got [1,2]',
  ],
  [
    () => updateRunningStatistics({ mean: vector, variance: vector }, vectors),
    'updateRunningStatistics: x must hold at least 2 values per channel, got 1',
  ],
  [
    () => updateRunningStatistics({ mean: vector, variance: vector }, photo, { momentum: 2 }),
    'updateRunningStatistics: momentum must be in [0, 1], got 2',
  ],
  [() => dropoutMask([1], { rate: 1, seed: 0 }), 'dropoutMask: rate must be in [0, 1), got 1'],
  [
    () => dropoutMask([1], { rate: 0.5, seed: 0.5 }),
    'dropoutMask: seed must be a safe integer, got 0.5',
  ],
  [
    () => gradientPenalty(vector as never),
    'gradientPenalty: gradient must have shape [N, H, W, C], got [2]',
  ],
  [
    () => gradientPenalty(photo, { k: -1 }),
    'gradientPenalty: k must be finite and not negative, got -1',
  ],
  [
    () => gradientPenalty(photo, { order: 1 }),
    'gradientPenalty: order must be finite and at least 2, got 1',
  ],
])('refuses what it cannot do, %#', (call, message) => {
  expect(call).toThrow(new RangeError(message));
});
