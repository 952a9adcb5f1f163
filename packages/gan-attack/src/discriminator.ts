import { randomStream } from '@mammo/mammo-io';
import * as tf from '@tensorflow/tfjs-core';
import type { AttackedNetwork, FeatureOptions } from './attacked-network.ts';

/**
 * The discriminator D: a copy of the attacked network with a new last layer that gives one score, high for images
 * that look like the target class. Owns its variables; dispose of it when done.
 */
export interface Discriminator {
  /**
   * The network's weights without its last layer, under their names (`vnet.…`, `fnet.…`), then `head.weight`
   * [features, 1] and `head.bias` [1].
   */
  readonly parameters: ReadonlyMap<string, tf.Variable>;
  /**
   * Returns the raw scores D(g), before the sigmoid.
   *
   * @param images - [N, H, W, 3], normalised as ImageNet's
   * @returns [N, 1], differentiable twice, owned by the caller
   */
  score(images: tf.Tensor4D, options?: Pick<FeatureOptions, 'dropoutSeed'>): tf.Tensor2D;
  dispose(): void;
}

/**
 * Copies a network as the discriminator of an attack on it; the network itself is left alone.
 *
 * The new last layer has Xavier-normal weights and a zero bias.
 *
 * @param seed - names the weights of the last layer
 * @throws RangeError if a weight's name begins with none of `vnet.`, `fnet.` and `head.`, or the features are not
 *   counted by a positive integer
 * @see Zhou et al. (2021), Methods, doi 10.1038/s41467-021-27577-x
 */
export function createDiscriminator(network: AttackedNetwork, seed: number): Discriminator {
  const { featureCount } = network;
  if (!Number.isSafeInteger(featureCount) || featureCount < 1) {
    throw new RangeError(
      `createDiscriminator: featureCount must be a positive integer, got ${featureCount}`,
    );
  }
  const parameters = new Map<string, tf.Variable>();
  for (const name of network.parameters.keys()) {
    if (!/^(vnet|fnet|head)\./.test(name)) {
      throw new RangeError(
        `createDiscriminator: weights must be named vnet.…, fnet.… or head.…, got ${name}`,
      );
    }
  }
  for (const [name, weight] of network.parameters) {
    if (!name.startsWith('head.')) parameters.set(name, copyVariable(weight));
  }
  const weights = new Float32Array(featureCount);
  randomStream(seed, 'discriminator', 'head.weight').normals(weights);
  const deviation = Math.sqrt(2 / (featureCount + 1));
  parameters.set(
    'head.weight',
    newVariable(
      weights.map((w) => w * deviation),
      [featureCount, 1],
    ),
  );
  parameters.set('head.bias', newVariable(new Float32Array(1), [1]));
  return {
    parameters,
    score: (images, options = {}) =>
      tf.tidy(() => {
        const features = network.features(images, { ...options, parameters });
        const weight = parameters.get('head.weight') as unknown as tf.Tensor2D;
        return tf.add(tf.matMul(features, weight), parameters.get('head.bias') as tf.Tensor);
      }),
    dispose() {
      for (const variable of parameters.values()) variable.dispose();
    },
  };
}

function copyVariable(tensor: tf.Tensor): tf.Variable {
  return tf.tidy(() => tf.variable(tf.clone(tensor), true));
}

function newVariable(values: Float32Array, shape: number[]): tf.Variable {
  return tf.tidy(() => tf.variable(tf.tensor(values, shape), true));
}
