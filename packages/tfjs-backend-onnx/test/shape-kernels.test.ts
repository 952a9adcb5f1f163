import * as tf from '@tensorflow/tfjs-core';
import { describe, test } from 'vitest';
import { array, expectSameOnBothBackends } from './compare.ts';
import {
  type Case,
  convolved,
  images,
  integers,
  positive,
  type T1,
  type T2,
  type T3,
  x,
} from './inputs.ts';

const matrices: Case[] = [
  ...[
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ].flatMap(([ta, tb]): Case[] => [
    [
      `matMul ${ta} ${tb}`,
      () =>
        tf.matMul(array(ta ? [4, 3] : [3, 4]) as T2, array(tb ? [5, 4] : [4, 5], 2) as T2, ta, tb),
    ],
    [
      `batched matMul ${ta} ${tb}`,
      () =>
        tf.matMul(
          array(ta ? [2, 4, 3] : [2, 3, 4]) as T3,
          array(tb ? [2, 5, 4] : [2, 4, 5], 2) as T3,
          ta,
          tb,
        ),
    ],
  ]),
  [
    'matMul with a broadcast batch',
    () => tf.matMul(array([2, 3, 4]) as T3, array([1, 4, 5], 2) as T3),
  ],
  [
    'matMul of transposed',
    () => tf.matMul(tf.transpose(array([4, 3])) as T2, array([4, 5], 2) as T2),
  ],
  ['dot', () => tf.dot(array([4]) as T1, array([4], 2) as T1)],
  ['outerProduct', () => tf.outerProduct(array([4]) as T1, array([3], 2) as T1)],
  ['einsum falls back', () => tf.einsum('ij,jk->ik', array([2, 3]), array([3, 4], 2))],
  [
    'fused matMul',
    () =>
      tf.fused.matMul({
        a: array([3, 4]) as T2,
        b: array([4, 5], 2) as T2,
        bias: array([5], 3),
        activation: 'relu',
      }),
  ],
];

