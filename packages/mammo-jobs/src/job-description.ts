import { digestOf } from './operations/load-weights.ts';
import type { OperationChoice } from './operations/operation.ts';
import type { Store } from './storage/store.ts';

/** All that decides the results of a job. */
export interface JobDescription {
  readonly operation: OperationChoice;
  /** SHA-256 of the manifest. */
  readonly manifestSha256: string;
  readonly images: number;
  /** Images of a chunk. */
  readonly chunkSize: number;
}

/** Thrown for a folder that holds another job; lists all differences. */
export class OtherJobError extends Error {
  /** For telling it apart where `instanceof` cannot. */
  override readonly name = 'OtherJobError';
}

const KEY = 'job.json';
const FORMAT = 'mammo-jobs-1';

/** The name of a job: 32 digits of the SHA-256 of its description. */
export function jobId(description: JobDescription): string {
  return digestOf(JSON.stringify(leavesOf({ format: FORMAT, ...description }))).slice(0, 32);
}

/**
 * Writes a job's description into its store, or compares it with the one that is there.
 *
 * @throws OtherJobError if the store holds another job, or a description that cannot be read
 */
export async function claimStore(store: Store, description: JobDescription): Promise<void> {
  const own = { format: FORMAT, id: jobId(description), ...description };
  const isMine = await store.create(KEY, `${JSON.stringify(own, null, 2)}\n`);
  const bytes = isMine ? undefined : await store.read(KEY);
  if (bytes === undefined) return;
  const differences = differencesOf(parsed(bytes), { format: FORMAT, ...description });
  if (differences.length === 0) return;
  throw new OtherJobError(
    `the folder holds another job; choose another --out, or ask for the same:\n  ${differences.join('\n  ')}`,
  );
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw new OtherJobError(`${KEY} of the folder must be JSON; it is damaged`);
  }
}

function differencesOf(stored: unknown, asked: unknown): readonly string[] {
  const before = new Map(leavesOf(stored));
  before.delete('id');
  const now = new Map(leavesOf(asked));
  return [...new Set([...before.keys(), ...now.keys()])]
    .filter((path) => before.get(path) !== now.get(path))
    .map(
      (path) =>
        `${path}: the folder has ${before.get(path)}, this command asks for ${now.get(path)}`,
    );
}

/** The JSON of every leaf with its path, in the order of the paths. */
function leavesOf(value: unknown, path = ''): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null) return [[path, JSON.stringify(value)]];
  return Object.entries(value)
    .filter(([, child]) => child !== undefined)
    .flatMap(([key, child]) => leavesOf(child, path === '' ? key : `${path}.${key}`))
    .sort(([one], [other]) => (one < other ? -1 : 1));
}
