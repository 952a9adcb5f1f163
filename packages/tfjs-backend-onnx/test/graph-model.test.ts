import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { onnxBackend } from '../src/index.ts';
import { array, largestDifference, numbers } from './compare.ts';

type Node = Record<string, unknown>;

const FLOAT = { type: 'DT_FLOAT' };
const list = (values: number[]) => ({ list: { i: values.map(String) } });
const text = (value: string) => ({ s: Buffer.from(value).toString('base64') });
const window = (name: string, stride: number): Node => ({
  [name]: list([1, stride, stride, 1]),
  padding: text('SAME'),
  data_format: text('NHWC'),
});

const WEIGHTS = {
  stem: [3, 3, 3, 8],
  stemBias: [8],
  depthwise: [3, 3, 8, 1],
  depthwiseBias: [8],
  head: [8, 4],
} as const;

const node = (name: string, op: string, input: string[], attr: Node = {}): Node => ({
  name,
  op,
  input,
  attr: { T: FLOAT, ...attr },
});

/** A converted network as tensorflowjs_converter writes them: fused layers, a pool, a softmax. */
function convertedNetwork(): tf.io.ModelArtifacts {
  const specs = Object.entries(WEIGHTS).map(
    ([name, shape]): tf.io.WeightsManifestEntry => ({ name, shape: [...shape], dtype: 'float32' }),
  );
  const sizes = specs.map(({ shape }) => tf.util.sizeFromShape(shape));
  const values = sizes.flatMap((size, i) => [...numbers(size, i + 1)]);
  const fused = {
    fused_ops: { list: { s: ['BiasAdd', 'Relu6'].map((op) => text(op).s) } },
    num_args: { i: '1' },
    epsilon: { f: 0 },
  };
  const dilations = { dilations: list([1, 1, 1, 1]) };
  return {
    format: 'graph-model',
    modelTopology: {
      node: [
        {
          name: 'images',
          op: 'Placeholder',
          attr: {
            dtype: FLOAT,
            shape: { shape: { dim: [-1, 16, 12, 3].map((size) => ({ size: String(size) })) } },
          },
        },
        ...specs.map(({ name }) => ({ name, op: 'Const', attr: { dtype: FLOAT } })),
        node('a', '_FusedConv2D', ['images', 'stem', 'stemBias'], {
          ...window('strides', 2),
          ...dilations,
          ...fused,
        }),
        node('b', 'FusedDepthwiseConv2dNative', ['a', 'depthwise', 'depthwiseBias'], {
          ...window('strides', 1),
          ...dilations,
          ...fused,
        }),
        node('c', 'MaxPool', ['b'], { ...window('strides', 2), ksize: list([1, 2, 2, 1]) }),
        { name: 'axes', op: 'Const', attr: { dtype: { type: 'DT_INT32' } } },
        node('d', 'Mean', ['c', 'axes'], { keep_dims: { b: false } }),
        node('e', 'MatMul', ['d', 'head'], {
          transpose_a: { b: false },
          transpose_b: { b: false },
        }),
        node('probabilities', 'Softmax', ['e']),
      ],
      versions: { producer: 1 },
    },
    weightSpecs: [...specs, { name: 'axes', shape: [2], dtype: 'int32' }],
    weightData: Uint8Array.from([
      ...new Uint8Array(Float32Array.from(values).buffer),
      ...new Uint8Array(Int32Array.of(1, 2).buffer),
    ]).buffer,
  };
}

async function infer(backend: 'cpu' | 'onnx'): Promise<number[]> {
  await tf.setBackend(backend);
  const model: GraphModel = await loadGraphModel(tf.io.fromMemory(convertedNetwork()));
  const x = array([2, 16, 12, 3], 9);
  const result = model.predict(x) as tf.Tensor;
  const values = Array.from(await result.data());
  tf.dispose([x, result]);
  model.dispose();
  return values;
}

test('a converted graph model infers as on tfjs cpu, with every kernel recorded', async () => {
  const expected = await infer('cpu');
  await tf.setBackend('onnx');
  const before = onnxBackend().stats().fallbacks;
  const actual = await infer('onnx');
  expect(onnxBackend().stats().fallbacks).toBe(before);
  expect(actual).toHaveLength(8);
  expect(largestDifference(actual, expected)).toBeLessThan(1e-5);
});
