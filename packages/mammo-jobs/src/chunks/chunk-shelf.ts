import type { Store } from '../storage/store.ts';
import { type Chunk, chunkKey, type ImageOutcome } from './chunk.ts';
import { decodeChunk } from './chunk-file.ts';

/** The results of a job's chunks. */
export interface ChunkShelf {
  /** The outcomes of a chunk, or nothing if there are none yet or the file is damaged. */
  read(chunk: Chunk): Promise<readonly ImageOutcome[] | undefined>;
  /** Forgets the outcomes of a chunk, which is then to be done again. */
  remove(chunk: Chunk): Promise<void>;
}

/** The results of a job in its store. */
export function chunkShelf(store: Store, job: string): ChunkShelf {
  return {
    read: async ({ index, images }) => {
      const bytes = await store.read(chunkKey(index));
      return bytes && decodeChunk(bytes, { job, index, images: images.length });
    },
    remove: ({ index }) => store.remove(chunkKey(index)),
  };
}

/** A chunk and its outcomes, if it has any. */
interface ShelvedChunk {
  readonly chunk: Chunk;
  readonly outcomes: readonly ImageOutcome[] | undefined;
}

/** Chunks that are read at once: an object store takes its time for each. */
const AHEAD = 16;

/** Reads chunks, ahead of whoever takes them in their order. */
export async function* readAhead(
  chunks: readonly Chunk[],
  shelf: ChunkShelf,
): AsyncGenerator<ShelvedChunk, void, undefined> {
  const reading: Promise<ShelvedChunk>[] = [];
  for (const chunk of chunks) {
    const one = shelf.read(chunk).then((outcomes) => ({ chunk, outcomes }));
    one.catch(() => undefined); // thrown to whoever takes it
    reading.push(one);
    if (reading.length === AHEAD) yield await reading.shift()!;
  }
  for (const one of reading) yield await one;
}

/** What of a job is done, and what is not. */
export interface ShelfReview {
  readonly missing: readonly Chunk[];
  readonly done: number;
  /** Images with a record or a problem. */
  readonly images: number;
  readonly quarantined: number;
}

/**
 * Reads all results of a job, and finds the chunks that have none or a damaged one.
 *
 * @param options - `retryQuarantined` counts chunks with an image in quarantine as missing
 */
export async function reviewShelf(
  chunks: readonly Chunk[],
  shelf: ChunkShelf,
  { retryQuarantined = false }: { readonly retryQuarantined?: boolean } = {},
): Promise<ShelfReview> {
  const missing: Chunk[] = [];
  let [images, quarantined] = [0, 0];
  for await (const { chunk, outcomes } of readAhead(chunks, shelf)) {
    const problems = outcomes?.filter((outcome) => 'problem' in outcome).length ?? 0;
    if (outcomes === undefined || (retryQuarantined && problems > 0)) missing.push(chunk);
    else {
      images += outcomes.length;
      quarantined += problems;
    }
  }
  return { missing, done: chunks.length - missing.length, images, quarantined };
}
