import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { type CadModel, createCadModel } from '../src/index.ts';
import { difference } from './classifier-fixture.ts';
import { TINY } from './tiny.ts';

const images = (count = 2): tf.Tensor4D =>
  tf.randomNormal([count, TINY.height, TINY.width, 3], 0, 1, 'float32', 5);

async function standardDeviation(model: CadModel, name: string): Promise<number> {
  const values = await model.parameters.get(name)!.data();
  return Math.hypot(...values) / Math.sqrt(values.length);
}

test('the weights have the names of PyTorch and the layout of tfjs', () => {
  const model = createCadModel(TINY, { seed: 1 });
  expect([...model.parameters.keys()]).toEqual([
    ...['vnet.0.weight', 'vnet.0.bias', 'fnet.conv1.weight', 'fnet.conv1.bias'],
    ...['fnet.conv2.weight', 'fnet.conv2.bias'],
    ...['fnet.fc1.weight', 'fnet.fc1.bias', 'fnet.gn1.weight', 'fnet.gn1.bias'],
    ...['fnet.fc2.weight', 'fnet.fc2.bias', 'fnet.gn2.weight', 'fnet.gn2.bias'],
    ...['fnet.fc3.weight', 'fnet.fc3.bias', 'fnet.gn3.weight', 'fnet.gn3.bias'],
    ...['head.weight', 'head.bias'],
  ]);
  expect(model.parameters.get('vnet.0.weight')?.shape).toEqual([3, 3, 3, 4]);
  expect(model.parameters.get('head.weight')?.shape).toEqual([8, 2]);
  expect([model.featureCount, model.receptiveField]).toEqual([8, 20]);
  model.dispose();
});

test('the seed decides the first weights', async () => {
  const models = [1, 1, 2].map((seed) => createCadModel(TINY, { seed }));
  const [a, b, c] = await Promise.all(
    models.map((model) => model.parameters.get('fnet.fc1.weight')!.data()),
  );
  expect(a).toEqual(b);
  expect(a).not.toEqual(c);
  for (const model of models) model.dispose();
});

test('weights are Xavier-normal, or He-normal in convolutions; biases 0 and gains 1', async () => {
  const xavier = createCadModel(TINY, { seed: 3 });
  const he = createCadModel(TINY, { seed: 3, initialiser: 'he' });
  const conv2 = 'fnet.conv2.weight'; // 3×3, 4 to 16 channels
  expect(await standardDeviation(xavier, conv2)).toBeCloseTo(Math.sqrt(2 / (9 * 20)), 1.5);
  expect(await standardDeviation(he, conv2)).toBeCloseTo(Math.sqrt(2 / (9 * 4)), 1.5);
  const linear = await standardDeviation(he, 'fnet.fc1.weight'); // 16 to 64
  expect(linear).toBeCloseTo(Math.sqrt(2 / 80), 1.5);
  expect(await standardDeviation(he, 'fnet.gn1.weight')).toBe(1);
  expect(await standardDeviation(he, 'fnet.gn1.bias')).toBe(0);
  expect(await standardDeviation(he, 'vnet.0.bias')).toBe(0);
  xavier.dispose();
  he.dispose();
});

test('runs on other weights if it is given some', async () => {
  const [model, other] = [1, 2].map((seed) => createCadModel(TINY, { seed })) as [
    CadModel,
    CadModel,
  ];
  const parameters = new Map<string, tf.Tensor>(other.parameters);
  const borrowed = await model.logits(images(), { parameters }).data();
  expect(borrowed).toEqual(await other.logits(images()).data());
  expect(borrowed).not.toEqual(await model.logits(images()).data());
  parameters.delete('fnet.fc2.bias');
  expect(() => model.features(images(), { parameters })).toThrow(
    /^features: parameters must have fnet.fc2.bias, got vnet.0.weight/,
  );
  model.dispose();
  other.dispose();
});

test('features and the head give the logits; images do not influence each other', async () => {
  const model = createCadModel(TINY, { seed: 4 });
  const features = model.features(images());
  const weight = model.parameters.get('head.weight') as tf.Tensor;
  const logits = tf.add(
    tf.matMul(features, weight as tf.Tensor2D),
    model.parameters.get('head.bias')!,
  );
  expect(await logits.data()).toEqual(await model.logits(images()).data());
  const both = await model.logits(images()).data();
  const first = await model.logits(tf.slice(images(), 0, 1)).data();
  expect(difference(first, both.slice(0, 2))).toBeLessThan(1e-5);
  model.dispose();
});

test('features are dropped only with a seed, which decides them', async () => {
  const model = createCadModel(TINY, { seed: 4 });
  const run = async (dropoutSeed?: number) =>
    Array.from(
      await model.logits(images(), dropoutSeed === undefined ? {} : { dropoutSeed }).data(),
    );
  expect(await run(1)).toEqual(await run(1));
  expect(await run(1)).not.toEqual(await run(2));
  expect(await run()).not.toEqual(await run(1));
  model.dispose();
});

test('frees all that it holds', () => {
  const { numTensors } = tf.memory();
  createCadModel(TINY, { seed: 1 }).dispose();
  expect(tf.memory().numTensors).toBe(numTensors);
});

test('refuses images of another size, and sizes that are no network', () => {
  const model = createCadModel(TINY, { seed: 1 });
  expect(() => model.logits(tf.zeros([1, 12, 16, 3]))).toThrow(
    new RangeError('features: images must have shape [batch, 16, 12, 3], got [1,12,16,3]'),
  );
  expect(() => createCadModel({ ...TINY, dropout: -1 }, { seed: 1 })).toThrow(
    new RangeError('createCadModel: dropout must lie in [0, 1), got -1'),
  );
  model.dispose();
});
