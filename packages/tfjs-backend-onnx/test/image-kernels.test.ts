import * as tf from '@tensorflow/tfjs-core';
import { describe, test } from 'vitest';
import { array, expectSameOnBothBackends } from './compare.ts';
import { type Case, images, positive, runKernel, type T1, type T4, x } from './inputs.ts';

const convolutions: Case[] = [
  ...(
    [
      ['same', 1, 'same', 3],
      ['valid', 1, 'valid', 3],
      ['same stride 2', 2, 'same', 3],
      ['pad 1 stride 2', 2, 1, 3],
      ['pad 1', 1, 1, 3],
      ['stride 3, window 2', 3, 0, 2],
      ['1 by 1', 1, 0, 1],
      ['1 by 1 stride 2', 2, 0, 1],
      [
        'explicit',
        [1, 2],
        [
          [0, 0],
          [1, 0],
          [2, 1],
          [0, 0],
        ],
        3,
      ],
      ['wide border', 1, 3, 3],
    ] as const
  ).flatMap(([name, strides, pad, window]): Case[] => {
    const filter = () => array([window, window, 3, 5], 4) as T4;
    const convolve = (input: T4, f: T4) => tf.conv2d(input, f, strides as number, pad as number);
    return [
      [`conv2d ${name}`, () => convolve(images(), filter())],
      [
        `conv2d ${name}, gradients`,
        () => {
          const loss = (a: tf.Tensor, f: tf.Tensor) => {
            const y = convolve(a as T4, f as T4);
            return tf.sum(tf.mul(y, array(y.shape, 8)));
          };
          return tf.grads(loss)([images(), filter()]);
        },
      ],
    ];
  }),
  ['conv2d dilated', () => tf.conv2d(images(), array([3, 3, 3, 2], 4) as T4, 1, 'same', 'NHWC', 2)],
  [
    'conv2d with ceiling',
    () => tf.conv2d(images([1, 7, 8, 3]), array([2, 2, 3, 2], 4) as T4, 2, 0, 'NHWC', 1, 'ceil'),
  ],
  [
    'conv2dTranspose',
    () => tf.conv2dTranspose(images(), array([3, 3, 4, 3], 4) as T4, [2, 12, 16, 4], 2, 'same'),
  ],
  [
    'fused conv2d',
    () =>
      tf.fused.conv2d({
        x: images(),
        filter: array([3, 3, 3, 2], 4) as T4,
        strides: 1,
        pad: 1,
        bias: array([2], 3) as T1,
        activation: 'leakyrelu',
        leakyreluAlpha: 0.2,
      }),
  ],
  [
    'depthwise falls back',
    () => tf.depthwiseConv2d(images(), array([3, 3, 3, 2], 4) as T4, 1, 'same'),
  ],
  [
    'conv3d falls back',
    () =>
      tf.conv3d(
        array([1, 3, 4, 4, 2]) as tf.Tensor5D,
        array([2, 2, 2, 2, 3], 4) as tf.Tensor5D,
        1,
        'same',
      ),
  ],
  [
    'a conv, bias and relu chain',
    () =>
      tf.relu(tf.add(tf.conv2d(images(), array([3, 3, 3, 4], 4) as T4, 1, 'same'), array([4], 5))),
  ],
];

