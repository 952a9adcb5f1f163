import { FLIP_ONLY } from '@mammo/mammo-io';
import { decodeSafetensors } from '@mammo/tfjs-safetensors';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test, vi } from 'vitest';
import { testedEngines, useEngine } from '../../../vitest.engines.ts';
import {
  type Adversary,
  type CadModel,
  type CadProgress,
  type CadSchedule,
  createCadModel,
  score,
  type TrainCadOptions,
  TrainingDivergedError,
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
async function train(options: Partial<TrainCadOptions> = {}, modelSeed = 1, sets = images) {
  const model = createCadModel(TINY, { seed: modelSeed, initialiser: 'he' });
  const checkpoints: Uint8Array[] = [];
  const progress: CadProgress[] = [];
  try {
    const result = await trainCad(model, sets, {
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

describe('an adversary', () => {
  test('that changes nothing leaves the training as it is, and sees the images of each class and step', async () => {
    const turns: string[] = [];
    const seen = await train({
      adversary: async ({ images, label, step }) => {
        turns.push(`${step} ${label} [${images.shape}]`);
        return tf.clone(images);
      },
    });
    expect(turns.slice(0, 3)).toEqual([
      '0 positive [2,16,12,1]',
      '0 negative [2,16,12,1]',
      '1 positive [2,16,12,1]',
    ]);
    expect(turns).toHaveLength(2 * seen.result.steps);
    await expect(train({ resumeFrom: seen.checkpoints[0]! })).rejects.toThrow(
      'got adversary was true and is undefined',
    );
    expect(seen.weights).toEqual((await train()).weights);
  });

  test('that returns black images teaches what a set of black images does', async () => {
    const changed = await train({ adversary: async ({ images }) => tf.zerosLike(images) });
    const training = { ...images.training, pixels: async () => new Uint16Array(16 * 12) };
    const black = await train({}, 1, { ...images, training });
    expect(changed.weights).toEqual(black.weights);
    expect(changed.weights).not.toEqual((await train()).weights);
  });

  test.each<[string, Adversary, string]>([
    ['its images', async ({ images }) => images, 'its images'],
    ['another shape', async () => tf.zeros([1, 16, 12, 1]), '[1,16,12,1]'],
  ])('that returns %s is refused', async (_, adversary, got) => {
    const before = tf.memory().numTensors;
    await expect(train({ adversary })).rejects.toThrow(
      new RangeError(
        `trainCad: adversary must return a new tensor of shape [2,16,12,1], got ${got}`,
      ),
    );
    expect(tf.memory().numTensors).toBe(before);
  });
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
    new TrainingDivergedError({ step: 1, reason: 'the loss became NaN' }),
  );
  model.dispose();
});

describe('a training that runs away', () => {
  /** Learns as it should for eight steps, then at a rate that no network survives. */
  const phases = [
    { name: 'good', steps: 8, learningRates: { fnet: 1e-3, head: 1e-3 } },
    { name: 'bad', steps: 200, learningRates: { vnet: 1e8, fnet: 1e8, head: 1e30 } },
  ];
  const checkFinite = async (model: CadModel) => {
    for (const variable of model.parameters.values()) {
      expect((await variable.data()).every(Number.isFinite)).toBe(true);
    }
  };

  test('is stopped, and the weights of the best validation are kept', async () => {
    const model = createCadModel(TINY, { seed: 1, initialiser: 'he' });
    const steps: number[] = [];
    const error = await trainCad(model, images, {
      schedule: { ...schedule, validateEvery: 4, phases },
      seed: 7,
      onStep: ({ step }) => steps.push(step),
    }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(TrainingDivergedError);
    const { step, keptStep, message } = error as TrainingDivergedError;
    expect(step).toBeGreaterThan(8);
    expect(step).toBeLessThan(60);
    expect([4, 8]).toContain(keptStep);
    expect(message).toMatch(
      /^trainCad: (the|a) .* at step \d+; the weights of step [48] were kept$/,
    );
    await checkFinite(model);
    model.dispose();
  });

  test('no checkpoint of it holds a number that is not finite, and the last one is kept', async () => {
    const model = createCadModel(TINY, { seed: 1, initialiser: 'he' });
    const saved: Uint8Array[] = [];
    const error = await trainCad(model, images, {
      schedule: { ...schedule, validateEvery: 1000, phases },
      seed: 7,
      checkpointEvery: 1,
      onCheckpoint: async (bytes) => {
        saved.push(bytes.slice());
      },
    }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(TrainingDivergedError);
    expect((error as TrainingDivergedError).keptStep).toBe(saved.length);
    for (const bytes of saved) {
      for (const { data } of Object.values(decodeSafetensors(bytes).tensors)) {
        expect(data.every(Number.isFinite)).toBe(true);
      }
    }
    await checkFinite(model);
    model.dispose();
  });

  test('is noticed by its loss alone', async () => {
    const model = createCadModel(TINY, { seed: 1, initialiser: 'he' });
    const steep = [
      { name: 'good', steps: 20, learningRates: { head: 1e-4 } },
      { name: 'bad', steps: 200, learningRates: { head: 1e3 } },
    ];
    await expect(
      trainCad(model, images, {
        schedule: { ...schedule, validateEvery: 1000, phases: steep },
        seed: 7,
      }),
    ).rejects.toThrow(
      /the mean loss must stay below \d+\.\d+, got [\d.e+]+ at step 2\d; no weights were kept/,
    );
    model.dispose();
  });
});

test('patience ends a training in which nothing gets better, and resuming knows it', async () => {
  const still = {
    ...schedule,
    validateEvery: 2,
    phases: [{ name: 'still', steps: 100, learningRates: { head: 1e-12 } }],
  };
  const whole = await train({ schedule: still, patience: 3 });
  expect(whole.result.endedBy).toBe('patience');
  expect(whole.result.steps).toBe(whole.result.bestStep + 6);
  const resumed = await train({ schedule: still, patience: 3, resumeFrom: whole.checkpoints[0]! });
  expect(resumed.result).toEqual(whole.result);
  expect((await train()).result.endedBy).toBe('schedule');
}, 60_000);

test.each<[string, Partial<TrainCadOptions>, Partial<typeof images>, string]>([
  [
    'checkpointEvery',
    { checkpointEvery: 0 },
    {},
    'trainCad: checkpointEvery must be a positive integer, got 0',
  ],
  ['patience', { patience: 0 }, {}, 'trainCad: patience must be a positive integer, got 0'],
  [
    'divergenceFactor',
    { divergenceFactor: 1 },
    {},
    'trainCad: divergenceFactor must be greater than 1, got 1',
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
      'trainCad: resumeFrom must be a checkpoint of format mammo-cad-checkpoint-3, got undefined',
    ),
  );
});
