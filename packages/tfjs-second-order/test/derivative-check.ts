import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { onEveryEngine, testedEngines } from '../../../vitest.engines.ts';
import {
  centralDifferences,
  relativeDifference,
  type ScalarFunction,
  weights,
} from './central-differences.ts';

/** An operation whose derivatives are to be checked. */
export interface DerivativeCase {
  readonly name: string;
  readonly shape: number[];
  readonly apply: (x: tf.Tensor) => tf.Tensor;
  /** Inputs whose order does not change within the differences' reach, for kinks. */
  readonly distinct?: boolean;
}

/** Multiples of 0.4 in a scrambled order, none of them 0. */
function distinctInputs(shape: number[]): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const order = Array.from({ length: size }, (_, i) => i).sort(
    (a, b) => Math.sin(91 * a) - Math.sin(91 * b),
  );
  return tf.tensor(
    Float32Array.from(order, (rank) => 0.4 * (rank - size / 2) + 0.2),
    shape,
  );
}

/** x ↦ Σ w · ∇f(x)², so that its gradient is a second derivative of f. */
function penaltyOf(f: ScalarFunction, seed: number): ScalarFunction {
  return (x) => {
    const gradient = tf.grad(f as (x: tf.Tensor) => tf.Tensor)(x);
    return tf.sum(tf.mul(weights(x.shape, seed), tf.square(gradient)));
  };
}

// Float32 with five-point differences of step 0.05: truncation about 1e-5, rounding about 1e-5 of
// the function's size. Formulae that are wrong are wrong by tenths.
const TOLERANCE = 3e-3;

const engines = await testedEngines();

/** Registers tests of the first three derivatives of each case, of the first two on engines in native code. */
export function testDerivatives(cases: readonly DerivativeCase[]): void {
  // the third order is a matter of the formulae, not of an engine's kernels
  onEveryEngine(engines, (engine) => testOrders(cases, engine === 'cpu' ? 3 : 2));
}

function testOrders(cases: readonly DerivativeCase[], highest: number): void {
  describe.each(cases)('$name', ({ shape, apply, distinct }) => {
    const input = () => (distinct ? distinctInputs(shape) : tf.mul(weights(shape, 1), 2));
    const loss: ScalarFunction = (x) => {
      const y = apply(x);
      return tf.sum(tf.mul(weights(y.shape, 2), tf.add(y, tf.mul(y, tf.mul(y, 0.5)))));
    };
    const orders = [
      { order: 'first', f: loss },
      { order: 'second', f: penaltyOf(loss, 5) },
      { order: 'third', f: penaltyOf(penaltyOf(loss, 5), 6) },
    ];
    test.each(orders.slice(0, highest))(
      'the $order derivative agrees with central differences',
      async ({ f }) => {
        const x = input();
        const exact = await tf
          .grad(f as (x: tf.Tensor) => tf.Tensor)(x)
          .data();
        const approximate = await centralDifferences(f, x, 0.05);
        expect(relativeDifference(exact, approximate)).toBeLessThan(TOLERANCE);
      },
    );
  });
}
