import { join } from 'node:path';
import { cadOptions, cadSchedule, createCadModel, saveCad, trainCad } from '@mammo/cad-classifier';
import { type CaseImage, memoryImageSet, randomStream } from '@mammo/mammo-io';
import { writeWhole } from '@mammo/mammo-io/node';
import { chooseEngine } from '@mammo/tfjs-engine';
import { registerMissingGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { FolderLockedError, openCheckpointFolder } from '../src/index.ts';

/** Trains a tiny classifier in a folder, or goes on with the training that is there; code 3: another trainer is at it. */
const [, , folder = '.', steps = '100'] = process.argv;
const SIZE = { height: 16, width: 12 };

tf.env().set('PROD', true);
await chooseEngine('onnx', { threads: 1 });
registerMissingGradients();

try {
  await train();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = error instanceof FolderLockedError ? 3 : 4;
}

async function train(): Promise<void> {
  const checkpoints = await openCheckpointFolder(join(folder, 'checkpoints'), {
    onTrouble: (message) => process.stderr.write(`${message}\n`),
  });
  try {
    const model = createCadModel(
      cadOptions('small', { ...SIZE, vggModules: 3, channelMultiplier: 1 / 16 }),
      { seed: 1, initialiser: 'he' },
    );
    const resumeFrom = await checkpoints.latest();
    const schedule = cadSchedule('small');
    const [phase] = schedule.phases;
    let auc: number | undefined;
    await trainCad(
      model,
      { training: noise(40, 1), validation: noise(20, 2) },
      {
        schedule: { ...schedule, validateEvery: 20, phases: [{ ...phase!, steps: Number(steps) }] },
        seed: 1,
        checkpointEvery: 5,
        onStep: ({ validationAuc }) => {
          auc = validationAuc ?? auc;
        },
        onCheckpoint: (bytes) => checkpoints.save(bytes, auc),
        ...(resumeFrom && { resumeFrom }),
      },
    );
    await writeWhole(join(folder, 'model.safetensors'), await saveCad(model));
  } finally {
    await checkpoints.close();
  }
}

function noise(count: number, seed: number) {
  const images = Array.from({ length: count }, (_, index): CaseImage => {
    const imageId = `${seed}-${index}`;
    const label = index % 2 === 0 ? 'positive' : 'negative';
    return { imageId, patientId: imageId, laterality: 'L', view: 'CC', label };
  });
  const pixels = images.map(({ label }, index) => {
    const random = randomStream(seed, 'trainer', index);
    const bright = label === 'positive' ? 20_000 : 0;
    return Uint16Array.from(
      { length: SIZE.height * SIZE.width },
      () => random.integer(40_000) + bright,
    );
  });
  return memoryImageSet({ ...SIZE, images, pixels });
}
