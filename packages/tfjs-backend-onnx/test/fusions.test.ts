import { groupNorm, leakyRelu, registerMissingGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findFusions } from '../src/find-fusions.ts';
import { onnxBackend } from '../src/index.ts';
import { makePlan } from '../src/plan.ts';
import { array, expectSameOnBothBackends, numbers } from './compare.ts';

registerMissingGradients();

beforeAll(async () => {
  await tf.setBackend('onnx');
});

afterAll(async () => {
  await tf.setBackend('cpu');
});

/** Rows as long and as many as are fused at all: images [2, 32, 16, 16] in the order of convolutions. */
const SHAPE = [2, 32, 256];
const rows = (seed: number) => array([2, 32, 1], seed);
const images = (seed: number) => array(SHAPE, seed);

/** The operations that the fusions of a computation stand for; undefined where the processor has none. */
async function fused(f: () => tf.Tensor): Promise<string[] | undefined> {
  await tf.setBackend('onnx');
  if (onnxBackend().graph.channelBlock === undefined) return undefined;
  return tf.tidy(() => {
    const { value } = onnxBackend().viewOf(f());
    return [...findFusions(makePlan([value])).keys()].map(({ node }) => node!.op);
  });
}

describe('a scaled array to which something is added, row by row', () => {
  const scaled = (seed = 1) => tf.mul(images(seed), rows(seed + 1));
  const last = (x: tf.Tensor) => tf.tanh(x); // a fusion is never the output of a run
  const CASES: readonly (readonly [string, readonly string[], () => tf.Tensor])[] = [
    ['a number for each row', ['Add'], () => last(tf.add(scaled(), rows(5)))],
    ['before the scaled', ['Add'], () => last(tf.add(rows(5), scaled()))],
    ['one for each row of an image', ['Add'], () => last(tf.add(scaled(), array([1, 32, 1], 5)))],
    ['one for all', ['Add'], () => last(tf.add(scaled(), tf.scalar(0.3)))],
    ['scaled by one for all', [], () => last(tf.add(tf.mul(images(1), 0.3), 0.2))],
    ['and rectified', ['LeakyRelu'], () => last(tf.leakyRelu(tf.add(scaled(), rows(5)), 0.3))],
    [
      'rectified in another shape',
      ['LeakyRelu'],
      () => last(tf.leakyRelu(tf.reshape(tf.add(scaled(), rows(5)), [64, 16, 16]), 0.3)),
    ],
    ['an array', ['Add'], () => last(tf.add(scaled(), tf.square(images(5))))],
    [
      'another scaled array, and what is added to that',
      ['Add', 'Add'],
      () => last(tf.add(scaled(), tf.add(scaled(4), rows(8)))),
    ],
    ['an array of the program', [], () => last(tf.add(scaled(), images(5)))],
    ['as the output', [], () => tf.add(scaled(), rows(5))],
    [
      'products that somebody else reads too',
      [],
      () => {
        const product = scaled();
        return tf.mul(last(tf.add(product, rows(5))), product);
      },
    ],
    [
      'sums that somebody else reads too',
      ['Add'],
      () => {
        const sum = tf.add(scaled(), rows(5));
        return tf.mul(tf.leakyRelu(sum, 0.3), sum);
      },
    ],
    [
      'rows too short',
      [],
      () => last(tf.add(tf.mul(array([64, 255], 1), array([64, 1], 2)), array([64, 1], 3))),
    ],
  ];

  test.each(CASES)('%s', async (_, expected, f) => {
    await expectSameOnBothBackends(f, 1e-6);
    expect([expected, undefined]).toContainEqual(await fused(f));
  });

  test('rounds as each operation by itself', async () => {
    const compute = async (isFused: boolean) => {
      const sum = tf.tidy(() => {
        const product = tf.mul(images(1), rows(2));
        return isFused ? tf.neg(tf.add(product, rows(3))) : tf.add(product, rows(3));
      });
      return (isFused ? tf.neg(sum) : sum).data();
    };
    expect(await compute(true)).toEqual(await compute(false));
  });

  test('carries what is no number on, in its own row, and infinities', async () => {
    const special = () => {
      const values = numbers(2 * 32 * 256, 1);
      values.set([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0], 300);
      return tf.tensor(values, SHAPE);
    };
    await expectSameOnBothBackends(
      () => tf.neg(tf.leakyRelu(tf.add(tf.mul(special(), rows(2)), rows(3)), 0.2)),
      1e-6,
    );
  });
});

