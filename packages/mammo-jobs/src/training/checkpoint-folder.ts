import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '@mammo/mammo-io/node';
import { decodeSafetensors } from '@mammo/tfjs-safetensors';
import { removeUnfinished } from '../storage/folder-store.ts';
import { lockFolder } from '../storage/lock.ts';
import { waitOut } from '../workers/wait-out.ts';

/** How {@link openCheckpointFolder} keeps checkpoints. */
export interface CheckpointFolderOptions {
  /** How many of the last checkpoints are kept, besides the best; default 3. */
  readonly keepLast?: number;
  /** How long to wait for room on a full disk; default 10 minutes. */
  readonly patienceMs?: number;
  /** Ends a wait for room with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told what is damaged, and what is waited for. */
  readonly onTrouble?: (message: string) => void;
}

/** The checkpoints of one training, in a folder that no other process may use meanwhile. */
export interface CheckpointFolder {
  /** The last checkpoint whose checksum is right; nothing if there is none. Later ones, being damaged, are set aside. */
  latest(): Promise<Uint8Array | undefined>;
  /** The checkpoint saved with the highest score; nothing if there is none or it is damaged. */
  best(): Promise<Uint8Array | undefined>;
  /**
   * Keeps a checkpoint: whole or not at all, whatever happens to the process.
   *
   * @param score - how good it is, more being better; the best is kept as long as there is none better
   * @throws RangeError if the bytes are no checkpoint with a checksum, or the score is not finite
   * @throws the system's error if the disk is still full when the patience is over
   */
  save(checkpoint: Uint8Array, score?: number): Promise<void>;
  /** Lets other processes in. */
  close(): Promise<void>;
}

const NAME = /^checkpoint-(\d{8})\.safetensors$/;
const BEST = 'best.json';

interface BestCheckpoint {
  readonly number: number;
  readonly score: number;
}

/**
 * Opens a folder of checkpoints, those that `onCheckpoint` of trainCad and trainAttack takes and `resumeFrom` wants.
 *
 * @param folder - created if it does not exist
 * @throws FolderLockedError if another run is at it
 * @throws RangeError if `keepLast` is not a positive integer
 * @example
 * ```ts
 * const checkpoints = await openCheckpointFolder('run/checkpoints');
 * const resumeFrom = await checkpoints.latest();
 * await trainCad(model, images, { ...options, resumeFrom, onCheckpoint: (bytes) => checkpoints.save(bytes) });
 * await checkpoints.close();
 * ```
 */
export async function openCheckpointFolder(
  folder: string,
  options: CheckpointFolderOptions = {},
): Promise<CheckpointFolder> {
  const { keepLast = 3, patienceMs = 600_000, onTrouble = () => undefined } = options;
  const { signal = new AbortController().signal } = options;
  if (!Number.isSafeInteger(keepLast) || keepLast < 1) {
    throw new RangeError(
      `openCheckpointFolder: keepLast must be a positive integer, got ${keepLast}`,
    );
  }
  await mkdir(folder, { recursive: true });
  const wait = { patienceMs, signal, onTrouble };
  const unlock = await waitOut(() => lockFolder(folder, 'training.lock'), wait);
  await removeUnfinished(folder);
  const place = (number: number) =>
    join(folder, `checkpoint-${String(number).padStart(8, '0')}.safetensors`);
  let best = await readBest(join(folder, BEST));
  let last = Math.max(0, ...(await numbersIn(folder)));
  return {
    latest: async () => {
      for (const number of [...(await numbersIn(folder))].reverse()) {
        const bytes = await readFile(place(number));
        const problem = problemOf(bytes);
        if (problem === undefined) return bytes;
        onTrouble(`${place(number)} is damaged, the one before it is taken: ${problem}`);
        await rename(place(number), `${place(number)}.damaged`);
      }
      return undefined;
    },
    best: async () => {
      const bytes = best && (await readFile(place(best.number)).catch(() => undefined));
      return bytes && problemOf(bytes) === undefined ? bytes : undefined;
    },
    save: async (checkpoint, score) => {
      const problem = problemOf(checkpoint);
      if (problem !== undefined)
        throw new RangeError(`save: checkpoint must be sound, got ${problem}`);
      if (score !== undefined && !Number.isFinite(score)) {
        throw new RangeError(`save: score must be finite, got ${score}`);
      }
      const number = last + 1;
      await waitOut(() => writeWhole(place(number), checkpoint), wait);
      last = number;
      if (score !== undefined && score > (best?.score ?? Number.NEGATIVE_INFINITY)) {
        const better = { number, score };
        await waitOut(() => writeWhole(join(folder, BEST), JSON.stringify(better)), wait);
        best = better;
      }
      const numbers = await numbersIn(folder);
      for (const old of numbers.slice(0, -keepLast)) {
        if (old !== best?.number) await rm(place(old), { force: true });
      }
    },
    close: unlock,
  };
}

/** What is wrong with a checkpoint, if anything. */
function problemOf(bytes: Uint8Array): string | undefined {
  try {
    return decodeSafetensors(bytes).hasChecksum ? undefined : 'no checksum';
  } catch (error) {
    return (error as Error).message;
  }
}

/** The numbers of the checkpoints in a folder, in their order. */
async function numbersIn(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder);
  return names
    .flatMap((name) => NAME.exec(name)?.slice(1, 2).map(Number) ?? [])
    .sort((a, b) => a - b);
}

/** Which checkpoint was the best; a damaged note is none. */
async function readBest(path: string): Promise<BestCheckpoint | undefined> {
  try {
    const { number, score } = JSON.parse(await readFile(path, 'utf8')) as BestCheckpoint;
    return Number.isSafeInteger(number) && Number.isFinite(score) ? { number, score } : undefined;
  } catch {
    return undefined;
  }
}
