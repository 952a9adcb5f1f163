/**
 * What minimal filtering rounds more than direct sums do, beside sums in float64, and how far from a NaN it carries it.
 *
 *     npm run conformance:rounding
 */
import * as tf from '@tensorflow/tfjs-core';
import { onnxBackend } from '../src/index.ts';

const EDGE = 12;

type Images = tf.Tensor4D;

/** A convolution of one image [1, EDGE, EDGE, in] by [3, 3, in, out] with borders of one, in float64. */
function exactSums(x: Float32Array, filter: Float32Array, channels: number): Float64Array {
  const sums = new Float64Array(EDGE * EDGE * channels);
  for (let pixel = 0; pixel < EDGE * EDGE; pixel++) {
    for (let tap = 0; tap < 9; tap++) {
      const row = Math.floor(pixel / EDGE) + Math.floor(tap / 3) - 1;
      const column = (pixel % EDGE) + (tap % 3) - 1;
      if (Math.min(row, column) < 0 || Math.max(row, column) >= EDGE) continue;
      for (let into = 0; into < channels; into++) {
        const value = x[(row * EDGE + column) * channels + into]!;
        const weights = (tap * channels + into) * channels;
        for (let out = 0; out < channels; out++) {
          sums[pixel * channels + out]! += value * filter[weights + out]!;
        }
      }
    }
  }
  return sums;
}

const rootMeanSquare = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0) / values.length);

async function convolve(x: Images, filter: Images): Promise<Float32Array> {
  const y = tf.conv2d(x, filter, 1, 'same');
  const values = (await y.data()) as Float32Array;
  y.dispose();
  return values;
}

/** The most rows or columns between a NaN and a pixel that it reaches. */
async function reachOfNaN(filter: Images, channels: number): Promise<number> {
  let farthest = 0;
  for (const [row, column] of [4, 5].flatMap((a) => [4, 5].map((b) => [a, b] as const))) {
    const pixels = new Float32Array(EDGE * EDGE * channels);
    pixels[(row * EDGE + column) * channels] = Number.NaN;
    const x = tf.tensor4d(pixels, [1, EDGE, EDGE, channels]);
    const values = await convolve(x, filter);
    x.dispose();
    values.forEach((value, i) => {
      if (!Number.isNaN(value)) return;
      const pixel = Math.floor(i / channels);
      const away = [Math.floor(pixel / EDGE) - row, (pixel % EDGE) - column].map(Math.abs);
      farthest = Math.max(farthest, ...away);
    });
  }
  return farthest;
}

await tf.setBackend('onnx');
const { channelBlock } = onnxBackend().graph;
const WAYS = {
  'minimal filtering': { minimalFiltering: true, channelBlock: undefined },
  direct: { minimalFiltering: false, channelBlock: undefined },
  'direct, in blocks': { minimalFiltering: false, channelBlock },
};
process.stdout.write(
  '| channels | sums | RMS of the error / RMS | most / RMS | reach of NaN |\n|---|---|---|---|---|\n',
);
for (const channels of [128, 256, 512]) {
  const x = tf.randomNormal([1, EDGE, EDGE, channels], 0, 1, 'float32', 1) as Images;
  const filter = tf.randomNormal([3, 3, channels, channels], 0, 0.05, 'float32', 2) as Images;
  const exact = exactSums(
    (await x.data()) as Float32Array,
    (await filter.data()) as Float32Array,
    channels,
  );
  const scale = rootMeanSquare(exact);
  for (const [name, way] of Object.entries(WAYS)) {
    Object.assign(onnxBackend().graph, way);
    const errors = (await convolve(x, filter)).map((value, i) => value - exact[i]!);
    const most = errors.reduce((largest, error) => Math.max(largest, Math.abs(error)), 0);
    const shares = [rootMeanSquare(errors), most].map((error) => (error / scale).toExponential(1));
    const reach = await reachOfNaN(filter, channels);
    process.stdout.write(`| ${channels} | ${name} | ${shares.join(' | ')} | ${reach} |\n`);
  }
  tf.dispose([x, filter]);
}
