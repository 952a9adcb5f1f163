import { type RandomStream, randomStream } from '@mammo/mammo-io';
import * as tf from '@tensorflow/tfjs-core';
import { ATTACK_LOSSES, oneHot } from './attack-loss.ts';
import { type AttackTargets, checkTargets, type DifferentiableClassifier } from './classifier.ts';
import { checkInteger, checkPositive } from './parameters.ts';

/** Options of {@link squareAttack}. */
export interface SquareAttackOptions {
  /** L∞ radius around each image, in the units of its pixels. */
  readonly epsilon: number;
  /** Times that the classifier is asked about each image. */
  readonly queries: number;
  /** p: share of the pixels in the first squares; they shrink as the queries are used up. */
  readonly firstShare: number;
  /** Of stripes and squares, each image's by its index. */
  readonly seed: number;
}

/**
 * Asks for scores only: begins with vertical stripes of ±ε, then tries squares of ±ε at random places and keeps those that
 * raise the margin maxⱼ≠y zⱼ − z_y. An image that is misclassified is left alone.
 *
 * @returns the best images found; the caller's
 * @throws RangeError if an option, the images or the labels are not what the attack needs
 * @example
 * ```ts
 * const classifier = binaryClassifier((images) => tf.sub(tf.sum(images, [1, 2, 3]), 1), [0, 1]);
 * const targets = { images: tf.fill([1, 4, 4, 1], 0.05) as tf.Tensor4D, labels: [0] };
 * const found = await squareAttack(classifier, targets, { epsilon: 0.1, queries: 50, firstShare: 0.8, seed: 1 });
 * (await attackOutcomes(classifier, targets, found))[0]?.fooled; // => true
 * ```
 * @see Andriushchenko, Croce, Flammarion and Hein (2020), "Square attack", algorithms 1 and 2, doi 10.1007/978-3-030-58592-1_29;
 *   schedule of p as in the authors' program
 *
 * **Differences**: every image has its own random numbers, so that its result does not depend on the others.
 */
export async function squareAttack(
  classifier: DifferentiableClassifier,
  targets: AttackTargets,
  { epsilon, queries, firstShare, seed }: SquareAttackOptions,
): Promise<tf.Tensor4D> {
  checkPositive('squareAttack', { epsilon });
  checkInteger('squareAttack', { queries });
  if (!(firstShare > 0 && firstShare <= 1)) {
    throw new RangeError(`squareAttack: firstShare must lie in (0, 1], got ${firstShare}`);
  }
  const classes = await checkTargets('squareAttack', classifier, targets);
  const { images, labels } = targets;
  const shape = images.shape;
  const canvas: Canvas = {
    original: (await images.data()) as Float32Array,
    bounds: classifier.bounds,
    shape,
    epsilon,
    streams: labels.map((_, i) => randomStream(seed, 'square', i)),
  };
  const marginsOf = async (pixels: Float32Array): Promise<Float32Array> => {
    const margins = tf.tidy(() => {
      const logits = classifier.logits(tf.tensor4d(pixels, shape));
      return ATTACK_LOSSES.margin(logits, oneHot(labels, classes));
    });
    const values = Float32Array.from(await margins.data());
    margins.dispose();
    return values;
  };
  let best = withStripes(canvas);
  let reached = await marginsOf(best);
  for (let query = 1; query < queries && reached.some((margin) => margin <= 0); query++) {
    const share = firstShare / shrinking(query / queries);
    const candidate = withSquares(canvas, best, {
      share,
      leave: reached.map((m) => Number(m > 0)),
    });
    const tried = await marginsOf(candidate);
    best = better(
      candidate,
      best,
      tried.map((margin, i) => Number(margin > reached[i]!)),
    );
    reached = reached.map((margin, i) => Math.max(margin, tried[i]!));
  }
  return tf.tensor4d(best, shape);
}

/** The originals, and what may be painted over them. */
interface Canvas {
  readonly original: Float32Array;
  readonly bounds: DifferentiableClassifier['bounds'];
  readonly shape: readonly [number, number, number, number];
  readonly epsilon: number;
  /** Random numbers of each image. */
  readonly streams: readonly RandomStream[];
}

const sizeOf = ({ original, streams }: Canvas): number => original.length / streams.length;

function paint(
  { original, bounds: [least, greatest] }: Canvas,
  pixels: Float32Array,
  at: number,
  delta: number,
): void {
  pixels[at] = Math.min(greatest, Math.max(least, original[at]! + delta));
}

function withStripes(canvas: Canvas): Float32Array {
  const pixels = canvas.original.slice();
  const [, , width, channels] = canvas.shape;
  const size = sizeOf(canvas);
  for (const [i, random] of canvas.streams.entries()) {
    const deltas = signs(random, width * channels, canvas.epsilon);
    for (let k = 0; k < size; k++) paint(canvas, pixels, i * size + k, deltas[k % deltas.length]!);
  }
  return pixels;
}

/** A random square of ±ε on every image that is not to be left alone. */
function withSquares(
  canvas: Canvas,
  from: Float32Array,
  { share, leave }: { share: number; leave: Float32Array },
): Float32Array {
  const pixels = from.slice();
  const size = sizeOf(canvas);
  for (const [i, random] of canvas.streams.entries()) {
    if (leave[i]) continue;
    for (const [k, delta] of square(random, canvas, share))
      paint(canvas, pixels, i * size + k, delta);
  }
  return pixels;
}

/** Image by image the candidate where it is kept, else what was there. */
function better(candidate: Float32Array, best: Float32Array, kept: Float32Array): Float32Array {
  const size = best.length / kept.length;
  return best.map((value, k) => (kept[Math.floor(k / size)] ? candidate[k]! : value));
}

/** ±ε at random. */
const signs = (random: RandomStream, count: number, epsilon: number): number[] =>
  Array.from({ length: count }, () => (random.uniform() < 0.5 ? -epsilon : epsilon));

/** The places in an image that a random square covers, and the change there: one sign for each channel. */
function* square(
  random: RandomStream,
  { shape: [, height, width, channels], epsilon }: Canvas,
  share: number,
): Generator<readonly [place: number, delta: number]> {
  const wanted = Math.round(Math.sqrt(share * height * width));
  const side = Math.max(1, Math.min(wanted, height - 1, width - 1));
  const top = random.integer(height - side + 1);
  const left = random.integer(width - side + 1);
  const deltas = signs(random, channels, epsilon);
  for (let y = top; y < top + side; y++) {
    for (let x = left; x < left + side; x++) {
      for (let c = 0; c < channels; c++) yield [(y * width + x) * channels + c, deltas[c]!];
    }
  }
}

/** Shares of the queries after which the squares' area is halved once more. */
const HALVINGS = [0.001, 0.005, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8];

const shrinking = (used: number): number => 2 ** HALVINGS.filter((share) => used > share).length;
