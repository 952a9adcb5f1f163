import type * as tf from '@tensorflow/tfjs-core';
import type { DiscriminatorPart } from './attack-stage.ts';

/** What an attack does to the source images: hide a cancer that is there, or show one that is not. */
export type AttackDirection = 'remove' | 'insert';

/** How {@link Backbone.features} is run. */
export interface FeatureOptions {
  /** Weights to use instead of the backbone's own, under the same names. */
  readonly parameters?: ReadonlyMap<string, tf.Tensor>;
  /** Drop features at random as in training, by this seed; without it nothing is dropped. */
  readonly dropoutSeed?: number;
}

/** What {@link Backbone.features} takes. */
export type BackboneInput =
  /** The grey image on three channels, normalised with ImageNet's mean and deviation, as `[N, H, W, 3]`. */
  | 'imagenet'
  /** [N, H, W, 1] in [0, 1]. */
  | 'grey';

/**
 * A classifier without its last layer, of which the discriminator is a copy with a new one. The attacker knows its
 * architecture and weights: the attack is nearly white-box.
 */
export interface Backbone {
  /** Length F of a feature vector. */
  readonly featureCount: number;
  /**
   * Weights by name, in the layout of tfjs; those that the discriminator is to train on. Empty for features that stay as
   * they are, whatever computes them.
   */
  readonly parameters: ReadonlyMap<string, tf.Tensor>;
  /** What `features` takes; by default `'imagenet'`. */
  readonly input?: BackboneInput;
  /**
   * The part that a weight belongs to: `'vnet'` (the first layers, trained last), `'fnet'` (the layers after them) or
   * `'head'` (the last layer, which the discriminator replaces). By default the first word of its name, `fnet.conv1.weight`.
   */
  partOf?(name: string): DiscriminatorPart;
  /**
   * Runs all but the last layer; differentiable twice (`@mammo/tfjs-second-order`), or once if the penalty is left out. What it
   * returns depends on the images, the weights and the seed alone: an engine may record a training step and repeat it.
   *
   * @param images - as `input` says
   * @returns [N, F]
   */
  features(images: tf.Tensor4D, options?: FeatureOptions): tf.Tensor2D;
}

/** The classifier to be fooled. */
export interface Victim {
  /**
   * Scores images.
   *
   * @param grey - [N, H, W, 1] in [0, 1]
   * @returns p(cancer) of each, in [0, 1]
   */
  score(grey: tf.Tensor4D): Promise<ArrayLike<number>>;
  /** The victim from inside; absent where it only gives scores. */
  readonly backbone?: Backbone;
}
