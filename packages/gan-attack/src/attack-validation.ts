import { type ImageSet, randomStream } from '@mammo/mammo-io';
import { IMAGENET_MEAN, loadBatch } from '@mammo/mammo-io/tensors';
import * as tf from '@tensorflow/tfjs-core';
import { applyGenerator, type ImageGenerator } from './apply-generator.ts';
import type { AttackDirection, Victim } from './victim.ts';

/** How a generator does on validation images, which it was not trained on. */
export interface AttackValidation {
  /** Source images that fakes were made of. */
  readonly images: number;
  /** Of those, how many the victim had right before the attack (p(cancer) > 0.5 means cancer). */
  readonly correct: number;
  /** Of the correct ones, the share whose fakes the victim gets wrong: the paper's fooling rate. 0 where none is. */
  readonly fooled: number;
  /**
   * The fooling rate in which a fake counts fully only if the victim is as sure of it as the margin asks, and in
   * proportion below that: a margin of safety for images not seen.
   */
  readonly confidentlyFooled: number;
  /** Mean log odds of the fakes of correct images towards the other class. */
  readonly meanLogOdds: number;
  /** Loss_gen1 of all fakes as stored, at 16 bits. */
  readonly lossGen1: number;
}

/** How {@link measureAttack} measures. */
export interface MeasureAttackOptions {
  /** Fakes are made of positive images to remove, of negative ones to insert. */
  readonly direction: AttackDirection;
  /** Only its scores are asked for. */
  readonly victim: Victim;
  /** Images of both classes, of the generator's size. */
  readonly images: ImageSet;
  /** At most so many images of each class are used, drawn at random; by default all. */
  readonly count?: number;
  /** Images run at once; by default 32. */
  readonly batch?: number;
  /** See `TrainAttackOptions.confidence`; by default 0.5. */
  readonly confidence?: number;
  /** Names the draw; by default 1. */
  readonly seed?: number;
  /** Ends the measurement between batches with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * How a generator does against a victim that may be another than it was trained on: the black-box test.
 *
 * @throws RangeError if a class is missing from the images, they are not of the generator's size, or the victim's scores
 *   are not probabilities
 */
export async function measureAttack(
  generator: ImageGenerator,
  options: MeasureAttackOptions,
): Promise<AttackValidation> {
  const { count = Infinity, batch = 32, confidence = 0.5, seed = 1 } = options;
  const validate = await createAttackValidator({
    caller: 'measureAttack',
    ...options,
    ...{ count, batch, confidence, seed },
  });
  return validate(generator);
}

/** What {@link createAttackValidator} needs. */
export interface AttackValidatorOptions extends Required<Omit<MeasureAttackOptions, 'signal'>> {
  /** Whom messages name. */
  readonly caller: string;
  readonly signal?: AbortSignal | undefined;
}

/** Scores the images once and returns a function that validates a generator on them. */
export async function createAttackValidator(
  options: AttackValidatorOptions,
): Promise<(generator: ImageGenerator) => Promise<AttackValidation>> {
  const { caller, direction, images, confidence } = options;
  const removes = direction === 'remove';
  const sources = pick(options, removes ? 'positive' : 'negative');
  const targets = pick(options, removes ? 'negative' : 'positive');
  const towards = (p: number): number => (removes ? -logOdds(p) : logOdds(p));
  const isFooled = (p: number): boolean => (removes ? p <= 0.5 : p > 0.5);
  const sourceScores = await scoreReal(options, sources);
  const targetScores = await scoreReal(options, targets);
  checkVictim(caller, [...sourceScores, ...targetScores]);
  const sourceIsRight = sourceScores.map((p) => !isFooled(p));
  const correct = sourceIsRight.filter(Boolean).length;
  const rightTargets = targetScores.filter(isFooled);
  if (correct + rightTargets.length === 0) {
    throw new RangeError(
      `${caller}: the victim must have an image right, got 0 of ${sources.length + targets.length} (is score p(cancer)?)`,
    );
  }
  const margin = confidence * median(rightTargets.map(towards));

  return async (generator) => {
    const fakes = await makeFakes(generator, images, sources, options);
    const scored = fakes.probabilities.filter((_, i) => sourceIsRight[i]);
    return {
      images: sources.length,
      correct,
      fooled: mean(scored.map((p) => (isFooled(p) ? 1 : 0))),
      confidentlyFooled: mean(
        scored.map((p) => (isFooled(p) ? Math.min(1, ratio(towards(p), margin)) : 0)),
      ),
      meanLogOdds: mean(scored.map(towards)),
      lossGen1: fakes.lossGen1,
    };
  };
}

function pick(
  { caller, images, count, seed }: AttackValidatorOptions,
  label: 'positive' | 'negative',
): number[] {
  const indices = images.images.flatMap((image, index) => (image.label === label ? [index] : []));
  if (indices.length === 0) {
    throw new RangeError(
      `${caller}: ${caller === 'trainAttack' ? 'validation' : 'images'} must hold a ${label} image, got none`,
    );
  }
  return randomStream(seed, 'validation', label).shuffle(indices).slice(0, count);
}

async function scoreReal(
  options: AttackValidatorOptions,
  indices: readonly number[],
): Promise<number[]> {
  const { images, batch, signal } = options;
  const probabilities: number[] = [];
  for (let start = 0; start < indices.length; start += batch) {
    signal?.throwIfAborted();
    const grey = await loadBatch(images, indices.slice(start, start + batch));
    probabilities.push(...(await scoreGrey(options, grey)));
  }
  return probabilities;
}

async function makeFakes(
  generator: ImageGenerator,
  images: ImageSet,
  indices: readonly number[],
  options: AttackValidatorOptions,
): Promise<{ probabilities: number[]; lossGen1: number }> {
  const { batch, signal } = options;
  const { height, width } = images;
  const probabilities: number[] = [];
  let change = 0;
  let energy = 0;
  for (let start = 0; start < indices.length; start += batch) {
    const some = indices.slice(start, start + batch);
    const grey = new Float32Array(some.length * height * width);
    let offset = 0;
    for await (const { index, pixels } of applyGenerator(generator, images, {
      indices: some,
      batch,
      ...(signal && { signal }),
    })) {
      const source = await images.pixels(index);
      for (let i = 0; i < pixels.length; i++) {
        const real = (source[i] as number) / 65535;
        const fake = (pixels[i] as number) / 65535;
        grey[offset++] = fake;
        change += (fake - real) ** 2;
        energy += (real - IMAGENET_MEAN[0]) ** 2;
      }
    }
    const tensor = tf.tensor4d(grey, [some.length, height, width, 1]);
    probabilities.push(...(await scoreGrey(options, tensor)));
  }
  return { probabilities, lossGen1: change / energy };
}

/** p(cancer) of each image; the images are disposed of. */
async function scoreGrey(
  { caller, victim }: AttackValidatorOptions,
  grey: tf.Tensor4D,
): Promise<number[]> {
  const count = grey.shape[0];
  try {
    const scores = Array.from(await victim.score(grey));
    if (scores.length !== count) {
      throw new RangeError(
        `${caller}: victim.score must give one p(cancer) for each of ${count} images, got ${scores.length} numbers`,
      );
    }
    const wrong = scores.find((p) => !(p >= 0 && p <= 1));
    if (wrong !== undefined) {
      throw new RangeError(
        `${caller}: victim.score must give probabilities in [0, 1], got ${wrong}${Number.isFinite(wrong) ? ' (a logit? its sigmoid is one)' : ''}`,
      );
    }
    return scores;
  } finally {
    grey.dispose();
  }
}

function checkVictim(caller: string, scores: readonly number[]): void {
  const [first] = scores;
  if (scores.every((score) => score === first)) {
    throw new RangeError(
      `${caller}: victim.score must tell images apart, got ${first} for all of ${scores.length}`,
    );
  }
}

function logOdds(p: number): number {
  const inside = Math.min(1 - 1e-7, Math.max(1e-7, p));
  return Math.log(inside / (1 - inside));
}

/** No margin, or no real image to measure it by, counts every fooled image fully. */
function ratio(value: number, margin: number): number {
  return margin > 0 ? value / margin : 1;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** 0 of no values. */
function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
