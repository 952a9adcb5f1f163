import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runInBackground } from '../full-study/background.ts';
import type { CohortRecord } from '../full-study/cohort.ts';
import { startEngine } from '../full-study/engines.ts';
import type { PresetName } from '../full-study/presets.ts';
import {
  ABLATIONS,
  type AblationName,
  type AblationRecord,
} from '../full-study/probes/ablation-task.ts';
import type { CycleGanRecord } from '../full-study/probes/cycle-gan-task.ts';
import type { DefenceRecord } from '../full-study/probes/defence-task.ts';
import type { DefenceName } from '../full-study/probes/defences.ts';
import type { TransferRecord } from '../full-study/probes/transfer-task.ts';
import type { DetectorResult, StudyResults } from '../full-study/results.ts';
import { runStudy, type StudyContext } from '../full-study/run-study.ts';
import {
  openStudyFolder,
  readConfiguration,
  type StudyFolder,
} from '../full-study/study-folder.ts';

/** What is looked at beyond a study; `plain-loss` is the one of the ablations that the flaws of the fakes are compared with. */
export const PROBES = [
  'transfer',
  'detector',
  'plain-loss',
  'defence',
  'adversarial-training',
  'cycle-gan',
  'ablations',
] as const;
export type ProbeName = (typeof PROBES)[number];

/** A study and what was looked at beyond it; one file of docs/results. */
export interface SeedResults extends Omit<StudyResults, 'readers'> {
  readonly probes: {
    readonly transfer: readonly TransferRecord[];
    readonly detector: readonly DetectorResult[];
    /** Fine-tuning on fakes; null where it was not run, as below. */
    readonly defence: DefenceRecord | null;
    readonly adversarialTraining: DefenceRecord | null;
    readonly cycleGan: CycleGanRecord | null;
    readonly ablations: readonly AblationRecord[];
  };
}

/** One seed of the campaign. */
export interface SeedPlan {
  readonly preset: PresetName;
  readonly seed: number;
  /** Folder of the studies. */
  readonly studies: string;
  readonly probes: readonly ProbeName[];
}

/** Runs, or goes on with, the study of a seed and its probes; what is done already is read back. */
export async function runSeed(plan: SeedPlan, context: StudyContext): Promise<SeedResults> {
  const { preset, seed, studies, probes } = plan;
  const out = join(studies, `${preset}-seed${seed}`);
  const { results } = await runStudy(
    {
      preset,
      seed,
      out,
      resume: existsSync(join(out, 'study.json')),
      engine: undefined,
      cohort: undefined,
      policy: undefined,
    },
    context,
  );
  const { readers: _, ...kept } = results;
  const configuration = await readConfiguration(out);
  if (!configuration) throw new Error(`results: ${out} holds no study`);
  const folder = await openStudyFolder(out, configuration, true);
  try {
    return { ...kept, probes: await runProbes(folder, probes, context) };
  } finally {
    await folder.close();
  }
}

async function runProbes(
  folder: StudyFolder,
  wanted: readonly ProbeName[],
  { progress, signal }: StudyContext,
): Promise<SeedResults['probes']> {
  const { seed, engine, preset, threads } = folder.configuration;
  const input = {
    studyPath: folder.path,
    cohort: await folder.stage<CohortRecord>('cohort', missing),
    preset: preset as PresetName,
    engine: await startEngine(engine as 'onnx', 1),
    threads,
    seed,
  };
  const options = (name: string) => {
    const task = progress.task(name);
    return { signal, onProgress: task.update };
  };
  const probe = <T>(asked: boolean, name: string, run: () => Promise<T>) =>
    asked || existsSync(folder.file('stages', `probe-${name}.json`))
      ? folder.stage<T>(`probe-${name}`, run)
      : undefined;
  const transfer: TransferRecord[] = [];
  for (const victim of ['other-seed', 'other-architecture'] as const) {
    const name = `transfer-${victim}`;
    const found = await probe(wanted.includes('transfer'), name, () =>
      runInBackground('transfer', { ...input, victim }, options(name)),
    );
    if (found) transfer.push(found);
  }
  const detector = await probe(wanted.includes('detector'), 'detector', () =>
    runInBackground('detector', input, options('fake detector')),
  );
  const defend = (name: DefenceName) =>
    probe(wanted.includes(name), name, () =>
      runInBackground('defence', { ...input, name }, options(name)),
    );
  const defence = await defend('defence');
  const adversarialTraining = await defend('adversarial-training');
  const cycleGan = await probe(wanted.includes('cycle-gan'), 'cycle-gan', () =>
    runInBackground('cycleGan', { ...input, share: 1 }, options('CycleGAN')),
  );
  const ablations: AblationRecord[] = [];
  for (const name of Object.keys(ABLATIONS) as AblationName[]) {
    const asked =
      wanted.includes('ablations') ||
      (wanted.includes('plain-loss') && name === 'plain-generator-loss');
    const found = await probe(asked, `ablation-${name}`, () =>
      runInBackground('ablation', { ...input, name }, options(name)),
    );
    if (found) ablations.push(found);
  }
  return {
    transfer,
    detector: detector ?? [],
    defence: defence ?? null,
    adversarialTraining: adversarialTraining ?? null,
    cycleGan: cycleGan ?? null,
    ablations,
  };
}

async function missing(): Promise<never> {
  throw new Error('results: the study has no cohort');
}
