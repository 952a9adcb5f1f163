import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { resolve } from 'node:path';
import { writeWhole } from '@mammo/mammo-io/node';
import { runInBackground } from './background.ts';
import { writeCards } from './cards.ts';
import { type CohortRecord, openCohort, withLabel } from './cohort.ts';
import { sharesCores, startEngine } from './engines.ts';
import { DIRECTIONS, type Direction } from './fakes.ts';
import { defaultFolder, type StudyOptions, UsageError } from './options.ts';
import { hasRoomForBoth, type PresetName } from './presets.ts';
import type { Progress, ProgressReporter } from './progress.ts';
import { makeReport } from './report/report.ts';
import type { StudyResults } from './results.ts';
import { runConcurrently } from './run-concurrently.ts';
import { trainingShare } from './short-run.ts';
import type { AttackRecord } from './stages/attack-task.ts';
import { cohortStage } from './stages/cohort-stage.ts';
import {
  openStudyFolder,
  readConfiguration,
  type StudyConfiguration,
  type StudyFolder,
  writeJson,
} from './study-folder.ts';

export interface StudyContext {
  readonly progress: ProgressReporter;
  readonly signal: AbortSignal;
  /** CPU cores to use. */
  readonly cores: number;
}

/** Runs a study, or goes on with one, to its report. */
export async function runStudy(
  options: StudyOptions,
  context: StudyContext,
): Promise<{ readonly out: string; readonly results: StudyResults }> {
  const out = options.out ?? defaultFolder(options);
  const configuration = await configure(options, out, context.cores);
  const folder = await openStudyFolder(out, configuration, options.resume);
  try {
    context.progress.line(
      `${configuration.preset} study, seed ${configuration.seed}, engine ${configuration.engine}, in ${out}`,
    );
    return { out, results: await runStages(folder, context) };
  } finally {
    await folder.close();
  }
}

/** What was asked for; with `--resume`, what was left open is taken from the folder. */
async function configure(
  { preset, engine, seed, cohort, policy, resume }: StudyOptions,
  out: string,
  cores: number,
): Promise<StudyConfiguration> {
  const stored = resume ? await readConfiguration(out) : undefined;
  const manifest = cohort === undefined ? undefined : resolve(cohort);
  const chosen = engine ?? (stored?.engine as StudyOptions['engine']) ?? 'auto';
  const path = manifest ?? stored?.cohort ?? 'synthetic';
  const synthetic = path === 'synthetic';
  if (synthetic && policy !== undefined) {
    throw new UsageError('--policy is for a --cohort: synthetic images need none');
  }
  return {
    schemaVersion: 2,
    preset: preset ?? stored?.preset ?? 'medium',
    seed: seed ?? stored?.seed ?? 1,
    engine: await startEngine(chosen, 1),
    threads: stored?.threads ?? cores,
    cohort: path,
    cohortSha256: synthetic ? null : await sha256(path),
    policy: synthetic ? null : (policy ?? stored?.policy ?? 'pad'),
  };
}

async function sha256(path: string): Promise<string> {
  try {
    return createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  } catch (error) {
    throw new UsageError(`--cohort must name a readable file: ${(error as Error).message}`);
  }
}

async function runStages(folder: StudyFolder, context: StudyContext): Promise<StudyResults> {
  const { configuration, path: studyPath } = folder;
  const { seed, threads } = configuration;
  const preset = configuration.preset as PresetName;
  const engine = await startEngine(configuration.engine as 'onnx', 1);
  const cohort = await folder.stage('cohort', () => cohortStage({ folder, ...context }));
  const share = await shareOf(studyPath, cohort);
  const common = { studyPath, cohort, preset, engine, seed };

  const cad = await folder.stage('cad', () =>
    inBackground(context, 'CAD', (options) =>
      runInBackground('cad', { ...common, threads, share }, options),
    ),
  );
  const together = sharesCores(engine) && threads > 1 && hasRoomForBoth(preset, totalmem());
  const attack = await folder.stage('attack', async () => {
    const records = {} as Record<Direction, AttackRecord>;
    const train = (direction: Direction) => async (signal: AbortSignal) => {
      const threadsEach = together ? Math.max(1, Math.floor(threads / 2)) : threads;
      const own = { ...context, signal };
      records[direction] = await inBackground(own, `attack (${direction})`, (options) =>
        runInBackground('attack', { ...common, direction, threads: threadsEach, share }, options),
      );
    };
    await runConcurrently(DIRECTIONS.map(train), {
      limit: together ? 2 : 1,
      signal: context.signal,
    });
    return records;
  });
  const evaluation = await folder.stage('evaluation', () =>
    inBackground(context, 'evaluation', (options) =>
      runInBackground('evaluation', { ...common, threads }, options),
    ),
  );
  const readers = await folder.stage('readers', () =>
    inBackground(context, 'readers', (options) =>
      runInBackground('readers', { studyPath, cohort, seed }, options),
    ),
  );
  const { results, html, sheet } = await makeReport(folder, {
    cohort,
    cad,
    attack,
    evaluation,
    readers,
  });
  await writeCards(folder, { cohort, cad, results });
  await writeJson(folder.file('results.json'), results);
  await writeWhole(folder.file('report.html'), html);
  await writeWhole(folder.file('triplets.synthetic.png'), sheet);
  return results;
}

/** 1, or less where the cohort is too small to learn from. */
async function shareOf(studyPath: string, record: CohortRecord): Promise<number> {
  const { set } = await openCohort(studyPath, record);
  return trainingShare(withLabel(set.images, record.splits.training, 'positive').length);
}

async function inBackground<T>(
  { progress, signal }: StudyContext,
  name: string,
  run: (options: { signal: AbortSignal; onProgress: (progress: Progress) => void }) => Promise<T>,
): Promise<T> {
  const task = progress.task(name);
  const output = await run({ signal, onProgress: (now) => task.update(now) });
  task.end();
  return output;
}
