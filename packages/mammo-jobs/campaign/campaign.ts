import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { keepMeasurement, machine } from '../measured/measurement.ts';
import type { CampaignReport } from '../measured/reports.ts';
import { addCounts, type Fault, type FaultCounts, strike, totalOf } from './fault-run.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';

/** What a campaign disturbs: something long that ends in files which nothing may change. */
export interface Scene {
  /** Who is struck, in a word. */
  readonly name: string;
  /** What the runs are of. */
  readonly subject: Readonly<Record<string, number | string>>;
  /** Room on the disk of a run. */
  readonly diskMiB: number;
  /** Runs once, undisturbed, in a folder. */
  calm(folder: string): Promise<void>;
  /** Starts a run on a disk of its own. */
  start(disk: SmallDisk): Promise<DisturbedRun>;
  /** Names what came of a run, so that two runs of one name had the same outcome; and counts what must not be. */
  outcome(folder: string): Promise<Outcome>;
}

/** What came of a run. */
export interface Outcome {
  readonly digest: string;
  /** Such as lost or doubled images; all zero. */
  readonly wrong: Readonly<Record<string, number>>;
}

/** A run that is struck until it is done. */
interface DisturbedRun {
  readonly faults: readonly Fault[];
  isDone(): boolean;
  /** Lets it come to its end without more faults. */
  finish(): Promise<void>;
  /** What it said last. */
  lastWords(): string;
  close(): Promise<void>;
}

/** Flags of every campaign. */
export interface CampaignFlags {
  readonly seed: number;
  /** Ends after so many. */
  readonly faults: number;
  /** Strikes no more after so many. */
  readonly seconds: number;
  /** Size of a run: images or steps. */
  readonly size: number;
  /** Other program than the sources, built JavaScript. */
  readonly program?: string;
  /** Who works, where there is a choice. */
  readonly by: string;
  /** Name of the file in `measured` that keeps the report. */
  readonly keep?: string;
}

/** Reads the flags, of which some have other defaults. */
export function campaignFlags(defaults: {
  readonly size: number;
  readonly by: string;
}): CampaignFlags {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      faults: { type: 'string', default: '500' },
      seconds: { type: 'string', default: '300' },
      size: { type: 'string', default: String(defaults.size) },
      by: { type: 'string', default: defaults.by },
      program: { type: 'string' },
      keep: { type: 'string' },
    },
  });
  const { seed, faults, seconds, size, ...rest } = values;
  return {
    ...rest,
    seed: Number(seed),
    faults: Number(faults),
    seconds: Number(seconds),
    size: Number(size),
  };
}

/**
 * Runs a scene once undisturbed, then again and again with faults until there were enough, and compares every outcome with the
 * first. Exit code 1 if one differs.
 *
 * @param makeScene - is given a folder for what all runs share
 */
export async function runCampaign(
  makeScene: (folder: string) => Promise<Scene>,
  { seed, faults, seconds, keep }: CampaignFlags,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'campaign-'));
  const scene = await makeScene(folder);
  const calmFolder = join(folder, 'calm');
  const calmSeconds = await secondsOf(() => scene.calm(calmFolder));
  const expected = await scene.outcome(calmFolder);
  say(`${scene.name}, undisturbed: ${calmSeconds.toFixed(1)} s, ${expected.digest}`);
  const isLate = () => performance.now() > 1000 * seconds;
  let counts: FaultCounts = {};
  let wrong: FaultCounts = expected.wrong;
  let [rounds, identical] = [0, 0];
  while (totalOf(counts) < faults && !isLate()) {
    rounds += 1;
    const count = faults - totalOf(counts);
    const round = await disturb(scene, join(folder, `disk-${rounds}`), {
      seed,
      round: rounds,
      count,
      isLate,
    });
    counts = addCounts(counts, round.struck);
    wrong = addCounts(wrong, round.outcome.wrong);
    const same = round.outcome.digest === expected.digest;
    if (same) identical += 1;
    say(
      `run ${rounds}: ${totalOf(round.struck)} faults, ${same ? 'identical' : `DIFFERS: ${round.outcome.digest}\n${round.lastWords}`}`,
    );
  }
  const report: CampaignReport = {
    scene: scene.name,
    subject: scene.subject,
    seed,
    runs: rounds,
    identical,
    wrong,
    faults: totalOf(counts),
    counts,
    calmSeconds: Math.round(calmSeconds),
    seconds: Math.round(performance.now() / 1000),
    machine: machine(),
  };
  say(JSON.stringify(report, null, 2));
  if (keep !== undefined) await keepMeasurement(keep, report);
  await rm(folder, { recursive: true, force: true });
  process.exitCode = identical === rounds && totalOf(wrong) === 0 ? 0 : 1;
}

async function disturb(
  scene: Scene,
  path: string,
  options: {
    readonly seed: number;
    readonly round: number;
    readonly count: number;
    readonly isLate: () => boolean;
  },
) {
  await mkdir(path);
  const disk = mountSmallDisk(path, scene.diskMiB);
  const run = await scene.start(disk);
  const isDone = () => run.isDone() || options.isLate();
  const struck = await strike(run.faults, { ...options, isDone });
  await run.finish();
  const outcome = await scene.outcome(path);
  await run.close();
  disk.remove();
  return { struck, outcome, lastWords: run.lastWords() };
}

async function secondsOf(task: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await task();
  return (performance.now() - start) / 1000;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
