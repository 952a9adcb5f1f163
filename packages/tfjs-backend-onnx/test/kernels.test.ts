import { registerMissingGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { describe, test } from 'vitest';
import '../src/index.ts';
import { array, expectSameOnBothBackends } from './compare.ts';

registerMissingGradients();

type Case = readonly [name: string, f: () => tf.Tensor | tf.Tensor[]];
type T1 = tf.Tensor1D;
type T2 = tf.Tensor2D;
type T3 = tf.Tensor3D;
type T4 = tf.Tensor4D;

const runKernel = (name: string, inputs: tf.NamedTensorMap, attributes: object = {}): tf.Tensor =>
  tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap) as tf.Tensor;
const x = () => array([2, 3, 4], 1, -2, 2);
const positive = () => array([2, 3, 4], 2, 0.1, 3);
const images = (shape: number[] = [2, 6, 8, 3], seed = 3) => array(shape, seed) as T4;
const whole = () => tf.round(tf.mul(array([2, 3, 4], 5), 5));
const yes = () => tf.greater(array([2, 3, 4], 6), 0);
const no = () => tf.less(array([2, 3, 4], 7), 0.3);
const integers = () => tf.cast(tf.mul(array([2, 3, 4], 8), 9), 'int32');
/** A tensor whose physical order is channels first. */
const convolved = () => tf.conv2d(images(), array([1, 1, 3, 4], 9) as T4, 1, 0);

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
  ['unary kernels', unary],
  ['binary kernels', binary],
  ['reductions', reductions],
  ['matrix products', matrices],
  ['shapes and indices', shapes],
  ['convolutions', convolutions],
  ['pools and images', pools],
  ['gradients', gradients],
])('%s agree with tfjs cpu', (_, cases) => {
  test.each([...cases])('%s', async (_, f) => {
    await expectSameOnBothBackends(f);
  });
});
