import * as tf from '@tensorflow/tfjs-core';
import { type CadOptions, type CadPreset, cadOptions, checkCadOptions } from './cad-options.ts';
import { type Initialiser, initialValues } from './initialise.ts';
import { runFeatureMap, runFeatures, runHead, runPooled } from './network.ts';
import { parameterShapes, planNetwork, type ReceptiveField } from './network-plan.ts';

/** How a network is run. */
export interface ForwardOptions {
  /** Weights to use instead of the model's own, under the same names. */
  readonly parameters?: ReadonlyMap<string, tf.Tensor>;
  /** Drop features at random as in training, by this seed; without it nothing is dropped. */
  readonly dropoutSeed?: number;
}

/** The AI-CAD: a network and its weights. Owns its variables; dispose of it when done. */
export interface CadModel {
  /** The options that it was made from. */
  readonly options: CadOptions;
  /** Weights by PyTorch name (`vnet.0.weight`, `fnet.conv1.weight`, … `head.bias`); convolutions HWIO, linear [in, out]. */
  readonly parameters: ReadonlyMap<string, tf.Variable>;
  /** Length F of a feature vector. */
  readonly featureCount: number;
  /** Pixels along a side that one element before the global max pooling depends on. */
  readonly receptiveField: number;
  /** Which pixels that are, for each element. */
  readonly field: ReceptiveField;
  /**
   * Runs the convolutions: the map of which the global maximum is taken, where in the image the evidence is.
   *
   * @param images - [N, height, width, 3], normalised as ImageNet's
   * @returns [N, H'', W'', C], not negative, owned by the caller
   * @throws RangeError if the images have another shape
   */
  featureMap(images: tf.Tensor4D, options?: ForwardOptions): tf.Tensor4D;
  /**
   * Runs what comes after the global max pooling; differentiable twice.
   *
   * @param pooled - [N, C]
   * @returns [N, 2], cancer first, owned by the caller
   */
  pooledLogits(pooled: tf.Tensor2D, options?: ForwardOptions): tf.Tensor2D;
  /**
   * Runs all but the last layer; differentiable twice.
   *
   * @param images - [N, height, width, 3], normalised as ImageNet's
   * @returns [N, F], owned by the caller
   * @throws RangeError if the images have another shape
   */
  features(images: tf.Tensor4D, options?: ForwardOptions): tf.Tensor2D;
  /**
   * Runs the whole network; differentiable twice.
   *
   * @param images - [N, height, width, 3], normalised as ImageNet's
   * @returns [N, 2], cancer first, owned by the caller
   * @throws RangeError if the images have another shape
   */
  logits(images: tf.Tensor4D, options?: ForwardOptions): tf.Tensor2D;
  /** Frees the weights. */
  dispose(): void;
}

/** How a new model starts. */
export interface CreateCadOptions {
  /** Names the first weights. */
  readonly seed: number;
  /** Default `'xavier'`, the paper's; `'he'` learns from scratch as well. */
  readonly initialiser?: Initialiser;
}

/**
 * Returns a new, untrained model.
 *
 * @throws RangeError if the preset is unknown or the sizes are not those of a network
 * @example
 * ```ts
 * const options = cadOptions('small', { height: 16, width: 16, channelMultiplier: 1 / 16 });
 * const model = createCadModel(options, { seed: 1 });
 * model.logits(tf.zeros([1, 16, 16, 3])).shape; // => [1, 2]
 * model.dispose();
 * ```
 * @see Zhou et al. (2021), Methods and Fig. 3a, doi 10.1038/s41467-021-27577-x
 */
export function createCadModel(
  options: CadPreset | CadOptions,
  { seed, initialiser = 'xavier' }: CreateCadOptions,
): CadModel {
  const sizes = typeof options === 'string' ? cadOptions(options) : options;
  return assembleCad(sizes, (name, shape) => initialValues(name, shape, { seed, initialiser }));
}

/** Makes a model whose variables start at the given values, each row-major in the layout of tfjs. */
export function assembleCad(
  options: CadOptions,
  values: (name: string, shape: readonly number[]) => Float32Array,
): CadModel {
  checkCadOptions('createCadModel', options);
  const plan = planNetwork(options);
  const parameters = new Map<string, tf.Variable>();
  for (const [name, shape] of parameterShapes(options)) {
    const variable = tf.tidy(() => tf.variable(tf.tensor(values(name, shape), [...shape])));
    parameters.set(name, variable);
  }
  const weightsOf = ({ parameters: own, dropoutSeed }: ForwardOptions) => {
    return { plan, options, parameters: own ?? parameters, dropoutSeed };
  };
  const passOf = (images: tf.Tensor4D, forward: ForwardOptions) => {
    checkImages(images, options);
    return weightsOf(forward);
  };
  return {
    options,
    parameters,
    featureCount: plan.linear[2],
    receptiveField: plan.field.size,
    field: plan.field,
    featureMap(images, forward = {}) {
      const pass = passOf(images, forward);
      return tf.tidy(() => runFeatureMap(images, pass));
    },
    pooledLogits(pooled, forward = {}) {
      const pass = weightsOf(forward);
      return tf.tidy(() => runHead(runPooled(pooled, pass), pass));
    },
    features(images, forward = {}) {
      const pass = passOf(images, forward);
      return tf.tidy(() => runFeatures(images, pass));
    },
    logits(images, forward = {}) {
      const pass = passOf(images, forward);
      return tf.tidy(() => runHead(runFeatures(images, pass), pass));
    },
    dispose() {
      for (const variable of parameters.values()) variable.dispose();
    },
  };
}

function checkImages({ shape }: tf.Tensor4D, { height, width }: CadOptions): void {
  const fits = shape.length === 4 && shape[1] === height && shape[2] === width && shape[3] === 3;
  if (!fits) {
    throw new RangeError(
      `features: images must have shape [batch, ${height}, ${width}, 3], got [${shape}]`,
    );
  }
}
