import * as tf from '@tensorflow/tfjs-core';

/** A scalar function of one tensor. */
export type ScalarFunction = (x: tf.Tensor) => tf.Scalar;

/**
 * Gradient of `f` at `x` by the five-point rule,
 * `f' = (f(−2h) − 8 f(−h) + 8 f(h) − f(2h)) / 12h`, element by element.
 */
export async function centralDifferences(
  f: ScalarFunction,
  x: tf.Tensor,
  step: number,
): Promise<number[]> {
  const values = await x.data();
  const at = async (index: number, shift: number) => {
    const moved = Float32Array.from(values);
    moved[index]! += shift;
    const y = tf.tidy(() => f(tf.tensor(moved, x.shape)));
    const [value] = await y.data();
    tf.dispose(y);
    return value!;
  };
  const gradient: number[] = [];
  for (let index = 0; index < values.length; index++) {
    const inner = (await at(index, step)) - (await at(index, -step));
    const outer = (await at(index, 2 * step)) - (await at(index, -2 * step));
    gradient.push((8 * inner - outer) / (12 * step));
  }
  return gradient;
}

/** Largest difference of two arrays, divided by the largest magnitude of the second. */
export function relativeDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [largest, magnitude] = [0, 1e-12];
  for (let index = 0; index < expected.length; index++) {
    largest = Math.max(largest, Math.abs(actual[index]! - expected[index]!));
    magnitude = Math.max(magnitude, Math.abs(expected[index]!));
  }
  return actual.length === expected.length ? largest / magnitude : Number.POSITIVE_INFINITY;
}

/** Numbers in (−1, 1) that depend on the index only: weights without symmetry. */
export function weights(shape: number[], seed: number): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const values = Float32Array.from({ length: size }, (_, i) => Math.sin(12.9898 * (i + 1) + seed));
  return tf.tensor(values, shape);
}
