import type { RandomStream } from '@mammo/mammo-io';
import * as tf from '@tensorflow/tfjs-core';

/** How large a perturbation may be: the largest pixel, the Euclidean length, or the sum of its pixels. */
export type PerturbationNorm = 'linf' | 'l2' | 'l1';

/** What one loop of projected gradients needs of a norm; tensors are [N, …], each row for itself. */
export interface NormBall {
  /** The norm of each row, [N]. */
  length(delta: tf.Tensor): tf.Tensor1D;
  /** The direction of steepest ascent, of length 1 in this norm (0 where the gradient is). */
  normalise(gradient: tf.Tensor): tf.Tensor;
  /** The nearest perturbation within the radius. */
  project(delta: tf.Tensor, radius: number): tf.Tensor;
  /** Uniform within the ball of radius 1: `size` numbers for one image. */
  randomStart(random: RandomStream, size: number): Float32Array;
}

const TINY = 1e-12;

const rows = (x: tf.Tensor): tf.Tensor2D => tf.reshape(x, [x.shape[0]!, -1]);
/** [N] that multiplies rows of any rank. */
const perRow = (values: tf.Tensor, x: tf.Tensor): tf.Tensor =>
  tf.reshape(values, [x.shape[0]!, ...x.shape.slice(1).map(() => 1)]);

const l2Length = (delta: tf.Tensor): tf.Tensor1D =>
  tf.sqrt(tf.sum(tf.square(rows(delta)), 1)) as tf.Tensor1D;
const l1Length = (delta: tf.Tensor): tf.Tensor1D => tf.sum(tf.abs(rows(delta)), 1) as tf.Tensor1D;

const divideRows = (x: tf.Tensor, lengths: tf.Tensor): tf.Tensor =>
  tf.div(x, perRow(tf.maximum(lengths, TINY), x));

/** The norms by name. */
export const NORM_BALLS: Readonly<Record<PerturbationNorm, NormBall>> = {
  linf: {
    length: (delta) => tf.max(tf.abs(rows(delta)), 1) as tf.Tensor1D,
    normalise: tf.sign,
    project: (delta, radius) => tf.clipByValue(delta, -radius, radius),
    randomStart: (random, size) => Float32Array.from({ length: size }, () => random.uniform(-1, 1)),
  },
  l2: {
    length: l2Length,
    normalise: (gradient) => divideRows(gradient, l2Length(gradient)),
    project: (delta, radius) => {
      const shrink = tf.minimum(1, tf.div(radius, tf.maximum(l2Length(delta), TINY)));
      return tf.mul(delta, perRow(shrink, delta));
    },
    randomStart: (random, size) => {
      const direction = new Float32Array(size);
      random.normals(direction);
      const length = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0));
      const scale = random.uniform() ** (1 / size) / length;
      return direction.map((value) => value * scale);
    },
  },
  l1: {
    length: l1Length,
    normalise: (gradient) => divideRows(gradient, l1Length(gradient)),
    project: projectOntoL1Ball,
    randomStart: (random, size) => {
      // exponentials over their sum and one more are uniform in the simplex
      const parts = Float64Array.from({ length: size + 1 }, () => -Math.log1p(-random.uniform()));
      const sum = parts.reduce((total, part) => total + part, 0);
      return Float32Array.from({ length: size }, (_, i) => {
        const part = parts[i]! / sum;
        return random.uniform() < 0.5 ? -part : part;
      });
    },
  },
};

/**
 * Soft thresholding by the τ that leaves a sum of `radius`:
 *
 *     τ = max(0, maxⱼ (|δ|₍₁₎ + … + |δ|₍ⱼ₎ − radius) / j),  |δ| in falling order
 *
 * @see Duchi, Shalev-Shwartz, Singer and Chandra (2008), "Efficient projections onto the ℓ1-ball", ICML, doi 10.1145/1390156.1390191
 */
function projectOntoL1Ball(delta: tf.Tensor, radius: number): tf.Tensor {
  const sizes = tf.abs(rows(delta)) as tf.Tensor2D;
  const count = sizes.shape[1];
  const sorted = tf.topk(sizes, count).values;
  const excess = tf.sub(tf.cumsum(sorted, 1), radius);
  const threshold = tf.relu(tf.max(tf.div(excess, tf.range(1, count + 1)), 1));
  const shrunk = tf.relu(tf.sub(tf.abs(delta), perRow(threshold, delta)));
  return tf.mul(tf.sign(delta), shrunk);
}

/** Random starts of radius 1 for images of a shape, each with its own stream. */
export function randomStarts(
  norm: PerturbationNorm,
  shape: readonly number[],
  streamOf: (image: number) => RandomStream,
): tf.Tensor4D {
  const [count, ...imageShape] = shape as [number, number, number, number];
  const size = tf.util.sizeFromShape(imageShape);
  const values = new Float32Array(count * size);
  for (let image = 0; image < count; image++) {
    values.set(NORM_BALLS[norm].randomStart(streamOf(image), size), image * size);
  }
  return tf.tensor4d(values, shape as [number, number, number, number]);
}
