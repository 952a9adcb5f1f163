import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import {
  maxPool,
  registerMissingGradients,
  valueAndVariableGradients,
} from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';
import { Graph, type Value } from '../src/graph.ts';
import { onnxBackend, setOnnxOptions } from '../src/index.ts';
import type { ModelNode } from '../src/onnx-model.ts';
import { webGpuNodes } from '../src/webgpu-nodes.ts';
import { problemOf } from './providers.ts';

registerMissingGradients();

const problem = problemOf('webgpu');
const absence = problem === '' ? '' : ` (skipped: ${problem})`;

afterAll(async () => {
  await tf.setBackend('cpu');
});

describe('nodes for WebGPU', () => {
  const graph = new Graph({ provider: 'webgpu', channelBlock: undefined, compute: undefined });
  const leaf = (shape: number[], type: 'float32' | 'bool') =>
    graph.constant(`${shape}${type}`, shape, type, () => new Float32Array(0));
  const lowered = (value: Value): ModelNode[] =>
    webGpuNodes(
      {
        op: value.node!.op,
        name: 'n',
        inputs: value.node!.inputs.map((_, i) => `i${i}`),
        output: 'o',
        attributes: value.node!.attributes,
      },
      value,
    );
  const show = (value: Value): string[] =>
    lowered(value).map(({ op, inputs, output }) => `${output} = ${op}(${inputs})`);

  test('a product of transposed factors transposes first', () => {
    const [a, b] = [leaf([2, 4, 3], 'float32'), leaf([2, 5, 4], 'float32')];
    const product = graph.node('FusedMatMul', [a, b], [2, 3, 5], 'float32', {
      transA: 1,
      transB: 1,
    });
    expect(show(product)).toEqual([
      'o_0 = Transpose(i0)',
      'o_1 = Transpose(i1)',
      'o = MatMul(o_0,o_1)',
    ]);
    expect(lowered(product)[0]!.attributes).toEqual({ perm: [0, 2, 1] });
  });

  test('sums are added up, truth values are moved as numbers, names differ', () => {
    const x = leaf([4], 'float32');
    const sum = graph.node('Sum', [x, x, x], [4], 'float32');
    expect(show(sum)).toEqual(['o_0 = Add(i0,i1)', 'o = Add(o_0,i2)']);
    const mask = leaf([4], 'bool');
    expect(show(graph.node('Or', [mask, mask], [4], 'bool'))).toEqual([
      'o_0 = Not(i0)',
      'o_1 = Not(i1)',
      'o_2 = And(o_0,o_1)',
      'o = Not(o_2)',
    ]);
    expect(show(graph.node('Concat', [mask], [4], 'bool'))).toEqual([
      'o_0 = Cast(i0)',
      'o_moved = Concat(o_0)',
      'o = Cast(o_moved)',
    ]);
    expect(show(graph.node('IsNaN', [x], [4], 'bool'))).toEqual([
      'o_0 = Equal(i0,i0)',
      'o = Not(o_0)',
    ]);
    const nine = graph.node('Concat', Array(9).fill(x), [36], 'float32', { axis: 0 });
    expect(show(nine)).toEqual([
      'o_joined0 = Concat(i0,i1,i2,i3,i4,i5,i6)',
      'o = Concat(o_joined0,i7,i8)',
    ]);
    const names = lowered(sum).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('images are compared with a copy, which keeps their layout', () => {
    const images = leaf([3, 4, 2, 2], 'float32');
    expect(show(graph.node('Equal', [images, images], images.shape, 'bool'))).toEqual([
      'o_all = Constant()',
      'o_same = Gather(i1,o_all)',
      'o = Equal(i0,o_same)',
    ]);
    const number = leaf([], 'float32');
    expect(lowered(graph.node('Less', [images, number], images.shape, 'bool'))).toHaveLength(1);
  });

  test('a filter as large as the image gets a border on every side, which is cut off again', () => {
    const [image, filter] = [leaf([1, 3, 2, 2], 'float32'), leaf([4, 3, 2, 2], 'float32')];
    const conv = (pads: number[]) =>
      graph.node('Conv', [image, filter], [1, 4, 2, 2], 'float32', { strides: [1, 1], pads });
    expect(show(conv([1, 1, 0, 0]))).toEqual(['o = Conv(i0,i1)']);
    const [wide, ...cut] = lowered(conv([0, 0, 1, 1]));
    expect(wide).toMatchObject({ op: 'Conv', attributes: { pads: [1, 1, 1, 1] } });
    expect(cut.map(({ attributes }) => attributes.value_ints)).toEqual([
      [1, 1],
      [2 ** 31, 2 ** 31],
      [2, 3],
      undefined,
    ]);
    expect(cut.at(-1)).toMatchObject({ op: 'Slice', output: 'o' });
  });

  test('groups of several inputs are convolved apart and added up', () => {
    const [errors, filter] = [leaf([1, 6, 4, 4], 'float32'), leaf([6, 1, 3, 3], 'float32')];
    const transposed = (group: number) =>
      graph.node('ConvTranspose', [errors, filter], [1, group, 6, 6], 'float32', { group });
    expect(lowered(transposed(6)).map(({ op }) => op)).toEqual(['ConvTranspose']);
    const ops = lowered(transposed(2)).map(({ op }) => op);
    expect(ops.filter((op) => op === 'ConvTranspose')).toHaveLength(3);
    expect(ops.filter((op) => op === 'Add')).toHaveLength(2);
    expect(lowered(transposed(2)).at(-1)!.output).toBe('o');
  });

  test('a cut that steps backwards is made forwards and turned round', () => {
    const x = leaf([5], 'float32');
    const cut = (from: number, to: number, step: number, size: number) => {
      const bounds = [[from], [to], [0], [step]].map((list) => graph.integers(list));
      return graph.node('Slice', [x, ...bounds], [size], 'float32');
    };
    const all = cut(-1, -(2 ** 31), -1, 5);
    expect(lowered(all)).toHaveLength(1);
    const bounds = (value: Value) =>
      lowered(value).flatMap((node) => node.attributes.value_ints ?? []);
    expect(bounds(cut(3, 0, -1, 3))).toEqual([1, 4, 0, 1, -1, -(2 ** 31), 0, -1]);
    expect(bounds(cut(-2, -6, -2, 2))).toEqual([1, 4, 0, 2, -1, -(2 ** 31), 0, -1]);
  });

  test('bounds are chosen, not taken as extremes, so that NaN stays', () => {
    const x = leaf([4], 'float32');
    expect(show(graph.node('Relu', [x], [4], 'float32'))).toEqual([
      'o_zero = Constant()',
      'o_beyond = Less(i0,o_zero)',
      'o = Where(o_beyond,o_zero,i0)',
    ]);
    const clipped = graph.node('Clip', [x, x, x], [4], 'float32');
    expect(show(clipped).at(-1)).toBe('o = Where(o_beyond,i2,o_raised)');
    const softmax = graph.node('Softmax', [x], [4], 'float32', { axis: 0 });
    expect(show(softmax).at(-1)).toBe('o = Where(o_some,o_nan,o_numbers)');
  });
});

test('a provider that is not here is an error that says what to install', () => {
  const cuda = problemOf('cuda');
  if (cuda !== '') expect(cuda).toMatch(/^tfjs-backend-onnx: no device for cuda: .*npm rebuild/);
  if (problem !== '') expect(problem).toMatch(/^tfjs-backend-onnx: no device for webgpu: .*driver/);
});

describe.skipIf(problem !== '')(`ONNX Runtime's WebGPU provider${absence}`, () => {
  test('trains as the processor does, and keeps large tensors on the device', async () => {
    const losses: Record<string, number[]> = {};
    for (const backend of ['onnx', 'onnx-webgpu']) {
      await tf.setBackend(backend);
      losses[backend] = await descend();
    }
    expect(losses['onnx-webgpu']!.at(-1)).toBeLessThan(losses['onnx-webgpu']![0]!);
    for (const [i, loss] of losses['onnx-webgpu']!.entries()) {
      expect(loss).toBeCloseTo(losses.onnx![i]!, 4);
    }
  });

  test('values come back from the device, whole and under another shape', async () => {
    await tf.setBackend('onnx-webgpu');
    const { doubled, kept } = tf.tidy(() => {
      const x = tf.range(0, 1024, 1, 'float32');
      return { doubled: tf.mul(x, 2), kept: tf.keep(tf.add(x, 1)) };
    });
    expect((await doubled.data())[1023]).toBe(2046);
    const square = tf.reshape(kept, [32, 32]);
    const flipped = tf.transpose(square);
    expect((await flipped.data())[1]).toBe(33);
    expect((await square.data())[33]).toBe(34);
    expect((await kept.data())[1]).toBe(2);
    const before = onnxBackend().stats().tensorBytes;
    tf.dispose([doubled, kept, square, flipped]);
    expect(onnxBackend().stats().tensorBytes).toBeLessThan(before);
  });

  test('values outlive the session that computed them, which is released for another', async () => {
    await tf.setBackend('onnx-webgpu');
    setOnnxOptions({ maxSessions: 1 });
    try {
      const uploaded = tf.range(0, 1024, 1, 'float32');
      const values = tf.variable(tf.mul(uploaded, 1));
      for (let step = 1; step <= 6; step++) {
        values.assign(tf.tidy(() => tf.add(step % 2 ? values : tf.add(values, uploaded), step)));
        const sum = tf.sum(values);
        expect((await sum.data())[0]).toBeGreaterThan(0);
        sum.dispose();
        expect(onnxBackend().stats().sessions).toBe(1);
      }
      const expected = [0, 1, 1023].map((i) => 4 * i + 21);
      const found = await values.data();
      expect([0, 1, 1023].map((i) => found[i])).toEqual(expected);
      tf.dispose([uploaded, values]);
    } finally {
      setOnnxOptions({ maxSessions: 64 });
    }
  });
});

describe.skipIf(problem !== '')(`what ONNX Runtime's WebGPU gets wrong is right${absence}`, () => {
  const numbers = (shape: number[]) =>
    tf.tensor(
      Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => ((i * 7) % 11) - 5),
      shape,
    );
  test.each<[string, () => tf.Tensor]>([
    [
      'a filter as large as the image',
      () =>
        tf.conv2d(
          numbers([2, 2, 2, 3]) as tf.Tensor4D,
          numbers([2, 2, 3, 4]) as tf.Tensor4D,
          1,
          'same',
        ),
    ],
    [
      'the gradient of a depthwise convolution with a multiplier',
      () =>
        tf.grad((x) =>
          tf.depthwiseConv2d(x as tf.Tensor4D, numbers([3, 3, 4, 2]) as tf.Tensor4D, 1, 'same'),
        )(numbers([2, 5, 5, 4])),
    ],
    [
      'the gradient by a filter, of more copies than one Concat joins',
      () =>
        tf.grad((filter) =>
          tf.conv2d(numbers([1, 7, 6, 8]) as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'),
        )(numbers([5, 5, 8, 2])),
    ],
    [
      'the gradient by a filter, of sums in parts',
      () =>
        tf.grad((filter) =>
          tf.conv2d(numbers([2, 40, 40, 4]) as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'),
        )(numbers([3, 3, 4, 6])),
    ],
    [
      'the gradient of the greatest, of which some are equal',
      () =>
        tf.grad((x) => maxPool(x as tf.Tensor4D, { size: 2, stride: 2 }))(numbers([2, 6, 6, 8])),
    ],
    ['sign(NaN)', () => tf.sign(tf.tensor1d([Number.NaN, -3, 0, 2, Number.POSITIVE_INFINITY]))],
    ['a cut backwards', () => tf.stridedSlice(numbers([5, 6]), [3, 4], [0, 0], [-1, -2])],
    ['relu(NaN)', () => tf.relu(tf.tensor1d([Number.NaN, -1, 2, Number.NEGATIVE_INFINITY]))],
    ['clip(NaN)', () => tf.clipByValue(tf.tensor1d([Number.NaN, -1, 2, 9]), 0, 5)],
    [
      'softmax with NaN',
      () =>
        tf.softmax(
          tf.tensor2d([
            [1, Number.NaN],
            [1, 1],
          ]),
        ),
    ],
  ])('%s', async (_, compute) => {
    await tf.setBackend('cpu');
    const expected = await compute().data();
    await tf.setBackend('onnx-webgpu');
    expect(Array.from(await compute().data())).toEqual(Array.from(expected));
  });
});

/** Losses of five steps of gradient descent on a small convolutional network. */
async function descend(): Promise<number[]> {
  const wave = (shape: number[]) =>
    tf.tensor(
      Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => Math.sin(i)),
      shape,
    );
  const images = wave([2, 16, 16, 3]) as tf.Tensor4D;
  const filter = tf.variable(wave([3, 3, 3, 16]));
  const losses: number[] = [];
  for (let step = 0; step < 5; step++) {
    const loss = tf.tidy(() => {
      const { value, gradients } = valueAndVariableGradients(
        () => {
          const features = tf.relu(tf.conv2d(images, filter as unknown as tf.Tensor4D, 1, 'same'));
          return tf.mean(tf.square(maxPool(features, { size: 2, stride: 2 })));
        },
        new Map([['filter', filter]]),
      );
      filter.assign(tf.sub(filter, tf.mul(gradients.filter!, 0.05)));
      return value;
    });
    losses.push((await loss.data())[0]!);
    loss.dispose();
  }
  tf.dispose([images, filter]);
  return losses;
}
