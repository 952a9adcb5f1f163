import { type ArrayTensor, decodeSafetensors, encodeSafetensors } from '@mammo/tfjs-safetensors';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { type CadModel, createCadModel, loadCad, loadVgg11, saveCad } from '../src/index.ts';
import { TINY } from './tiny.ts';

async function valuesOf(model: CadModel): Promise<Record<string, number[]>> {
  const entries = [...model.parameters].map(async ([name, variable]) => [
    name,
    Array.from(await variable.data()),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

test('a model survives saving, bit by bit', async () => {
  const model = createCadModel(TINY, { seed: 1 });
  const restored = loadCad(await saveCad(model));
  expect(restored.options).toEqual(TINY);
  expect(await valuesOf(restored)).toEqual(await valuesOf(model));
  model.dispose();
  restored.dispose();
});

test('the file has the layouts of PyTorch, the options, and the notes', async () => {
  const model = createCadModel(TINY, { seed: 1 });
  const { tensors, metadata } = decodeSafetensors(await saveCad(model, { cohort: 'phantom' }));
  expect(tensors['vnet.0.weight']?.shape).toEqual([4, 3, 3, 3]);
  expect(tensors['fnet.fc1.weight']?.shape).toEqual([64, 16]);
  expect(metadata.cohort).toBe('phantom');
  expect(metadata.notice).toBe('For research on the safety of AI, not a medical device.');
  expect(JSON.parse(metadata.options ?? '')).toEqual(TINY);
  const ours = await model.parameters.get('fnet.fc1.weight')!.data(); // [in, out]
  expect(tensors['fnet.fc1.weight']!.data[1]).toBe(ours[64]);
  model.dispose();
});

test('a file without options needs them, and one with wrong weights is refused', async () => {
  const model = createCadModel(TINY, { seed: 1 });
  const { tensors } = decodeSafetensors(await saveCad(model));
  const plain = encodeSafetensors(tensors);
  expect(() => loadCad(plain)).toThrow(
    new RangeError(
      'loadCad: options must be given for a file without them in its metadata, got undefined',
    ),
  );
  loadCad(plain, TINY).dispose();
  const { 'head.bias': bias, ...others } = tensors;
  const misfit = { ...others, 'vnet.0.bias': bias!, extra: bias! };
  expect(() => loadCad(encodeSafetensors(misfit), TINY)).toThrow(
    new RangeError(
      'loadCad: weights must fit the network, got extra is not known; ' +
        'vnet.0.bias must have shape [4], got [2]; head.bias is missing',
    ),
  );
  expect(() => loadCad(encodeSafetensors(tensors, { options: '{' }))).toThrow(
    new RangeError("loadCad: the file's options must be JSON, got {"),
  );
  model.dispose();
});

function torchTensor(shape: number[]): ArrayTensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, data: Float32Array.from({ length: size }, (_, index) => index) };
}

test('VGG11 gives its convolutions to Vnet alone', async () => {
  const model = createCadModel(TINY, { seed: 1 });
  const head = await model.parameters.get('head.weight')!.data();
  const vgg11 = encodeSafetensors({
    'features.0.weight': torchTensor([4, 3, 3, 3]),
    'features.0.bias': torchTensor([4]),
    'features.3.weight': torchTensor([8, 4, 3, 3]),
    'classifier.0.bias': torchTensor([7]),
  });
  loadVgg11(model, vgg11);
  const weight = model.parameters.get('vnet.0.weight') as tf.Tensor;
  const torch = await tf.transpose(weight, [3, 2, 0, 1]).data();
  expect(Array.from(torch)).toEqual(Array.from(torch.keys()));
  expect(await model.parameters.get('head.weight')!.data()).toEqual(head);
  model.dispose();
});

test('a VGG11 of another width is refused, and nothing is changed', async () => {
  const model = createCadModel(TINY, { seed: 1 });
  const before = await valuesOf(model);
  const wide = encodeSafetensors({ 'features.0.weight': torchTensor([64, 3, 3, 3]) });
  expect(() => loadVgg11(model, wide)).toThrow(
    new RangeError(
      'loadVgg11: weights must fit the network, got ' +
        'vnet.0.weight must have shape [3,3,3,4], got [3,3,3,64]; vnet.0.bias is missing',
    ),
  );
  expect(await valuesOf(model)).toEqual(before);
  model.dispose();
});
