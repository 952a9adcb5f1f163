/**
 * Convolutions, pools, cuts and their gradients of some thousand shapes, strides and borders beside tfjs-backend-cpu: what
 * tfjs-core's own specs have few of.
 *
 *     npm run conformance:shapes [-- --backend onnx-webgpu]
 */
import { parseArgs } from 'node:util';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs'; // registers the gradients
import * as tf from '@tensorflow/tfjs-core';
import '../src/index.ts';

const { backend } = parseArgs({ options: { backend: { type: 'string', default: 'onnx' } } }).values;
const TOLERANCE = 1e-3;
const BATCH = 2;

type Images = tf.Tensor4D;
type Computation = () => tf.Tensor;

/** Numbers that every engine holds exactly, another series for each shape. */
function numbers(shape: readonly number[]): Images {
  let state = shape.reduce((hash, length) => hash * 31 + length, 7);
  const values = Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => {
    state = (state * 16807) % 2147483647;
    return Math.round((state / 2147483647) * 128 - 64) / 64;
  });
  return tf.tensor<tf.Rank>(values, [...shape]) as Images;
}

/** The gradient of Σ f². */
const gradient =
  (f: (x: Images) => tf.Tensor, shape: readonly number[]): Computation =>
  () =>
    tf.grad((x) => tf.square(f(x as Images)))(numbers(shape));

interface Window {
  readonly edge: number;
  readonly channels: number;
  readonly kernel: number;
  readonly stride: number;
  readonly pad: 'same' | 'valid';
}

function* windows(): Generator<Window> {
  for (const edge of [2, 3, 5, 8]) {
    for (const channels of [1, 3, 4]) {
      for (const kernel of [1, 2, 3, 4].filter((size) => size <= edge)) {
        for (const stride of [1, 2]) {
          yield { edge, channels, kernel, stride, pad: 'same' };
          yield { edge, channels, kernel, stride, pad: 'valid' };
        }
      }
    }
  }
}

function* ofWindow({
  edge,
  channels,
  kernel,
  stride,
  pad,
}: Window): Generator<readonly [string, Computation]> {
  const shape = [BATCH, edge, edge, channels];
  const filterShape = (outputs: number) => [kernel, kernel, channels, outputs];
  for (const outputs of [2, 4]) {
    const convolve = (x: Images, filter: Images) => tf.conv2d(x, filter, stride, pad);
    const filter = filterShape(outputs);
    yield [`conv2d to ${outputs}`, () => convolve(numbers(shape), numbers(filter))];
    yield [`its images, ${outputs}`, gradient((x) => convolve(x, numbers(filter)), shape)];
    yield [`its filter, ${outputs}`, gradient((w) => convolve(numbers(shape), w), filter)];
  }
  for (const multiplier of [1, 2]) {
    const convolve = (x: Images, filter: Images) => tf.depthwiseConv2d(x, filter, stride, pad);
    const filter = filterShape(multiplier);
    yield [`depthwise, ${multiplier}`, () => convolve(numbers(shape), numbers(filter))];
    yield [`its images, ${multiplier}`, gradient((x) => convolve(x, numbers(filter)), shape)];
    yield [`its filter, ${multiplier}`, gradient((w) => convolve(numbers(shape), w), filter)];
  }
  for (const pool of [tf.maxPool, tf.avgPool]) {
    const pooled = (x: Images) => pool(x, kernel, stride, pad);
    yield [pool.name, () => pooled(numbers(shape))];
    yield [`gradient of ${pool.name}`, gradient(pooled, shape)];
  }
}

function* cases(): Generator<readonly [string, Computation]> {
  for (const window of windows()) {
    const where = JSON.stringify(window);
    for (const [name, compute] of ofWindow(window)) yield [`${name} ${where}`, compute];
  }
  for (let begin = -6; begin < 6; begin++) {
    for (let end = -7; end < 6; end++) {
      for (const step of [-3, -2, -1, 1, 2, 3]) {
        const cut = () => tf.stridedSlice(numbers([5, 6]), [begin, 1], [end, 5], [step, 2]);
        yield [`cut ${begin} to ${end} by ${step}`, cut];
      }
    }
  }
}

async function valuesOf(name: string, compute: Computation): Promise<Float32Array> {
  if (!(await tf.setBackend(name))) throw new Error(`conformance: no backend ${name} here`);
  const result = tf.tidy(compute);
  const values = (await result.data()) as Float32Array;
  result.dispose();
  return values;
}

let count = 0;
let failures = 0;
for (const [name, compute] of cases()) {
  const expected = await valuesOf('cpu', compute);
  const actual = await valuesOf(backend, compute);
  const isClose = (value: number, i: number) => Math.abs(value - expected[i]!) <= TOLERANCE;
  count++;
  if (actual.length === expected.length && actual.every(isClose)) continue;
  failures++;
  process.stdout.write(`FAILED ${name}\n`);
}
process.stdout.write(`${count - failures} passed, ${failures} failed\n`);
process.exitCode = failures > 0 ? 1 : 0;
