import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import '../src/index.ts';

beforeAll(async () => {
  await tf.setBackend('onnx');
});
afterAll(async () => {
  await tf.setBackend('cpu');
});

test('tf.time counts the computation, which tfjs only records', async () => {
  const x = tf.randomNormal([400, 400], 0, 1, 'float32', 1);
  const product = () => tf.tidy(() => tf.sum(tf.matMul(x, x)));
  const { kernelMs, wallMs } = await tf.time(() => product());
  expect(kernelMs).toBeGreaterThan(0);
  expect(wallMs).toBeGreaterThanOrEqual(kernelMs as number);
});

test('tf.profile names the kernels, their shapes, and the memory that is new', async () => {
  const x = tf.ones([8, 4]);
  const profile = await tf.profile(() => tf.relu(tf.add(x, 1)));
  expect(profile.kernels.map(({ name }) => name)).toEqual(['Add', 'Relu']);
  expect(profile.kernels.map(({ outputShapes }) => outputShapes)).toEqual([[[8, 4]], [[8, 4]]]);
  expect(profile.newBytes).toBeGreaterThanOrEqual(8 * 4 * 4);
  expect([...(await (profile.result as tf.Tensor).data())]).toEqual(new Array(32).fill(2));
  for (const { kernelTimeMs } of profile.kernels) {
    expect(await kernelTimeMs).toBeGreaterThanOrEqual(0);
  }
});

test('tf.memory counts what is alive, and nothing else', async () => {
  const before = tf.memory();
  const x = tf.zeros([100]);
  const y = tf.square(x);
  expect(tf.memory().numTensors - before.numTensors).toBe(2);
  expect(tf.memory().numBytes - before.numBytes).toBe(800);
  expect(tf.memory().unreliable).toBeFalsy();
  await y.data();
  tf.dispose([x, y]);
  expect(tf.memory().numBytes).toBe(before.numBytes);
});