const pools: Case[] = [
  ...(
    [
      [2, 2, 0],
      [2, 2, 'same'],
      [3, 3, 0],
      [2, 1, 0],
      [3, 2, 1],
      [3, 1, 'same'],
      [[2, 4], [2, 4], 0],
      [[2, 4], [2, 4], 'valid'],
    ] as const
  ).flatMap(([size, strides, pad]): Case[] => {
    const parameters = [size, strides, pad] as unknown as [number, number, number];
    const attributes = { filterSize: size, strides, pad };
    const maxPoolGrad = (input: tf.Tensor) => {
      const output = tf.maxPool(input as T4, ...parameters);
      return runKernel(tf.MaxPoolGrad, { dy: array(output.shape, 8), input, output }, attributes);
    };
    const name = `${size}/${strides} pad ${pad}`;
    const isPadded = pad === 1 || (pad === 'same' && strides === 1); // tfjs cpu's gradient is wrong there
    const averageGradient: Case[] = [
      [
        `avgPool ${name}, gradient`,
        () => {
          const dy = array(tf.avgPool(images(), ...parameters).shape, 8);
          return runKernel(tf.AvgPoolGrad, { dy, input: images() }, attributes);
        },
      ],
    ];
    return [
      ...(isPadded ? [] : averageGradient),
      [`maxPool ${name}`, () => tf.maxPool(images(), ...parameters)],
      [`avgPool ${name}`, () => tf.avgPool(images(), ...parameters)],
      [`maxPool ${name}, gradient`, () => maxPoolGrad(images())],
      [`maxPool ${name}, gradient at ties`, () => maxPoolGrad(tf.relu(tf.round(images())))],
    ];
  }),
  [
    'maxPool of an odd size, gradient',
    () => {
      const input = images([1, 5, 7, 2]);
      const output = tf.maxPool(input, 2, 2, 0);
      return runKernel(
        tf.MaxPoolGrad,
        { dy: array(output.shape, 8), input, output },
        { filterSize: 2, strides: 2, pad: 0 },
      );
    },
  ],
  ...(
    [
      [[12, 16], true, false],
      [[12, 16], false, false],
      [[12, 16], false, true],
      [[3, 5], true, false],
      [[1, 1], true, false],
      [[7, 3], false, true],
    ] as const
  ).map(
    ([size, align, half]): Case => [
      `resizeBilinear ${size} ${align} ${half}`,
      () => tf.image.resizeBilinear(images(), [...size] as [number, number], align, half),
    ],
  ),
  ...([true, false] as const).map(
    (align): Case => [
      `resizeBilinear of a square image, gradient ${align}`,
      () => {
        const dy = array([2, 12, 12, 3], 8);
        return runKernel(
          tf.ResizeBilinearGrad,
          { images: images([2, 6, 6, 3]), dy },
          { alignCorners: align },
        );
      },
    ],
  ),
  ['resizeNearestNeighbor falls back', () => tf.image.resizeNearestNeighbor(images(), [12, 16])],
  [
    'batchNorm',
    () =>
      tf.batchNorm(
        images(),
        array([3]) as T1,
        array([3], 2, 0.5, 1) as T1,
        array([3], 3) as T1,
        array([3], 4) as T1,
      ),
  ],
];

const gradients: Case[] = [
  ...(
    [
      'relu',
      'sigmoid',
      'tanh',
      'softplus',
      'exp',
      'square',
      'abs',
      'sqrt',
      'rsqrt',
      'softmax',
      'logSoftmax',
    ] as const
  ).map(
    (name): Case => [
      `gradient of ${name}`,
      () => tf.grad((a: tf.Tensor) => tf.sum(tf.mul(tf[name](a), x())))(positive()),
    ],
  ),
  ['gradient of leakyRelu', () => tf.grad((a: tf.Tensor) => tf.sum(tf.leakyRelu(a, 0.2)))(x())],
  ['gradient of max', () => tf.grad((a: tf.Tensor) => tf.sum(tf.max(a, [1, 2])))(x())],
  ['gradient of mean', () => tf.grad((a: tf.Tensor) => tf.sum(tf.square(tf.mean(a, 1))))(x())],
  ['eluGrad', () => runKernel(tf.EluGrad, { dy: positive(), y: x() })],
  [
    'gradient of slice, concat and pad',
    () =>
      tf.grad((a: tf.Tensor) => {
        const cut = tf.slice(a, [0, 1, 0], [2, 2, 3]);
        return tf.sum(
          tf.square(
            tf.concat(
              [
                cut,
                tf.slice(
                  tf.pad(cut, [
                    [0, 0],
                    [0, 0],
                    [1, 0],
                  ]),
                  [0, 0, 0],
                  [2, 2, 3],
                ),
              ],
              2,
            ),
          ),
        );
      })(x()),
  ],
  [
    'gradient of broadcast division',
    () =>
      tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.div(a, b)))([x(), array([4], 3, 1, 2)]),
  ],
  [
    'gradient of tile',
    () => tf.grad((a: tf.Tensor) => tf.sum(tf.square(tf.tile(a, [2, 1, 2]))))(x()),
  ],
  [
    'gradient of pow',
    () => tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.pow(a, b)))([positive(), x()]),
  ],
];

describe.each([
  ['convolutions', convolutions],
  ['pools and images', pools],
  ['gradients', gradients],
])('%s agree with tfjs cpu', (_, cases) => {
  test.each([...cases])('%s', async (_, f) => {
    await expectSameOnBothBackends(f);
  });
});
