import type { ImageSet } from '@mammo/mammo-io';
import type { AttackConfiguration } from './attack-checkpoint.ts';
import type { PenaltyOptions } from './attack-gradients.ts';
import { attackSchedule } from './attack-schedule.ts';
import { checkAttackStages } from './attack-stage.ts';
import { defaultDiscriminatorPenalty } from './discriminator-penalty.ts';
import {
  checkGeneratorOptions,
  type GeneratorOptions,
  generatorOptions,
} from './generator-options.ts';
import { selectionScore } from './select-generator.ts';
import type { TrainAttackOptions } from './train-attack-options.ts';
import type { Backbone } from './victim.ts';

type Filled =
  | 'schedule'
  | 'stabiliser'
  | 'validationImages'
  | 'validationBatch'
  | 'confidence'
  | 'divergenceLimit'
  | 'select'
  | 'checkpointEvery';

/** Options with their defaults, and what follows from them. */
export interface ResolvedOptions
  extends Omit<TrainAttackOptions, Filled | 'generator' | 'penalty'>,
    Required<Pick<TrainAttackOptions, Filled>> {
  readonly generator: GeneratorOptions;
  readonly penalty: Required<PenaltyOptions>;
  /** What the discriminator copies. */
  readonly backbone: Backbone;
  /** Indices of the training images by label. */
  readonly classes: {
    readonly positives: readonly number[];
    readonly negatives: readonly number[];
  };
}

/** @throws RangeError if an option, the victim or the cohort is not one that can be trained */
export function resolveOptions(options: TrainAttackOptions): ResolvedOptions {
  const { direction, cohort } = options;
  if (direction !== 'remove' && direction !== 'insert') {
    throw new RangeError(`trainAttack: direction must be 'remove' or 'insert', got ${direction}`);
  }
  const generator =
    typeof options.generator === 'string' ? generatorOptions(options.generator) : options.generator;
  checkGeneratorOptions('trainAttack', generator);
  const resolved: ResolvedOptions = {
    ...options,
    generator,
    backbone: backboneOf(options),
    schedule: options.schedule ?? attackSchedule('small', { output: generator.output, direction }),
    penalty: {
      k: options.penalty?.k ?? defaultDiscriminatorPenalty(generator.height),
      order: options.penalty?.order ?? 4,
    },
    stabiliser: options.stabiliser ?? true,
    validationImages: options.validationImages ?? 128,
    validationBatch: options.validationBatch ?? 32,
    confidence: options.confidence ?? 0.5,
    divergenceLimit: options.divergenceLimit ?? 10,
    select: options.select ?? ((validation) => selectionScore(validation)),
    checkpointEvery: options.checkpointEvery ?? 100,
    classes: {
      positives: ofLabel(cohort.training, 'positive'),
      negatives: ofLabel(cohort.training, 'negative'),
    },
  };
  checkNumbers(resolved);
  checkCohort(resolved);
  checkAttackStages(resolved.schedule.stages);
  return resolved;
}

/** What makes the steps of a training what they are. */
export function attackConfiguration(options: ResolvedOptions): AttackConfiguration {
  const { cohort, backbone } = options;
  const { direction, generator, schedule, seed, penalty, stabiliser } = options;
  const { validationImages, confidence, checkpointEvery } = options;
  return {
    direction,
    generator,
    schedule,
    seed,
    penalty,
    stabiliser,
    validationImages,
    confidence,
    checkpointEvery,
    weights: Object.fromEntries(
      [...backbone.parameters].map(([name, { shape }]) => [name, String(shape)]),
    ),
    training: digestOf(cohort.training),
    validation: digestOf(cohort.validation),
  };
}

function checkNumbers(options: ResolvedOptions): void {
  const { seed, penalty, confidence, divergenceLimit, schedule } = options;
  if (!Number.isSafeInteger(seed)) {
    throw new RangeError(`trainAttack: seed must be a safe integer, got ${seed}`);
  }
  const { validationImages, validationBatch, checkpointEvery } = options;
  const { batch, validateEvery } = schedule;
  const counts = { validationImages, validationBatch, checkpointEvery, batch, validateEvery };
  for (const [name, value] of Object.entries(counts)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`trainAttack: ${name} must be a positive integer, got ${value}`);
    }
  }
  if (!(penalty.k >= 0 && penalty.k < Infinity)) {
    throw new RangeError(
      `trainAttack: penalty.k must be finite and not negative, got ${penalty.k}`,
    );
  }
  if (!(penalty.order >= 2 && penalty.order < Infinity)) {
    throw new RangeError(`trainAttack: penalty.order must be at least 2, got ${penalty.order}`);
  }
  if (!(confidence >= 0 && confidence < Infinity)) {
    throw new RangeError(
      `trainAttack: confidence must be finite and not negative, got ${confidence}`,
    );
  }
  if (!(divergenceLimit > 0)) {
    throw new RangeError(
      `trainAttack: divergenceLimit must be a positive number, got ${divergenceLimit}`,
    );
  }
}

function checkCohort({ generator, classes, cohort }: ResolvedOptions): void {
  const { training, validation } = cohort;
  for (const [name, set] of Object.entries({ training, validation })) {
    if (set.height !== generator.height || set.width !== generator.width) {
      throw new RangeError(
        `trainAttack: ${name} images must be ${generator.height}×${generator.width} as the generator's, got ${set.height}×${set.width}`,
      );
    }
  }
  for (const [name, indices] of Object.entries(classes)) {
    if (indices.length === 0) {
      throw new RangeError(`trainAttack: training must hold ${name}, got none`);
    }
  }
}

function backboneOf({ victim, surrogate }: TrainAttackOptions): Backbone {
  if (typeof victim?.score !== 'function') {
    throw new TypeError(
      `trainAttack: victim must have a function score, got ${victim === undefined ? victim : typeof victim.score}`,
    );
  }
  const backbone = surrogate ?? victim.backbone;
  if (backbone === undefined) {
    throw new RangeError(
      'trainAttack: victim must have a backbone, or surrogate must be one, got neither',
    );
  }
  return backbone;
}

function ofLabel({ images }: ImageSet, label: 'positive' | 'negative'): number[] {
  return images.flatMap((image, index) => (image.label === label ? [index] : []));
}

/** Tells sets of images apart by their names and labels (FNV-1a, 32 bits). */
export function digestOf({ images }: ImageSet): string {
  let hash = 0x811c9dc5;
  for (const { imageId, label } of images) {
    for (const character of `${imageId}/${label};`) {
      hash = Math.imul(hash ^ (character.codePointAt(0) as number), 0x01000193) >>> 0;
    }
  }
  return `${images.length} images, ${hash.toString(16)}`;
}
