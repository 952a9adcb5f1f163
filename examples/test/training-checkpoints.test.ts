import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeCheckpoint } from '@mammo/tfjs-safetensors';
import { expect, test } from 'vitest';
import { openTrainingCheckpoints } from '../full-study/training-checkpoints.ts';
import { temporaryFolder } from './temporary-folder.ts';

const { signal } = new AbortController();
const checkpoint = (step: number) =>
  encodeCheckpoint({ tensors: {}, state: { step } }, { format: 'test-1', configuration: {} });

test('the checkpoint of a study of version 1 is gone on from, and later ones are not lost to it', async () => {
  const training = await temporaryFolder();
  await writeFile(join(training, 'checkpoint.safetensors'), checkpoint(7));
  const first = await openTrainingCheckpoints(training, signal);
  expect(await first.latest()).toEqual(Buffer.from(checkpoint(7)));
  expect(await readdir(training)).toEqual(['checkpoints']);
  await first.save(checkpoint(8));
  await first.close();
  await writeFile(join(training, 'checkpoint.safetensors'), checkpoint(7)); // killed before it was removed
  const second = await openTrainingCheckpoints(training, signal);
  expect(await second.latest()).toEqual(Buffer.from(checkpoint(8)));
  await second.close();
});

test('a damaged checkpoint of a study of version 1 is refused and stays where it is', async () => {
  const training = await temporaryFolder();
  await writeFile(join(training, 'checkpoint.safetensors'), checkpoint(7).subarray(0, 90));
  for (const _ of ['first', 'again']) {
    await expect(openTrainingCheckpoints(training, signal)).rejects.toThrow(
      'save: checkpoint must be sound, got decodeSafetensors:',
    );
  }
  expect(await readdir(training)).toContain('checkpoint.safetensors');
});
