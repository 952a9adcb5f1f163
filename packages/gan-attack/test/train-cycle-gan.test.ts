import { memoryImageSet } from '@mammo/mammo-io';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import '@mammo/tfjs-backend-onnx';
import { learningRateAt } from '../src/cycle-gan/train-cycle-gan.ts';
import {
  AttackDivergedError,
  type CycleGanHistoryRow,
  generatorOptions,
  saveGenerator,
  type TrainCycleGanOptions,
  trainCycleGan,
} from '../src/index.ts';
import { tinySet } from './tiny-scene.ts';

const SIZES = generatorOptions('small', {
  height: 8,
  width: 8,
  levels: 1,
  channelMultiplier: 1 / 16,
});
const base = (changes: Partial<TrainCycleGanOptions> = {}): TrainCycleGanOptions => ({
  cohort: { training: tinySet(16, 1), validation: tinySet(12, 2) },
  generator: SIZES,
  steps: 4,
  seed: 5,
  judge: { layers: 1, channels: 4 },
  poolSize: 3,
  ...changes,
});

/** p(cancer) from the brightest pixel: real spots have 0.92, other tissue at most 0.37. */
const spotVictim = {
  score: async (grey: tf.Tensor4D): Promise<Float32Array> => {
    const brightest = tf.max(grey, [1, 2, 3]);
    const values = (await brightest.data()) as Float32Array;
    brightest.dispose();
    return values.map((value) => 1 / (1 + Math.exp(-20 * (value - 0.55))));
  },
};

async function weightsOf(options: TrainCycleGanOptions): Promise<Uint8Array[]> {
  const { generators } = await trainCycleGan(options);
  const files = [await saveGenerator(generators.remove), await saveGenerator(generators.insert)];
  generators.remove.dispose();
  generators.insert.dispose();
  return files;
}

beforeAll(async () => {
  await tf.setBackend('onnx');
});
afterAll(async () => {
  await tf.setBackend('cpu');
});

