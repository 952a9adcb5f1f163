import { randomStream } from '@mammo/mammo-io';
import { imagenetNormalise } from '@mammo/mammo-io/tensors';
import * as tf from '@tensorflow/tfjs-core';
import type { DiscriminatorPart } from './attack-stage.ts';
import type { Backbone, FeatureOptions } from './victim.ts';

/**
 * The discriminator D: a copy of a backbone with a new last layer that gives one score, high for images
 * that look like the target class. Owns its variables; dispose of it when done.
 */
export interface Discriminator {
  /**
   * The backbone's weights without its last layer, under their names, then `head.weight` [features, 1] and `head.bias` [1].
   */
  readonly parameters: ReadonlyMap<string, tf.Variable>;
  /** The part that each weight belongs to, by its name. */
  readonly parts: ReadonlyMap<string, DiscriminatorPart>;
  /** Grey images, [N, H, W, 1] in [0, 1], as `score` takes them. */
  prepare(grey: tf.Tensor4D): tf.Tensor4D;
  /**
   * Returns the raw scores D(g), before the sigmoid.
   *
   * @param images - prepared ones
   * @returns [N, 1], differentiable twice, owned by the caller
   */
  score(images: tf.Tensor4D, options?: Pick<FeatureOptions, 'dropoutSeed'>): tf.Tensor2D;
  /** Frees the weights; those of the backbone stay. */
  dispose(): void;
}

/**
 * Copies a backbone as the discriminator of an attack on it; the backbone itself is left alone.
 *
 * The new last layer has Xavier-normal weights and a zero bias.
 *
 * @param named - `seed`, a safe integer: names the weights of the last layer
 * @throws RangeError if a weight belongs to no part, or the features are not counted by a positive integer
 * @see Zhou et al. (2021), Methods, doi 10.1038/s41467-021-27577-x
 */
export function createDiscriminator(
  backbone: Backbone,
  { seed }: { readonly seed: number },
): Discriminator {
  const { featureCount, input = 'imagenet' } = backbone;
  if (!Number.isSafeInteger(featureCount) || featureCount < 1) {
    throw new RangeError(
      `createDiscriminator: featureCount must be a positive integer, got ${featureCount}`,
    );
  }
  const parts = partsOf(backbone);
  const parameters = new Map<string, tf.Variable>();
  for (const [name, weight] of backbone.parameters) {
    if (parts.has(name)) parameters.set(name, copyVariable(weight));
  }
  const weights = new Float32Array(featureCount);
  randomStream(seed, 'discriminator', 'head.weight').normals(weights);
  const deviation = Math.sqrt(2 / (featureCount + 1));
  const head = {
    'head.weight': newVariable(
      weights.map((w) => w * deviation),
      [featureCount, 1],
    ),
    'head.bias': newVariable(new Float32Array(1), [1]),
  };
  for (const [name, variable] of Object.entries(head)) {
    parameters.set(name, variable);
    parts.set(name, 'head');
  }
  return {
    parameters,
    parts,
    prepare: (grey) => (input === 'grey' ? tf.clone(grey) : imagenetNormalise(grey)),
    score: (images, options = {}) =>
      tf.tidy(() => {
        const features = backbone.features(images, { ...options, parameters });
        return tf.add(
          tf.matMul(features, head['head.weight'] as unknown as tf.Tensor2D),
          head['head.bias'] as tf.Tensor,
        );
      }),
    dispose() {
      for (const variable of parameters.values()) variable.dispose();
    },
  };
}

/** The parts of all weights but those of the last layer. */
function partsOf(backbone: Backbone): Map<string, DiscriminatorPart> {
  const parts = new Map<string, DiscriminatorPart>();
  for (const name of backbone.parameters.keys()) {
    const part = backbone.partOf?.(name) ?? name.split('.')[0];
    if (part !== 'vnet' && part !== 'fnet' && part !== 'head') {
      throw new RangeError(
        `createDiscriminator: weights must be named vnet.…, fnet.… or head.…, or partOf must say which part they are, got ${name}`,
      );
    }
    if (part !== 'head') parts.set(name, part);
  }
  const taken = ['head.weight', 'head.bias'].find((name) => parts.has(name));
  if (taken !== undefined) {
    throw new RangeError(
      `createDiscriminator: ${taken} is the discriminator's own, so its part must be head, got ${parts.get(taken)}`,
    );
  }
  return parts;
}

function copyVariable(tensor: tf.Tensor): tf.Variable {
  return tf.tidy(() => tf.variable(tf.clone(tensor), true));
}

function newVariable(values: Float32Array, shape: number[]): tf.Variable {
  return tf.tidy(() => tf.variable(tf.tensor(values, shape), true));
}
