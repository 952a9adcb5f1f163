import { chunkKey, type ImageOutcome } from '../chunks/chunk.ts';
import { encodeChunk } from '../chunks/chunk-file.ts';
import { chunkShelf } from '../chunks/chunk-shelf.ts';
import type { Operation } from '../operations/operation.ts';
import type { Store } from '../storage/store.ts';
import type { ChunkReply, ChunkRequest } from './messages.ts';

/**
 * Does a chunk and keeps its result, in this process. A chunk that has a result already, because a queue gave it to two workers or
 * lost the news of it, is not done again.
 */
export async function doChunk(
  { chunk, quarantine, probe }: ChunkRequest,
  { job, operation, store }: { job: string; operation: Operation; store: Store },
): Promise<ChunkReply> {
  const start = performance.now();
  const { index, images } = chunk;
  const kept = probe === undefined ? await chunkShelf(store, job).read(chunk) : undefined;
  if (kept) return replyOf(kept, start);
  const places = [...images.keys()].filter((place) =>
    probe === undefined ? quarantine[place] === undefined : place === probe,
  );
  const outcomes = await operation.run(
    places.map((place) => images[place]!),
    store,
  );
  const all: ImageOutcome[] = images.map((_, place) => ({
    problem: quarantine[place] ?? { code: 'failed', message: 'the operation left the image out' },
  }));
  for (const [i, place] of places.entries()) all[place] = outcomes[i] ?? all[place]!;
  if (probe === undefined) {
    await store.write(chunkKey(index), encodeChunk(all, { job, index, images: images.length }));
  }
  return replyOf(all, start);
}

function replyOf(outcomes: readonly ImageOutcome[], start: number): ChunkReply {
  return {
    images: outcomes.length,
    quarantined: outcomes.filter((outcome) => 'problem' in outcome).length,
    elapsedMs: performance.now() - start,
    rssMiB: process.memoryUsage.rss() / 2 ** 20,
  };
}