const shapes: Case[] = [
  ['reshape', () => tf.reshape(x(), [4, 6])],
  ['reshape splitting channels in another order', () => tf.reshape(convolved(), [2, 6, 8, 2, 2])],
  ['reshape merging space in another order', () => tf.reshape(convolved(), [2, 48, 4])],
  ['reshape mixing space and channels', () => tf.reshape(convolved(), [2, 6, 32])],
  ['expandDims and squeeze', () => tf.squeeze(tf.expandDims(convolved(), 2))],
  ['transpose', () => tf.transpose(x(), [2, 0, 1])],
  ['transpose twice', () => tf.transpose(tf.transpose(x(), [2, 0, 1]), [1, 0, 2])],
  ['concat', () => tf.concat([x(), positive()], 1)],
  ['concat in mixed orders', () => tf.concat([convolved(), images([2, 6, 8, 2], 4)], 3)],
  ['concat of integers', () => tf.concat([integers(), integers()], -1)],
  ['stack', () => tf.stack([x(), positive()], 1)],
  ['unstack', () => tf.unstack(x(), 1)],
  ['split', () => tf.split(x(), [1, 3], 2)],
  ['slice', () => tf.slice(x(), [0, 1, 1], [2, 2, -1])],
  ['slice in another order', () => tf.slice(convolved(), [0, 1, 2, 1], [1, 3, 4, 2])],
  ['slice to nothing', () => tf.slice(x(), [0, 1, 1], [2, 0, 1])],
  ['stridedSlice', () => tf.stridedSlice(x(), [0, 0, 3], [2, 3, 0], [1, 2, -2])],
  [
    'stridedSlice with masks',
    () => tf.stridedSlice(x(), [0, 1, 0], [2, 3, 3], [1, 1, 1], 1, 4, 0, 0, 2),
  ],
  ['reverse', () => tf.reverse(x(), [0, 2])],
  [
    'pad',
    () =>
      tf.pad(
        x(),
        [
          [1, 0],
          [0, 2],
          [1, 1],
        ],
        0.5,
      ),
  ],
  [
    'pad in another order',
    () =>
      tf.pad(convolved(), [
        [0, 0],
        [1, 1],
        [2, 0],
        [0, 1],
      ]),
  ],
  [
    'mirrorPad reflect',
    () =>
      tf.mirrorPad(
        x(),
        [
          [0, 1],
          [2, 1],
          [1, 1],
        ],
        'reflect',
      ),
  ],
  [
    'mirrorPad symmetric falls back',
    () =>
      tf.mirrorPad(
        x(),
        [
          [0, 1],
          [2, 1],
          [1, 1],
        ],
        'symmetric',
      ),
  ],
  ['tile', () => tf.tile(x(), [2, 1, 3])],
  ['broadcastTo', () => tf.broadcastTo(array([2, 1, 4]), [2, 3, 4])],
  ['broadcastTo of a higher rank', () => tf.broadcastTo(array([3, 1]), [2, 3, 4])],
  [
    'broadcast then reshape',
    () => tf.add(tf.reshape(tf.broadcastTo(array([2, 1, 4]), [2, 3, 4]), [6, 4]), 1),
  ],
  ['gather', () => tf.gather(x(), tf.tensor1d([2, 0, 1, 1], 'int32'), 1)],
  [
    'gather by matrix in another order',
    () =>
      tf.gather(
        convolved(),
        tf.tensor2d(
          [
            [1, 0],
            [3, 2],
          ],
          [2, 2],
          'int32',
        ),
        3,
      ),
  ],
  [
    'gather with batch falls back',
    () =>
      tf.gather(
        array([2, 3]),
        tf.tensor2d(
          [
            [1, 0],
            [2, 2],
          ],
          [2, 2],
          'int32',
        ),
        1,
        1,
      ),
  ],
  [
    'gatherND',
    () =>
      tf.gatherND(
        x(),
        tf.tensor2d(
          [
            [0, 1],
            [1, 2],
          ],
          [2, 2],
          'int32',
        ),
      ),
  ],
  [
    'scatterND',
    () => tf.scatterND(tf.tensor2d([[1], [3], [1]], [3, 1], 'int32'), array([3, 2]), [5, 2]),
  ],
  ['oneHot', () => tf.oneHot(tf.tensor1d([0, 2, 5, -1], 'int32'), 4)],
  [
    'unsortedSegmentSum',
    () => tf.unsortedSegmentSum(array([4, 3]), tf.tensor1d([1, 0, 1, 3], 'int32'), 4),
  ],
  ['range', () => tf.range(0, 7, 2)],
  ['linspace', () => tf.linspace(0, 1, 7)],
  ['fill', () => tf.fill([2, 3], 4)],
  ['zerosLike and onesLike', () => [tf.zerosLike(x()), tf.onesLike(integers())]],
  ['zeros and ones', () => [tf.zeros([2, 3]), tf.ones([2, 3], 'int32')]],
  ['eye', () => tf.eye(3)],
  ['topk', () => Object.values(tf.topk(x(), 2)) as tf.Tensor[]],
  [
    'multinomial',
    () =>
      tf.multinomial(
        tf.tensor2d([
          [0, 100],
          [100, 0],
        ]),
        3,
        1,
      ),
  ],
  ['whole graph of scalars', () => tf.add(tf.mul(tf.scalar(3), tf.scalar(2)), tf.tensor2d([[5]]))],
  ['complex', () => tf.real(tf.complex(array([4]), array([4], 2)))],
  ['fft', () => tf.imag(tf.spectral.fft(tf.complex(array([4]), array([4], 2))))],
];

describe.each([
  ['matrix products', matrices],
  ['shapes and indices', shapes],
])('%s agree with tfjs cpu', (_, cases) => {
  test.each([...cases])('%s', async (_, f) => {
    await expectSameOnBothBackends(f);
  });
});
