import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { registerMissingGradients } from '../src/index.ts';
import { weights } from './central-differences.ts';
import { type DerivativeCase, testDerivatives } from './derivative-check.ts';

test('tfjs-core alone cannot differentiate in Node, until this is called', () => {
  const derivative = () => tf.tidy(() => tf.grad((x) => tf.sum(tf.square(x)))(tf.tensor([3])));
  expect(derivative).toThrow('gradient function not found');
  registerMissingGradients();
  expect(derivative().shape).toEqual([1]);
});

test('a gradient that is registered already is left alone', () => {
  const before = tf.getGradient(tf.Square);
  registerMissingGradients();
  expect(tf.getGradient(tf.Square)).toBe(before);
});

const positive = (x: tf.Tensor) => tf.add(tf.square(x), 2);
const other = (x: tf.Tensor) => tf.add(weights(x.shape, 7), 2.5);
const flatCases: [name: string, apply: (x: tf.Tensor) => tf.Tensor, distinct?: boolean][] = [
  ['abs', tf.abs, true],
  ['clipByValue', (x) => tf.clipByValue(x, -0.8, 0.8), true],
  ['clone', tf.clone],
  ['exp', tf.exp],
  ['leakyRelu', (x) => tf.leakyRelu(x, 0.3), true],
  ['log', (x) => tf.log(positive(x))],
  ['neg', tf.neg],
  ['relu', tf.relu, true],
  ['rsqrt', (x) => tf.rsqrt(positive(x))],
  ['sigmoid', tf.sigmoid],
  ['softmax', (x) => tf.softmax(x)],
  ['softplus', tf.softplus],
  ['sqrt', (x) => tf.sqrt(positive(x))],
  ['square', tf.square],
  ['step times x', (x) => tf.mul(tf.step(x), x), true],
  ['sign times x', (x) => tf.mul(tf.sign(x), x), true],
  ['tanh', tf.tanh],
  ['ones and zeros', (x) => tf.mul(tf.add(tf.onesLike(x), tf.zerosLike(x)), x)],
  ['add with broadcasting', (x) => tf.add(x, tf.sum(x, 0))],
  ['sub with broadcasting', (x) => tf.sub(tf.mean(x, 1, true), x)],
  ['mul with broadcasting', (x) => tf.mul(tf.sum(x, 0, true), x)],
  ['div with broadcasting', (x) => tf.div(x, tf.sum(positive(x), 0))],
  ['squaredDifference', (x) => tf.squaredDifference(x, tf.mean(x, 0))],
  ['pow, base', (x) => tf.pow(positive(x), 1.5)],
  ['pow, exponent', (x) => tf.pow(other(x), x)],
  ['maximum', (x) => tf.maximum(x, tf.mul(x, -0.5)), true],
  ['minimum', (x) => tf.minimum(x, tf.mul(x, -0.5)), true],
  ['where', (x) => tf.where(tf.greater(other(x), 2.5), x, tf.square(x))],
  ['max', (x) => tf.max(x, 1), true],
  ['min', (x) => tf.min(x), true],
  ['sum without axes', (x) => tf.sum(x)],
  ['mean over all', (x) => tf.mean(x)],
  ['reshape and expandDims', (x) => tf.expandDims(tf.reshape(x, [2, 6]), 1)],
  ['transpose', (x) => tf.mul(tf.transpose(x), weights([4, 3], 8))],
  ['reverse', (x) => tf.mul(tf.reverse(x, 1), x)],
  ['slice', (x) => tf.slice(x, [1, 1], [2, 2])],
  [
    'pad',
    (x) =>
      tf.pad(x, [
        [1, 0],
        [2, 1],
      ]),
  ],
  ['concat', (x) => tf.concat([x, tf.square(x)], 1)],
  ['split', (x) => tf.mul(...(tf.split(x, 2, 1) as [tf.Tensor, tf.Tensor]))],
  ['stack', (x) => tf.stack([x, tf.square(x)], 1)],
  ['unstack', (x) => tf.add(tf.unstack(x)[0]!, tf.square(tf.unstack(x)[2]!))],
  ['tile', (x) => tf.mul(tf.tile(x, [2, 3]), weights([6, 12], 9))],
  ['addN', (x) => tf.addN([x, tf.square(x), x])],
  ['matMul', (x) => tf.matMul(x, tf.square(x), false, true)],
  ['matMul, first transposed', (x) => tf.matMul(x, x, true, false)],
  ['matMul, both transposed', (x) => tf.matMul(x, tf.reshape(x, [4, 3]), true, true)],
  [
    'matMul with broadcasting',
    (x) => tf.matMul(tf.reshape(x, [1, 3, 4]), tf.reshape(tf.concat([x, x]), [2, 4, 3])),
  ],
];

const filter = weights([3, 3, 2, 2], 3) as tf.Tensor4D;
const image = weights([1, 5, 4, 2], 4) as tf.Tensor4D;
const convolutions: DerivativeCase[] = [
  {
    name: 'conv2d, image',
    shape: [1, 5, 4, 2],
    apply: (x) => tf.conv2d(x as tf.Tensor4D, filter, 1, 1),
  },
  {
    name: 'conv2d of stride 2, image',
    shape: [1, 5, 4, 2],
    apply: (x) => tf.conv2d(x as tf.Tensor4D, filter, 2, 'same'),
  },
  {
    name: 'conv2d, filter',
    shape: [3, 3, 2, 2],
    apply: (x) => tf.conv2d(image, x as tf.Tensor4D, 2, 1, 'NHWC', 1, 'floor'),
  },
  {
    name: 'conv2d, image and filter',
    shape: [3, 3, 2, 2],
    apply: (x) => tf.conv2d(tf.conv2d(image, x as tf.Tensor4D, 1, 1), x as tf.Tensor4D, 1, 'valid'),
  },
  {
    name: 'conv2dTranspose',
    shape: [1, 3, 2, 2],
    apply: (x) => tf.conv2dTranspose(x as tf.Tensor4D, filter, [1, 6, 4, 2], 2, 'same'),
  },
];

testDerivatives([
  ...flatCases.map(([name, apply, distinct = false]) => ({ name, shape: [3, 4], apply, distinct })),
  ...convolutions,
]);

test('dilated convolutions have no gradient', () => {
  const { gradFunc } = tf.getGradient(tf.Conv2D);
  const attributes = { strides: 1, pad: 'same', dataFormat: 'NHWC', dilations: [2, 2] };
  expect(() => gradFunc(image, [image, filter], attributes)).toThrow(
    'conv2d gradient: dilations must be 1, got 2,2',
  );
});
