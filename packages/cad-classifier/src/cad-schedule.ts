import { type AugmentationOptions, FLIP_ONLY, PAPER_AUGMENTATION } from '@mammo/mammo-io';
import type { CadLossOptions } from './cad-loss.ts';
import type { Initialiser } from './initialise.ts';

/** The parts of a network by the first word of their weights' names. */
export type CadPart = 'vnet' | 'fnet' | 'head';

/** One phase of a training. */
export interface CadPhase {
  /** For messages and the history. */
  readonly name: string;
  /** Its length in steps. */
  readonly steps: number;
  /** Learning rates of Adam; a part without one is not trained. */
  readonly learningRates: Readonly<Partial<Record<CadPart, number>>>;
  /** The rates fall linearly to this share of themselves over the phase; default 1. */
  readonly finalShare?: number;
}

/** How a classifier is trained. */
export interface CadSchedule {
  /** Images of each class in a step. */
  readonly perClass: number;
  /**
   * Images that go through the network together in a step, whose gradients are added up; default: all. Images of the paper's
   * size need it on machines with little memory. With dropout the passes drop other features than a step in one.
   */
  readonly imagesAtOnce?: number;
  /** What training images are changed by; absent: nothing. */
  readonly augmentation?: AugmentationOptions;
  /** The validation AUC is measured after every so many steps; the weights with the best are kept. */
  readonly validateEvery: number;
  /** One after another. */
  readonly phases: readonly CadPhase[];
  /** The loss; by default the paper's equations (1) to (3). */
  readonly loss?: Omit<CadLossOptions, 'dropoutSeed'>;
  /** How the weights start where no others are given; default `'xavier'`. */
  readonly initialiser?: Initialiser;
}

/** The named schedules of {@link cadSchedule}. */
export type CadSchedulePreset = 'paper' | 'small';

const PAPER_FNET_EPOCHS = 41;
/** How long Vnet is trained too is not known: as long as Fnet alone. */
const PAPER_VNET_EPOCHS = 41;

/**
 * Returns a named schedule.
 *
 * - `'paper'`: 4 + 4 images a step, the paper's augmentation; 41 epochs of Fnet and the last layer at 1e-4, then Vnet
 *   too, at 1e-5. It expects Vnet to start from ImageNet ({@link loadVgg11}).
 * - `'small'`: for 96×80 to 384×320 from scratch: 8 + 8 images, vertical flips, 800 steps of everything at 2e-3, falling
 *   linearly to 2e-4.
 *
 * **Differences** of `'small'` from the paper: it has no pretrained weights to freeze, and learns in minutes.
 *
 * @param options - `stepsPerEpoch`: images of the larger training class / 4; `'paper'` needs it
 * @throws RangeError if the preset is unknown, or `stepsPerEpoch` is needed and not a positive integer
 * @example
 * ```ts
 * cadSchedule('small').phases[0]?.steps; // => 800
 * ```
 * @see Zhou et al. (2021), Methods, doi 10.1038/s41467-021-27577-x
 */
export function cadSchedule(
  preset: CadSchedulePreset,
  { stepsPerEpoch }: { readonly stepsPerEpoch?: number } = {},
): CadSchedule {
  switch (preset) {
    case 'paper':
      return paperSchedule(stepsPerEpoch);
    case 'small':
      return {
        perClass: 8,
        augmentation: FLIP_ONLY,
        validateEvery: 100,
        initialiser: 'he',
        phases: [
          {
            name: 'all',
            steps: 800,
            learningRates: { vnet: 2e-3, fnet: 2e-3, head: 2e-3 },
            finalShare: 0.1,
          },
        ],
      };
    default:
      throw new RangeError(
        `cadSchedule: preset must be one of paper, small, got ${preset satisfies never}`,
      );
  }
}

function paperSchedule(epoch: number | undefined): CadSchedule {
  if (epoch === undefined || !Number.isSafeInteger(epoch) || epoch < 1) {
    throw new RangeError(`cadSchedule: stepsPerEpoch must be a positive integer, got ${epoch}`);
  }
  return {
    perClass: 4,
    augmentation: PAPER_AUGMENTATION,
    validateEvery: epoch,
    initialiser: 'xavier',
    phases: [
      {
        name: 'fnet',
        steps: PAPER_FNET_EPOCHS * epoch,
        learningRates: { fnet: 1e-4, head: 1e-4 },
      },
      {
        name: 'fnet and vnet',
        steps: PAPER_VNET_EPOCHS * epoch,
        learningRates: { vnet: 1e-5, fnet: 1e-4, head: 1e-4 },
      },
    ],
  };
}

/** @throws RangeError if a schedule cannot be run */
export function checkCadSchedule(schedule: CadSchedule): void {
  const { perClass, imagesAtOnce = 1, validateEvery, phases } = schedule;
  const count = (name: string, value: number, least: number): void => {
    if (!Number.isSafeInteger(value) || value < least) {
      throw new RangeError(`trainCad: ${name} must be an integer from ${least} on, got ${value}`);
    }
  };
  count('perClass', perClass, 1);
  count('imagesAtOnce', imagesAtOnce, 1);
  count('validateEvery', validateEvery, 1);
  for (const { name, steps, learningRates, finalShare = 1 } of phases) {
    count(`steps of phase ${name}`, steps, 0);
    for (const [part, rate] of Object.entries(learningRates)) {
      if (!(rate > 0 && Number.isFinite(rate))) {
        throw new RangeError(
          `trainCad: learning rate of ${part} in phase ${name} must be positive, got ${rate}`,
        );
      }
    }
    if (!(finalShare > 0 && finalShare <= 1)) {
      throw new RangeError(
        `trainCad: finalShare of phase ${name} must lie in (0, 1], got ${finalShare}`,
      );
    }
  }
  if (!phases.some(({ steps }) => steps > 0)) {
    throw new RangeError('trainCad: phases must hold at least one step, got none');
  }
}

/** Phase and learning rates of a step, counted from 0; `undefined` after the last. */
export function rateOfStep(
  { phases }: CadSchedule,
  step: number,
): { readonly phase: CadPhase; readonly factor: number } | undefined {
  let start = 0;
  for (const phase of phases) {
    if (step < start + phase.steps) {
      const progress = (step - start + 1) / phase.steps;
      return { phase, factor: 1 - (1 - (phase.finalShare ?? 1)) * progress };
    }
    start += phase.steps;
  }
  return undefined;
}
