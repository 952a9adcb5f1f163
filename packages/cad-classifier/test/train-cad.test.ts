import { FLIP_ONLY } from '@mammo/mammo-io';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test, vi } from 'vitest';
import { testedEngines, useEngine } from '../../../vitest.engines.ts';
import {
  type CadModel,
  type CadProgress,
  type CadSchedule,
  createCadModel,
  score,
  type TrainCadOptions,
  trainCad,
} from '../src/index.ts';
import { squares, TINY } from './tiny.ts';

const images = { training: squares(12, 1), validation: squares(8, 2) };
const schedule: CadSchedule = {
  perClass: 2,
  augmentation: FLIP_ONLY,
  validateEvery: 4,
  phases: [
    { name: 'head', steps: 4, learningRates: { fnet: 5e-3, head: 5e-3 } },
    {
      name: 'all',
      steps: 6,
      learningRates: { vnet: 2e-3, fnet: 5e-3, head: 5e-3 },
      finalShare: 0.1,
    },
  ],
};

async function weightsOf(model: CadModel): Promise<Record<string, string>> {
  const entries = [...model.parameters].map(async ([name, variable]) => [
    name,
    Buffer.from((await variable.data()).slice().buffer).toString('base64'),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

/** Trains a fresh model and returns what came of it. */
async function train(options: Partial<TrainCadOptions> = {}, modelSeed = 1) {
  const model = createCadModel(TINY, { seed: modelSeed, initialiser: 'he' });
  const checkpoints: Uint8Array[] = [];
  const progress: CadProgress[] = [];
  try {
    const result = await trainCad(model, images, {
      schedule,
      seed: 7,
      checkpointEvery: 3,
      onCheckpoint: async (bytes) => {
        checkpoints.push(bytes.slice());
      },
      onStep: (step) => progress.push(step),
      ...options,
    });
    return { result, checkpoints, progress, weights: await weightsOf(model) };
  } finally {
    model.dispose();
  }
}

describe.each(await testedEngines())('$name', ({ backend, problem }) => {
  test.skipIf(problem !== '')(
    'a resumed training takes the same steps to the last bit, whenever it was interrupted',
    { timeout: 60_000 },
    async () => {
      await useEngine(backend);
      try {
        const whole = await train();
        expect(whole.checkpoints).toHaveLength(3);
        for (const checkpoint of whole.checkpoints) {
          const resumed = await train({ resumeFrom: checkpoint }, 2); // its first weights do not matter
          expect(resumed.weights).toEqual(whole.weights);
          expect(resumed.result).toEqual(whole.result);
          expect(resumed.checkpoints.at(-1) ?? whole.checkpoints[2]).toEqual(whole.checkpoints[2]);
        }
      } finally {
        await useEngine('cpu');
      }
    },
  );
});

test('an aborted training throws the reason and loses only the steps since its last checkpoint', async () => {
  const whole = await train();
  const killed = new AbortController();
  const saved: Uint8Array[] = [];
  const interrupted = train({
    signal: killed.signal,
    onStep: ({ step }) => {
      if (step === 5) killed.abort(new Error('killed'));
    },
    onCheckpoint: async (bytes) => {
      saved.push(bytes.slice());
    },
  });
  await expect(interrupted).rejects.toThrow('killed');
  expect(saved).toHaveLength(1);
  const resumed = await train({ resumeFrom: saved[0]! });
  expect(resumed.progress[0]?.step).toBe(4);
  expect(resumed.weights).toEqual(whole.weights);
}, 60_000);

test('phases train their parts only, and the progress tells where the training is', async () => {
  const model = createCadModel(TINY, { seed: 1 });
  const before = await weightsOf(model);
  const phases = schedule.phases.slice(0, 1);
  const progress: CadProgress[] = [];
  await trainCad(model, images, {
    schedule: { ...schedule, phases },
    seed: 7,
    onStep: (step) => progress.push(step),
  });
  const after = await weightsOf(model);
  expect(after['vnet.0.weight']).toBe(before['vnet.0.weight']);
  expect(after['fnet.fc1.weight']).not.toBe(before['fnet.fc1.weight']);
  expect(after['head.bias']).not.toBe(before['head.bias']);
  expect(progress.map(({ step, totalSteps, phase }) => [step, totalSteps, phase])).toEqual(
    [1, 2, 3, 4].map((step) => [step, 4, 'head']),
  );
  const { loss, focal, penalty, validationAuc, bestAuc } = progress[3]!;
  expect(loss).toBeCloseTo(focal + penalty, 5);
  expect(validationAuc).toBe(bestAuc);
  expect(progress[2]?.validationAuc).toBeUndefined();
  model.dispose();
});

test('the weights with the best validation AUC are kept', async () => {
  const model = createCadModel(TINY, { seed: 1, initialiser: 'he' });
  const steps = [{ name: 'all', steps: 60, learningRates: { vnet: 4e-3, fnet: 4e-3, head: 4e-3 } }];
  const { history, bestAuc, bestStep } = await trainCad(model, images, {
    schedule: { ...schedule, perClass: 4, validateEvery: 10, phases: steps },
    seed: 3,
  });
  expect(history.map(({ step }) => step)).toEqual([10, 20, 30, 40, 50, 60]);
  expect(bestAuc).toBe(Math.max(...history.map(({ validationAuc }) => validationAuc)));
  expect(history.find(({ validationAuc }) => validationAuc === bestAuc)?.step).toBe(bestStep);
  expect(bestAuc).toBeGreaterThan(0.9); // bright squares are easy
  const { probabilities } = await score(model, images.validation);
  const [positives, negatives] = [0, 1].map((parity) =>
    Array.from(probabilities).filter((_, index) => index % 2 === parity),
  );
  const mean = (values: number[] = []) => values.reduce((a, b) => a + b, 0) / values.length;
  expect(mean(positives)).toBeGreaterThan(mean(negatives));
  model.dispose();
}, 60_000);

test('a step reads one tensor and leaves none behind', async () => {
  const reads = vi.spyOn(tf.Tensor.prototype, 'data');
  const atStep: { reads: number; tensors: number }[] = [];
  await train({
    checkpointEvery: 100,
    schedule: { ...schedule, validateEvery: 100, phases: schedule.phases.slice(1) },
    onStep: () => atStep.push({ reads: reads.mock.calls.length, tensors: tf.memory().numTensors }),
  });
  for (const step of [2, 3, 4]) {
    expect(atStep[step]!.reads - atStep[step - 1]!.reads).toBe(1);
    expect(atStep[step]!.tensors).toBe(atStep[step - 1]!.tensors);
  }
});

test('a checkpoint of another configuration is refused, naming the difference', async () => {
  const { checkpoints } = await train();
  await expect(train({ resumeFrom: checkpoints[0]!, seed: 8 })).rejects.toThrow(
    new RangeError(
      'trainCad: resumeFrom must be of the same configuration, got seed was 7 and is 8',
    ),
  );
  await expect(train({ resumeFrom: checkpoints[0]!, checkpointEvery: 4 })).rejects.toThrow(
    'got checkpointEvery was 3 and is 4',
  );
});

test('a loss that is not finite ends the training', async () => {
  const model = createCadModel(TINY, { seed: 1 });
  model.parameters.get('head.bias')!.assign(tf.tensor1d([Number.NaN, 0]));
  await expect(trainCad(model, images, { schedule, seed: 1 })).rejects.toThrow(
    new Error('trainCad: the loss of step 1 must be finite, got NaN'),
  );
  model.dispose();
});

test.each<[string, Partial<TrainCadOptions>, Partial<typeof images>, string]>([
  [
    'checkpointEvery',
    { checkpointEvery: 0 },
    {},
    'trainCad: checkpointEvery must be a positive integer, got 0',
  ],
  [
    'schedule',
    { schedule: { ...schedule, perClass: 0 } },
    {},
    'trainCad: perClass must be an integer from 1 on, got 0',
  ],
  [
    'size',
    {},
    { validation: { ...images.validation, width: 13 } },
    "trainCad: validation images must be of the model's size 16×12, got 16×13",
  ],
  [
    'class',
    {},
    { training: { ...images.training, images: images.training.images.slice(0, 1) } },
    'trainCad: training images must hold a negative one, got none',
  ],
])('refuses a wrong %s', async (_, options, changes, message) => {
  const model = createCadModel(TINY, { seed: 1 });
  const training = trainCad(model, { ...images, ...changes }, { schedule, seed: 1, ...options });
  await expect(training).rejects.toThrow(new RangeError(message));
  model.dispose();
});

test('refuses to resume from what is no checkpoint', async () => {
  const { encodeSafetensors } = await import('@mammo/tfjs-safetensors');
  await expect(train({ resumeFrom: encodeSafetensors({}) })).rejects.toThrow(
    new RangeError(
      'trainCad: resumeFrom must be a checkpoint of format mammo-cad-checkpoint-2, got undefined',
    ),
  );
});
