import * as tf from '@tensorflow/tfjs-core';
import { type CadOptions, type CadPreset, cadOptions, checkCadOptions } from './cad-options.ts';
import { type Initialiser, initialValues } from './initialise.ts';
import { runFeatures, runHead } from './network.ts';
import { parameterShapes, planNetwork } from './network-plan.ts';

/** How a network is run. */
export interface ForwardOptions {
  /** Weights to use instead of the model's own, under the same names. */
  readonly parameters?: ReadonlyMap<string, tf.Tensor>;
  /** Drop features at random as in training, by this seed; without it nothing is dropped. */
  readonly dropoutSeed?: number;
}

/** The AI-CAD: a network and its weights. Owns its variables; dispose of it when done. */
export interface CadModel {
  readonly options: CadOptions;
  /** Weights by PyTorch name (`vnet.0.weight`, `fnet.conv1.weight`, … `head.bias`); convolutions HWIO, linear [in, out]. */
  readonly parameters: ReadonlyMap<string, tf.Variable>;
  /** Length F of a feature vector. */
  readonly featureCount: number;
  /** Pixels along a side that one element before the global max pooling depends on. */
  readonly receptiveField: number;
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
  const passOf = (images: tf.Tensor4D, { parameters: own, dropoutSeed }: ForwardOptions) => {
    checkImages(images, options);
    return { plan, options, parameters: own ?? parameters, dropoutSeed };
  };
  return {
    options,
    parameters,
    featureCount: plan.linear[2],
    receptiveField: plan.receptiveField,
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
