import { randomStream } from '@mammo/mammo-io';
import { globalMaxPool, groupNorm, leakyRelu } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';

/** Sizes of a {@link PatchJudge}. */
export interface PatchJudgeOptions {
  /** Convolutions that halve the image, at least 1; the paper's 3 judge patches of 70×70 pixels. */
  readonly layers: number;
  /** Channels of the first convolution, doubled in each up to eightfold; the paper's is 64. */
  readonly channels: number;
  /**
   * What is judged: by default each patch on its own, as in the paper. `'image'` judges an image once, by the largest
   * value of each feature over its patches: for classes that differ in a few patches of an image only.
   */
  readonly verdict?: 'patches' | 'image';
}

/** A discriminator that judges patches or images: 1 real, 0 fake. Owns its variables; dispose of it when done. */
export interface PatchJudge {
  /** As it was created with. */
  readonly options: PatchJudgeOptions;
  /** Convolutions HWIO, by the names of the released program: `model.0.weight`, `model.0.bias`, `model.2.weight`… */
  readonly parameters: ReadonlyMap<string, tf.Variable>;
  /**
   * @param grey - [N, H, W, 1] in [0, 1]
   * @returns [N, h, w, 1], or [N, 1, 1, 1] for the verdict `'image'`; differentiable, owned by the caller
   */
  judge(grey: tf.Tensor4D): tf.Tensor4D;
  /** Frees the weights. */
  dispose(): void;
}

interface Layer {
  readonly path: string;
  /** Rows and columns of the filter. */
  readonly kernel: number;
  readonly stride: 1 | 2;
  readonly inputs: number;
  readonly outputs: number;
  /** What comes before the convolution. */
  readonly before: 'margin' | 'largest';
  /** What follows it. */
  readonly after: 'rectify' | 'normalise' | 'nothing';
}

const KERNEL = 4;
const LEAKY_SLOPE = 0.2;
const WEIGHT_DEVIATION = 0.02;

/**
 * Returns a new PatchGAN discriminator C64-C128-C256-C512: convolutions 4×4, instance normalisation except in the first,
 * LeakyReLU 0.2, and a last convolution to one channel, of the verdict `'image'` 1×1 behind a global max pool. Weights are
 * normal with deviation 0.02, biases 0.
 *
 * @param named - `seed`, a safe integer, and `name`, the judge's: name the weights
 * @throws RangeError if a size is not a positive integer, or the verdict is neither
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
  const { layers: halvings, channels, verdict } = options;
  for (const [option, value] of Object.entries({ layers: halvings, channels })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`createPatchJudge: ${option} must be a positive integer, got ${value}`);
    }
  }
  if (verdict !== undefined && verdict !== 'patches' && verdict !== 'image') {
    throw new RangeError(`createPatchJudge: verdict must be 'patches' or 'image', got ${verdict}`);
  }
  const layers = planLayers(options);
  const parameters = new Map<string, tf.Variable>();
  for (const { path, kernel, inputs, outputs } of layers) {
    const weights = new Float32Array(kernel * kernel * inputs * outputs);
    randomStream(seed, 'judge', name, path).normals(weights);
    const shape = [kernel, kernel, inputs, outputs];
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

function planLayers({ layers, channels, verdict }: PatchJudgeOptions): Layer[] {
  const width = (layer: number): number => channels * Math.min(8, 2 ** layer);
  const plan: Layer[] = Array.from({ length: layers + 1 }, (_, i) => ({
    path: `model.${i === 0 ? 0 : 3 * i - 1}`,
    kernel: KERNEL,
    before: 'margin',
    stride: i < layers ? 2 : 1,
    inputs: i === 0 ? 1 : width(i - 1),
    outputs: width(i),
    after: i === 0 ? 'rectify' : 'normalise',
  }));
  const last: Layer = {
    path: `model.${3 * layers + 2}`,
    ...(verdict === 'image'
      ? { kernel: 1, before: 'largest' }
      : { kernel: KERNEL, before: 'margin' }),
    stride: 1,
    inputs: width(layers),
    outputs: 1,
    after: 'nothing',
  };
  return [...plan, last];
}

function runLayer(
  x: tf.Tensor4D,
  { path, stride, outputs, before, after }: Layer,
  parameters: ReadonlyMap<string, tf.Variable>,
): tf.Tensor4D {
  const weight = parameters.get(`${path}.weight`) as unknown as tf.Tensor4D;
  const bias = parameters.get(`${path}.bias`) as tf.Tensor;
  const prepared = before === 'margin' ? withMargin(x) : largestOfChannels(x);
  const h: tf.Tensor4D = tf.add(tf.conv2d(prepared, weight, stride, 'valid'), bias);
  if (after === 'nothing') return h;
  if (after === 'rectify') return leakyRelu(h, LEAKY_SLOPE);
  // one channel a group: instance normalisation, which has no weights here
  const own = { gain: tf.ones([outputs]), bias: tf.zeros([outputs]) };
  return leakyRelu(groupNorm(h, { groups: outputs, ...own }), LEAKY_SLOPE);
}

function withMargin(x: tf.Tensor4D): tf.Tensor4D {
  const margin: [number, number] = [1, 1];
  return tf.pad(x, [[0, 0], margin, margin, [0, 0]]);
}

/** [N, h, w, C] to [N, 1, 1, C]. */
function largestOfChannels(x: tf.Tensor4D): tf.Tensor4D {
  return tf.reshape(globalMaxPool(x), [x.shape[0], 1, 1, x.shape[3]]);
}

function newVariable(values: Float32Array, shape: number[]): tf.Variable {
  return tf.tidy(() => tf.variable(tf.tensor(values, shape), true));
}
