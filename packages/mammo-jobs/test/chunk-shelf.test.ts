import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Chunk } from '../src/chunks/chunk.ts';
import { type ChunkShelf, readAhead } from '../src/chunks/chunk-shelf.ts';

const chunks: readonly Chunk[] = Array.from({ length: 50 }, (_, index) => ({ index, images: [] }));

/** A shelf that answers late, and now and then out of turn. */
function slowShelf(fail?: number) {
  const most = { now: 0, ever: 0 };
  const shelf: ChunkShelf = {
    read: async ({ index }) => {
      most.ever = Math.max(most.ever, ++most.now);
      await sleep((index * 7) % 5);
      most.now -= 1;
      if (fail !== undefined && index >= fail) throw new Error(`chunk ${index}`);
      return [{ record: { index } }];
    },
    remove: async () => undefined,
  };
  return { shelf, most };
}

test('chunks are read sixteen at once, and come in their order', async () => {
  const { shelf, most } = slowShelf();
  const seen: unknown[] = [];
  for await (const { chunk, outcomes } of readAhead(chunks, shelf)) {
    expect(outcomes).toEqual([{ record: { index: chunk.index } }]);
    seen.push(chunk.index);
  }
  expect(seen).toEqual([...chunks.keys()]);
  expect(most.ever).toBe(16);
});

test('the error of a chunk comes in its turn, and those of later ones with nobody to take them do no harm', async () => {
  const { shelf } = slowShelf(20);
  const seen: number[] = [];
  const all = async () => {
    for await (const { chunk } of readAhead(chunks, shelf)) seen.push(chunk.index);
  };
  await expect(all()).rejects.toThrow('chunk 20');
  expect(seen).toHaveLength(20);
  await sleep(20); // an unhandled rejection would fail the test
});
