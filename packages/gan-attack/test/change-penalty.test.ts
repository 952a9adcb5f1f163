import { registerMissingGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { changePenalty } from '../src/index.ts';

const image = (rows: readonly (readonly number[])[]): tf.Tensor4D =>
  tf.tensor4d(rows.flat(), [1, rows.length, rows[0]?.length ?? 0, 1]);
const number = async (scalar: tf.Tensor): Promise<number> => (await scalar.data())[0] as number;

const SOURCE = [
  [0.585, 0.385], // 0.1 from the mean of channel 0
  [0.585, 0.385],
];

beforeAll(registerMissingGradients);

describe('changePenalty', () => {
  test('is the squared differences of neighbours and the length of the change, each over that of the source', async () => {
    const source = image(SOURCE);
    const fake = tf.add(
      source,
      image([
        [0.03, 0.01],
        [0, 0],
      ]),
    ) as tf.Tensor4D;
    const inside = 0.03 ** 2 + 0.01 ** 2 + 0.02 ** 2;
    const toOutside = 2 * 0.03 ** 2 + 2 * 0.01 ** 2;
    const roughness = (inside + toOutside) / (4 * 0.1 ** 2);
    const length = 0.04 / 0.4;
    const weights = { smoothness: 2, sparsity: 3 };
    expect(await number(changePenalty(fake, source, weights))).toBeCloseTo(
      2 * roughness + 3 * length,
      5,
    );
    expect(await number(changePenalty(fake, source, { smoothness: 2, sparsity: 0 }))).toBeCloseTo(
      2 * roughness,
      5,
    );
  });

  test('is 0 for no change, and an even change is rough at the border only', async () => {
    const source = image(SOURCE);
    expect(await number(changePenalty(source, source, { smoothness: 1, sparsity: 1 }))).toBe(0);
    const even = tf.add(source, 0.1) as tf.Tensor4D;
    const sides = 8;
    expect(await number(changePenalty(even, source, { smoothness: 1, sparsity: 0 }))).toBeCloseTo(
      (sides * 0.1 ** 2) / (4 * 0.1 ** 2),
      5,
    );
  });

  test('costs as much at a corner as in the middle', async () => {
    const dot = (at: number) =>
      tf.tensor4d(
        Array.from({ length: 25 }, (_, i) => (i === at ? 0.5 : 0)),
        [1, 5, 5, 1],
      );
    const source = tf.zeros([1, 5, 5, 1]) as tf.Tensor4D;
    const weights = { smoothness: 1, sparsity: 0 };
    const middle = await number(changePenalty(dot(12), source, weights));
    expect(middle).toBeGreaterThan(0);
    for (const at of [0, 2, 4, 10, 24]) {
      expect(await number(changePenalty(dot(at), source, weights))).toBeCloseTo(middle, 5);
    }
  });

  test('does not care which way an image is turned', async () => {
    const pixel = fc.double({ min: 0, max: 1, noNaN: true });
    const square = fc.array(fc.array(pixel, { minLength: 3, maxLength: 3 }), {
      minLength: 3,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(square, square, async (fake, source) => {
        const weights = { smoothness: 1, sparsity: 1 };
        const turned = (rows: number[][]) => tf.transpose(image(rows), [0, 2, 1, 3]);
        const one = await number(changePenalty(image(fake), image(source), weights));
        const other = await number(changePenalty(turned(fake), turned(source), weights));
        expect(other).toBeCloseTo(one, 3);
      }),
      { numRuns: 20 },
    );
  });

  test('has the gradient that central differences have', async () => {
    const source = image(SOURCE);
    const weights = { smoothness: 2, sparsity: 3 };
    const change = [0.03, 0.01, -0.02, 0.05];
    const at = (values: number[]) =>
      changePenalty(
        tf.add(source, tf.tensor4d(values, [1, 2, 2, 1])) as tf.Tensor4D,
        source,
        weights,
      );
    const gradient = tf.grad((fake: tf.Tensor) =>
      changePenalty(fake as tf.Tensor4D, source, weights),
    );
    const found = await gradient(tf.add(source, tf.tensor4d(change, [1, 2, 2, 1]))).data();
    for (const i of change.keys()) {
      const step = 0.004;
      const moved = (by: number) => at(change.map((value, k) => (k === i ? value + by : value)));
      const expected = ((await number(moved(step))) - (await number(moved(-step)))) / (2 * step);
      expect(found[i]).toBeCloseTo(expected, 1);
    }
  });
});
