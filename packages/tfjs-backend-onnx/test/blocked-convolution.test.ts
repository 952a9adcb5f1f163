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
});

afterAll(async () => {
  await tf.setBackend('cpu');
});

/** Sums of up to 25 · 32 products of up to 0.1. */
const TOLERANCE = 2e-5;

/** Multiples of every block that there is, and halves. */
const channels = fc.constantFrom(8, 16, 32);

const along = fc
  .record({
    length: fc.integer({ min: 1, max: 7 }),
    filter: fc.integer({ min: 1, max: 5 }),
    before: fc.integer({ min: 0, max: 2 }),
    after: fc.integer({ min: 0, max: 2 }),
    stride: fc.integer({ min: 1, max: 2 }),
  })
  .filter(({ length, filter, before, after }) => length + before + after >= filter);

test('channels lie in blocks where the processor has registers for them', () => {
  expect([8, 16, undefined]).toContain(onnxBackend().graph.channelBlock);
  if (process.arch === 'x64') expect(onnxBackend().graph.channelBlock).toBeDefined();
});

test('convolutions of whole blocks, their gradients and their gradients’ gradients are those of tfjs cpu', async () => {
  await fc.assert(
    fc.asyncProperty(along, along, channels, channels, async (down, across, from, to) => {
      const convolve: Convolution = (images, filter) =>
        tf.conv2d(
          images,
          filter,
          [down.stride, across.stride],
          [
            [0, 0],
            [down.before, down.after],
            [across.before, across.after],
            [0, 0],
          ],
        );
      const x = array([2, down.length, across.length, from], 2) as Images;
      const filter = array([down.filter, across.filter, from, to], 3, -0.1, 0.1) as Images;
      await expectSameOnBothBackends(() => allOrders(convolve, x, filter), TOLERANCE);
      tf.dispose([x, filter]);
    }),
    { numRuns: 30 },
  );
});

test('channels added to channels that somebody has cut otherwise are not taken for biases', async () => {
  await expectSameOnBothBackends(() => {
    const images = array([2, 4, 4, 8], 2) as Images;
    const y = tf.conv2d(images, array([3, 3, 8, 16], 3, -0.1, 0.1) as Images, 1, 'same');
    const planes = tf.transpose(y, [0, 3, 1, 2]); // [2, 16, 4, 4]
    return [
      [2, 8, 8, 4],
      [2, 32, 2, 4],
      [4, 8, 4, 4],
      [1, 32, 4, 4],
    ].map((shape) => tf.add(tf.reshape(planes, shape), array([1, shape[1]!, 1, 1], 4)));
  }, TOLERANCE);
});

test('so are those of dilated filters', async () => {
  const convolve = (images: tf.Tensor, filter: tf.Tensor) =>
    tf.conv2d(images as Images, filter as Images, 1, 'same', 'NHWC', 2);
  await expectSameOnBothBackends(
    () => convolve(array([1, 7, 6, 16], 2), array([3, 3, 16, 32], 3, -0.1, 0.1)),
    TOLERANCE,
  );
});

/** Layers as a classifier has them: bias, rectifier, pool; the first sees grey images. */
function classify(images: tf.Tensor, filters: readonly tf.Tensor[], bias: tf.Tensor): Images {
  const [first, ...others] = filters as Images[];
  const layer = (x: tf.Tensor, filter: Images) =>
    tf.relu(tf.add(tf.conv2d(x as Images, filter, 1, 'same'), bias)) as Images;
  const pooled = maxPool(layer(images, first!), { size: 2, stride: 2 });
  const deep = others.reduce<Images>(layer, pooled as Images);
  return maxPool(deep, { size: 2, stride: 2 }) as Images;
}

const makeFilters = () => [
  array([3, 3, 1, 16], 3, -0.3, 0.3),
  array([3, 3, 16, 16], 4, -0.2, 0.2),
  array([3, 3, 16, 16], 5, -0.2, 0.2),
];

test('networks that are trained, with rectifiers and pools between convolutions, have the gradients of tfjs cpu', async () => {
  const network: Convolution = (images, filter) =>
    classify(images, [makeFilters()[0]!, filter, filter], array([16], 6));
  await expectSameOnBothBackends(
    () => allOrders(network, array([2, 16, 12, 1], 2) as Images, makeFilters()[1] as Images),
    TOLERANCE,
  );
});

test('networks whose filters stay are laid out once and give the same bits from the first run on', async () => {
  const [images, bias] = [array([2, 16, 12, 1], 2), array([16], 6)];
  const filters = makeFilters();
  const predict = async () => {
    const scores = tf.tidy(() => classify(images, filters, bias));
    const values = Float32Array.from(await scores.data());
    scores.dispose();
    return values;
  };
  await tf.setBackend('cpu');
  const expected = await predict();
  await tf.setBackend('onnx');
  let first: Float32Array | undefined;
  for (const again of [0, 1, 2, 3]) {
    const { runs } = onnxBackend().stats();
    const found = await predict();
    expect(onnxBackend().stats().runs - runs).toBe(1);
    first ??= found;
    expect(found, `run ${again}`).toEqual(first);
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i]!, 5);
  }
  tf.dispose([images, bias, ...filters]);
});

test('a rectified convolution that is also read as it is stays so, and NaN stays NaN', async () => {
  const x = tf.tidy(() => {
    const pixels = tf.buffer([1, 4, 4, 16], 'float32', array([256]).dataSync() as Float32Array);
    pixels.set(Number.NaN, 0, 0, 0, 3);
    return pixels.toTensor() as Images;
  });
  const filter = array([3, 3, 16, 16], 3, -0.1, 0.1) as Images;
  await expectSameOnBothBackends(() => {
    const y = tf.conv2d(x, filter, 1, 'same');
    return [y, tf.relu(y), tf.relu(tf.conv2d(x, filter, 1, 'valid'))];
  }, TOLERANCE);
  tf.dispose([x, filter]);
});
