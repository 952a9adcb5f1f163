import { join } from 'node:path';
import { scoreBatch } from '@mammo/cad-classifier';
import {
  type CycleGanHistoryRow,
  type CycleGanTrainingResult,
  generatorOptions,
  saveGenerator,
  trainCycleGan,
} from '@mammo/gan-attack';
import { subset } from '@mammo/mammo-io';
import { writeWhole } from '@mammo/mammo-io/node';
import type { Cohort } from '../cohort.ts';
import { DIRECTIONS, type Direction } from '../fakes.ts';
import { firstOfPatients, studySheet } from '../report/study-sheet.ts';
import type { Pair } from '../report/triplet-sheet.ts';
import { shortened, shortenedInterval } from '../short-run.ts';
import type { EvaluationInput } from '../stages/evaluation-task.ts';
import { writeJson } from '../study-folder.ts';
import type { TaskContext } from '../task-context.ts';
import { openTrainingCheckpoints } from '../training-checkpoints.ts';
import { openScene, type ProbeScene, type TestPairs } from './probe-scene.ts';
import { type AttackOutcome, tryGenerators } from './train-probe.ts';

export interface CycleGanInput extends EvaluationInput {
  /** Share of the usual steps to be run: below 1 for a cohort that is too small to learn from. */
  readonly share: number;
}

/** What a CycleGAN does to the study's AI, which it has never seen. */
export interface CycleGanRecord extends AttackOutcome {
  /** Images of each class in a step. */
  readonly batch: number;
  /** Loss of each direction's judge in the last step; ¼ where it cannot tell fakes from real images. */
  readonly lossJudges: Readonly<Record<Direction, number>>;
}

/**
 * It begins at no change, and has hundreds of steps instead of hundreds of thousands: its judges see images as wholes, by
 * patches of 22×22 pixels instead of 70×70, a lesion and what is around it, learn alone for more than half of the steps,
 * and five times faster than in the paper.
 */
const TRAINING = {
  batch: 4,
  judge: { layers: 2, channels: 16, verdict: 'image' },
  judgeLearningRate: 1e-3,
} as const;
const STEPS = 1000;
const JUDGES_ALONE = 600;
const CHECKPOINT_EVERY = 100;

/**
 * Trains a CycleGAN on the study's training images and shows its fakes of the test images to the study's AI. The
 * generators, the history and a sheet of triplets are left in `probes/cycle-gan`.
 */
export async function cycleGanTask(
  { share, ...input }: CycleGanInput,
  context: TaskContext,
): Promise<CycleGanRecord> {
  const scene = await openScene(input, context);
  try {
    const { generators, steps, history } = await train(scene, share);
    try {
      const { pairs, ...outcome } = await tryGenerators(generators, scene);
      const file = (name: string) => join(input.studyPath, 'probes', 'cycle-gan', name);
      for (const direction of DIRECTIONS) {
        const weights = await saveGenerator(generators[direction], { direction });
        await writeWhole(file(`${direction}.safetensors`), weights);
      }
      await writeJson(file('history.json'), history);
      await writeWhole(file('triplets.synthetic.png'), sheetOf(pairs, scene.cohort));
      const { lossJudges } = history.at(-1) as CycleGanHistoryRow;
      return {
        ...outcome,
        steps: { remove: steps, insert: steps },
        batch: TRAINING.batch,
        lossJudges,
      };
    } finally {
      for (const direction of DIRECTIONS) generators[direction].dispose();
    }
  } finally {
    scene.cad.dispose();
  }
}

function sheetOf(pairs: TestPairs, { set, record }: Cohort): Uint8Array {
  const shown = (direction: Direction): Pair[] => {
    const { sources, real, fake } = pairs[direction];
    const images = sources.flatMap((index) => set.images[index] ?? []);
    return firstOfPatients(images).map(
      (place) => ({ real: real[place], fake: fake[place] }) as Pair,
    );
  };
  return studySheet({ remove: shown('remove'), insert: shown('insert') }, record);
}

async function train(
  { input, cohort, cad, context }: ProbeScene,
  share: number,
): Promise<CycleGanTrainingResult> {
  const { set, record } = cohort;
  const steps = shortened(STEPS, share);
  const folder = join(input.studyPath, 'probes', 'cycle-gan');
  const checkpoints = await openTrainingCheckpoints(folder, context.signal);
  const resumeFrom = await checkpoints.latest();
  const every = shortenedInterval(CHECKPOINT_EVERY, share);
  return trainCycleGan({
    ...TRAINING,
    cohort: {
      training: subset(set, record.splits.training),
      validation: subset(set, record.splits.validation),
    },
    generator: generatorOptions(input.preset, { output: 'delta' }),
    steps,
    judgeWarmUp: shortened(JUDGES_ALONE, share),
    seed: input.seed,
    victim: { score: (grey) => scoreBatch(cad, grey) },
    reportEvery: every,
    checkpointEvery: every,
    onCheckpoint: (bytes) => checkpoints.save(bytes),
    ...(resumeFrom && { resumeFrom }),
    onStep: ({ step, cycle }) =>
      context.report({ done: step, total: steps, note: `cycle ${cycle.toFixed(4)}` }),
    signal: context.signal,
  }).finally(checkpoints.close);
}
