import { type ImageSet, randomStream } from '@mammo/mammo-io';
import { IMAGENET_MEAN, loadBatch } from '@mammo/mammo-io/tensors';
import * as tf from '@tensorflow/tfjs-core';
import { applyGenerator } from './apply-generator.ts';
import type { AttackDirection, Victim } from './attacked-network.ts';
import type { Generator } from './generator.ts';

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

/** What {@link createAttackValidator} needs. */
export interface AttackValidatorOptions {
  readonly direction: AttackDirection;
  readonly victim: Victim;
  readonly images: ImageSet;
  /** At most so many images of each class are used, drawn at random. */
  readonly count: number;
  /** Images run at once. */
  readonly batch: number;
  /** See `TrainAttackOptions.confidence`. */
  readonly confidence: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** Scores the validation images once and returns a function that validates a generator on them. */
export async function createAttackValidator(
  options: AttackValidatorOptions,
): Promise<(generator: Generator) => Promise<AttackValidation>> {
  const { direction, images, confidence } = options;
  const removes = direction === 'remove';
  const sources = pick(options, removes ? 'positive' : 'negative');
  const targets = pick(options, removes ? 'negative' : 'positive');
  const towards = (p: number): number => (removes ? -logOdds(p) : logOdds(p));
  const isFooled = (p: number): boolean => (removes ? p <= 0.5 : p > 0.5);
  const sourceIsRight = (await scoreReal(options, sources)).map((p) => !isFooled(p));
  const rightTargets = (await scoreReal(options, targets)).filter(isFooled).map(towards);
  const correct = sourceIsRight.filter(Boolean).length;
  const margin = confidence * median(rightTargets);

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
  { images, count, seed }: AttackValidatorOptions,
  label: 'positive' | 'negative',
): number[] {
  const indices = images.images.flatMap((image, index) => (image.label === label ? [index] : []));
  if (indices.length === 0) {
    throw new RangeError(`trainAttack: validation must hold a ${label} image, got none`);
  }
  return randomStream(seed, 'validation', label).shuffle(indices).slice(0, count);
}

async function scoreReal(
  { victim, images, batch, signal }: AttackValidatorOptions,
  indices: readonly number[],
): Promise<number[]> {
  const probabilities: number[] = [];
  for (let start = 0; start < indices.length; start += batch) {
    signal?.throwIfAborted();
    const grey = await loadBatch(images, indices.slice(start, start + batch));
    probabilities.push(...(await scoreGrey(victim, grey)));
  }
  return probabilities;
}

async function makeFakes(
  generator: Generator,
  images: ImageSet,
  indices: readonly number[],
  { victim, batch, signal }: AttackValidatorOptions,
): Promise<{ probabilities: number[]; lossGen1: number }> {
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
    probabilities.push(...(await scoreGrey(victim, tensor)));
  }
  return { probabilities, lossGen1: change / energy };
}

async function scoreGrey(victim: Victim, grey: tf.Tensor4D): Promise<Float32Array> {
  try {
    return await victim.score(grey);
  } finally {
    grey.dispose();
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
