import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, test } from 'vitest';
import '../src/index.ts';

beforeEach(async () => {
  await tf.setBackend('onnx');
});

const column = (length: number) => tf.zeros([length, 1]) as tf.Tensor2D;

describe('what cannot be computed', () => {
  test('for want of memory throws with the operation and shapes, and the next smaller step works', async () => {
    const length = 1e7; // 400 TB: more than there are addresses, for machines that promise any memory
    const huge = tf.tidy(() => tf.sum(tf.matMul(column(length), column(length), false, true)));
    await expect(huge.data()).rejects.toThrow(
      /onnx backend: BatchMatMul \[10000000,10000000\] failed for a tensor \[\]/,
    );
    huge.dispose();
    const small = tf.tidy(() => tf.sum(tf.add(tf.matMul(column(4), column(4), false, true), 1)));
    expect(await small.data()).toEqual(Float32Array.of(16));
    small.dispose();
  });

  test('does not stand in the way of other tensors, dead or alive', async () => {
    const [params, index] = [
      tf.tensor1d([1, 2, 3]),
      tf.tidy(() => tf.cast(tf.tensor1d([5]), 'int32')),
    ];
    const lost = tf.gather(params, tf.add(index, tf.scalar(1, 'int32')) as tf.Tensor1D);
    const doubled = tf.mul(params, 2);
    expect([...(await doubled.data())]).toEqual([2, 4, 6]);
    await expect(lost.data()).rejects.toThrow(/GatherV2 \[1\] failed/);
    const tripled = tf.mul(params, 3);
    expect([...(await tripled.data())]).toEqual([3, 6, 9]);
  });

  test.each([-1, 3])('a computed index %i is an error, not an element', async (place) => {
    const index = tf.cast(tf.add(tf.tensor1d([place - 1]), 1), 'int32') as tf.Tensor1D;
    const found = tf.gather(tf.tensor1d([1, 2, 3]), index);
    await expect(found.data()).rejects.toThrow(/GatherV2 \[1\] failed/);
  });
});
