import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FitPolicy } from '@mammo/mammo-io';
import { lockFolder } from './folder-lock.ts';
import { UsageError } from './options.ts';

/** Everything that decides the results of a study. Written once; a resumed run must agree with it. */
export interface StudyConfiguration {
  readonly schemaVersion: 1;
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
  try {
    const stored: Omit<StudyConfiguration, 'policy'> & Partial<StudyConfiguration> = JSON.parse(
      await readFile(file, 'utf8'),
    );
    // Folders that do not say it were made when there was no choice.
    const policy = stored.cohort === 'synthetic' ? null : 'pad';
    return { ...stored, policy: stored.policy ?? policy };
  } catch (error) {
    throw new UsageError(`study: ${file} is not readable: ${(error as Error).message}`);
  }
}

/**
 * Opens the folder for one program at a time.
 *
 * @throws UsageError if it holds a study and `resume` is not set, if that study has another configuration,
 * or if another process is working in it.
 */
export async function openStudyFolder(
  path: string,
  configuration: StudyConfiguration,
  resume: boolean,
): Promise<StudyFolder> {
  const stored = await readConfiguration(path);
  if (stored && !resume) {
    throw new UsageError(
      `study: ${path} already holds a study; add --resume to go on with it, or choose another --out`,
    );
  }
  if (stored) refuseOther(path, stored, configuration);
  await mkdir(path, { recursive: true });
  const unlock = await lockFolder(join(path, LOCK));
  if (!stored) await writeJson(join(path, CONFIGURATION), configuration);
  const file = (...parts: string[]) => join(path, ...parts);
  const markerOf = (name: string) => file('stages', `${name}.json`);
  const attemptsOf = (name: string) => file('stages', `${name}.seconds`);
  let current: { name: string; since: number; before: number } | undefined;

  const noteTime = async () => {
    if (!current) return;
    const seconds = current.before + (Date.now() - current.since) / 1000;
    await writeAtomically(attemptsOf(current.name), seconds.toFixed(1));
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

/** Writes beside the target, flushes, then renames: the file is there whole or not at all. */
export async function writeAtomically(path: string, data: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.partial`;
  const handle = await open(temporary, 'w');
  try {
    await handle.writeFile(data);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
}

/** Writes `value` as indented JSON, atomically. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeAtomically(path, `${JSON.stringify(value, null, 2)}\n`);
}

function refuseOther(path: string, stored: StudyConfiguration, asked: StudyConfiguration): void {
  const keys = Object.keys(asked) as (keyof StudyConfiguration)[];
  const differences = keys
    .filter((key) => stored[key] !== asked[key])
    .map((key) => `  ${key}: the folder has ${stored[key]}, this run asks for ${asked[key]}`);
  if (differences.length > 0) {
    throw new UsageError(
      `study: ${path} holds a study of another configuration\n${differences.join('\n')}`,
    );
  }
}

async function readNumber(path: string): Promise<number> {
  if (!existsSync(path)) return 0;
  const number = Number(await readFile(path, 'utf8'));
  return Number.isFinite(number) ? number : 0;
}
