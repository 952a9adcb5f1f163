import type * as tf from '@tensorflow/tfjs-core';

/** What an attack does to the source images: hide a cancer that is there, or show one that is not. */
export type AttackDirection = 'remove' | 'insert';

/** How {@link AttackedNetwork.features} is run. */
export interface FeatureOptions {
  /** Weights to use instead of the network's own, under the same names. */
  readonly parameters?: ReadonlyMap<string, tf.Tensor>;
  /** Drop features at random as in training, by this seed; without it nothing is dropped. */
  readonly dropoutSeed?: number;
}

/**
 * The network under attack, of which the discriminator is a copy with a new last layer. The attacker knows its
 * architecture and weights: the attack is nearly white-box.
 */
export interface AttackedNetwork {
  /** Length F of a feature vector. */
  readonly featureCount: number;
  /**
   * Weights by name: `vnet.…` (the convolutions), `fnet.…` (the layers after them) and perhaps `head.…` (the last
   * layer, which the discriminator replaces). In the layout of tfjs.
   */
  readonly parameters: ReadonlyMap<string, tf.Tensor>;
  /**
   * Runs all but the last layer; differentiable twice.
   *
   * @param images - [N, H, W, 3], normalised as ImageNet's
   * @returns [N, F]
   */
  features(images: tf.Tensor4D, options?: FeatureOptions): tf.Tensor2D;
}

/** The classifier to be fooled, seen from outside. */
export interface Victim {
  /**
   * Scores images.
   *
   * @param grey - [N, H, W, 1] in [0, 1]
   * @returns p(cancer) of each, in [0, 1]
   */
  score(grey: tf.Tensor4D): Promise<Float32Array>;
}
