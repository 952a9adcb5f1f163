import { valueAndVariableGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  type CadLossOptions,
  type CadModel,
  cadLoss,
  createCadModel,
  defaultPenaltyWeight,
  focalLoss,
} from '../src/index.ts';
import { TINY } from './tiny.ts';

const batch = (count = 2) => {
  const of = (seed: number): tf.Tensor4D =>
    tf.randomNormal([count, TINY.height, TINY.width, 3], 0, 1, 'float32', seed);
  return { positives: of(1), negatives: of(2) };
};

async function termsOf(model: CadModel, options?: CadLossOptions): Promise<number[]> {
  const { loss, focalPositive, focalNegative, penalty } = cadLoss(model, batch(), options);
  return Array.from(await tf.stack([loss, focalPositive, focalNegative, penalty]).data());
}

test('the loss is the sum of its terms, and the focal losses are those of separate passes', async () => {
  const model = createCadModel(TINY, { seed: 1 });
  const [loss = 0, positive = 0, negative = 0, penalty = 0] = await termsOf(model, {
    penaltyWeight: 10,
  });
  const { positives, negatives } = batch();
  const separate = tf.stack([
    focalLoss(model.logits(positives), 0),
    focalLoss(model.logits(negatives), 1),
  ]);
  const [alonePositive = 0, aloneNegative = 0] = await separate.data();
  expect(positive).toBeCloseTo(alonePositive, 5);
  expect(negative).toBeCloseTo(aloneNegative, 5);
  expect(penalty).toBeGreaterThan(0);
  expect(loss).toBeCloseTo(positive + negative + penalty, 4);
  model.dispose();
});

test('the penalty is proportional to its weight, and gone with 0', async () => {
  const model = createCadModel(TINY, { seed: 1 });
  const one = await termsOf(model, { penaltyWeight: 1 });
  const three = await termsOf(model, { penaltyWeight: 3 });
  expect(three[3]! / one[3]!).toBeCloseTo(3, 5);
  expect((await termsOf(model, { penaltyWeight: 0 }))[3]).toBe(0);
  model.dispose();
});

test('a last layer with opposite weights evades the penalty on the sum, not the one on the difference', async () => {
  const model = createCadModel(TINY, { seed: 1 });
  const head = model.parameters.get('head.weight')!;
  const column = tf.slice(head as tf.Tensor2D, [0, 0], [-1, 1]);
  head.assign(tf.concat([column, tf.neg(column)], 1));
  const sum = await termsOf(model, { penalizedOutput: 'logit-sum', penaltyWeight: 10 });
  const difference = await termsOf(model, { penaltyWeight: 10 });
  expect(sum[3]).toBeLessThan(1e-6 * difference[3]!);
  model.dispose();
});

test('the weight on the difference falls with the fourth power of the height, the one on the sum does not', () => {
  expect(defaultPenaltyWeight('logit-difference', 1728)).toBe(10);
  expect(defaultPenaltyWeight('logit-difference', 864)).toBe(10 / 16);
  expect(defaultPenaltyWeight('logit-difference', 96)).toBeCloseTo(9.53e-5, 7);
  expect(defaultPenaltyWeight('logit-sum', 96)).toBe(10);
});

test('without a weight the default one is used', async () => {
  const model = createCadModel(TINY, { seed: 1 });
  const given = { penaltyWeight: defaultPenaltyWeight('logit-difference', TINY.height) };
  expect(await termsOf(model)).toEqual(await termsOf(model, given));
  model.dispose();
});

test('evaluations and gradients leave nothing behind', () => {
  const model = createCadModel(TINY, { seed: 1 });
  const images = batch();
  const { numTensors } = tf.memory();
  const { value, gradients } = valueAndVariableGradients(
    () => tf.tidy(() => cadLoss(model, images, { dropoutSeed: 1 }).loss),
    model.parameters,
  );
  expect(Object.keys(gradients)).toEqual([...model.parameters.keys()]);
  tf.dispose([value, gradients]);
  expect(tf.memory().numTensors).toBe(numTensors);
  model.dispose();
});

test('refuses batches that differ and weights that are none', () => {
  const model = createCadModel(TINY, { seed: 1 });
  const unequal = { positives: batch(1).positives, negatives: batch(2).negatives };
  expect(() => cadLoss(model, unequal)).toThrow(
    new RangeError(
      'cadLoss: positives and negatives must have one shape, got [1,16,12,3] and [2,16,12,3]',
    ),
  );
  expect(() => cadLoss(model, batch(), { penaltyWeight: -1 })).toThrow(
    new RangeError('cadLoss: penaltyWeight must be finite and not negative, got -1'),
  );
  model.dispose();
});
