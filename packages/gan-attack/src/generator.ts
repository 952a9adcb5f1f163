import { randomStream } from '@mammo/mammo-io';
import { normaliseChannel0 } from '@mammo/mammo-io/tensors';
import * as tf from '@tensorflow/tfjs-core';
import { runGenerator } from './generator-forward.ts';
import {
  checkGeneratorOptions,
  type GeneratorOptions,
  type GeneratorPreset,
  generatorOptions,
} from './generator-options.ts';
import { generatorBufferShapes, generatorParameterShapes } from './generator-plan.ts';

/** How {@link Generator.generate} is run. */
export interface GenerateOptions {
  /**
   * In training a change is not clipped, so that its gradient survives, and BatchNorm uses the batch's own statistics
   * and updates its running ones. By default false.
   */
  readonly training?: boolean;
}

/** A generator of fakes: a U-Net and its weights. Owns its variables; dispose of it when done. */
export interface Generator {
  /** As it was created with. */
  readonly options: GeneratorOptions;
  /** What is learnt, by PyTorch name (`inc.0.weight`, `down.0.0.weight`, … `last.bias`); convolutions HWIO. */
  readonly parameters: ReadonlyMap<string, tf.Variable>;
  /** BatchNorm's running statistics by PyTorch name (`inc.1.running_mean`, …); empty with GroupNorm. */
  readonly buffers: ReadonlyMap<string, tf.Variable>;
  /**
   * Makes fakes of images. It is one differentiable function and does not look at the pixels: an image with a NaN gives NaN.
   * An attack's `attack` checks them.
   *
   * @param grey - [N, height, width, 1] in [0, 1]
   * @returns fakes of the same shape in [0, 1] (in training a `'delta'` generator may leave it), differentiable,
   *   owned by the caller
   * @throws RangeError if the images have another shape
   */
  generate(grey: tf.Tensor4D, options?: GenerateOptions): tf.Tensor4D;
  /** Frees parameters and buffers. */
  dispose(): void;
}

/**
 * Returns a new generator with Xavier-normal weights and zero biases.
 *
 * The last convolution of a `'delta'` generator starts at zero, so that its first fakes are their sources.
 *
 * @param options - sizes, or the name of a preset
 * @param named - `seed`, a safe integer: names the weights
 * @throws RangeError if the sizes are not those of a generator
 * @example
 * ```ts
 * const generator = createGenerator('small', { seed: 1 });
 * generator.parameters.get('last.weight')?.shape; // => [3, 3, 8, 1]
 * ```
 * @see Zhou et al. (2021), Fig. 3b, doi 10.1038/s41467-021-27577-x
 * @see Glorot and Bengio (2010), Understanding the difficulty of training deep feedforward neural networks
 */
export function createGenerator(
  options: GeneratorPreset | GeneratorOptions,
  { seed }: { readonly seed: number },
): Generator {
  const sizes = typeof options === 'string' ? generatorOptions(options) : options;
  return assembleGenerator(sizes, (name, shape) => initialValues(name, shape, sizes, seed));
}

/** Makes a generator whose variables start at the given values, each row-major in the layout of tfjs. */
export function assembleGenerator(
  options: GeneratorOptions,
  values: (name: string, shape: readonly number[]) => Float32Array,
): Generator {
  checkGeneratorOptions('createGenerator', options);
  const parameters = makeVariables(generatorParameterShapes(options), true, values);
  const buffers = makeVariables(generatorBufferShapes(options), false, values);
  return {
    options,
    parameters,
    buffers,
    generate(grey, { training = false } = {}) {
      checkImages(grey, options);
      return tf.tidy(() => {
        const h = runGenerator(normaliseChannel0(grey), { options, parameters, buffers, training });
        if (options.output === 'image') return tf.sigmoid(h);
        const fake: tf.Tensor4D = tf.add(grey, h);
        return training ? fake : tf.clipByValue(fake, 0, 1);
      });
    },
    dispose() {
      for (const variable of [...parameters.values(), ...buffers.values()]) variable.dispose();
    },
  };
}

function makeVariables(
  shapes: ReadonlyMap<string, readonly number[]>,
  trainable: boolean,
  values: (name: string, shape: readonly number[]) => Float32Array,
): Map<string, tf.Variable> {
  const variables = new Map<string, tf.Variable>();
  for (const [name, shape] of shapes) {
    const initial = tf.tensor(values(name, shape), [...shape], 'float32');
    variables.set(name, tf.variable(initial, trainable));
    initial.dispose();
  }
  return variables;
}

function initialValues(
  name: string,
  shape: readonly number[],
  { output }: GeneratorOptions,
  seed: number,
): Float32Array {
  const values = new Float32Array(shape.reduce((size, side) => size * side, 1));
  const [kernelHeight, kernelWidth, input, outputChannels] = shape;
  if (outputChannels === undefined) {
    return values.fill(name.endsWith('.weight') || name.endsWith('.running_var') ? 1 : 0, 0);
  }
  if (name === 'last.weight' && output === 'delta') return values;
  const area = (kernelHeight ?? 1) * (kernelWidth ?? 1);
  const deviation = Math.sqrt(2 / (area * ((input ?? 1) + outputChannels)));
  randomStream(seed, 'generator', name).normals(values);
  return values.map((value) => value * deviation);
}

function checkImages(grey: tf.Tensor4D, { height, width }: GeneratorOptions): void {
  const [, rows, columns, channels] = grey.shape;
  if (grey.rank !== 4 || rows !== height || columns !== width || channels !== 1) {
    throw new RangeError(
      `generate: images must have shape [batch, ${height}, ${width}, 1], got [${grey.shape}]`,
    );
  }
}
