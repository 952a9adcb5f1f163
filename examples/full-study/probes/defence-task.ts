import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cadSchedule, loadCad } from '@mammo/cad-classifier';
import type { Direction } from '../fakes.ts';
import type { EvaluationInput } from '../stages/evaluation-task.ts';
import type { TaskContext } from '../task-context.ts';
import { boundaryDistances, type ChangeLength, lesionLength } from './boundary-distance.ts';
import { mixedSet } from './mixed-set.ts';
import { openScene, studyPairs, type VictimOutcome, victimOutcome } from './probe-scene.ts';
import { type AttackOutcome, probeAttack, trainOn } from './train-probe.ts';

/** What adversarial fine-tuning of the AI does. */
export interface DefenceRecord {
  readonly steps: number;
  /** The length of the lesions, whose half bounds every defence; see {@link lesionLength}. */
  readonly lesion: ChangeLength | null;
  /** The AI before. */
  readonly before: VictimOutcome;
  /** The fine-tuned AI, shown the fakes that were made for the AI before. */
  readonly after: VictimOutcome;
  /** The fine-tuned AI, attacked anew by generators that were trained against it. */
  readonly attackedAnew: AttackOutcome;
  /** How far right images are from the boundary. */
  readonly distance: Readonly<Record<'before' | 'after', Record<Direction, ChangeLength>>>;
}

const STEPS = 400;
const LEARNING_RATE = 1e-4;
/** Images of each direction for the fine-tuning, and for the choice of its weights. */
const MOST = 1000;
/** With a fake of every image the AI learns that what looks like an inserted cancer is none, and real ones neither. */
const FAKE_EVERY = 4;

/**
 * Fine-tunes the AI on real training images and fakes of them, both with the truth as label, then tries the old fakes on it and
 * attacks it anew.
 */
export async function defenceTask(
  input: EvaluationInput,
  context: TaskContext,
): Promise<DefenceRecord> {
  const scene = await openScene(input, context);
  const truth = {
    most: MOST,
    fakeEvery: FAKE_EVERY,
    label: ({ label }: { label: 'positive' | 'negative' }) => label,
  };
  const sets = {
    training: await mixedSet(scene, { split: 'training', ...truth }),
    validation: await mixedSet(scene, { split: 'validation', ...truth }),
  };
  const tuned = loadCad(await readFile(join(input.studyPath, 'cad', 'cad.safetensors')));
  try {
    const rates = { vnet: LEARNING_RATE, fnet: LEARNING_RATE, head: LEARNING_RATE };
    const phases = [{ name: 'fine-tuning', steps: STEPS, learningRates: rates, finalShare: 0.1 }];
    const schedule = { ...cadSchedule('small'), phases, validateEvery: 50 };
    await trainOn(tuned, sets, { schedule, seed: input.seed, note: 'fine-tuning', scene });
    const pairs = await studyPairs(scene);
    return {
      steps: STEPS,
      lesion: await lesionLength(scene),
      before: await victimOutcome(scene.cad, pairs, scene),
      after: await victimOutcome(tuned, pairs, scene),
      attackedAnew: await probeAttack(tuned, {}, scene),
      distance: {
        before: await boundaryDistances(scene),
        after: await boundaryDistances({ ...scene, cad: tuned }),
      },
    };
  } finally {
    tuned.dispose();
    scene.cad.dispose();
  }
}
