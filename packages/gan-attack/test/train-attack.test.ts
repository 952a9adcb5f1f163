import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { testedEngines, useEngine } from '../../../vitest.engines.ts';
import {
  AttackDivergedError,
  type AttackProgress,
  type AttackSchedule,
  type AttackStage,
  type AttackTrainingResult,
  attackSchedule,
  type Backbone,
  type GeneratorOptions,
  loadGenerator,
  saveGenerator,
  type TrainAttackOptions,
  trainAttack,
} from '../src/index.ts';
import {
  brightnessNetwork,
  brightnessSet,
  brightnessVictim,
  brightSpotVictim,
  tinyNetwork,
  tinyScene,
  tinySet,
} from './tiny-scene.ts';

const TINY: GeneratorOptions = {
  height: 8,
  width: 8,
  levels: 1,
  channelMultiplier: 1 / 16,
  normalisation: 'group',
  output: 'delta',
};

const stage = (name: AttackStage['name'], maxSteps: number, changes: object = {}): AttackStage => ({
  name,
  maxSteps,
  learningRates: { generator: 0.01, head: 0.01, fnet: 0.001, vnet: 0.001 },
  generatorEvery: 2,
  ...changes,
});

const schedule: AttackSchedule = {
  ...attackSchedule('small'),
  batch: 2,
  validateEvery: 4,
  stages: [
    stage('reconstruct', 2),
    stage('critic-warm-up', 3),
    stage('adversarial-head', 3),
    stage('adversarial-fnet', 3),
    stage('adversarial-vnet', 3),
  ],
};

type Settings = Omit<TrainAttackOptions, 'victim' | 'cohort'>;

const options = (changes: Partial<TrainAttackOptions> = {}): Settings => ({
  direction: 'remove',
  generator: TINY,
  schedule,
  seed: 7,
  validationImages: 2,
  ...changes,
});

let network: ReturnType<typeof tinyNetwork>;
beforeEach(() => {
  network = tinyNetwork();
});
afterEach(() => network.dispose());

const train = (changes: Partial<TrainAttackOptions> = {}): Promise<AttackTrainingResult> =>
  trainAttack({ ...tinyScene(network), ...options(changes) });

const weightsOf = async ({
  generator,
}: AttackTrainingResult): Promise<Record<string, number[]>> => {
  const weights: Record<string, number[]> = {};
  for (const [name, variable] of [...generator.parameters, ...generator.buffers]) {
    weights[name] = [...(await variable.data())];
  }
  generator.dispose();
  return weights;
};

describe('trainAttack', () => {
  test('runs the stages in turn and reports each step', async () => {
    const seen: AttackProgress[] = [];
    const { generator, history, steps, endedBy, chosen } = await train({
      onStep: (progress) => seen.push(progress),
    });
    expect(seen.map((progress) => progress.stage)).toEqual([
      ...Array(2).fill('reconstruct'),
      ...Array(3).fill('critic-warm-up'),
      ...Array(3).fill('adversarial-head'),
      ...Array(3).fill('adversarial-fnet'),
      ...Array(3).fill('adversarial-vnet'),
    ]);
    expect(seen.map(({ stageStep }) => stageStep).slice(0, 6)).toEqual([1, 2, 1, 2, 3, 1]);
    expect(seen.filter(({ lossGen1 }) => lossGen1 !== undefined).map(({ step }) => step)).toEqual([
      1, 2, 7, 10, 13,
    ]);
    expect(seen[0]).toMatchObject({ lossGenerator: 0, lossGen1: 0 }); // a delta starts as the identity
    for (const { gap, scoreReal, scoreFake } of seen.slice(2)) {
      expect(gap).toBeCloseTo((scoreReal as number) - (scoreFake as number), 10);
    }
    expect({ steps, endedBy }).toEqual({ steps: 14, endedBy: 'last step' });
    expect(history.map(({ step, validation }) => [step, validation !== undefined])).toEqual([
      [2, false],
      [4, false],
      [5, false],
      [8, true],
      [11, true],
      [12, true],
      [14, true],
    ]);
    expect(chosen?.validation).toEqual(
      history.find(({ step }) => step === chosen?.step)?.validation,
    );
    generator.dispose();
  });

  test.each(['insert', 'remove'] as const)('learns to %s', async (direction) => {
    const stages = [
      stage('critic-warm-up', 20, {
        learningRates: { head: 0.3 },
        stopWhen: { kind: 'gap-above', gap: 0.2, window: 3 },
      }),
      stage('adversarial-head', 12, { learningRates: { head: 0.01, generator: 0.01 } }),
    ];
    const network = brightnessNetwork();
    const { generator, chosen } = await trainAttack({
      direction,
      victim: { ...brightnessVictim, backbone: network },
      cohort: { training: brightnessSet(16, 1), validation: brightnessSet(8, 2) },
      generator: TINY,
      schedule: { batch: 2, validateEvery: 4, stages },
      penalty: { k: 0 },
      select: ({ fooled }) => fooled,
      seed: 1,
    });
    expect(chosen?.validation).toMatchObject({ images: 4, correct: 4, fooled: 1 });
    generator.dispose();
    network.dispose();
  });

  test('a validated rule ends it', async () => {
    const stopWhen = { kind: 'validated', fooled: 0, lossGen1: 9, patience: 2 } as const;
    const stages = [stage('adversarial-head', 50, { stopWhen })];
    const { generator, steps, endedBy } = await train({
      schedule: { ...schedule, validateEvery: 3, stages },
      select: () => 0, // the first of equals is kept
    });
    expect({ steps, endedBy }).toEqual({ steps: 9, endedBy: 'stop rule' });
    generator.dispose();
  });

  test('returns the chosen generator, not the last one', async () => {
    let validations = 0;
    const first = await train({ select: () => -validations++ });
    const last = await train({ select: () => validations++ });
    expect(first.chosen?.step).toBe(8);
    expect(last.chosen?.step).toBe(14);
    expect(await weightsOf(first)).not.toEqual(await weightsOf(last));
  });

  test('keeps the number of tensors and reads one small tensor a step', async () => {
    const tensors: number[] = [];
    const reads: number[] = [];
    const read = vi.spyOn(tf.Tensor.prototype, 'data');
    const stages = [stage('adversarial-vnet', 12)];
    const { generator } = await train({
      schedule: { ...schedule, validateEvery: 100, stages },
      onStep: () => {
        tensors.push(tf.memory().numTensors);
        reads.push(read.mock.calls.length);
      },
    });
    expect(new Set(tensors.slice(2)).size).toBe(1); // Adam makes its state in the first two
    const perStep = reads.slice(1, -1).map((count, i) => count - (reads[i] as number));
    expect(new Set(perStep)).toEqual(new Set([1])); // the last step is validated
    generator.dispose();
  });

  test('leaves the attacked network as it is', async () => {
    const before = await Promise.all([...network.parameters.values()].map((v) => v.data()));
    (await train()).generator.dispose();
    const after = await Promise.all([...network.parameters.values()].map((v) => v.data()));
    expect(after).toEqual(before);
  });

  test('gives way to other tasks', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 0);
    const { generator } = await train();
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
    generator.dispose();
  });
});

