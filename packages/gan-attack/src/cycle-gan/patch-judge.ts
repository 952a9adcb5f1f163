import { randomStream } from '@mammo/mammo-io';
import { groupNorm, leakyRelu } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';

/** Sizes of a {@link PatchJudge}. */
export interface PatchJudgeOptions {
  /** Convolutions that halve the image, at least 1; the paper's 3 judge patches of 70×70 pixels. */
  readonly layers: number;
  /** Channels of the first convolution, doubled in each up to eightfold; the paper's is 64. */
  readonly channels: number;
}

/** A discriminator that judges patches, each on its own: 1 real, 0 fake. Owns its variables; dispose of it when done. */
export interface PatchJudge {
  /** As it was created with. */
  readonly options: PatchJudgeOptions;
  /** Convolutions HWIO, by the names of the released program: `model.0.weight`, `model.0.bias`, `model.2.weight`… */
  readonly parameters: ReadonlyMap<string, tf.Variable>;
  /**
   * @param grey - [N, H, W, 1] in [0, 1]
   * @returns [N, h, w, 1], differentiable, owned by the caller
   */
  judge(grey: tf.Tensor4D): tf.Tensor4D;
  /** Frees the weights. */
  dispose(): void;
}

interface Layer {
  readonly path: string;
  readonly stride: 1 | 2;
  readonly inputs: number;
  readonly outputs: number;
  /** What follows the convolution. */
  readonly after: 'rectify' | 'normalise' | 'nothing';
}

const KERNEL = 4;
const LEAKY_SLOPE = 0.2;
const WEIGHT_DEVIATION = 0.02;

/**
 * Returns a new PatchGAN discriminator C64-C128-C256-C512: convolutions 4×4, instance normalisation except in the first,
 * LeakyReLU 0.2, and a last convolution to one channel. Weights are normal with deviation 0.02, biases 0.
 *
 * @param named - `seed`, a safe integer, and `name`, the judge's: name the weights
 * @throws RangeError if a size is not a positive integer
 * @example
 * ```ts
 * const judge = createPatchJudge({ layers: 3, channels: 4 }, { seed: 1, name: 'demo' });
 * judge.judge(tf.zeros([1, 32, 32, 1])).shape; // => [1, 2, 2, 1]
 * judge.dispose();
 * ```
 * @see Zhu et al. (2017), Section 7.2, doi 10.1109/ICCV.2017.244; Isola et al. (2017), doi 10.1109/CVPR.2017.632
 */
export function createPatchJudge(
  options: PatchJudgeOptions,
  { seed, name }: { readonly seed: number; readonly name: string },
): PatchJudge {
  for (const [option, value] of Object.entries(options)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`createPatchJudge: ${option} must be a positive integer, got ${value}`);
    }
  }
  const layers = planLayers(options);
  const parameters = new Map<string, tf.Variable>();
  for (const { path, inputs, outputs } of layers) {
    const weights = new Float32Array(KERNEL * KERNEL * inputs * outputs);
    randomStream(seed, 'judge', name, path).normals(weights);
    const shape = [KERNEL, KERNEL, inputs, outputs];
    const scaled = weights.map((weight) => weight * WEIGHT_DEVIATION);
    parameters.set(`${path}.weight`, newVariable(scaled, shape));
    parameters.set(`${path}.bias`, newVariable(new Float32Array(outputs), [outputs]));
  }
  return {
    options,
    parameters,
    judge: (grey) =>
      tf.tidy(() => {
        let h: tf.Tensor4D = tf.sub(tf.mul(grey, 2), 1);
        for (const layer of layers) h = runLayer(h, layer, parameters);
        return h;
      }),
    dispose() {
      for (const variable of parameters.values()) variable.dispose();
    },
  };
}

function planLayers({ layers, channels }: PatchJudgeOptions): Layer[] {
  const width = (layer: number): number => channels * Math.min(8, 2 ** layer);
  const plan: Layer[] = Array.from({ length: layers + 1 }, (_, i) => ({
    path: `model.${i === 0 ? 0 : 3 * i - 1}`,
    stride: i < layers ? 2 : 1,
    inputs: i === 0 ? 1 : width(i - 1),
    outputs: width(i),
    after: i === 0 ? 'rectify' : 'normalise',
  }));
  const last: Layer = {
    path: `model.${3 * layers + 2}`,
    stride: 1,
    inputs: width(layers),
    outputs: 1,
    after: 'nothing',
  };
  return [...plan, last];
}

function runLayer(
  x: tf.Tensor4D,
  { path, stride, outputs, after }: Layer,
  parameters: ReadonlyMap<string, tf.Variable>,
): tf.Tensor4D {
  const weight = parameters.get(`${path}.weight`) as unknown as tf.Tensor4D;
  const bias = parameters.get(`${path}.bias`) as tf.Tensor;
  const padded = tf.pad(x, [
    [0, 0],
    [1, 1],
    [1, 1],
    [0, 0],
  ]) as tf.Tensor4D;
  const h: tf.Tensor4D = tf.add(tf.conv2d(padded, weight, stride, 'valid'), bias);
  if (after === 'nothing') return h;
  if (after === 'rectify') return leakyRelu(h, LEAKY_SLOPE);
  // one channel a group: instance normalisation, which has no weights here
  const own = { gain: tf.ones([outputs]), bias: tf.zeros([outputs]) };
  return leakyRelu(groupNorm(h, { groups: outputs, ...own }), LEAKY_SLOPE);
}

function newVariable(values: Float32Array, shape: number[]): tf.Variable {
  return tf.tidy(() => tf.variable(tf.tensor(values, shape), true));
}
