import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadCad, scoreBatch } from '@mammo/cad-classifier';
import {
  type AttackProgress,
  type AttackSchedule,
  attackSchedule,
  generatorOptions,
  saveGenerator,
  trainAttack,
} from '@mammo/gan-attack';
import { subset } from '@mammo/mammo-io';
import { writeWhole } from '@mammo/mammo-io/node';
import type { EngineName } from '@mammo/tfjs-engine';
import { type CohortRecord, countClasses, openCohort } from '../cohort.ts';
import { startEngine } from '../engines.ts';
import type { Direction } from '../fakes.ts';
import type { PresetName } from '../presets.ts';
import { PRESETS } from '../presets.ts';
import { shortened, shortenedInterval } from '../short-run.ts';
import { writeJson } from '../study-folder.ts';
import type { TaskContext } from '../task-context.ts';
import { openTrainingCheckpoints } from '../training-checkpoints.ts';

export interface AttackInput {
  readonly studyPath: string;
  readonly cohort: CohortRecord;
  readonly preset: PresetName;
  readonly direction: Direction;
  readonly engine: EngineName;
  readonly threads: number;
  readonly seed: number;
  /** Share of the schedule's steps to be run: below 1 for a cohort that is too small to learn from. */
  readonly share: number;
}

export interface AttackRecord {
  readonly trained: number;
  /** The step whose generator was kept. */
  readonly kept: number;
  readonly endedBy: string;
}

/** Trains the generator of one direction against the trained CAD. */
export async function attackTask(input: AttackInput, context: TaskContext): Promise<AttackRecord> {
  const { studyPath, direction, preset, seed } = input;
  await startEngine(input.engine, input.threads);
  const { set, record } = await openCohort(studyPath, input.cohort);
  const cad = loadCad(await readFile(join(studyPath, 'cad', 'cad.safetensors')));
  const file = (name: string) => join(studyPath, 'attack', direction, name);
  const { positive, negative } = countClasses(set.images, record.splits.training);
  const schedule = scheduleOf(input, Math.max(positive, negative));
  const total = schedule.stages.reduce((sum, { maxSteps }) => sum + maxSteps, 0);
  const checkpoints = await openTrainingCheckpoints(file('.'), context.signal);
  const resumeFrom = await checkpoints.latest();
  let score: number | undefined;
  const result = await trainAttack({
    victim: { score: (grey) => scoreBatch(cad, grey), backbone: cad },
    cohort: {
      training: subset(set, record.splits.training),
      validation: subset(set, record.splits.validation),
    },
    direction,
    generator: generatorOptions(preset),
    schedule,
    seed,
    validationBatch: PRESETS[preset].scoringBatch,
    checkpointEvery: shortenedInterval(PRESETS[preset].checkpointEvery, input.share),
    onReconstructed: async (copier) =>
      writeWhole(file('reconstruction.safetensors'), await saveGenerator(copier)),
    onCheckpoint: (bytes) => checkpoints.save(bytes, score),
    ...(resumeFrom && { resumeFrom }),
    onStep: (progress) => {
      score = progress.validation?.fooled ?? score;
      context.report({ done: progress.step, total, note: describe(progress) });
    },
    signal: context.signal,
  }).finally(checkpoints.close);
  const { generator, history, chosen, steps, endedBy } = result;
  await writeWhole(file('generator.safetensors'), await saveGenerator(generator));
  await writeJson(file('history.json'), { direction, steps, endedBy, chosen, history });
  return { trained: steps, kept: chosen?.step ?? steps, endedBy };
}

function scheduleOf(
  { preset, direction, share }: AttackInput,
  largerClass: number,
): AttackSchedule {
  const { output } = generatorOptions(preset);
  const schedule = preset.startsWith('paper')
    ? attackSchedule('paper', { stepsPerEpoch: Math.ceil(largerClass / 2) })
    : attackSchedule('small', { output, direction });
  return {
    ...schedule,
    validateEvery: shortenedInterval(schedule.validateEvery, share),
    stages: schedule.stages.map((stage) => ({
      ...stage,
      maxSteps: shortened(stage.maxSteps, share),
    })),
  };
}

function describe({ stage, gap, lossGen1, chosen }: AttackProgress): string {
  const parts: string[] = [stage];
  if (gap !== undefined) parts.push(`gap ${gap.toFixed(3)}`);
  if (lossGen1 !== undefined) parts.push(`Loss_gen1 ${lossGen1.toFixed(4)}`);
  if (chosen) parts.push(`fooled ${(100 * chosen.validation.fooled).toFixed(0)} %`);
  return parts.join(', ');
}
