import { valueAndVariableGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { cadLoss, createCadModel, gradientsInPasses, trainCad } from '../src/index.ts';
import { squares, TINY } from './tiny.ts';

const noise = (count: number, seed: number): tf.Tensor4D =>
  tf.randomNormal([count, TINY.height, TINY.width, 3], 0, 1, 'float32', seed);

test.each([1, 2, 3, 6])('passes of %i image(s) add up to the whole batch', async (imagesAtOnce) => {
  const model = createCadModel(TINY, { seed: 1 });
  const batch = { positives: noise(3, 1), negatives: noise(3, 2) };
  const loss = { penaltyWeight: 10 };
  const whole = valueAndVariableGradients(() => cadLoss(model, batch, loss).loss, model.parameters);
  const { losses, gradients } = await gradientsInPasses(model, batch, { imagesAtOnce, loss });
  expect(losses.loss).toBeCloseTo((await whole.value.data())[0]!, 5);
  expect(losses.loss).toBe(losses.focal + losses.penalty);
  expect(Object.keys(gradients)).toEqual(Object.keys(whole.gradients));
  for (const [name, expected] of Object.entries(whole.gradients)) {
    const scale = Math.max(...(await tf.abs(expected).data()), 1e-6);
    const difference = await tf.max(tf.abs(tf.sub(gradients[name]!, expected))).data();
    expect(difference[0]! / scale).toBeLessThan(1e-5);
  }
  model.dispose();
});

test('a training in passes learns what one at once learns, and keeps no tensor', async () => {
  const sets = { training: squares(16, 1), validation: squares(8, 2) };
  const sizes = { ...TINY, dropout: 0 };
  const aucs: number[] = [];
  const before = tf.memory().numTensors;
  for (const imagesAtOnce of [undefined, 1]) {
    const model = createCadModel(sizes, { seed: 1, initialiser: 'he' });
    const rate = 2e-3;
    const schedule = {
      perClass: 2,
      validateEvery: 3,
      phases: [{ name: 'all', steps: 3, learningRates: { vnet: rate, fnet: rate, head: rate } }],
      ...(imagesAtOnce !== undefined && { imagesAtOnce }),
    };
    const { history } = await trainCad(model, sets, { seed: 1, schedule });
    aucs.push(history[0]!.loss);
    model.dispose();
  }
  expect(aucs[1]).toBeCloseTo(aucs[0]!, 4);
  expect(tf.memory().numTensors).toBe(before);
});

test('says what a pass must be', async () => {
  const model = createCadModel(TINY, { seed: 1 });
  const batch = { positives: noise(1, 1), negatives: noise(1, 2) };
  await expect(gradientsInPasses(model, batch, { imagesAtOnce: 0 })).rejects.toThrow(
    'gradientsInPasses: imagesAtOnce must be a positive integer, got 0',
  );
  model.dispose();
});
