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
import type { AttackedNetwork } from '../src/index.ts';

/** Tensors by PyTorch name in the layout of tfjs. */
export type Weights = ReadonlyMap<string, tf.Tensor>;

/**
 * The reference's ScoreNet without its head, as a structural network: only what its weights' names say is run, so any
 * depth and width works. A convolution `vnet.i` is followed by ReLU, and by max pooling where the index jumps by 3.
 */
export function scoreNet(weights: Weights, modules: number, dropout = 0): AttackedNetwork {
  const convolutions = [...weights.keys()]
    .flatMap((name) => /^vnet\.(\d+)\.weight$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
  return {
    featureCount: (weights.get('fnet.fc3.bias') as tf.Tensor).shape[0] as number,
    parameters: weights,
    features: (images, { parameters = weights, dropoutSeed } = {}) =>
      tf.tidy(() => {
        let h = images;
        for (const [i, index] of convolutions.entries()) {
          h = relu(conv(h, parameters, `vnet.${index}`));
          const next = convolutions[i + 1] ?? modules;
          if (next - index === 3) h = maxPool(h, { size: 2, stride: 2 });
        }
        h = relu(conv(h, parameters, 'fnet.conv1', 2));
        h = relu(conv(h, parameters, 'fnet.conv2'));
        let v: tf.Tensor2D = globalMaxPool(avgPool(h, { size: 2, stride: 1 }));
        for (const layer of [1, 2, 3]) {
          v = linearGroupNorm(v, parameters, layer);
          v = leakyRelu(layer === 1 ? drop(v, dropout, dropoutSeed) : v, 0.2);
        }
        return v;
      }),
  };
}

function conv(x: tf.Tensor4D, weights: Weights, path: string, stride = 1): tf.Tensor4D {
  const padded: tf.Tensor4D = tf.pad(x, [
    [0, 0],
    [1, 1],
    [1, 1],
    [0, 0],
  ]);
  const weight = weights.get(`${path}.weight`) as tf.Tensor4D;
  return tf.add(
    tf.conv2d(padded, weight, stride, 'valid'),
    weights.get(`${path}.bias`) as tf.Tensor,
  );
}

function drop(x: tf.Tensor2D, rate: number, seed: number | undefined): tf.Tensor2D {
  return seed === undefined ? x : tf.mul(x, dropoutMask(x.shape, { rate, seed }));
}

function linearGroupNorm(x: tf.Tensor2D, weights: Weights, layer: number): tf.Tensor2D {
  const get = (name: string): tf.Tensor1D => weights.get(`fnet.${name}`) as tf.Tensor1D;
  const weight = get(`fc${layer}.weight`) as unknown as tf.Tensor2D;
  const h: tf.Tensor2D = tf.add(tf.matMul(x, weight), get(`fc${layer}.bias`));
  const channels = h.shape[1];
  let groups = Math.max(1, Math.min(32, Math.floor(channels / 8)));
  while (channels % groups !== 0) groups--;
  return groupNorm(h, { groups, gain: get(`gn${layer}.weight`), bias: get(`gn${layer}.bias`) });
}
