import { createCadModel, scoreBatch } from '@mammo/cad-classifier';
import { loadBatch } from '@mammo/mammo-io/tensors';
import * as tf from '@tensorflow/tfjs-core';
import '@mammo/tfjs-backend-onnx';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attackSchedule, generatorOptions, trainAttack, type Victim } from '../src/index.ts';
import { brightnessSet } from './tiny-scene.ts';

beforeAll(async () => {
  await tf.setBackend('onnx');
});
afterAll(async () => {
  await tf.setBackend('cpu');
});

test('a model of cad-classifier is a victim with a backbone', async () => {
  const size = { height: 16, width: 16 };
  const model = createCadModel(
    { ...size, vggModules: 3, channelMultiplier: 1 / 16, dropout: 0.2, channelsPerGroup: 8 },
    { seed: 1 },
  );
  const set = (seed: number) => brightnessSet(8, seed, 16);
  const victim: Victim = { score: (grey) => scoreBatch(model, grey), backbone: model };
  const cohort = { training: set(1), validation: set(2) };
  const source = await loadBatch(cohort.validation, [0]);
  const { 0: p = 0 } = await victim.score(source); // an untrained model takes all images for the same
  const { stages, ...schedule } = attackSchedule('small');
  const { generator, steps, history } = await trainAttack({
    victim,
    cohort,
    direction: p > 0.5 ? 'remove' : 'insert',
    generator: generatorOptions('small', { ...size, levels: 2 }),
    schedule: { ...schedule, batch: 2, stages: stages.map((stage) => ({ ...stage, maxSteps: 2 })) },
    seed: 1,
  });
  expect(steps).toBe(2 * stages.length);
  expect(history.at(-1)?.validation?.images).toBe(4);
  generator.dispose();
  model.dispose();
});
