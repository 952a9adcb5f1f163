import * as tf from '@tensorflow/tfjs-core';
import { describe, test } from 'vitest';
import { array, expectSameOnBothBackends } from './compare.ts';
import { type Case, convolved, integers, no, positive, whole, x, yes } from './inputs.ts';

const special = () =>
  tf.tensor1d([Number.NEGATIVE_INFINITY, -30, -1e-4, -0.5, 0, 1e-6, 0.5, 1.5, 2.5, 30, Infinity]);

const unary: Case[] = [
  ...(
    [
      'abs',
      'ceil',
      'cos',
      'cosh',
      'elu',
      'erf',
      'exp',
      'expm1',
      'floor',
      'neg',
      'relu',
      'relu6',
      'round',
    ] as const
  ).map((name): Case => [name, () => tf[name](x())]),
  ...(
    ['selu', 'sigmoid', 'sign', 'sin', 'sinh', 'softplus', 'square', 'step', 'tan', 'tanh'] as const
  ).map((name): Case => [name, () => tf[name](x())]),
  ...(['log', 'log1p', 'reciprocal', 'rsqrt', 'sqrt', 'acosh', 'asinh', 'atan'] as const).map(
    (name): Case => [name, () => tf[name](tf.add(positive(), 1))],
  ),
  ...(['acos', 'asin', 'atanh'] as const).map(
    (name): Case => [name, () => tf[name](array([7], 4, -0.9, 0.9))],
  ),
  ['step with slope', () => tf.step(x(), 0.3)],
  ...[-0.5, 0, 0.2, 1, 3].flatMap((slope): Case[] => [
    [
      `step with slope ${slope} where x is special`,
      () => tf.step(tf.concat([special(), tf.tensor1d([Number.NaN, -0])]), slope),
    ],
    [`product with a step of slope ${slope}`, () => tf.mul(x(), tf.step(x(), slope))],
  ]),
  ['leakyRelu', () => tf.leakyRelu(x(), 0.2)],
  ['prelu', () => tf.prelu(x(), array([4], 3))],
  ['clipByValue', () => tf.clipByValue(x(), -0.5, 0.7)],
  ['isNaN', () => tf.isNaN(tf.sqrt(x()))],
  ['isInf', () => tf.isInf(tf.div(x(), 0))],
  ['isFinite', () => tf.isFinite(tf.log(x()))],
  ['logicalNot', () => tf.logicalNot(yes())],
  ['bitwiseAnd falls back', () => tf.bitwiseAnd(integers(), integers())],
  ...(
    [
      'relu',
      'sigmoid',
      'softplus',
      'tanh',
      'exp',
      'expm1',
      'elu',
      'abs',
      'sign',
      'floor',
      'ceil',
      'round',
      'step',
    ] as const
  ).map((name): Case => [`${name} of extreme values`, () => tf[name](special())]),
  ['log1p of extreme values', () => tf.log1p(tf.abs(special()))],
];

const binary: Case[] = [
  ...(
    [
      'add',
      'sub',
      'mul',
      'div',
      'maximum',
      'minimum',
      'squaredDifference',
      'atan2',
      'floorDiv',
      'mod',
    ] as const
  ).flatMap((name): Case[] => [
    [name, () => tf[name](x(), positive())],
    [`${name} broadcast by vector`, () => tf[name](x(), array([4], 5, 1, 2))],
    [`${name} broadcast both`, () => tf[name](array([3, 1], 5), array([1, 4], 6, 1, 2))],
    [`${name} with scalar`, () => tf[name](x(), 1.5)],
    [`${name} in another order`, () => tf[name](convolved(), array([6, 1, 4], 6, 1, 2))],
  ]),
  ...(['add', 'sub', 'mul', 'maximum', 'minimum', 'div', 'floorDiv', 'mod'] as const).map(
    (name): Case => [`${name} of integers`, () => tf[name](integers(), tf.scalar(3, 'int32'))],
  ),
  ['pow', () => tf.pow(positive(), x())],
  ['pow by 2', () => tf.pow(x(), 2)],
  ['pow of integers', () => tf.pow(integers(), tf.scalar(2, 'int32'))],
  ...(['equal', 'notEqual', 'greater', 'greaterEqual', 'less', 'lessEqual'] as const).flatMap(
    (name): Case[] => [
      [name, () => tf[name](whole(), tf.round(x()))],
      [`${name} of integers`, () => tf[name](integers(), tf.scalar(2, 'int32'))],
      [`${name} of bools`, () => tf[name](yes(), no())],
    ],
  ),
  ...(['logicalAnd', 'logicalOr', 'logicalXor'] as const).map(
    (name): Case => [name, () => tf[name](yes(), no())],
  ),
  ['where', () => tf.where(yes(), x(), positive())],
  ['addN', () => tf.addN([x(), positive(), x()])],
  ...(['float32', 'int32', 'bool'] as const).flatMap((dtype): Case[] => [
    [`cast float32 to ${dtype}`, () => tf.cast(tf.mul(x(), 3), dtype)],
    [`cast int32 to ${dtype}`, () => tf.cast(integers(), dtype)],
    [`cast bool to ${dtype}`, () => tf.cast(yes(), dtype)],
  ]),
];

const reductions: Case[] = [
  ...(['sum', 'mean', 'max', 'min', 'prod'] as const).flatMap((name): Case[] => [
    [name, () => tf[name](x())],
    [`${name} of axis 1`, () => tf[name](x(), 1)],
    [`${name} of axes 0 and 2, kept`, () => tf[name](x(), [0, 2], true)],
    [`${name} of space in another order`, () => tf[name](convolved(), [1, 2])],
    [`${name} of channels in another order`, () => tf[name](convolved(), -1, true)],
  ]),
  ['sum of integers', () => tf.sum(integers(), 1)],
  ['sum of bools', () => tf.sum(yes(), 1)],
  ['sum of a repeated tensor', () => tf.sum(tf.broadcastTo(array([2, 1, 4]), [2, 3, 4]), [1, 2])],
  ['mean of integers', () => tf.mean(integers(), 0)],
  ['max of integers', () => tf.max(integers(), 0)],
  ['all', () => tf.all(yes(), 1)],
  ['any', () => tf.any(yes(), [0, 1])],
  ['argMax', () => tf.argMax(x(), 1)],
  ['argMin in another order', () => tf.argMin(convolved(), 3)],
  ['softmax', () => tf.softmax(x())],
  ['logSoftmax', () => tf.logSoftmax(x())],
  ['softmax in another order', () => tf.softmax(convolved())],
  ['logSumExp', () => tf.logSumExp(x(), 1)],
  ['moments', () => Object.values(tf.moments(convolved(), [0, 1, 2])) as tf.Tensor[]],
  ['cumsum', () => tf.cumsum(x(), 1)],
  ['cumsum exclusive reverse', () => tf.cumsum(convolved(), 1, true, true)],
];

describe.each([
  ['unary kernels', unary],
  ['binary kernels', binary],
  ['reductions', reductions],
])('%s agree with tfjs cpu', (_, cases) => {
  test.each([...cases])('%s', async (_, f) => {
    await expectSameOnBothBackends(f);
  });
});