describe('sums of matrix products', () => {
  const [rows, columns] = [1500, 700];
  const product = (seed: number, images = 3) =>
    tf.matMul(tf.tanh(array([images, rows], seed)), array([images, columns], seed + 1), true);
  const CASES: readonly (readonly [string, readonly string[], () => tf.Tensor])[] = [
    ['of few images', ['Add'], () => tf.neg(tf.add(product(1), product(3)))],
    ['of other numbers of images', ['Add'], () => tf.neg(tf.add(product(1), product(3, 5)))],
    [
      'neither transposed',
      ['Add'],
      () => {
        const plain = (seed: number) =>
          tf.matMul(array([rows, 2], seed), array([2, columns], seed));
        return tf.neg(tf.add(plain(1), plain(2)));
      },
    ],
    [
      'one transposed, one not',
      [],
      () => tf.neg(tf.add(product(1), tf.matMul(array([rows, 2], 3), array([2, columns], 4)))),
    ],
    ['of many images', [], () => tf.neg(tf.add(product(1, 40), product(3, 40)))],
    ['as the output', [], () => tf.add(product(1), product(3))],
    [
      'of one that somebody else reads too',
      [],
      () => {
        const first = product(1);
        return tf.mul(tf.add(first, product(3)), first);
      },
    ],
    [
      'twice the same',
      [],
      () => {
        const own = product(1);
        return tf.neg(tf.add(own, own));
      },
    ],
  ];

  test.each(CASES)('%s', async (_, expected, f) => {
    await expectSameOnBothBackends(f, 1e-5);
    expect([expected, undefined]).toContainEqual(await fused(f));
  });
});

describe('sums of products', () => {
  const product = () => tf.mul(images(1), images(2));
  const CASES: readonly (readonly [string, () => tf.Tensor])[] = [
    ['along rows', () => tf.sum(product(), 2)],
    ['of everything', () => tf.sum(product())],
    ['means', () => tf.mean(product(), [1, 2])],
    ['squares', () => tf.mean(tf.square(images(1)), 2, true)],
    ['along rows and a first axis', () => tf.sum(product(), [0, 2])],
    ['along all but the last axis', () => tf.sum(product(), [0, 1])],
    ['rows that are cut', () => tf.sum(tf.mul(array([2, 30000], 1), array([2, 30000], 2)), 1)],
    ['a prime length', () => tf.sum(tf.mul(array([1, 20011], 1), array([1, 20011], 2)), 1)],
    [
      'products that somebody else reads too',
      () => {
        const products = product();
        return tf.mul(products, tf.sum(products, 2, true));
      },
    ],
  ];

  test.each(CASES)('%s', (_, f) => expectSameOnBothBackends(f, 1e-5));

  test('are as exact as sums in stages where they are long', async () => {
    const length = 2 ** 20;
    const x = tf.tensor2d(numbers(length, 3, 0, 1), [1, length]);
    const [sum] = await tf.tidy(() => tf.sum(tf.square(x))).data();
    const exact = numbers(length, 3, 0, 1).reduce((total, value) => total + value * value, 0);
    expect(Math.abs(sum! / exact - 1)).toBeLessThan(3e-6);
    x.dispose();
  });
});

test('single numbers meet arrays whose last axis has one element', () =>
  expectSameOnBothBackends(() => {
    const grey = array([2, 5, 4, 1], 1);
    const one = tf.sum(tf.square(array([3], 2)));
    return [
      tf.sub(grey, 0.4),
      tf.div(one, grey),
      tf.maximum(grey, tf.scalar(0.1)),
      tf.mul(grey, 1),
    ];
  }));

test('a rectifier’s slope is told from its values, down to the smallest number', () =>
  expectSameOnBothBackends(() => {
    const x = tf.tensor1d([1.5e-45, -1.5e-45, 0, -0, 1e-39, 3, -3, Number.POSITIVE_INFINITY]);
    const slope = (f: (x: tf.Tensor) => tf.Tensor) => tf.grad(f)(x);
    return [
      tf.step(x, 0.2),
      slope((z) => leakyRelu(z, 0.2)),
      slope((z) => tf.mul(leakyRelu(z, 0.2), leakyRelu(z, 0.2))),
    ];
  }));

test('groups of channels are normalised and rectified with the gradients of tfjs cpu', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(1, 2, 4, 8),
      fc.integer({ min: 14, max: 24 }),
      fc.integer({ min: 14, max: 24 }),
      async (groups, height, width) => {
        const x = array([2, height, width, 8], 1) as tf.Tensor4D;
        const gain = array([8], 2) as tf.Tensor1D;
        const bias = array([8], 3) as tf.Tensor1D;
        const network = (...[image, scale, shift]: tf.Tensor[]) => {
          const normalised = groupNorm(image!, { groups, gain: scale!, bias: shift! });
          return tf.mean(tf.square(leakyRelu(normalised, 0.2))) as tf.Scalar;
        };
        const wide = (image: tf.Tensor) =>
          tf.mul(array([2, height, width, 8], 4), tf.grad((z) => network(z, gain, bias))(image));
        await expectSameOnBothBackends(
          () => [
            ...tf.grads(network)([x, gain, bias]),
            tf.grad((z) => tf.sum(wide(z)))(x), // second order
          ],
          1e-5,
        );
        tf.dispose([x, gain, bias]);
      },
    ),
    { numRuns: 12 },
  );
});
