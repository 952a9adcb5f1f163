import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Chunk } from '../chunks/chunk.ts';
import type { ChunkShelf } from '../chunks/chunk-shelf.ts';
import { isFolder } from '../storage/open-store.ts';
import type { Store } from '../storage/store.ts';
import { type ResultFormat, type WrittenResults, writeResults } from './write-results.ts';

/** Where results go, and as what. */
export interface ResultTarget {
  readonly store: Store;
  /** The location of the store. */
  readonly folder: string;
  readonly formats: readonly ResultFormat[];
}

/**
 * Writes a job's results beside its chunks: into a folder directly, into another store by way of files of this machine, each of
 * which is then in memory once.
 */
export async function publishResults(
  chunks: readonly Chunk[],
  shelf: ChunkShelf,
  { store, folder, formats }: ResultTarget,
): Promise<WrittenResults> {
  if (isFolder(folder)) return writeResults(chunks, shelf, { folder, formats });
  const local = await mkdtemp(join(tmpdir(), 'mammo-jobs-'));
  try {
    const written = await writeResults(chunks, shelf, { folder: local, formats });
    if (written.damaged.length > 0) return written;
    const names = ['quarantine.jsonl', ...formats.map((format) => `results.${format}`)];
    for (const name of names) await store.write(name, await readFile(join(local, name)));
    return written;
  } finally {
    await rm(local, { recursive: true, force: true });
  }
}
