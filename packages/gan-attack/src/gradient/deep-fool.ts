import * as tf from '@tensorflow/tfjs-core';
import { type AttackTargets, checkTargets, type DifferentiableClassifier } from './classifier.ts';
import { checkInteger } from './parameters.ts';

/** Options of {@link deepFool}. */
export interface DeepFoolOptions {
  /** Steps at most; fewer where all images are misclassified before. */
  readonly steps: number;
  /** η: how far the change goes beyond the boundary, as a share of its length. */
  readonly overshoot: number;
  /**
   * What becomes of images whose gradient is zero, so that there is no way to a boundary: an error (`'throw'`, the default), or they
   * stay where they are (`'stay'`).
   */
  readonly stuck?: 'throw' | 'stay';
}

/**
 * Walks to the nearest boundary of the classifier made linear where the image is, again and again until it is misclassified:
 *
 *     l = argminₖ≠y |fₖ| / ‖wₖ‖₂,  fₖ = zₖ − z_y,  wₖ = ∇fₖ
 *     r ← r + (|f_l| / ‖w_l‖₂ + 10⁻⁴)·w_l / ‖w_l‖₂,  x = x₀ + (1 + η)·r
 *
 * @returns images just beyond a boundary, or as far as `steps` went; the caller's
 * @throws RangeError if an option, the images or the labels are not what the attack needs, or a gradient is zero and `stuck` is
 *   not `'stay'`
 * @see Moosavi-Dezfooli, Fawzi and Frossard (2016), "DeepFool", algorithm 2, doi 10.1109/CVPR.2016.282; the addend 10⁻⁴ and the
 *   place of the overshoot as in the authors' program
 */
export async function deepFool(
  classifier: DifferentiableClassifier,
  targets: AttackTargets,
  { steps, overshoot, stuck = 'throw' }: DeepFoolOptions,
): Promise<tf.Tensor4D> {
  checkInteger('deepFool', { steps });
  if (!(overshoot >= 0)) {
    throw new RangeError(`deepFool: overshoot must be at least 0, got ${overshoot}`);
  }
  if (stuck !== 'throw' && stuck !== 'stay') {
    throw new RangeError(`deepFool: stuck must be throw or stay, got ${stuck}`);
  }
  const classes = await checkTargets('deepFool', classifier, targets);
  const { images, labels } = targets;
  const [least, greatest] = classifier.bounds;
  let at = tf.clone(images);
  let sum = tf.zerosLike(images);
  try {
    for (let step = 0; step < steps; step++) {
      const moves = await boundaryMoves(classifier, at, { labels, classes, stuck });
      if (moves === undefined) break;
      const [nextSum, next] = tf.tidy(() => {
        const total = tf.add(sum, moves) as tf.Tensor4D;
        const moved = tf.add(images, tf.mul(total, 1 + overshoot));
        return [total, tf.clipByValue(moved, least, greatest) as tf.Tensor4D] as const;
      });
      tf.dispose([moves, sum, at]);
      [sum, at] = [nextSum, next];
    }
    return at;
  } finally {
    sum.dispose();
  }
}

const BEYOND = 1e-4;

interface Walk extends Pick<Required<DeepFoolOptions>, 'stuck'> {
  readonly labels: readonly number[];
  readonly classes: number;
}

/** The step of each image to its nearest linearised boundary, 0 where it is across or stuck; undefined when all are. */
async function boundaryMoves(
  classifier: DifferentiableClassifier,
  at: tf.Tensor4D,
  { labels, classes, stuck }: Walk,
): Promise<tf.Tensor4D | undefined> {
  const logitTensor = tf.tidy(() => classifier.logits(at));
  const logits = (await logitTensor.array()) as number[][];
  logitTensor.dispose();
  const inside = labels.map((y, i) => logits[i]!.indexOf(Math.max(...logits[i]!)) === y);
  if (!inside.includes(true)) return undefined;
  const gradients = Array.from({ length: classes }, (_, k) => logitGradient(classifier, at, k));
  const shifts = Array.from({ length: classes - 1 }, (_, k) => k + 1);
  // wₖ of the class `shift` places after the true one, and its length
  const directions = shifts.map((shift) =>
    tf.tidy(
      () => tf.sub(pick(gradients, labels, shift), pick(gradients, labels, 0)) as tf.Tensor4D,
    ),
  );
  const lengths = await Promise.all(directions.map(lengthsOf));
  tf.dispose(gradients);
  try {
    const factors = labels.map((y, i) => {
      const distances = shifts.map((shift, s) => {
        const margin = Math.abs(logits[i]![(y + shift) % classes]! - logits[i]![y]!);
        return margin / lengths[s]![i]!;
      });
      const nearest = distances.indexOf(Math.min(...distances));
      const isStuck = !Number.isFinite(distances[nearest]!);
      if (inside[i] && isStuck && stuck === 'throw') {
        throw new RangeError(`deepFool: the gradient of image ${i} must not be zero`);
      }
      const moves = inside[i] && !isStuck;
      return shifts.map((_, s) =>
        moves && s === nearest ? (distances[s]! + BEYOND) / lengths[s]![i]! : 0,
      );
    });
    if (factors.every((row) => row.every((factor) => factor === 0))) return undefined;
    return tf.tidy(() => {
      const parts = directions.map((direction, s) => {
        const column = tf.tensor4d(
          factors.map((row) => row[s]!),
          [labels.length, 1, 1, 1],
        );
        return tf.mul(direction, column);
      });
      return tf.addN(parts) as tf.Tensor4D;
    });
  } finally {
    tf.dispose(directions);
  }
}

/** The gradient of one logit of every image. */
function logitGradient(
  classifier: DifferentiableClassifier,
  at: tf.Tensor4D,
  k: number,
): tf.Tensor4D {
  return tf.tidy(() => {
    const logit = (x: tf.Tensor) =>
      tf.sum(tf.slice(classifier.logits(x as tf.Tensor4D), [0, k], [-1, 1]));
    return tf.grad(logit)(at) as tf.Tensor4D;
  });
}

/** Of each image the gradient of the logit `shift` places after its label. */
function pick(
  gradients: readonly tf.Tensor4D[],
  labels: readonly number[],
  shift: number,
): tf.Tensor4D {
  const classes = gradients.length;
  const parts = gradients.map((gradient, k) => {
    const wanted = labels.map((y) => Number((y + shift) % classes === k));
    return tf.mul(gradient, tf.tensor4d(wanted, [labels.length, 1, 1, 1]));
  });
  return tf.addN(parts) as tf.Tensor4D;
}

async function lengthsOf(direction: tf.Tensor4D): Promise<Float32Array> {
  const lengths = tf.tidy(() => tf.sqrt(tf.sum(tf.square(direction), [1, 2, 3])));
  const values = (await lengths.data()) as Float32Array;
  lengths.dispose();
  return values;
}
