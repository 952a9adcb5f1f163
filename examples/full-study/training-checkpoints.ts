import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type CheckpointFolder, openCheckpointFolder } from '@mammo/mammo-jobs';

/** Besides the best: one may be damaged, and the one before it is gone on from. */
const KEEP_LAST = 2;

/**
 * The checkpoints of a training of the study, in `checkpoints` of its folder. The only one that studies of version 1 kept,
 * `checkpoint.safetensors`, becomes the first of them.
 *
 * @param training - the training's folder
 */
export async function openTrainingCheckpoints(
  training: string,
  signal: AbortSignal,
): Promise<CheckpointFolder> {
  const checkpoints = await openCheckpointFolder(join(training, 'checkpoints'), {
    keepLast: KEEP_LAST,
    signal,
    onTrouble: (message) => console.error(message),
  });
  try {
    await takeOlderCheckpoint(join(training, 'checkpoint.safetensors'), checkpoints);
    return checkpoints;
  } catch (error) {
    await checkpoints.close();
    throw error;
  }
}

async function takeOlderCheckpoint(path: string, checkpoints: CheckpointFolder): Promise<void> {
  if (!existsSync(path)) return;
  if ((await checkpoints.latest()) === undefined) await checkpoints.save(await readFile(path));
  await rm(path);
}
