import { randomStream } from '@mammo/mammo-io';
import * as tf from '@tensorflow/tfjs-core';
import { type AttackLossName, lossAndGradient, oneHot } from './attack-loss.ts';
import { type AttackTargets, checkTargets, type DifferentiableClassifier } from './classifier.ts';
import { NORM_BALLS, randomStarts } from './norm-ball.ts';
import { checkInteger, checkPositive } from './parameters.ts';

/** Options of {@link autoProjectedGradient}. */
export interface AutoProjectedGradientOptions {
  /** What `epsilon` is measured in: the largest pixel, or the Euclidean length. */
  readonly norm: 'linf' | 'l2';
  /** Radius of the ball around each image, in the units of its pixels. */
  readonly epsilon: number;
  /** All are taken, also when the image is fooled before. */
  readonly steps: number;
  /** ρ: the step is halved when less than this share of the steps since the last look raised the loss. */
  readonly successShare: number;
  /** Begin at a random place in the ball instead of at the image. */
  readonly randomStart: boolean;
  /** What is made as large as it can be; 'dlr' needs at least 3 classes. */
  readonly loss: AttackLossName;
  /** Of the random starts, each image's by its index. */
  readonly seed: number;
}

/** Weight of a step against the momentum of the one before it. */
const STEP_WEIGHT = 0.75;

/**
 * Projected gradients without a step size to choose: it begins at 2ε and is halved, image by image, where the loss stalls, and
 * the climb goes on from the best place so far.
 *
 *     zₜ₊₁ = Π(xₜ + η·direction(∇L(xₜ)))
 *     xₜ₊₁ = Π(xₜ + 0.75·(zₜ₊₁ − xₜ) + 0.25·(xₜ − xₜ₋₁))
 *
 * Looks are taken after 22 % of the steps, then in intervals that shrink by 3 % of the steps to no fewer than 6 %. η is halved
 * if fewer than ρ of the steps since the last look raised the loss, or if neither η nor the best loss changed.
 *
 * @returns for each image the last one that was misclassified, else the one with the greatest loss; the caller's
 * @throws RangeError if an option, the images or the labels are not what the attack needs
 * @see Croce and Hein (2020), "Reliable evaluation of adversarial robustness with an ensemble of diverse parameter-free attacks",
 *   ICML, arXiv 2003.01690, algorithm 1; details as in the authors' program
 */
export async function autoProjectedGradient(
  classifier: DifferentiableClassifier,
  targets: AttackTargets,
  options: AutoProjectedGradientOptions,
): Promise<tf.Tensor4D> {
  const { epsilon, steps, successShare, loss } = options;
  checkPositive('autoProjectedGradient', { epsilon });
  checkInteger('autoProjectedGradient', { steps });
  if (!(successShare > 0 && successShare < 1)) {
    throw new RangeError(
      `autoProjectedGradient: successShare must lie in (0, 1), got ${successShare}`,
    );
  }
  const classes = await checkTargets('autoProjectedGradient', classifier, targets);
  if (loss === 'dlr' && classes < 3) {
    throw new RangeError(`autoProjectedGradient: loss dlr needs 3 classes, got ${classes}`);
  }
  const climb = new Climb(classifier, targets, { ...options, classes });
  try {
    await climb.look();
    const looks = checkpoints(steps);
    for (let step = 1; step <= steps; step++) {
      climb.step();
      await climb.look();
      if (looks.has(step)) climb.halveWhereStalled(looks.get(step)!);
    }
    return climb.result();
  } finally {
    climb.dispose();
  }
}

/** Steps after which the progress is judged, with the number of steps since the last time. */
function checkpoints(steps: number): Map<number, number> {
  const least = Math.max(Math.trunc(0.06 * steps), 1);
  const shrink = Math.max(Math.trunc(0.03 * steps), 1);
  const looks = new Map<number, number>();
  let interval = Math.max(Math.trunc(0.22 * steps), 1);
  for (let step = interval; step <= steps; step += interval) {
    looks.set(step, interval);
    interval = Math.max(interval - shrink, least);
  }
  return looks;
}

/** Where every image is on its climb, on the host where it is a number, on the engine where it is an image. */
class Climb {
  readonly #classifier: DifferentiableClassifier;
  readonly #images: tf.Tensor4D;
  readonly #labels: readonly number[];
  readonly #options: AutoProjectedGradientOptions & { readonly classes: number };
  #at: tf.Tensor4D;
  #previous: tf.Tensor4D;
  #gradient: tf.Tensor4D;
  #best: tf.Tensor4D;
  #bestGradient: tf.Tensor4D;
  #fooling: tf.Tensor4D;
  #stepsTaken = 0;
  readonly #bestLoss: number[];
  readonly #lossHistory: number[][];
  readonly #stepSize: number[];
  readonly #isFooled: boolean[];
  readonly #halvedBefore: boolean[];
  readonly #bestLossBefore: number[];

