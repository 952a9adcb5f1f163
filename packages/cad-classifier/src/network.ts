import {
  avgPool,
  dropoutMask,
  globalMaxPool,
  groupNorm,
  leakyRelu,
  maxPool,
  relu,
} from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import type { CadOptions } from './cad-options.ts';
import { groupCount, type NetworkPlan } from './network-plan.ts';

/** Weights by their PyTorch names, in the layout of tfjs. */
type Parameters = ReadonlyMap<string, tf.Tensor>;

/** What a pass through the network needs. */
export interface NetworkPass {
  readonly plan: NetworkPlan;
  readonly options: CadOptions;
  readonly parameters: Parameters;
  /** Drop features as in training, by this seed; without it nothing is dropped. */
  readonly dropoutSeed?: number | undefined;
}

const SLOPE = 0.2;

/**
 * Vnet: VGG11's convolutions and poolings.
 *
 * @param images - [N, H, W, 3], normalised as ImageNet's
 * @returns [N, H', W', channels]
 */
export function runVnet(images: tf.Tensor4D, { plan, parameters }: NetworkPass): tf.Tensor4D {
  let h = images;
  for (const layer of plan.vnet) {
    h =
      layer.kind === 'pool'
        ? maxPool(h, { size: 2, stride: 2 })
        : relu(convolution(h, parameters, `vnet.${layer.index}`));
  }
  return h;
}

/**
 * Vnet and Fnet up to the map of which the global maximum is taken: where in the image the evidence is.
 *
 * @param images - [N, H, W, 3], normalised as ImageNet's
 * @returns [N, H'', W'', 4 · channels]
 */
export function runFeatureMap(images: tf.Tensor4D, pass: NetworkPass): tf.Tensor4D {
  const { parameters } = pass;
  const reduced = relu(convolution(runVnet(images, pass), parameters, 'fnet.conv1', 2));
  return avgPool(relu(convolution(reduced, parameters, 'fnet.conv2')), { size: 2, stride: 1 });
}

/**
 * All but the last layer: Vnet, Fnet's convolutions, global max pooling, three linear layers with GroupNorm.
 *
 * @param images - [N, H, W, 3], normalised as ImageNet's
 * @returns [N, F]
 * @see Zhou et al. (2021), Fig. 3a, doi 10.1038/s41467-021-27577-x
 */
export function runFeatures(images: tf.Tensor4D, pass: NetworkPass): tf.Tensor2D {
  return runPooled(globalMaxPool(runFeatureMap(images, pass)), pass);
}

/** The three linear layers: [N, 4 · channels] → [N, F]. */
export function runPooled(pooled: tf.Tensor2D, pass: NetworkPass): tf.Tensor2D {
  const { options, parameters, dropoutSeed } = pass;
  let v = pooled;
  for (const layer of [1, 2, 3]) {
    v = linear(v, parameters, `fnet.fc${layer}`);
    v = groupNorm(v, {
      groups: groupCount(v.shape[1], options.channelsPerGroup),
      gain: weight(parameters, `fnet.gn${layer}.weight`),
      bias: weight(parameters, `fnet.gn${layer}.bias`),
    });
    if (layer === 1 && dropoutSeed !== undefined && options.dropout > 0) {
      v = tf.mul(v, dropoutMask(v.shape, { rate: options.dropout, seed: dropoutSeed }));
    }
    v = leakyRelu(v, SLOPE);
  }
  return v;
}

/** The last layer: features [N, F] → logits [N, 2], cancer first. */
export function runHead(features: tf.Tensor2D, { parameters }: NetworkPass): tf.Tensor2D {
  return linear(features, parameters, 'head');
}

/** One pixel of zeros around the image. */
const BORDER: [number, number][] = [
  [0, 0],
  [1, 1],
  [1, 1],
  [0, 0],
];

/**
 * 3×3, one pixel of zeros around the image, as PyTorch pads it: with stride 2 'same' would put all zeros at the far ends,
 * and TensorFlow's engines take no explicit padding.
 */
function convolution(
  x: tf.Tensor4D,
  parameters: Parameters,
  name: string,
  stride: 1 | 2 = 1,
): tf.Tensor4D {
  const kernel = weight<tf.Tensor4D>(parameters, `${name}.weight`);
  const sum =
    stride === 1
      ? tf.conv2d(x, kernel, 1, 'same')
      : tf.conv2d(tf.pad(x, BORDER), kernel, stride, 'valid');
  return tf.add(sum, weight(parameters, `${name}.bias`));
}

function linear(x: tf.Tensor2D, parameters: Parameters, name: string): tf.Tensor2D {
  const product = tf.matMul(x, weight<tf.Tensor2D>(parameters, `${name}.weight`));
  return tf.add(product, weight(parameters, `${name}.bias`));
}

function weight<T extends tf.Tensor>(parameters: Parameters, name: string): T {
  const found = parameters.get(name);
  if (found === undefined) {
    throw new RangeError(`features: parameters must have ${name}, got ${[...parameters.keys()]}`);
  }
  return found as T;
}
