import { registerMissingGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onnxBackend } from '../src/index.ts';
import { transposed } from '../src/rearranged.ts';
import { array, largestDifference } from './compare.ts';

registerMissingGradients();

beforeAll(async () => {
  await tf.setBackend('onnx');
});
afterAll(async () => {
  await tf.setBackend('cpu');
});

test('axes change places and are turned round as in tfjs', async () => {
  const cases = fc
    .array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 })
    .chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        permutation: fc.shuffledSubarray(
          shape.map((_, i) => i),
          { minLength: shape.length },
        ),
        reversed: fc.subarray(shape.map((_, i) => i)),
      }),
    );
  await tf.setBackend('cpu');
  await fc.assert(
    fc.asyncProperty(cases, async ({ shape, permutation, reversed }) => {
      const x = array(shape);
      const turned = reversed.length === 0 ? x : tf.reverse(x, reversed);
      const expected = tf.transpose(turned, permutation);
      const data = (await x.data()) as Float32Array;
      const copy = transposed(data, shape, permutation, reversed);
      expect(copy).toEqual(await expected.data());
      tf.dispose(turned);
      tf.dispose([x, expected]);
    }),
    { numRuns: 60, seed: 1 },
  );
  await tf.setBackend('onnx');
});

test('weights that stay are rearranged once, those that change are never stale', async () => {
  const image = array([1, 6, 6, 32], 1) as tf.Tensor4D;
  const filter = tf.variable(array([3, 3, 32, 64], 2));
  const forward = () => tf.tidy(() => tf.conv2d(image, filter as unknown as tf.Tensor4D, 1, 1));
  const values: Float32Array[] = [];
  for (let run = 0; run < 4; run++) {
    const y = forward();
    values.push((await y.data()).slice() as Float32Array);
    y.dispose();
  }
  for (const other of values.slice(1)) expect(other).toEqual(values[0]);
  filter.assign(tf.tidy(() => tf.mul(filter, 2)));
  const y = forward();
  const doubled = await y.data();
  for (const [i, value] of values[0]!.entries()) expect(doubled[i]).toBeCloseTo(2 * value, 4);
  tf.dispose([image, filter, y]);
});

test('the planes of filters that stay are computed once, those of filters that change are never stale', async () => {
  const image = array([1, 8, 6, 100], 1) as tf.Tensor4D;
  const errors = array([1, 8, 6, 66], 3) as tf.Tensor4D;
  const filter = tf.variable(array([3, 3, 100, 66], 2));
  const run = async (): Promise<Float32Array[]> => {
    const convolve = (x: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, filter as never, 1, 'same');
    const { y, dx } = tf.tidy(() => {
      const { value, grad } = tf.valueAndGrad(convolve)(image, errors);
      return { y: value, dx: grad };
    });
    const values = await Promise.all([y.data(), dx.data()]);
    tf.dispose([y, dx]);
    return values.map((data) => Float32Array.from(data));
  };
  for (const factor of [1, 0.5]) {
    filter.assign(tf.tidy(() => tf.mul(filter, factor)));
    const results: Float32Array[][] = [];
    const runs: number[] = [];
    for (let i = 0; i < 4; i++) {
      const before = onnxBackend().stats().runs;
      results.push(await run());
      runs.push(onnxBackend().stats().runs - before);
    }
    // with the new filter itself; of an array seen for the first time; with the planes of both directions; with neither
    expect(runs).toEqual([1, 1, 3, 1]);
    const first = results[0]!;
    expect(results).toEqual([first, first, first, first]);
    await tf.setBackend('cpu');
    const expected = await run();
    await tf.setBackend('onnx');
    expected.forEach((values, i) => {
      expect(largestDifference([...first[i]!], [...values])).toBeLessThan(1e-4);
    });
  }
  tf.dispose([image, errors, filter]);
});

test('large filters, the same ones again and changed ones, give the gradients that tfjs cpu gives', async () => {
  const image = array([1, 5, 4, 96], 1) as tf.Tensor4D;
  const filter = tf.variable(array([3, 2, 96, 64], 2));
  const gradient = tf.grad((x) => tf.conv2d(x as tf.Tensor4D, filter as never, 1, 'same'));
  const errors = array([1, 5, 4, 64], 3);
  const run = async (): Promise<Float32Array> => {
    const dx = tf.tidy(() => gradient(image, errors));
    const values = Float32Array.from(await dx.data());
    dx.dispose();
    return values;
  };
  for (const factor of [1, 1, 1, 0.5]) {
    filter.assign(tf.tidy(() => tf.mul(filter, factor)));
    const [first, second, third] = [await run(), await run(), await run()];
    expect(second).toEqual(first);
    expect(third).toEqual(first);
    await tf.setBackend('cpu');
    expect(largestDifference([...first], [...(await run())])).toBeLessThan(1e-4);
    await tf.setBackend('onnx');
  }
  tf.dispose([image, filter, errors]);
});