  constructor(
    classifier: DifferentiableClassifier,
    { images, labels }: AttackTargets,
    options: AutoProjectedGradientOptions & { readonly classes: number },
  ) {
    this.#classifier = classifier;
    this.#images = images;
    this.#labels = labels;
    this.#options = options;
    const count = labels.length;
    const of = <T>(value: T): T[] => Array<T>(count).fill(value);
    this.#bestLoss = of(Number.NEGATIVE_INFINITY);
    this.#lossHistory = labels.map(() => []);
    this.#stepSize = of(2 * options.epsilon);
    this.#isFooled = of(false);
    this.#halvedBefore = of(true);
    this.#bestLossBefore = of(Number.NaN);
    this.#at = tf.tidy(() => this.#start());
    [this.#previous, this.#best, this.#fooling] = [this.#at, this.#at, this.#at].map((x) =>
      tf.clone(x),
    ) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
    [this.#gradient, this.#bestGradient] = [tf.zerosLike(images), tf.zerosLike(images)];
  }

  #start(): tf.Tensor4D {
    const { randomStart, norm, seed, epsilon } = this.#options;
    if (!randomStart) return tf.clone(this.#images);
    const streamOf = (image: number) => randomStream(seed, 'start', image);
    const starts = randomStarts(norm, this.#images.shape, streamOf);
    return this.#within(tf.add(this.#images, tf.mul(starts, epsilon)));
  }

  #within(x: tf.Tensor): tf.Tensor4D {
    const { norm, epsilon } = this.#options;
    const [least, greatest] = this.#classifier.bounds;
    const moved = NORM_BALLS[norm].project(tf.sub(x, this.#images), epsilon);
    return tf.clipByValue(tf.add(this.#images, moved), least, greatest) as tf.Tensor4D;
  }

  /** The two lines of the algorithm. */
  step(): void {
    const next = tf.tidy(() => {
      const direction = NORM_BALLS[this.#options.norm].normalise(this.#gradient);
      const stepSize = tf.tensor4d(this.#stepSize, [this.#stepSize.length, 1, 1, 1]);
      const aim = this.#within(tf.add(this.#at, tf.mul(direction, stepSize)));
      const weight = this.#stepsTaken === 0 ? 1 : STEP_WEIGHT;
      const momentum = tf.mul(tf.sub(this.#at, this.#previous), 1 - weight);
      const pull = tf.mul(tf.sub(aim, this.#at), weight);
      return this.#within(tf.add(tf.add(this.#at, pull), momentum));
    });
    this.#previous.dispose();
    [this.#previous, this.#at] = [this.#at, next];
    this.#stepsTaken++;
  }

  /** Loss, gradient and class at the present place; keeps the best. */
  async look(): Promise<void> {
    const { loss, classes } = this.#options;
    const truth = oneHot(this.#labels, classes);
    const found = lossAndGradient(this.#classifier, this.#at, { truth, loss });
    const classTensor = tf.argMax(found.logits, 1);
    const [losses, predicted] = await Promise.all([found.losses.data(), classTensor.data()]);
    tf.dispose([truth, found.losses, found.logits, classTensor, this.#gradient]);
    this.#gradient = found.gradient;
    const fooled = this.#labels.map((label, i) => predicted[i] !== label);
    const better = this.#labels.map((_, i) => losses[i]! > this.#bestLoss[i]!);
    this.#fooling = this.#choose(fooled, this.#at, this.#fooling);
    this.#best = this.#choose(better, this.#at, this.#best);
    this.#bestGradient = this.#choose(better, this.#gradient, this.#bestGradient);
    for (let i = 0; i < losses.length; i++) {
      if (fooled[i]) this.#isFooled[i] = true;
      if (better[i]) this.#bestLoss[i] = losses[i]!;
      if (this.#stepsTaken > 0) this.#lossHistory[i]!.push(losses[i]!);
      else this.#bestLossBefore[i] = losses[i]!;
    }
  }

  halveWhereStalled(interval: number): void {
    const stalled = this.#labels.map((_, i) => {
      const sticks = !this.#halvedBefore[i] && this.#bestLossBefore[i]! >= this.#bestLoss[i]!;
      return sticks || this.#rises(i, interval) <= interval * this.#options.successShare;
    });
    for (const [i, halve] of stalled.entries()) {
      this.#halvedBefore[i] = halve;
      this.#bestLossBefore[i] = this.#bestLoss[i]!;
      if (halve) this.#stepSize[i]! /= 2;
    }
    this.#at = this.#choose(stalled, this.#best, this.#at);
    this.#gradient = this.#choose(stalled, this.#bestGradient, this.#gradient);
  }

  /** How many of the last steps raised the loss; the first is compared with 0, as in the authors' program. */
  #rises(image: number, interval: number): number {
    const losses = this.#lossHistory[image]!;
    const recent = losses.slice(-interval);
    const before = [losses.at(-interval - 1) ?? 0, ...recent.slice(0, -1)];
    return recent.filter((loss, i) => loss > before[i]!).length;
  }

  /** `a` where true, else `b`, which is disposed of. */
  #choose(where: readonly boolean[], a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor4D {
    const chosen = tf.tidy(() => {
      const mask = tf.tensor4d(where.map(Number), [where.length, 1, 1, 1]);
      return tf.where(tf.cast(tf.mul(tf.onesLike(a), mask), 'bool'), a, b) as tf.Tensor4D;
    });
    b.dispose();
    return chosen;
  }

  result(): tf.Tensor4D {
    const best = tf.clone(this.#best);
    return this.#choose(this.#isFooled, this.#fooling, best);
  }

  dispose(): void {
    tf.dispose([
      this.#at,
      this.#previous,
      this.#gradient,
      this.#best,
      this.#bestGradient,
      this.#fooling,
    ]);
  }
}
