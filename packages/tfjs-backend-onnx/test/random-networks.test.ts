import { avgPool, maxPool, registerMissingGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import '../src/index.ts';
import { largestDifference, numbers } from './compare.ts';

registerMissingGradients();

afterAll(async () => {
  await tf.setBackend('cpu');
});

interface Layer {
  readonly kind: 'conv' | 'transpose' | 'max' | 'average';
  readonly size: number;
  readonly stride: number;
  readonly channels: number;
  readonly pad: 'same' | 'valid';
  readonly activation: 'relu' | 'sigmoid' | 'tanh' | 'none';
}

const layer: fc.Arbitrary<Layer> = fc.record({
  kind: fc.constantFrom('conv', 'conv', 'transpose', 'max', 'average'),
  size: fc.integer({ min: 1, max: 4 }),
  stride: fc.integer({ min: 1, max: 3 }),
  channels: fc.integer({ min: 1, max: 5 }),
  pad: fc.constantFrom('same', 'valid'),
  activation: fc.constantFrom('relu', 'sigmoid', 'tanh', 'none'),
});

const network = fc.record({
  batch: fc.integer({ min: 1, max: 3 }),
  height: fc.integer({ min: 5, max: 12 }),
  width: fc.integer({ min: 5, max: 12 }),
  channels: fc.integer({ min: 1, max: 3 }),
  layers: fc.array(layer, { minLength: 1, maxLength: 4 }),
});
type Network = typeof network extends fc.Arbitrary<infer T> ? T : never;

const random = (shape: number[], seed: number): tf.Tensor4D =>
  tf.tensor4d(
    numbers(tf.util.sizeFromShape(shape), seed),
    shape as [number, number, number, number],
  );

/** So that a pooling layer, too, depends on its weights. */
const scaled = (y: tf.Tensor4D, filter: tf.Tensor4D): tf.Tensor4D => tf.mul(y, tf.mean(filter));

/** One layer; one that does not fit the image is left out. */
function apply(x: tf.Tensor4D, layer: Layer, filter: tf.Tensor4D): tf.Tensor4D {
  const { kind, size, stride, channels, pad, activation } = layer;
  const [n, height, width] = x.shape;
  const activate = (y: tf.Tensor4D): tf.Tensor4D => (activation === 'none' ? y : tf[activation](y));
  switch (kind) {
    case 'conv':
      return activate(tf.conv2d(x, filter, stride, pad));
    case 'transpose': {
      const shape = [n, height * stride, width * stride, channels] as const;
      return activate(tf.conv2dTranspose(x, filter, [...shape], stride, 'same'));
    }
    case 'max':
      return scaled(maxPool(x, { size, stride }), filter);
    default:
      return scaled(avgPool(x, { size, stride }), filter);
  }
}

const fits = ({ kind, size, pad }: Layer, [, height, width]: readonly number[]): boolean =>
  (pad === 'same' && kind !== 'average' && kind !== 'max') || size <= Math.min(height!, width!);

function filterShape({ kind, size, channels }: Layer, inChannels: number): number[] {
  if (kind === 'transpose') return [size, size, channels, inChannels];
  return [size, size, inChannels, channels];
}

/** Gradients of Σ y² in the image and in every filter. */
async function gradients(backend: string, { layers, ...size }: Network): Promise<number[]> {
  await tf.setBackend(backend);
  const results = tf.tidy(() => {
    const image = random([size.batch, size.height, size.width, size.channels], 1);
    const filters: tf.Tensor4D[] = [];
    const used: Layer[] = [];
    let probe = image;
    for (const [index, each] of layers.entries()) {
      if (!fits(each, probe.shape)) continue;
      const filter = random(filterShape(each, probe.shape[3]), index + 2);
      probe = apply(probe, each, filter);
      used.push(each);
      filters.push(filter);
    }
    if (used.length === 0) return [image];
    const loss = (x: tf.Tensor4D, ...weights: tf.Tensor4D[]): tf.Scalar =>
      tf.sum(
        tf.square(used.reduce((y, each, index) => apply(y, each, weights[index]!), x)),
      ) as tf.Scalar;
    const { value, grads } = tf.valueAndGrads(loss as never)([image, ...filters]);
    return [value, ...grads];
  });
  const values: number[] = [];
  for (const tensor of results) values.push(...(await tensor.data()));
  tf.dispose(results);
  return values;
}

test('gradients of random networks are those of tfjs cpu', async () => {
  await fc.assert(
    fc.asyncProperty(network, async (drawn) => {
      const expected = await gradients('cpu', drawn);
      const actual = await gradients('onnx', drawn);
      expect(actual.length).toBe(expected.length);
      const scale = Math.max(1, ...expected.map(Math.abs));
      const relative = (list: readonly number[]) => list.map((value) => value / scale);
      expect(largestDifference(relative(actual), relative(expected))).toBeLessThan(2e-5);
    }),
    { numRuns: 40, seed: 3 },
  );
});