describe('trainCycleGan', () => {
  test('learns to come back from the cycle, and tells how it does against a victim that it has not seen', async () => {
    const cycles: number[] = [];
    const { generators, attack, history, steps } = await trainCycleGan(
      base({
        generator: { ...SIZES, output: 'image' },
        steps: 40,
        learningRate: 1e-2,
        reportEvery: 20,
        victim: spotVictim,
        onStep: ({ cycle }) => cycles.push(cycle),
      }),
    );
    expect(steps).toBe(40);
    expect(history.map(({ step }) => step)).toEqual([20, 40]);
    expect(history.at(-1)?.validation?.remove.correct).toBe(6);
    expect(cycles.at(-1)).toBeLessThan((cycles[0] ?? 0) / 2);
    const images = tf.fill([2, 8, 8, 1], 0.3) as tf.Tensor4D;
    const attacked = await attack(images, { labels: [0, 1] });
    expect(attacked).toMatchObject({ attack: 'cycle-gan', synthetic: true });
    tf.dispose([images, attacked.images]);
    generators.remove.dispose();
    generators.insert.dispose();
  });

  test('is the same for the same seed, another for another, and goes on from a checkpoint with the same bits', async () => {
    const checkpoints: Uint8Array[] = [];
    const keep = {
      judgeWarmUp: 3, // the checkpoint is of judges that learn alone yet
      checkpointEvery: 2,
      onCheckpoint: async (c: Uint8Array) => void checkpoints.push(c),
    };
    const whole = await weightsOf(base(keep));
    const [first] = checkpoints;
    expect(await weightsOf(base({ ...keep, resumeFrom: first as Uint8Array }))).toEqual(whole);
    expect(await weightsOf(base({ ...keep, seed: 6 }))).not.toEqual(whole);
    await expect(
      trainCycleGan(base({ ...keep, poolSize: 4, resumeFrom: first as Uint8Array })),
    ).rejects.toThrow(
      'trainCycleGan: resumeFrom must be of the same configuration, got poolSize was 3 and is 4',
    );
  });

  test('lets judges learn to tell the classes first, whose generators then fool a victim that they have not seen', async () => {
    const { generators, history } = await trainCycleGan(
      base({
        batch: 4,
        steps: 120,
        judgeWarmUp: 60,
        judge: { layers: 1, channels: 8, verdict: 'image' },
        learningRate: 1e-2,
        victim: spotVictim,
        reportEvery: 60,
      }),
    );
    const [warm] = history as [CycleGanHistoryRow];
    expect(warm).toMatchObject({ lossGenerators: 0, verdict: 0, cycle: 0, identity: 0 });
    expect(warm.validation?.insert.lossGen1).toBe(0);
    expect(warm.lossJudges.insert).toBeLessThan(0.1); // ¼ for a judge that cannot tell
    expect(history.at(-1)?.validation?.remove.fooled).toBeGreaterThan(0.5);
    for (const generator of Object.values(generators)) generator.dispose();
  });

  test('leaves no tensor but the generators', async () => {
    const before = tf.memory().numTensors;
    const { generators } = await trainCycleGan(base());
    generators.remove.dispose();
    generators.insert.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('keeps the learning rate for half of the steps, then lowers it evenly', () => {
    const options = { steps: 6, learningRate: 1 };
    const rates = [0, 1, 2, 3, 4, 5].map((step) => learningRateAt(step, options));
    expect(rates).toEqual([1, 1, 1, 0.75, 0.5, 0.25]);
  });

  test('that diverges says what left its bounds, and holds the last checkpoint', async () => {
    const options = base({
      steps: 60,
      learningRate: 1e30,
      checkpointEvery: 1,
      onCheckpoint: async () => undefined,
    });
    const error = await trainCycleGan(options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AttackDivergedError);
    expect((error as AttackDivergedError).message).toMatch(
      /^trainCycleGan: .+ must stay finite, got .+ in step \d+$/,
    );
  });

  test('is stopped by a signal', async () => {
    const reason = new Error('enough');
    await expect(trainCycleGan(base({ signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
  });

  const set = tinySet(4, 1);
  test.each<[Partial<TrainCycleGanOptions>, string]>([
    [{ steps: 0 }, 'steps must be a positive integer, got 0'],
    [{ batch: 1.5 }, 'batch must be a positive integer, got 1.5'],
    [{ seed: 0.5 }, 'seed must be a safe integer, got 0.5'],
    [{ judgeWarmUp: -1 }, 'judgeWarmUp must be an integer from 0 on, got -1'],
    [{ judgeLearningRate: Number.NaN }, 'judgeLearningRate must be a positive number, got NaN'],
    [{ poolSize: -1 }, 'poolSize must be an integer from 0 on, got -1'],
    [{ learningRate: 0 }, 'learningRate must be a positive number, got 0'],
    [
      { judge: { layers: 2 } },
      'judge.layers must leave at least 3 pixels of 8×8 when it has halved them, got 2 layers, which leave 2',
    ],
    [{ weights: { cycle: -1 } }, 'weights.cycle must be finite and not negative, got -1'],
    [
      { generator: { ...SIZES, height: 16 } },
      "training images must be 16×8 as the generators', got 8×8",
    ],
    [
      {
        cohort: {
          training: memoryImageSet({
            ...set,
            images: set.images.slice(0, 1),
            pixels: [new Uint16Array(64)],
          }),
        },
      },
      'training must hold negatives, got none',
    ],
    [
      { cohort: { training: set }, victim: spotVictim },
      'validation must be given where there is a victim, got none',
    ],
  ])('refuses %j', async (changes, message) => {
    await expect(trainCycleGan(base(changes))).rejects.toThrow(
      new RangeError(`trainCycleGan: ${message}`),
    );
  });
});
