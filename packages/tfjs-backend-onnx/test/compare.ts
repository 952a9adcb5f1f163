import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/** Deterministic numbers in [low, high). */
export function numbers(size: number, seed = 1, low = -1, high = 1): Float32Array {
  let state = (seed * 2654435761) >>> 0;
  return Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return low + ((high - low) * (state >>> 8)) / 2 ** 24;
  });
}

export function array(shape: number[], seed = 1, low = -1, high = 1): tf.Tensor {
  return tf.tensor(numbers(tf.util.sizeFromShape(shape), seed, low, high), shape);
}

/** All results of a computation on one backend, with shapes and types. */
async function compute(
  backend: 'cpu' | 'onnx',
  f: () => tf.Tensor | tf.Tensor[],
): Promise<{ shape: number[]; dtype: string; values: number[] }[]> {
  await tf.setBackend(backend);
  const results = tf.tidy(f);
  const list = Array.isArray(results) ? results : [results];
  const computed = [];
  for (const { shape, dtype, ...rest } of list.map((t) => ({
    shape: t.shape,
    dtype: t.dtype,
    t,
  }))) {
    computed.push({ shape, dtype, values: Array.from(await rest.t.data()) as number[] });
  }
  tf.dispose(results);
  return computed;
}

export async function expectSameOnBothBackends(
  f: () => tf.Tensor | tf.Tensor[],
  tolerance = 1e-5,
): Promise<void> {
  const onnx = await compute('onnx', f);
  const cpu = await compute('cpu', f);
  expect(onnx.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
    cpu.map(({ shape, dtype }) => ({ shape, dtype })),
  );
  onnx.forEach(({ values }, index) => {
    expect(largestDifference(values, cpu[index]!.values)).toBeLessThanOrEqual(tolerance);
  });
}

/** Largest difference, relative above 1; infinite where only one of the two is NaN or infinite. */
export function largestDifference(actual: readonly number[], expected: readonly number[]): number {
  let largest = 0;
  expected.forEach((value, i) => {
    const other = actual[i]!;
    if (Object.is(value, other) || value === other) return;
    const difference = Math.abs(value - other) / Math.max(1, Math.abs(value));
    largest = Number.isFinite(difference)
      ? Math.max(largest, difference)
      : Number.POSITIVE_INFINITY;
  });
  return largest;
}
