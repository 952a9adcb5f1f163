import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { onnxBackend, setOnnxOptions } from '../src/index.ts';
import { missingRuntimeMessage } from '../src/node-runtime.ts';
import { array } from './compare.ts';

beforeEach(async () => {
  await tf.setBackend('onnx');
});

afterEach(() => {
  setOnnxOptions({
    maxSessions: 64,
    keepsWorkingMemory: true,
    maxRecordedOperations: 20_000,
    maxRecordedBytes: 2 ** 30,
  });
});

describe('recording', () => {
  test('computes nothing until data is read', async () => {
    const before = onnxBackend().stats().runs;
    const y = tf.exp(tf.add(array([3]), 1));
    expect(onnxBackend().stats().runs).toBe(before);
    await y.data();
    await y.data();
    expect(onnxBackend().stats().runs).toBe(before + 1);
  });

  test('runs equal structures with other numbers in one session', async () => {
    const f = (seed: number, factor: number) =>
      tf.tidy(() => tf.sum(tf.mul(tf.tanh(array([5, 7], seed)), factor))).data();
    await f(1, 3);
    const before = onnxBackend().stats();
    const [a, b] = [await f(2, 4), await f(2, 8)];
    expect(b[0]).toBeCloseTo(2 * a[0]!, 5);
    expect(onnxBackend().stats().compilations).toBe(before.compilations);
    expect(onnxBackend().stats().cacheHits).toBe(before.cacheHits + 2);
  });

  test('gives the same bits whether or not sessions keep their working memory', async () => {
    const f = () => tf.tidy(() => tf.matMul(array([37, 41], 1), array([41, 5], 2))).data();
    const kept = Array.from(await f());
    setOnnxOptions({ maxSessions: 1, keepsWorkingMemory: false });
    await tf.tidy(() => tf.exp(array([43]))).data(); // takes the session's place
    const { compilations } = onnxBackend().stats();
    expect(Array.from(await f())).toEqual(kept);
    expect(onnxBackend().stats().compilations).toBe(compilations + 1);
  });

  test('reads synchronously', () => {
    expect([...tf.add([1, 2], 1).dataSync()]).toEqual([2, 3]);
  });

  test('computes a tensor that a flush asks for', () => {
    const before = onnxBackend().stats().runs;
    const y = tf.neg(array([4]));
    onnxBackend().flush();
    expect(onnxBackend().stats().runs).toBe(before + 1);
    y.dispose();
  });

  test('tells NaN, infinities and zeros in attributes apart', async () => {
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1];
    for (const value of values) {
      const padded = await tf.pad(tf.tensor1d([5]), [[1, 0]], value).data();
      expect(Object.is(padded[0], value)).toBe(true);
      const filled = await tf.fill([2], value).data();
      expect(Object.is(filled[1], value)).toBe(true);
      expect(Object.is((await tf.add(tf.scalar(value), tf.scalar(-0)).data())[0], value)).toBe(
        true,
      );
    }
  });

  test('keeps what a caller has read when memory is used again', async () => {
    const first = tf.mul(array([64, 64], 1), 2);
    const held = await first.data();
    const copy = Float32Array.from(held);
    first.dispose();
    for (let i = 0; i < 3; i++) {
      const next = tf.mul(array([64, 64], i + 2), 2);
      onnxBackend().flush();
      next.dispose();
    }
    expect(held).toEqual(copy);
  });

  test('moves tensors between backends and back', async () => {
    const x = array([2, 3], 1);
    const y = tf.add(x, 1);
    await tf.setBackend('cpu');
    const z = tf.mul(y, 2);
    await tf.setBackend('onnx');
    const back = await tf.sub(z, tf.mul(y, 2)).data();
    expect([...back].every((value) => value === 0)).toBe(true);
  });
});

describe('limits', () => {
  test('a loop that never reads is computed from time to time', () => {
    setOnnxOptions({ maxRecordedOperations: 100 });
    const before = onnxBackend().stats().runs;
    let x = tf.scalar(0);
    for (let i = 0; i < 1000; i++) {
      const next = tf.add(x, tf.scalar(i)) as tf.Scalar;
      x.dispose();
      x = next;
    }
    expect(onnxBackend().stats().runs - before).toBeGreaterThanOrEqual(9);
    expect(x.dataSync()[0]).toBe(499_500);
  });

  test('inputs of a loop that never reads are bounded in bytes', () => {
    setOnnxOptions({ maxRecordedBytes: 15_000 });
    const before = onnxBackend().stats().runs;
    let sum = tf.scalar(0);
    for (let i = 0; i < 50; i++) {
      sum = tf.tidy(() => tf.add(sum, tf.sum(array([1000], i + 1))) as tf.Scalar);
    }
    expect(onnxBackend().stats().runs - before).toBeGreaterThan(1);
  });

  test('sessions are bounded in number', async () => {
    setOnnxOptions({ maxSessions: 3 });
    for (let i = 1; i < 8; i++) await tf.cosh(array([i])).data();
    expect(onnxBackend().stats().sessions).toBeLessThanOrEqual(3);
  });
});

test('what is compiled while a path is set is profiled, until it is taken back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'profile-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  setOnnxOptions({ profilePrefix: join(folder, 'run') });
  await tf.cosh(tf.neg(array([2]))).data();
  setOnnxOptions({ profilePrefix: null });
  await tf.sinh(tf.neg(array([3]))).data();
  expect(readdirSync(folder)).toHaveLength(1);
});

describe('errors', () => {
  test.each(['threads', 'maxSessions', 'maxSessionBytes', 'maxRecordedOperations'] as const)(
    'setOnnxOptions refuses %s of zero',
    (name) => {
      expect(() => setOnnxOptions({ [name]: 0 })).toThrow(
        new RangeError(`setOnnxOptions: ${name} must be a positive integer, got 0`),
      );
    },
  );

  test('a platform without ONNX Runtime is named', () => {
    expect(missingRuntimeMessage('darwin', 'x64')).toMatch(
      /could not be loaded on darwin x64.*not macOS x64.*setBackend\('cpu'\)/,
    );
  });

  test('matMul names shapes that do not fit', () => {
    expect(() =>
      tf
        .engine()
        .runKernel(
          tf.BatchMatMul,
          { a: array([2, 3]), b: array([2, 3]) },
          { transposeA: false, transposeB: false },
        ),
    ).toThrow('matMul: inner lengths must agree, got 2,3 and 2,3');
  });
});
