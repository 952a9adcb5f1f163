import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CadProgress,
  type CadSchedule,
  cadSchedule,
  createCadModel,
  saveCad,
  trainCad,
} from '@mammo/cad-classifier';
import { subset } from '@mammo/mammo-io';
import type { EngineName } from '@mammo/tfjs-engine';
import { type CohortRecord, countClasses, openCohort } from '../cohort.ts';
import { startEngine } from '../engines.ts';
import { PRESETS, type PresetName } from '../presets.ts';
import { shortened, shortenedInterval } from '../short-run.ts';
import { writeAtomically, writeJson } from '../study-folder.ts';
import type { TaskContext } from '../task-context.ts';

export interface CadInput {
  readonly studyPath: string;
  readonly cohort: CohortRecord;
  readonly preset: PresetName;
  readonly engine: EngineName;
  readonly threads: number;
  readonly seed: number;
  /** Share of the schedule's steps to be run: below 1 for a cohort that is too small to learn from. */
  readonly share: number;
}

export interface CadRecord {
  readonly trained: number;
  /** The step whose weights were kept. */
  readonly kept: number;
  readonly validationAuc: number;
  readonly receptiveField: number;
}

/** Trains the AI on the training patients; the validation patients choose its weights. */
export async function cadTask(input: CadInput, context: TaskContext): Promise<CadRecord> {
  const { studyPath, preset, seed } = input;
  await startEngine(input.engine, input.threads);
  const { set, record } = await openCohort(studyPath, input.cohort);
  const { positive, negative } = countClasses(set.images, record.splits.training);
  const schedule = scheduleOf(preset, Math.max(positive, negative), input.share);
  const { initialiser = 'xavier' } = schedule;
  const model = createCadModel(preset, { seed, initialiser });
  const checkpoint = join(studyPath, 'cad', 'checkpoint.safetensors');
  const { steps, bestStep, bestAuc, history } = await trainCad(
    model,
    {
      training: subset(set, record.splits.training),
      validation: subset(set, record.splits.validation),
    },
    {
      schedule,
      seed,
      validationBatch: PRESETS[preset].scoringBatch,
      checkpointEvery: shortenedInterval(PRESETS[preset].checkpointEvery, input.share),
      onCheckpoint: (bytes) => writeAtomically(checkpoint, bytes),
      ...(existsSync(checkpoint) && { resumeFrom: await readFile(checkpoint) }),
      onStep: (progress) =>
        context.report({
          done: progress.step,
          total: progress.totalSteps,
          note: describe(progress),
        }),
      signal: context.signal,
    },
  );
  await writeAtomically(join(studyPath, 'cad', 'cad.safetensors'), await saveCad(model));
  await writeJson(join(studyPath, 'cad', 'history.json'), { steps, bestStep, bestAuc, history });
  return {
    trained: steps,
    kept: bestStep,
    validationAuc: bestAuc,
    receptiveField: model.receptiveField,
  };
}

function scheduleOf(preset: PresetName, largerClass: number, share: number): CadSchedule {
  const schedule = preset.startsWith('paper')
    ? cadSchedule('paper', { stepsPerEpoch: Math.ceil(largerClass / 4) })
    : cadSchedule('small');
  return {
    ...schedule,
    validateEvery: shortenedInterval(schedule.validateEvery, share),
    phases: schedule.phases.map((phase) => ({ ...phase, steps: shortened(phase.steps, share) })),
  };
}

function describe({ focal, bestAuc }: CadProgress): string {
  const loss = `focal loss ${focal.toFixed(3)}`;
  return bestAuc === undefined ? loss : `${loss}, best validation AUC ${bestAuc.toFixed(3)}`;
}
