import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeCheckpoint, encodeSafetensors } from '@mammo/tfjs-safetensors';
import { expect, test } from 'vitest';
import { FolderLockedError, openCheckpointFolder } from '../src/index.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A checkpoint that is told apart by its step. */
const checkpoint = (step: number) =>
  encodeCheckpoint(
    { tensors: { model: { w: { shape: [1], data: Float32Array.of(step) } } }, state: { step } },
    { format: 'test-1', configuration: {} },
  );
const names = async (folder: string) =>
  (await readdir(folder)).filter((name) => name.endsWith('.safetensors')).sort();
const named = (number: number) => `checkpoint-${String(number).padStart(8, '0')}.safetensors`;

test('the last three and the best are kept, over several runs', async () => {
  const folder = await temporaryFolder();
  const scores = [0.5, 0.9, 0.6, 0.7, 0.8, undefined];
  for (const [index, score] of scores.entries()) {
    const run = await openCheckpointFolder(folder);
    await run.save(checkpoint(index + 1), score);
    await run.close();
  }
  expect(await names(folder)).toEqual([named(2), named(4), named(5), named(6)]);
  const run = await openCheckpointFolder(folder);
  expect(await run.latest()).toEqual(Buffer.from(checkpoint(6)));
  expect(await run.best()).toEqual(Buffer.from(checkpoint(2)));
  await run.close();
});

test('a damaged checkpoint is set aside, and the one before it is the last', async () => {
  const folder = await temporaryFolder();
  const trouble: string[] = [];
  const run = await openCheckpointFolder(folder, { onTrouble: (text) => trouble.push(text) });
  for (const step of [1, 2, 3]) await run.save(checkpoint(step));
  const bytes = await readFile(join(folder, named(3)));
  bytes[bytes.length - 1]! ^= 4;
  await writeFile(join(folder, named(3)), bytes);
  await truncate(join(folder, named(2)), 100);
  expect(await run.latest()).toEqual(Buffer.from(checkpoint(1)));
  expect(trouble).toHaveLength(2);
  expect(trouble[0]).toContain(
    `${named(3)} is damaged, the one before it is taken: decodeSafetensors: checksum`,
  );
  expect(await names(folder)).toEqual([named(1)]);
  await run.save(checkpoint(2));
  expect(await names(folder)).toEqual([named(1), named(4)]);
  await run.close();
});

test('an empty folder has no checkpoint, and a damaged note no best one', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'best.json'), '{"number":');
  const run = await openCheckpointFolder(folder);
  expect(await run.latest()).toBeUndefined();
  expect(await run.best()).toBeUndefined();
  await run.close();
});

test('two runs in one folder refuse each other', async () => {
  const folder = await temporaryFolder();
  const run = await openCheckpointFolder(folder);
  await expect(openCheckpointFolder(folder)).rejects.toThrow(FolderLockedError);
  await run.close();
});

test('what is no checkpoint is not kept', async () => {
  const folder = await temporaryFolder();
  await expect(openCheckpointFolder(folder, { keepLast: 0 })).rejects.toThrow(
    'openCheckpointFolder: keepLast must be a positive integer, got 0',
  );
  const run = await openCheckpointFolder(folder);
  await expect(run.save(encodeSafetensors({}))).rejects.toThrow(
    'save: checkpoint must be sound, got no checksum',
  );
  await expect(run.save(checkpoint(1), Number.NaN)).rejects.toThrow(
    'save: score must be finite, got NaN',
  );
  expect(await names(folder)).toEqual([]);
  await run.close();
});
