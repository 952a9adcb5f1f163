import { maxPool, registerMissingGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onnxBackend } from '../src/index.ts';
import { array, expectSameOnBothBackends } from './compare.ts';
import { allOrders, type Convolution, type Images } from './orders.ts';

registerMissingGradients();

beforeAll(async () => {
  await tf.setBackend('onnx');
  expect(onnxBackend().graph.minimalFiltering).toBe(true);
});

afterAll(async () => {
  await tf.setBackend('cpu');
});

/** Sums of 9 · 65 products of up to 1. */
const TOLERANCE = 2e-5;

const side = fc.record({
  length: fc.integer({ min: 1, max: 6 }),
  before: fc.integer({ min: 0, max: 2 }),
  after: fc.integer({ min: 0, max: 2 }),
});

test('3×3 convolutions of many channels, their gradients and their gradients’ gradients are those of tfjs cpu', async () => {
  await fc.assert(
    fc.asyncProperty(side, side, fc.integer({ min: 1, max: 2 }), async (down, across, batch) => {
      fc.pre([down, across].every(({ length, before, after }) => length + before + after >= 3));
      const x = [batch, down.length, across.length, 64] as [number, number, number, number];
      const [top, bottom, left, right] = [down.before, down.after, across.before, across.after];
      const convolve: Convolution = (images, filter) =>
        tf.conv2d(images, filter, 1, [
          [0, 0],
          [top, bottom],
          [left, right],
          [0, 0],
        ]);
      await expectSameOnBothBackends(
        () =>
          allOrders(convolve, array(x, 2) as Images, array([3, 3, 64, 65], 3, -0.1, 0.1) as Images),
        TOLERANCE,
      );
    }),
    { numRuns: 8 },
  );
});

test('so are those between pools, which read and give the phases of images', async () => {
  const convolve: Convolution = (images, filter) => {
    const wide = tf.relu(tf.conv2d(images, filter, 1, 'same'));
    return maxPool(tf.relu(tf.conv2d(wide, filter, 1, 'same')), { size: 2, stride: 2 }) as Images;
  };
  await expectSameOnBothBackends(
    () =>
      allOrders(
        (x, filter) => convolve(maxPool(x, { size: 2, stride: 2 }) as Images, filter),
        array([2, 16, 12, 34], 2) as Images,
        array([3, 3, 34, 34], 3, -0.1, 0.1) as Images,
      ),
    TOLERANCE,
  );
});
