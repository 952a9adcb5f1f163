import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { findFusions } from '../src/find-fusions.ts';
import { sizeOf } from '../src/graph.ts';
import { onnxBackend } from '../src/index.ts';
import { makePlan } from '../src/plan.ts';
import { transposed } from '../src/rearranged.ts';
import { type Transposition, transpositionSteps } from '../src/transposition-steps.ts';
import { array, expectSameOnBothBackends } from './compare.ts';

const counted = (size: number) => Float32Array.from({ length: size }, (_, i) => i);

/** A shape of some ten thousand numbers with an order of its axes. */
const transpositions = fc
  .array(fc.integer({ min: 1, max: 8 }), { minLength: 2, maxLength: 4 })
  .chain((small) => {
    const shape = [Math.ceil(20_000 / sizeOf(small)), ...small];
    const axes = shape.map((_, axis) => axis);
    return fc
      .tuple(
        fc.shuffledSubarray(axes, { minLength: axes.length }),
        fc.shuffledSubarray(axes, { minLength: axes.length }),
      )
      .map(([order, perm]) => ({ shape: order.map((axis) => shape[axis]!), perm }));
  });

describe('transpositionSteps', () => {
  test('takes the transposition of filters apart into a copy of runs and one of a matrix', () => {
    expect(transpositionSteps({ shape: [3, 3, 256, 512], perm: [3, 2, 0, 1] })).toEqual([
      { shape: [9, 256, 512], perm: [1, 0, 2] },
      { shape: [2304, 512], perm: [1, 0] },
    ]);
  });

  test('takes axes that stay side by side for one', () => {
    expect(transpositionSteps({ shape: [3, 3, 64, 64], perm: [2, 3, 0, 1] })).toEqual([
      { shape: [9, 4096], perm: [1, 0] },
    ]);
    expect(transpositionSteps({ shape: [1, 3, 3, 64, 1, 64], perm: [3, 4, 5, 0, 1, 2] })).toEqual([
      { shape: [9, 4096], perm: [1, 0] },
    ]);
  });

  test.each<[string, Transposition]>([
    ['runs that stay', { shape: [4, 64, 8, 32], perm: [2, 0, 1, 3] }],
    ['images, channels first', { shape: [8, 64, 64, 16], perm: [0, 3, 1, 2] }],
    ['images, channels last', { shape: [8, 16, 64, 64], perm: [0, 2, 3, 1] }],
    ['few numbers', { shape: [3, 3, 4, 8], perm: [3, 2, 0, 1] }],
    ['one order', { shape: [64, 64, 64], perm: [0, 1, 2] }],
  ])('leaves alone what is fast or small: %s', (_, transposition) => {
    expect(transpositionSteps(transposition)).toBeUndefined();
  });

  test('moves scattered runs in two steps, each within memory that is near', () => {
    const steps = transpositionSteps({
      shape: [3, 3, 16, 16, 64, 16],
      perm: [4, 2, 0, 1, 3, 5],
    });
    expect(steps).toHaveLength(2);
  });

  test('leads to the same order, whatever the axes', () => {
    let taken = 0;
    fc.assert(
      fc.property(transpositions, ({ shape, perm }) => {
        const steps = transpositionSteps({ shape, perm });
        if (steps === undefined) return;
        taken++;
        const whole = counted(sizeOf(shape));
        const stepped = steps.reduce(
          (data, step) => transposed(data, step.shape, step.perm) as typeof data,
          whole,
        );
        const direct = transposed(whole, shape, perm);
        expect(stepped.every((value, i) => value === direct[i])).toBe(true);
      }),
      { numRuns: 100 },
    );
    expect(taken).toBeGreaterThan(20);
  });
});

describe('the backend', () => {
  afterAll(async () => {
    await tf.setBackend('cpu');
  });

  /** Filters as ONNX has them; the reshape makes the backend write out what it else keeps as an order of axes. */
  const turned = (filters: tf.Tensor): tf.Tensor =>
    tf.reshape(tf.transpose(filters, [3, 2, 0, 1]), [40 * 48, 9]);
  const filters = () => tf.square(array([3, 3, 48, 40]));

  test('computes stepped transpositions as outputs and between other operations', async () => {
    await expectSameOnBothBackends(() => turned(filters()));
    await expectSameOnBothBackends(() => tf.add(turned(filters()), 1));
    await expectSameOnBothBackends(() => turned(tf.greater(filters(), 0.5)));
  });

  test('writes them where ONNX Runtime runs on a processor that it knows', async () => {
    await tf.setBackend('onnx');
    const { channelBlock } = onnxBackend().graph;
    tf.tidy(() => {
      const plan = makePlan([onnxBackend().viewOf(tf.add(turned(filters()), 1)).value]);
      const ops = [...findFusions(plan).keys()].map(({ node }) => node!.op);
      expect(ops).toEqual(channelBlock === undefined ? [] : ['Transpose']);
    });
  });
});
