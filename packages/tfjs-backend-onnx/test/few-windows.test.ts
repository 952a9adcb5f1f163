import { registerMissingGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import '../src/index.ts';
import { array, expectSameOnBothBackends } from './compare.ts';
import { allOrders, type Images } from './orders.ts';

registerMissingGradients();

beforeAll(() => tf.setBackend('onnx'));
afterAll(() => tf.setBackend('cpu'));

/** Sums of up to 4,608 products of up to .1, relative to about 1. */
const TOLERANCE = 2e-5;

interface Case {
  readonly x: [number, number, number, number];
  readonly filter: [number, number, number, number];
  readonly strides: number | [number, number];
  readonly pad: Parameters<typeof tf.conv2d>[3];
}

// Filters of at least 2²⁰ weights, and at most a window for four output channels.
const CASES: readonly Case[] = [
  { x: [2, 2, 3, 114], filter: [3, 3, 114, 1024], strides: 1, pad: 'same' },
  { x: [1, 4, 5, 300], filter: [3, 3, 300, 390], strides: 2, pad: 'same' },
  {
    x: [1, 7, 5, 350],
    filter: [3, 2, 350, 512],
    strides: [3, 2],
    pad: [
      [0, 0],
      [1, 2],
      [0, 1],
      [0, 0],
    ],
  },
  { x: [1, 5, 4, 1024], filter: [1, 1, 1024, 1024], strides: 2, pad: 'valid' },
];

test.each(CASES)(
  'convolutions of few windows by many weights, $x by $filter, and their gradients are those of tfjs cpu',
  async ({ x, filter, strides, pad }) => {
    await expectSameOnBothBackends(() => {
      const [images, weights] = [array(x, 2), array(filter, 3, -0.1, 0.1)] as [Images, Images];
      const convolve = (a: Images, b: Images) => tf.conv2d(a, b, strides, pad);
      const errors = array(convolve(images, weights).shape, 4);
      const [byImages, byFilter] = tf.grads((a, b) => convolve(a as Images, b as Images))(
        [images, weights],
        errors,
      );
      return [convolve(images, weights), byImages!, byFilter!];
    }, TOLERANCE);
  },
);

test('so are the gradients of their gradients', async () => {
  await expectSameOnBothBackends(
    () =>
      allOrders(
        (images, filter) => tf.conv2d(images, filter, 1, 'same'),
        array([1, 2, 2, 117], 2) as Images,
        array([3, 3, 117, 1024], 3, -0.1, 0.1) as Images,
      ),
    10 * TOLERANCE,
  );
});

test('dilated ones too', async () => {
  await expectSameOnBothBackends(
    () =>
      tf.conv2d(
        array([1, 5, 6, 350], 2) as Images,
        array([3, 2, 350, 512], 3, -0.1, 0.1) as Images,
        1,
        'same',
        'NHWC',
        [2, 3],
      ),
    TOLERANCE,
  );
  expect(tf.memory().numTensors).toBe(0);
});
