import { type CadModel, type CadSchedule, CLASS_INDEX, cadSchedule } from '@mammo/cad-classifier';
import { projectedGradient } from '@mammo/gan-attack';
import { type CaseImage, subset } from '@mammo/mammo-io';
import { classifierOf } from '../stages/gradient-control.ts';
import { mixedSet } from './mixed-set.ts';
import type { ProbeScene } from './probe-scene.ts';
import { trainOn } from './train-probe.ts';

/** Trains an AI on, so that it resists attacks. */
type Defence = (cad: CadModel, scene: ProbeScene) => Promise<void>;

/** Adversarial fine-tuning with fakes: real training images and fakes of them, both with the truth as label. */
const fakeTuning: Defence = async (cad, scene) => {
  // with a fake of every image the AI learns that what looks like an inserted cancer is none, and real ones neither
  const mix = { most: 1000, fakeEvery: 4, label: ({ label }: CaseImage) => label };
  const sets = {
    training: await mixedSet(scene, { split: 'training', ...mix }),
    validation: await mixedSet(scene, { split: 'validation', ...mix }),
  };
  const schedule = furtherSchedule({ steps: 400, rate: 1e-4, validateEvery: 50 });
  await trainOn(cad, sets, { schedule, seed: scene.input.seed, note: 'fine-tuning', scene });
};

/** Chosen on seed 43; `length` is ε, of changes of grey levels in [0, 1]. */
const ADVERSARIAL = { steps: 1200, rate: 1e-3, length: 0.12, growsUntil: 400, attackSteps: 2 };

/**
 * Adversarial training: every step learns from images that projected gradients have just attacked,
 *
 *     min_θ E max_{‖δ‖₂ ≤ ε} L(x + δ, y; θ),
 *
 * with an ε that grows from nothing, since an AI that meets the longest changes at once learns one score for all. The last
 * weights are kept.
 *
 * @see Madry et al. (2018), eq. 2.1, arXiv 1706.06083
 */
const adversarialTraining: Defence = async (cad, scene) => {
  const { set, record } = scene.cohort;
  const { seed } = scene.input;
  const sets = {
    training: subset(set, record.splits.training),
    validation: subset(set, record.splits.validation),
  };
  const classifier = classifierOf(cad);
  const { steps, rate, length, growsUntil, attackSteps } = ADVERSARIAL;
  const schedule = furtherSchedule({ steps, rate, validateEvery: steps });
  await trainOn(cad, sets, {
    ...{ schedule, seed, note: 'adversarial training', scene },
    adversary: ({ images, label, step }) => {
      const labels = Array<number>(images.shape[0]).fill(CLASS_INDEX[label]);
      const epsilon = length * Math.min(1, (step + 1) / growsUntil);
      const walk = { steps: attackSteps, stepSize: (1.5 * epsilon) / attackSteps, momentum: 0 };
      const how = { norm: 'l2', loss: 'cross-entropy', randomStart: false, seed } as const;
      return projectedGradient(classifier, { images, labels }, { epsilon, ...walk, ...how });
    },
  });
};

function furtherSchedule(options: {
  readonly steps: number;
  readonly rate: number;
  readonly validateEvery: number;
}): CadSchedule {
  const { steps, rate, validateEvery } = options;
  const learningRates = { vnet: rate, fnet: rate, head: rate };
  const phases = [{ name: 'further', steps, learningRates, finalShare: 0.1 }];
  return { ...cadSchedule('small'), phases, validateEvery };
}

export const DEFENCES = {
  defence: fakeTuning,
  'adversarial-training': adversarialTraining,
} as const satisfies Readonly<Record<string, Defence>>;

export type DefenceName = keyof typeof DEFENCES;