describe.each(await testedEngines())('a training resumed $name', ({ backend, problem }) => {
  afterEach(async () => {
    await useEngine('cpu');
  });

  test.skipIf(problem !== '').each(['group', 'batch'] as const)(
    'ends with the same bits as an undisturbed one, %s',
    async (normalisation) => {
      await useEngine(backend);
      const checkpoints: Uint8Array[] = [];
      const onCheckpoint = async (bytes: Uint8Array): Promise<void> => {
        checkpoints.push(bytes);
      };
      const common = { generator: { ...TINY, normalisation }, checkpointEvery: 3, onCheckpoint };
      const undisturbed = await train(common);
      expect(checkpoints.length).toBe(4);
      const weights = await weightsOf(undisturbed);
      for (const resumeFrom of [checkpoints[0], checkpoints[2]] as Uint8Array[]) {
        const resumed = await train({ ...common, resumeFrom });
        expect(resumed.history).toEqual(undisturbed.history);
        expect(resumed.chosen).toEqual(undisturbed.chosen);
        expect(await weightsOf(resumed)).toEqual(weights);
      }
    },
  );
});

describe('a resumed training', () => {
  test('goes on after an abort at any step', async () => {
    const undisturbed = await train({ checkpointEvery: 4, onCheckpoint: async () => {} });
    const abort = new AbortController();
    let checkpoint: Uint8Array | undefined;
    const interrupted = train({
      checkpointEvery: 4,
      onCheckpoint: async (bytes) => {
        checkpoint = bytes;
      },
      onStep: ({ step }) => step === 10 && abort.abort(new Error('power cut')),
      signal: abort.signal,
    });
    await expect(interrupted).rejects.toThrow('power cut');
    const resumeFrom = checkpoint as Uint8Array;
    const steps: number[] = [];
    const resumed = await train({
      checkpointEvery: 4,
      onCheckpoint: async () => {},
      resumeFrom,
      onStep: ({ step }) => steps.push(step),
    });
    expect(steps).toEqual([9, 10, 11, 12, 13, 14]);
    expect(resumed.history).toEqual(undisturbed.history);
    expect(await weightsOf(resumed)).toEqual(await weightsOf(undisturbed));
  });

  test('must have the same configuration and a checkpoint', async () => {
    let resumeFrom = new Uint8Array();
    const onCheckpoint = async (bytes: Uint8Array): Promise<void> => {
      resumeFrom = Uint8Array.from(bytes);
    };
    (await train({ checkpointEvery: 3, onCheckpoint })).generator.dispose();
    const { generator } = await train({ checkpointEvery: 3 });
    const noCheckpoint = await saveGenerator(generator);
    generator.dispose();
    await expect(train({ resumeFrom: noCheckpoint })).rejects.toThrow(
      new RangeError(
        'trainAttack: resumeFrom must be a checkpoint of format mammo-gan-attack-checkpoint-2, got undefined',
      ),
    );
    await expect(train({ resumeFrom, checkpointEvery: 3, seed: 8 })).rejects.toThrow(
      new RangeError(
        'trainAttack: resumeFrom must be of the same configuration, got seed was 7 and is 8',
      ),
    );
    const stages = schedule.stages.map((s) => ({ ...s, maxSteps: 4 }));
    await expect(
      train({ resumeFrom, checkpointEvery: 3, schedule: { ...schedule, stages } }),
    ).rejects.toThrow('got schedule.stages.0.maxSteps was 2 and is 4; schedule.stages.1');
  });
});

