import { expect, test } from 'vitest';
import { fitTorchWeights } from '../src/index.ts';

const linear = { shape: [1, 2], data: Float32Array.of(3, 4) }; // PyTorch's [out, in]

test('weights get the layout of tfjs', () => {
  const fitted = fitTorchWeights({ 'fc.weight': linear }, new Map([['fc.weight', [2, 1]]]), {
    caller: 'load',
  });
  expect(fitted.get('fc.weight')).toEqual({ shape: [2, 1], data: Float32Array.of(3, 4) });
});

test('every misfit is named, a count of batches is none', () => {
  const tensors = { 'fc.weight': linear, 'bn.num_batches_tracked': linear, other: linear };
  const shapes = new Map([
    ['fc.weight', [3, 1]],
    ['fc.bias', [1]],
  ]);
  expect(() => fitTorchWeights(tensors, shapes, { caller: 'load' })).toThrow(
    'load: weights must fit the network, got other is not known; fc.weight must have shape [3,1], got [2,1]; fc.bias is missing',
  );
});
