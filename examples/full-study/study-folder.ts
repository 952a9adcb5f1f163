import { existsSync, statSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FitPolicy } from '@mammo/mammo-io';
import { writeWhole } from '@mammo/mammo-io/node';
import { lockFolder } from '@mammo/mammo-jobs';
import { UsageError } from './options.ts';

/** Everything that decides the results of a study. Written once; a resumed run must agree with it. */
export interface StudyConfiguration {
  /** 1 kept one checkpoint of a training, and another lock; a folder of it is gone on with, and is 2 from then on. */
  readonly schemaVersion: 2;
  readonly preset: string;
  readonly seed: number;
  readonly engine: string;
  /** CPU threads of the engine: they decide the order of float additions. */
  readonly threads: number;
  /** Absolute path of the manifest, or `synthetic`. */
  readonly cohort: string;
  /** SHA-256 of the manifest, `null` for the synthetic cohort. */
  readonly cohortSha256: string | null;
  /** How the manifest's images came to the preset's size, `null` for the synthetic cohort. */
  readonly policy: FitPolicy | null;
}

const CONFIGURATION = 'study.json';
const LOCK = 'study.lock';
const SCHEMA_VERSION = 2;

/** A folder that holds one study: its configuration, a marker per finished stage, and whatever the stages write. */
export interface StudyFolder {
  readonly path: string;
  readonly configuration: StudyConfiguration;
  /** Absolute path of a file in the folder. */
  file(...parts: string[]): string;
  /**
   * Runs a stage once in the life of the study: a stage whose marker is there is not run again, its result is read back.
   * Seconds of interrupted attempts are added up.
   */
  stage<T>(name: string, run: () => Promise<T>): Promise<T>;
  /** Seconds spent in each stage so far. */
  seconds(): Promise<Record<string, number>>;
  close(): Promise<void>;
}

/** The configuration stored in `path`, or `undefined` where no study has begun. @throws UsageError if it cannot be read. */
export async function readConfiguration(path: string): Promise<StudyConfiguration | undefined> {
  const file = join(path, CONFIGURATION);
  if (!existsSync(file)) return undefined;
  const stored = await readStored(file);
  const { schemaVersion } = stored;
  if (schemaVersion !== 1 && schemaVersion !== SCHEMA_VERSION) {
    throw new UsageError(
      `schemaVersion of ${file} must be at most ${SCHEMA_VERSION}, got ${schemaVersion}; a later version of this program made it`,
    );
  }
  // Folders that do not say it were made when there was no choice.
  const policy = stored.cohort === 'synthetic' ? null : 'pad';
  return { ...stored, schemaVersion: SCHEMA_VERSION, policy: stored.policy ?? policy };
}

type StoredConfiguration = Omit<StudyConfiguration, 'policy' | 'schemaVersion'> & {
  readonly policy?: FitPolicy | null;
  readonly schemaVersion: number;
};

async function readStored(file: string): Promise<StoredConfiguration> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file} is not readable: ${(error as Error).message}`);
  }
}

/**
 * Opens the folder for one program at a time.
 *
 * @throws UsageError if it holds a study and `resume` is not set, if that study has another configuration,
 * or if an older version of this program may be working in it
 * @throws FolderLockedError if another process is working in it
 */
export async function openStudyFolder(
  path: string,
  configuration: StudyConfiguration,
  resume: boolean,
): Promise<StudyFolder> {
  const stored = await readConfiguration(path);
  if (stored && !resume) {
    throw new UsageError(
      `${path} already holds a study; add --resume to go on with it, or choose another --out`,
    );
  }
  if (stored) refuseOther(path, stored, configuration);
  await mkdir(path, { recursive: true });
  refuseOlderLock(join(path, LOCK));
  const unlock = await lockFolder(path, LOCK);
  await writeJson(join(path, CONFIGURATION), configuration);
  const file = (...parts: string[]) => join(path, ...parts);
  const markerOf = (name: string) => file('stages', `${name}.json`);
  const attemptsOf = (name: string) => file('stages', `${name}.seconds`);
  let current: { name: string; since: number; before: number } | undefined;

  const noteTime = async () => {
    if (!current) return;
    const seconds = current.before + (Date.now() - current.since) / 1000;
    await writeWhole(attemptsOf(current.name), seconds.toFixed(1));
  };
  const timer = setInterval(() => void noteTime().catch(() => {}), 5000);
  timer.unref();

  return {
    path,
    configuration,
    file,
    async stage(name, run) {
      const marker = markerOf(name);
      if (existsSync(marker)) return JSON.parse(await readFile(marker, 'utf8'));
      current = { name, since: Date.now(), before: await readNumber(attemptsOf(name)) };
      try {
        const result = await run();
        await noteTime();
        await writeJson(marker, result ?? null);
        return result;
      } finally {
        await noteTime();
        current = undefined;
      }
    },
    async seconds() {
      const names = ['cohort', 'cad', 'attack', 'evaluation', 'readers'];
      const entries = await Promise.all(
        names.map(async (name) => [name, await readNumber(attemptsOf(name))] as const),
      );
      return Object.fromEntries(entries);
    },
    async close() {
      clearInterval(timer);
      await unlock();
    },
  };
}

/** Writes `value` as indented JSON, atomically. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeWhole(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** The lock of version 1 is a file, and cannot be told from that of a study which died. */
function refuseOlderLock(path: string): void {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return;
  throw new UsageError(
    `an older version of this program was working in this folder; if it is not any more, remove ${path} to go on here`,
  );
}

function refuseOther(path: string, stored: StudyConfiguration, asked: StudyConfiguration): void {
  const keys = Object.keys(asked) as (keyof StudyConfiguration)[];
  const differences = keys
    .filter((key) => stored[key] !== asked[key])
    .map((key) => `  ${key}: the folder has ${stored[key]}, this run asks for ${asked[key]}`);
  if (differences.length > 0) {
    throw new UsageError(
      `${path} holds a study of another configuration\n${differences.join('\n')}`,
    );
  }
}

async function readNumber(path: string): Promise<number> {
  if (!existsSync(path)) return 0;
  const number = Number(await readFile(path, 'utf8'));
  return Number.isFinite(number) ? number : 0;
}
