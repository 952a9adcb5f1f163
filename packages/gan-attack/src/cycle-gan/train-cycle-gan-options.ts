import { type AugmentationOptions, FLIP_ONLY, type ImageSet } from '@mammo/mammo-io';
import type { AttackValidation } from '../attack-validation.ts';
import type { Generator } from '../generator.ts';
import {
  checkGeneratorOptions,
  type GeneratorOptions,
  type GeneratorPreset,
  generatorOptions,
} from '../generator-options.ts';
import type { ImageAttack } from '../image-attack.ts';
import type { AttackDirection, Victim } from '../victim.ts';
import type { CycleWeights } from './cycle-gan-step.ts';
import type { PatchJudgeOptions } from './patch-judge.ts';

/** How a CycleGAN is trained. */
export interface TrainCycleGanOptions {
  /** What it learns from, and what it is tried on. */
  readonly cohort: {
    /** Images of both classes, of the generators' size. */
    readonly training: ImageSet;
    /** Images of other patients; only looked at where there is a victim. */
    readonly validation?: ImageSet;
  };
  /** Sizes of both generators, or the name of a preset. */
  readonly generator: GeneratorPreset | GeneratorOptions;
  /** Steps, in each of which all four networks learn once, but for the first `judgeWarmUp`. */
  readonly steps: number;
  /**
   * Steps at the beginning in which the judges learn alone, to tell real images of one class from those of the other; by
   * default 0, as in the paper. Generators that begin at no change learn nothing from judges that cannot tell the classes.
   */
  readonly judgeWarmUp?: number;
  /** Names all that is random. */
  readonly seed: number;
  /** Images of each class in a step; by default 1, as in the paper. */
  readonly batch?: number;
  /** Step size of Adam until half of the steps are done; from then on it falls to 0. By default 2e-4. */
  readonly learningRate?: number;
  /** The judges' step size, which falls alike; by default the generators'. */
  readonly judgeLearningRate?: number;
  /** By default λ = 10 for the cycle and 0.5 of it for the identity. */
  readonly weights?: Partial<CycleWeights>;
  /** By default 3 layers from 64 channels, scaled by the generators' `channelMultiplier`. */
  readonly judge?: Partial<PatchJudgeOptions>;
  /** Fakes kept to be shown to the judges again; by default 50. */
  readonly poolSize?: number;
  /** What training images are changed by; by default flips. */
  readonly augmentation?: AugmentationOptions | null;
  /** A classifier to try the generators on; training never sees its scores. Needs a validation set. */
  readonly victim?: Pick<Victim, 'score'>;
  /** A row of the history is written after every so many steps; by default 100. */
  readonly reportEvery?: number;
  /** Called after each step. */
  readonly onStep?: (progress: CycleGanLosses & { readonly step: number }) => void;
  /** Steps between checkpoints; by default 100. */
  readonly checkpointEvery?: number;
  /** Takes each checkpoint, a safetensors file; training waits for it. */
  readonly onCheckpoint?: (checkpoint: Uint8Array) => Promise<void>;
  /** A checkpoint of a training with the same cohort and options, to be continued. */
  readonly resumeFrom?: Uint8Array;
  /** Ends the training between steps with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The losses of one step; those of the generators are 0 while the judges learn alone. */
export interface CycleGanLosses {
  /** What the generators minimise: the sum of the next three. */
  readonly lossGenerators: number;
  /** L_GAN of both generators: 0 if the judges take all fakes for real. */
  readonly verdict: number;
  /** λ · the distance after a cycle, of both directions; see {@link meanDistance}. */
  readonly cycle: number;
  /** λ·μ · the distance of images that were of the class already, of both directions. */
  readonly identity: number;
  /** Of the judges of negative- and positive-looking images. */
  readonly lossJudges: Readonly<Record<AttackDirection, number>>;
}

/** The losses of the step that the row is named after, and how the generators do against the victim. */
export interface CycleGanHistoryRow extends CycleGanLosses {
  /** Steps trained so far. */
  readonly step: number;
  /** By direction; absent without a victim. */
  readonly validation?: Readonly<Record<AttackDirection, AttackValidation>>;
}

/** A trained CycleGAN. */
export interface CycleGanTrainingResult {
  /** Both generators as they were after the last step; owned by the caller. */
  readonly generators: Readonly<Record<AttackDirection, Generator>>;
  /** The generators under the interface of all attacks; good until they are disposed of. */
  readonly attack: ImageAttack['attack'];
  /** Steps trained. */
  readonly steps: number;
  /** A row after every `reportEvery` steps and after the last one. */
  readonly history: readonly CycleGanHistoryRow[];
}

type Defaulted =
  | 'batch'
  | 'judgeWarmUp'
  | 'learningRate'
  | 'judgeLearningRate'
  | 'poolSize'
  | 'augmentation'
  | 'reportEvery'
  | 'checkpointEvery';

/** Options with their defaults. */
export interface ResolvedCycleGanOptions
  extends Omit<TrainCycleGanOptions, Defaulted | 'generator' | 'weights' | 'judge'>,
    Required<Pick<TrainCycleGanOptions, Defaulted>> {
  readonly generator: GeneratorOptions;
  readonly weights: CycleWeights;
  readonly judge: PatchJudgeOptions;
  /** Indices of the training images by label. */
  readonly classes: {
    readonly positives: readonly number[];
    readonly negatives: readonly number[];
  };
}

const PAPER_JUDGE_CHANNELS = 64;

/** @throws RangeError if an option or the cohort is not one that can be trained */
export function resolveCycleGanOptions(options: TrainCycleGanOptions): ResolvedCycleGanOptions {
  const generator =
    typeof options.generator === 'string' ? generatorOptions(options.generator) : options.generator;
  checkGeneratorOptions('trainCycleGan', generator);
  const { learningRate = 2e-4 } = options;
  const channels = Math.max(1, Math.round(PAPER_JUDGE_CHANNELS * generator.channelMultiplier));
  const resolved: ResolvedCycleGanOptions = {
    ...options,
    generator,
    batch: options.batch ?? 1,
    judgeWarmUp: options.judgeWarmUp ?? 0,
    learningRate,
    judgeLearningRate: options.judgeLearningRate ?? learningRate,
    weights: { cycle: 10, identity: 0.5, ...options.weights },
    judge: { layers: 3, channels, ...options.judge },
    poolSize: options.poolSize ?? 50,
    augmentation: options.augmentation === undefined ? FLIP_ONLY : options.augmentation,
    reportEvery: options.reportEvery ?? 100,
    checkpointEvery: options.checkpointEvery ?? 100,
    classes: {
      positives: ofLabel(options.cohort.training, 'positive'),
      negatives: ofLabel(options.cohort.training, 'negative'),
    },
  };
  checkNumbers(resolved);
  checkSets(resolved);
  checkJudge(resolved);
  return resolved;
}

function checkNumbers(options: ResolvedCycleGanOptions): void {
  const { steps, batch, reportEvery, checkpointEvery, seed, judgeWarmUp, poolSize } = options;
  const { learningRate, judgeLearningRate, weights } = options;
  const check = (
    numbers: Readonly<Record<string, number>>,
    what: string,
    holds: (value: number) => boolean,
  ): void => {
    for (const [name, value] of Object.entries(numbers)) {
      if (!holds(value)) {
        throw new RangeError(`trainCycleGan: ${name} must be ${what}, got ${value}`);
      }
    }
  };
  const whole = Number.isSafeInteger;
  const positiveInteger = (value: number) => whole(value) && value >= 1;
  const { cycle, identity } = weights;
  check({ steps, batch, reportEvery, checkpointEvery }, 'a positive integer', positiveInteger);
  check({ seed }, 'a safe integer', whole);
  check({ judgeWarmUp, poolSize }, 'an integer from 0 on', (value) => whole(value) && value >= 0);
  check(
    { learningRate, judgeLearningRate },
    'a positive number',
    (value) => value > 0 && value < Infinity,
  );
  check(
    { 'weights.cycle': cycle, 'weights.identity': identity },
    'finite and not negative',
    (value) => value >= 0 && value < Infinity,
  );
}

function checkSets({ generator, cohort, classes, victim }: ResolvedCycleGanOptions): void {
  for (const [name, set] of Object.entries(cohort)) {
    if (set.height !== generator.height || set.width !== generator.width) {
      throw new RangeError(
        `trainCycleGan: ${name} images must be ${generator.height}×${generator.width} as the generators', got ${set.height}×${set.width}`,
      );
    }
  }
  for (const [name, indices] of Object.entries(classes)) {
    if (indices.length === 0) {
      throw new RangeError(`trainCycleGan: training must hold ${name}, got none`);
    }
  }
  if (victim !== undefined && cohort.validation === undefined) {
    throw new RangeError(
      'trainCycleGan: validation must be given where there is a victim, got none',
    );
  }
}

/** Its two last convolutions, 4×4 with a margin of one pixel, take one pixel each of every side. */
function checkJudge({ generator: { height, width }, judge: { layers } }: ResolvedCycleGanOptions) {
  const left = Math.floor(Math.min(height, width) / 2 ** layers);
  if (left < 3) {
    throw new RangeError(
      `trainCycleGan: judge.layers must leave at least 3 pixels of ${height}×${width} when it has halved them, got ${layers} layers, which leave ${left}`,
    );
  }
}

function ofLabel({ images }: ImageSet, label: 'positive' | 'negative'): number[] {
  return images.flatMap((image, index) => (image.label === label ? [index] : []));
}
