import {
  avgPool,
  batchNorm,
  groupNorm,
  leakyRelu,
  resizeBilinear,
  updateRunningStatistics,
} from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import type { GeneratorOptions } from './generator-options.ts';
import { BLOCK_LAYERS, type GeneratorBlock, generatorPlan, groupCount } from './generator-plan.ts';

/** What {@link runGenerator} runs. */
export interface GeneratorNetwork {
  readonly options: GeneratorOptions;
  readonly parameters: ReadonlyMap<string, tf.Tensor>;
  readonly buffers: ReadonlyMap<string, tf.Variable>;
  readonly training: boolean;
}

const LEAKY_SLOPE = 0.2;
const HALVING = { size: 2, stride: 2 };

/**
 * Runs the U-Net up to its last convolution: average pooling down, bilinear interpolation with aligned corners up,
 * the skip before what comes from below.
 *
 * @param images - channel 0 of the normalised images, [N, H, W, 1]
 * @returns [N, H, W, 1]
 */
export function runGenerator(images: tf.Tensor4D, network: GeneratorNetwork): tf.Tensor4D {
  const { inc, down, up } = generatorPlan(network.options);
  const skips: tf.Tensor4D[] = [];
  let h = runBlock(images, inc, network);
  for (const block of down) {
    skips.push(h);
    h = runBlock(avgPool(h, HALVING), block, network);
  }
  for (const block of up) {
    const skip = skips.pop() as tf.Tensor4D;
    const [, height, width] = skip.shape;
    h = resizeBilinear(h, [height, width], { alignCorners: true });
    h = runBlock(tf.concat([skip, h], 3), block, network);
  }
  return convolve(h, 'last', network);
}

function runBlock(
  x: tf.Tensor4D,
  { path }: GeneratorBlock,
  network: GeneratorNetwork,
): tf.Tensor4D {
  let h = x;
  for (const { conv, norm } of BLOCK_LAYERS) {
    h = normalise(convolve(h, `${path}.${conv}`, network), `${path}.${norm}`, network);
    h = leakyRelu(h, LEAKY_SLOPE);
  }
  return h;
}

function convolve(x: tf.Tensor4D, path: string, network: GeneratorNetwork): tf.Tensor4D {
  const weight = network.parameters.get(`${path}.weight`) as tf.Tensor4D;
  const bias = network.parameters.get(`${path}.bias`) as tf.Tensor1D;
  return tf.add(tf.conv2d(x, weight, 1, 'same'), bias);
}

function normalise(x: tf.Tensor4D, path: string, network: GeneratorNetwork): tf.Tensor4D {
  const gain = network.parameters.get(`${path}.weight`) as tf.Tensor1D;
  const bias = network.parameters.get(`${path}.bias`) as tf.Tensor1D;
  if (network.options.normalisation === 'group') {
    return groupNorm(x, { groups: groupCount(x.shape[3]), gain, bias });
  }
  const mean = network.buffers.get(`${path}.running_mean`) as tf.Variable;
  const variance = network.buffers.get(`${path}.running_var`) as tf.Variable;
  if (!network.training) return batchNorm(x, { gain, bias, running: { mean, variance } });
  const updated = updateRunningStatistics({ mean, variance }, x);
  mean.assign(updated.mean);
  variance.assign(updated.variance);
  return batchNorm(x, { gain, bias });
}