describe('trainAttack refuses', () => {
  test.each([
    [{ direction: 'hide' }, "direction must be 'remove' or 'insert', got hide"],
    [{ seed: 0.5 }, 'seed must be a safe integer, got 0.5'],
    [{ validationImages: 0 }, 'validationImages must be a positive integer, got 0'],
    [{ validationBatch: -1 }, 'validationBatch must be a positive integer, got -1'],
    [{ checkpointEvery: 0 }, 'checkpointEvery must be a positive integer, got 0'],
    [{ penalty: { k: -1 } }, 'penalty.k must be finite and not negative, got -1'],
    [{ penalty: { order: 1 } }, 'penalty.order must be at least 2, got 1'],
    [{ divergenceLimit: 0 }, 'divergenceLimit must be a positive number, got 0'],
    [{ confidence: -1 }, 'confidence must be finite and not negative, got -1'],
    [{ schedule: { ...schedule, batch: 0 } }, 'batch must be a positive integer, got 0'],
    [
      { generator: { ...TINY, height: 7 } },
      'height must be a positive multiple of 2^levels = 2, got 7',
    ],
    [
      { generator: { ...TINY, width: 4 } },
      "training images must be 8×4 as the generator's, got 8×8",
    ],
    [
      { schedule: { ...schedule, stages: [] } },
      'stages must hold a stage of at least one step, got none',
    ],
  ])('%j', async (changes, message) => {
    await expect(train(changes as Partial<TrainAttackOptions>)).rejects.toThrow(
      new RangeError(`trainAttack: ${message}`),
    );
  });

  test('images of one class', async () => {
    const { cohort } = tinyScene(network);
    await expect(train({ cohort: { ...cohort, training: tinySet(1, 1) } })).rejects.toThrow(
      new RangeError('trainAttack: training must hold negatives, got none'),
    );
  });
});

describe('a training that diverges', () => {
  /** From the sixth step on the discriminator's features are not finite any more. */
  const breaking = (): Backbone => {
    let calls = 0;
    return {
      ...network,
      features: (images, featureOptions) => {
        const features = network.features(images, featureOptions);
        return featureOptions?.dropoutSeed !== undefined && ++calls > 21
          ? tf.tidy(() => tf.div(features, 0) as tf.Tensor2D)
          : features;
      },
    };
  };

  test('is stopped, and its last good checkpoint and its best generator are kept', async () => {
    const checkpoints: Uint8Array[] = [];
    const stages = [stage('adversarial-head', 20)];
    const failure = await train({
      victim: { ...brightSpotVictim, backbone: breaking() },
      schedule: { ...schedule, stages },
      checkpointEvery: 3,
      onCheckpoint: async (bytes) => {
        checkpoints.push(bytes);
      },
    }).catch((error) => error);
    expect(failure).toBeInstanceOf(AttackDivergedError);
    const { divergence } = failure as AttackDivergedError;
    expect(divergence.step).toBeGreaterThan(5);
    expect(failure.message).toMatch(
      /^trainAttack: .+ must stay finite, got (NaN|-?Infinity) in step \d+$/,
    );
    expect(divergence.lastCheckpoint).toBe(checkpoints.at(-1));
    const best = loadGenerator(divergence.bestGenerator as Uint8Array);
    for (const [name, variable] of best.parameters) {
      expect([...(await variable.data())].every(Number.isFinite), name).toBe(true);
    }
    best.dispose();

    const resumed = await train({
      schedule: { ...schedule, stages },
      checkpointEvery: 3,
      resumeFrom: divergence.lastCheckpoint as Uint8Array,
    });
    expect(resumed.steps).toBe(20);
    resumed.generator.dispose();
  });

  test('is noticed in its weights before they are kept', async () => {
    let saved = 0;
    const stages = [stage('critic-warm-up', 6, { learningRates: { head: 1e38 } })];
    await expect(
      train({
        schedule: { ...schedule, stages },
        penalty: { k: 0 },
        checkpointEvery: 1,
        onCheckpoint: async () => {
          saved++;
        },
      }),
    ).rejects.toThrow(/must stay finite, got (NaN|-?Infinity) in step \d/);
    expect(saved).toBeLessThan(6);
  });

  test('is noticed where the fakes leave their sources behind', async () => {
    const stages = [stage('adversarial-head', 9, { learningRates: { head: 1, generator: 1e3 } })];
    await expect(train({ schedule: { ...schedule, stages } })).rejects.toThrow(
      /^trainAttack: lossGen1 must stay below 10, got \d.* in step \d$/,
    );
  });
});
