import { expect, test } from 'vitest';
import { fromTorch, toTorch } from '../src/index.ts';

const counted = (shape: number[]) => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, index) => index),
});

test('a linear layer is transposed', () => {
  const torch = toTorch(counted([2, 3]));
  expect(torch.shape).toEqual([3, 2]);
  expect(Array.from(torch.data)).toEqual([0, 3, 1, 4, 2, 5]);
});

test('a convolution goes from HWIO to OIHW', () => {
  const [height, width, input, output] = [2, 3, 4, 5];
  const torch = toTorch(counted([height, width, input, output]));
  expect(torch.shape).toEqual([output, input, height, width]);
  // element [h=1, w=2, i=3, o=4] has the number ((1 · 3 + 2) · 4 + 3) · 5 + 4 in HWIO
  const [h, w, i, o] = [1, 2, 3, 4];
  expect(torch.data[((o * input + i) * height + h) * width + w]).toBe(119);
});

test.each([[[2, 3, 4, 5]], [[3, 2]], [[7]], [[]]])('fromTorch undoes toTorch on %j', (shape) => {
  const tensor = counted(shape);
  expect(fromTorch(toTorch(tensor))).toEqual(tensor);
});

test('vectors stay, and so does what is declared plain', () => {
  const matrix = counted([2, 3]);
  expect(toTorch(matrix, 'plain')).toBe(matrix);
  expect(fromTorch(matrix, 'plain')).toBe(matrix);
});

test.each([
  [() => toTorch(counted([2]), 'conv'), 'toTorch: tensor must have rank 4, got shape [2]'],
  [() => fromTorch(counted([2]), 'linear'), 'fromTorch: tensor must have rank 2, got shape [2]'],
  [
    () => toTorch(counted([2]), 'lstm' as never),
    'toTorch: kind must be conv, linear or plain, got lstm',
  ],
  [
    () => fromTorch(counted([2]), 'lstm' as never),
    'fromTorch: kind must be conv, linear or plain, got lstm',
  ],
])('refuses a rank that does not fit, %#', (call, message) => {
  expect(call).toThrow(new RangeError(message));
});
