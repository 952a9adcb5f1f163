import { join } from 'node:path';
import {
  type CadProgress,
  type CadSchedule,
  cadSchedule,
  createCadModel,
  saveCad,
  type TrainCadOptions,
  trainCad,
} from '@mammo/cad-classifier';
import { subset } from '@mammo/mammo-io';
import { writeWhole } from '@mammo/mammo-io/node';
import type { CheckpointFolder } from '@mammo/mammo-jobs';
import type { EngineName } from '@mammo/tfjs-engine';
import { type CohortRecord, countClasses, openCohort } from '../cohort.ts';
import { startEngine } from '../engines.ts';
import { PRESETS, type PresetName } from '../presets.ts';
import { shortened, shortenedInterval } from '../short-run.ts';
import { writeJson } from '../study-folder.ts';
import type { TaskContext } from '../task-context.ts';
import { openTrainingCheckpoints } from '../training-checkpoints.ts';

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
  const checkpoints = await openTrainingCheckpoints(join(studyPath, 'cad'), context.signal);
  const images = {
    training: subset(set, record.splits.training),
    validation: subset(set, record.splits.validation),
  };
  const { steps, bestStep, bestAuc, history } = await trainCad(model, images, {
    schedule,
    seed,
    validationBatch: PRESETS[preset].scoringBatch,
    checkpointEvery: shortenedInterval(PRESETS[preset].checkpointEvery, input.share),
    ...(await keeping(checkpoints, context)),
    signal: context.signal,
  }).finally(checkpoints.close);
  await writeWhole(join(studyPath, 'cad', 'cad.safetensors'), await saveCad(model));
  await writeJson(join(studyPath, 'cad', 'history.json'), { steps, bestStep, bestAuc, history });
  return {
    trained: steps,
    kept: bestStep,
    validationAuc: bestAuc,
    receptiveField: model.receptiveField,
  };
}

/** Has checkpoints kept, the best by the last validation before each, and goes on from the last one. */
async function keeping(
  checkpoints: CheckpointFolder,
  { report }: TaskContext,
): Promise<Pick<TrainCadOptions, 'onStep' | 'onCheckpoint' | 'resumeFrom'>> {
  let auc: number | undefined;
  const resumeFrom = await checkpoints.latest();
  return {
    ...(resumeFrom && { resumeFrom }),
    onCheckpoint: (bytes) => checkpoints.save(bytes, auc),
    onStep: (progress) => {
      auc = progress.validationAuc ?? auc;
      report({ done: progress.step, total: progress.totalSteps, note: describe(progress) });
    },
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
