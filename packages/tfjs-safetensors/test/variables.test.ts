import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { assignVariables, readVariables } from '../src/index.ts';

function model(): Map<string, tf.Variable> {
  const variable = (values: tf.Tensor): tf.Variable => tf.tidy(() => tf.variable(values));
  return new Map([
    ['weight', variable(tf.tensor2d([1, 2, 3, 4], [2, 2]))],
    ['bias', variable(tf.tensor1d([5, 6]))],
  ]);
}

test('variables are read as copies and assigned back', async () => {
  const variables = model();
  const saved = await readVariables(variables);
  expect(saved.bias).toEqual({ shape: [2], data: Float32Array.of(5, 6) });
  tf.tidy(() => {
    for (const variable of variables.values()) variable.assign(tf.zerosLike(variable));
  });
  assignVariables(variables, saved);
  saved.weight!.data[0] = 99; // neither side holds on to the other's array
  expect(Array.from(await variables.get('weight')!.data())).toEqual([1, 2, 3, 4]);
  tf.dispose([...variables.values()]);
});

test('only float32 tensors can be read', async () => {
  const tensors = new Map([['flags', tf.tensor1d([1, 0], 'bool')]]);
  await expect(readVariables(tensors)).rejects.toThrow(
    new TypeError('readVariables: "flags" must be float32, got bool'),
  );
});

test('all misfits are listed, and nothing is assigned', async () => {
  const variables = model();
  const wrong = {
    weight: { shape: [4], data: new Float32Array(4) },
    gain: { shape: [1], data: new Float32Array(1) },
  };
  expect(() => assignVariables(variables, wrong)).toThrow(
    new RangeError(
      'assignVariables: tensors must fit, got "weight" of shape [4] for [2,2]; no "bias"; unknown "gain"',
    ),
  );
  expect(Array.from(await variables.get('weight')!.data())).toEqual([1, 2, 3, 4]);
  tf.dispose([...variables.values()]);
});
