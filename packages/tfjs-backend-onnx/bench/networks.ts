import {
  avgPool,
  globalMaxPool,
  groupNorm,
  leakyRelu,
  maxPool,
  relu,
  resizeBilinear,
  sigmoid,
} from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';

export type Weights = Map<string, tf.Variable>;

let created = 0;
let state = 1;

/** Xavier-uniform values from a small generator: benchmarks need plausible weights, not good ones. */
function weight(weights: Weights, name: string, shape: number[]): void {
  const size = tf.util.sizeFromShape(shape);
  const area = size / (shape.at(-1)! * shape.at(-2)!);
  const limit = Math.sqrt(6 / (area * (shape.at(-1)! + shape.at(-2)!)));
  const values = Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return limit * ((state >>> 8) / 2 ** 23 - 1);
  });
  weights.set(name, tf.variable(tf.tensor(values, shape), true, `bench${created++}`));
}

function channelParameters(weights: Weights, name: string, channels: number): void {
  weights.set(`${name}.gain`, tf.variable(tf.ones([channels]), true, `bench${created++}`));
  weights.set(`${name}.bias`, tf.variable(tf.zeros([channels]), true, `bench${created++}`));
}

const groups = (channels: number, least: number): number =>
  Math.max(1, Math.min(32, Math.floor(channels / least)));

/** VGG11's first two stages at a quarter of the width, Fnet and a head with `outputs` scores. */
export function createClassifier(outputs: number): Weights {
  const weights: Weights = new Map();
  const conv = (name: string, from: number, to: number) => {
    weight(weights, `${name}.weight`, [3, 3, from, to]);
    weights.set(`${name}.bias`, tf.variable(tf.zeros([to]), true, `bench${created++}`));
  };
  const dense = (name: string, from: number, to: number) => {
    weight(weights, `${name}.weight`, [from, to]);
    weights.set(`${name}.bias`, tf.variable(tf.zeros([to]), true, `bench${created++}`));
  };
  conv('v1', 3, 16);
  conv('v2', 16, 32);
  conv('f1', 32, 32);
  conv('f2', 32, 128);
  dense('fc1', 128, 512);
  dense('fc2', 512, 128);
  dense('fc3', 128, 16);
  for (const [name, channels] of [
    ['gn1', 512],
    ['gn2', 128],
    ['gn3', 16],
  ] as const) {
    channelParameters(weights, name, channels);
  }
  dense('head', 16, outputs);
  return weights;
}

const parameter = <T extends tf.Tensor>(weights: Weights, name: string): T =>
  weights.get(name) as unknown as T;

function convolve(weights: Weights, name: string, x: tf.Tensor4D, stride = 1): tf.Tensor4D {
  const y = tf.conv2d(x, parameter<tf.Tensor4D>(weights, `${name}.weight`), stride, 1);
  return tf.add(y, parameter(weights, `${name}.bias`));
}

function dense(weights: Weights, name: string, x: tf.Tensor2D): tf.Tensor2D {
  const y = tf.matMul(x, parameter<tf.Tensor2D>(weights, `${name}.weight`));
  return tf.add(y, parameter(weights, `${name}.bias`));
}

function normalise<T extends tf.Tensor>(weights: Weights, name: string, x: T, least: number): T {
  return groupNorm(x, {
    groups: groups(x.shape.at(-1)!, least),
    gain: parameter(weights, `${name}.gain`),
    bias: parameter(weights, `${name}.bias`),
  });
}

/** [N, H, W, 3] to [N, outputs]. */
export function classify(weights: Weights, x: tf.Tensor4D): tf.Tensor2D {
  let h = maxPool(relu(convolve(weights, 'v1', x)), { size: 2, stride: 2 });
  h = maxPool(relu(convolve(weights, 'v2', h)), { size: 2, stride: 2 });
  h = relu(convolve(weights, 'f1', h, 2));
  h = relu(convolve(weights, 'f2', h));
  let y = globalMaxPool(avgPool(h, { size: 2, stride: 1 }));
  for (const level of [1, 2, 3]) {
    y = leakyRelu(normalise(weights, `gn${level}`, dense(weights, `fc${level}`, y), 8), 0.2);
  }
  return dense(weights, 'head', y);
}

const CHANNELS = [8, 16, 32, 64, 64] as const;

/** The U-Net with four levels. */
export function createGenerator(): Weights {
  const weights: Weights = new Map();
  const block = (name: string, from: number, to: number) => {
    for (const [part, input] of [
      ['a', from],
      ['b', to],
    ] as const) {
      weight(weights, `${name}${part}.weight`, [3, 3, input, to]);
      weights.set(`${name}${part}.bias`, tf.variable(tf.zeros([to]), true, `bench${created++}`));
      channelParameters(weights, `${name}${part}`.concat('n'), to);
    }
  };
  block('in', 1, CHANNELS[0]);
  for (let i = 0; i < 4; i++) block(`down${i}`, CHANNELS[i]!, CHANNELS[i + 1]!);
  let from: number = CHANNELS[4];
  for (let i = 3; i >= 0; i--) {
    const to = CHANNELS[Math.max(0, i - 1)]!;
    block(`up${i}`, CHANNELS[i]! + from, to);
    from = to;
  }
  weight(weights, 'last.weight', [3, 3, from, 1]);
  weights.set('last.bias', tf.variable(tf.zeros([1]), true, `bench${created++}`));
  return weights;
}

function doubleConvolution(weights: Weights, name: string, x: tf.Tensor4D): tf.Tensor4D {
  let h = x;
  for (const part of ['a', 'b']) {
    h = convolve(weights, `${name}${part}`, h);
    h = leakyRelu(normalise(weights, `${name}${part}n`, h, 4), 0.2);
  }
  return h;
}

/** [N, H, W, 1] to an image in [0, 1] of the same shape. */
export function generate(weights: Weights, x: tf.Tensor4D): tf.Tensor4D {
  let h = doubleConvolution(weights, 'in', x);
  const skips: tf.Tensor4D[] = [];
  for (let i = 0; i < 4; i++) {
    skips.push(h);
    h = doubleConvolution(weights, `down${i}`, avgPool(h, { size: 2, stride: 2 }));
  }
  for (let i = 3; i >= 0; i--) {
    const skip = skips.pop()!;
    const size = [skip.shape[1], skip.shape[2]] as const;
    const up = resizeBilinear(h, size, { alignCorners: true });
    h = doubleConvolution(weights, `up${i}`, tf.concat([skip, up], 3));
  }
  return sigmoid(convolve(weights, 'last', h));
}
