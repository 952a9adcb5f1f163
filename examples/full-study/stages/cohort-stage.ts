import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { phantomCohort, SPLITS, type Split, splitByPatient } from '@mammo/mammo-io';
import { runInBackground } from '../background.ts';
import { type CohortRecord, countClasses, openStores } from '../cohort.ts';
import { PRESETS, type PresetName } from '../presets.ts';
import type { Progress, ProgressReporter } from '../progress.ts';
import { runConcurrently } from '../run-concurrently.ts';
import { trainingShare } from '../short-run.ts';
import type { StudyFolder } from '../study-folder.ts';
import { cohortOptions } from './draw-cohort-task.ts';

/** The synthetic cohort is drawn in so many parts, however many cores there are. */
const PARTS = 4;

export interface CohortContext {
  readonly folder: StudyFolder;
  readonly progress: ProgressReporter;
  readonly signal: AbortSignal;
  readonly cores: number;
}

/** Makes the cohort of the study's configuration, synthetic or from a manifest. */
export async function cohortStage(context: CohortContext): Promise<CohortRecord> {
  const { configuration } = context.folder;
  return configuration.cohort === 'synthetic' ? drawCohort(context) : importCohort(context);
}

async function drawCohort(context: CohortContext): Promise<CohortRecord> {
  const { folder, progress, signal, cores } = context;
  const { preset: name, seed } = folder.configuration;
  const preset = PRESETS[name as PresetName];
  const plan = phantomCohort(cohortOptions(preset, seed));
  const task = progress.task('cohort');
  const doneOf = new Array<number>(PARTS).fill(0);
  const parts = Array.from({ length: PARTS }, (_, part) => async (own: AbortSignal) => {
    const store = folder.file('cohort', `part-${part}`);
    await runInBackground(
      'drawCohort',
      { store, preset: preset.name, seed, part, parts: PARTS },
      {
        signal: own,
        onProgress: ({ done }: Progress) => {
          doneOf[part] = done;
          task.update({ done: doneOf.reduce((a, b) => a + b, 0), total: plan.images.length });
        },
      },
    );
  });
  await runConcurrently(parts, { limit: Math.min(cores, PARTS), signal });
  task.end(`${plan.images.length} images of ${plan.patients.length} patients`);
  const stores = parts.map((_, part) => join('cohort', `part-${part}`));
  const set = await openStores(folder.path, stores);
  const splits = splitByPatient(set.images, { seed });
  return { kind: 'synthetic', ...sizeOf(preset), stores, splits, warnings: [] };
}

async function importCohort({ folder, progress, signal }: CohortContext): Promise<CohortRecord> {
  const { cohort: manifest, preset: name, seed, policy } = folder.configuration;
  const preset = PRESETS[name as PresetName];
  const stores = [join('cohort', 'images')];
  const store = folder.file('cohort', 'images');
  const task = progress.task('cohort');
  try {
    const { splits: ids, warnings } = await runInBackground(
      'importCohort',
      { manifest, store, seed, policy: policy ?? 'pad', ...sizeOf(preset) },
      { signal, onProgress: (now) => task.update(now) },
    );
    const { images } = await openStores(folder.path, stores);
    const indexOf = new Map(images.map(({ imageId }, index) => [imageId, index]));
    const indices = (split: Split) =>
      ids[split].map((id) => indexOf.get(id) ?? -1).sort((a, b) => a - b);
    const splits = Object.fromEntries(SPLITS.map((split) => [split, indices(split)])) as Record<
      Split,
      number[]
    >;
    task.end(`${images.length} images`);
    const few = fewImages(countClasses(images, splits.training).positive);
    return { kind: 'manifest', ...sizeOf(preset), stores, splits, warnings: [...few, ...warnings] };
  } catch (error) {
    if (!signal.aborted) await rm(folder.file('cohort'), { recursive: true, force: true });
    throw error;
  }
}

function fewImages(trainingPositives: number): string[] {
  const share = trainingShare(trainingPositives);
  if (share === 1) return [];
  return [
    `Only ${trainingPositives} positive training images: training was cut to ${Math.round(100 * share)} % of its steps, and the numbers below mean nothing. They show that the files go through.`,
  ];
}

function sizeOf({ height, width }: { height: number; width: number }) {
  return { height, width };
}
