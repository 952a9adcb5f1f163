import { registerMissingGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { focalLoss } from '../src/index.ts';

const logits = () => tf.tensor2d([Math.log(3), 0, 0, 0], [2, 2]); // p(cancer) = 3/4 and 1/2

async function numberIn(scalar: tf.Scalar): Promise<number> {
  return (await scalar.data())[0]!;
}

test('is the mean of −(1 − p)² log p of the true class', async () => {
  const cancer = (-(1 / 16) * Math.log(3 / 4) - (1 / 4) * Math.log(1 / 2)) / 2;
  expect(await numberIn(focalLoss(logits(), 0))).toBeCloseTo(cancer, 6);
  const negative = (-(9 / 16) * Math.log(1 / 4) - (1 / 4) * Math.log(1 / 2)) / 2;
  expect(await numberIn(focalLoss(logits(), 1))).toBeCloseTo(negative, 6);
});

test('is the cross-entropy with γ = 0, and alpha is a factor', async () => {
  const expected = (-Math.log(3 / 4) - Math.log(1 / 2)) / 2;
  expect(await numberIn(focalLoss(logits(), 0, { gamma: 0 }))).toBeCloseTo(expected, 6);
  const half = focalLoss(logits(), 0, { gamma: 0, alpha: 0.5 });
  expect(await numberIn(half)).toBeCloseTo(expected / 2, 6);
});

test('other exponents are possible', async () => {
  const expected = (-((1 / 4) ** 1.5) * Math.log(3 / 4) - (1 / 2) ** 1.5 * Math.log(1 / 2)) / 2;
  expect(await numberIn(focalLoss(logits(), 0, { gamma: 1.5 }))).toBeCloseTo(expected, 6);
});

// One image with margin m = z₀ − z₁ and p = σ(m): d/dm log p = 1 − p and d/dm p = p (1 − p).
test.each([
  { detachWeight: true, derivative: (p: number) => -((1 - p) ** 3) },
  {
    detachWeight: false,
    derivative: (p: number) => -((1 - p) ** 3) + 2 * p * (1 - p) ** 2 * Math.log(p),
  },
])('its gradient, weight detached: $detachWeight', async ({ detachWeight, derivative }) => {
  registerMissingGradients();
  const loss = (z: tf.Tensor) => focalLoss(z as tf.Tensor2D, 0, { detachWeight });
  const gradient = await tf
    .grad(loss)(tf.tensor2d([Math.log(3), 0], [1, 2]))
    .data();
  expect(gradient[0]).toBeCloseTo(derivative(3 / 4), 6);
  expect(gradient[1]).toBeCloseTo(-derivative(3 / 4), 6);
});

test('stays finite for certain and wrong answers', async () => {
  expect(await numberIn(focalLoss(tf.tensor2d([[-200, 200]]), 0))).toBeCloseTo(400, 3);
  expect(await numberIn(focalLoss(tf.tensor2d([[200, -200]]), 0))).toBeCloseTo(0, 9);
});

test.each([
  [{ gamma: -1 }, 'focalLoss: gamma must be finite and not negative, got -1'],
  [{ alpha: Number.NaN }, 'focalLoss: alpha must be finite and not negative, got NaN'],
])('refuses %j', (options, message) => {
  expect(() => focalLoss(logits(), 0, options)).toThrow(new RangeError(message));
});
