import { readFileSync } from 'node:fs';
import { randomStream } from '@mammo/mammo-io';
import { registerMissingGradients, valueAndVariableGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { HistoryPool } from '../src/cycle-gan/history-pool.ts';
import {
  createPatchJudge,
  leastSquaresGenerator,
  leastSquaresJudge,
  meanDistance,
} from '../src/index.ts';

interface TorchTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

const golden = JSON.parse(
  readFileSync(new URL('./fixtures/cycle-gan/data.json', import.meta.url), 'utf8'),
) as Readonly<Record<'real' | 'fake' | 'judgementOfFake' | 'gradientOfFake', TorchTensor>> &
  Readonly<Record<'weights' | 'gradients', Readonly<Record<string, TorchTensor>>>> &
  Readonly<Record<'layers' | 'channels' | 'lossGenerator' | 'lossJudge' | 'meanDistance', number>>;

const fromTorch = ({ shape, data }: TorchTensor, order: readonly number[]): tf.Tensor => {
  const tensor = tf.tensor([...data], [...shape]);
  return shape.length === 4 ? tf.transpose(tensor, [...order]) : tensor;
};
const image = (tensor: TorchTensor) => fromTorch(tensor, [0, 2, 3, 1]) as tf.Tensor4D;
const weight = (tensor: TorchTensor) => fromTorch(tensor, [2, 3, 1, 0]);
const number = async (scalar: tf.Tensor): Promise<number> => (await scalar.data())[0] as number;
const farthest = async (a: tf.Tensor, b: tf.Tensor): Promise<number> =>
  number(tf.max(tf.abs(tf.sub(a, b))));

beforeAll(registerMissingGradients);

describe('losses of the CycleGAN', () => {
  test('are the squares that the paper gives', async () => {
    expect(await number(leastSquaresGenerator(tf.tensor1d([1, 0, 3])))).toBeCloseTo(5 / 3, 6);
    const judgements = { real: tf.tensor1d([1, 0]), fake: tf.tensor1d([2, 0]) };
    expect(await number(leastSquaresJudge(judgements))).toBeCloseTo((0.5 + 2) / 2, 6);
    expect(await number(meanDistance(tf.tensor1d([0, 1]), tf.tensor1d([0.25, 0.5])))).toBeCloseTo(
      0.75,
      6,
    );
  });

  test('refuse images of two shapes', () => {
    expect(() => meanDistance(tf.zeros([2]), tf.zeros([3]))).toThrow(
      new RangeError('meanDistance: images must have one shape, got [2] and [3]'),
    );
  });
});

describe('a patch judge', () => {
  const loaded = () => {
    const { layers, channels } = golden;
    const judge = createPatchJudge({ layers, channels }, { seed: 1, name: 'remove' });
    expect([...judge.parameters.keys()]).toEqual(Object.keys(golden.weights));
    for (const [name, variable] of judge.parameters) {
      variable.assign(weight(golden.weights[name] as TorchTensor));
    }
    return judge;
  };

  test('judges as PyTorch does, and its losses and gradients are PyTorch’s', async () => {
    const judge = loaded();
    const [real, fake] = [image(golden.real), image(golden.fake)];
    expect(await farthest(judge.judge(fake), image(golden.judgementOfFake))).toBeLessThan(1e-4);
    const loss = (images: tf.Tensor4D) => leastSquaresGenerator(judge.judge(images));
    expect(await number(loss(fake))).toBeCloseTo(golden.lossGenerator, 4);
    const gradient = tf.grad((images: tf.Tensor) => loss(images as tf.Tensor4D))(fake);
    expect(await farthest(gradient, image(golden.gradientOfFake))).toBeLessThan(1e-4);
    const { value, gradients } = valueAndVariableGradients(
      () => leastSquaresJudge({ real: judge.judge(real), fake: judge.judge(fake) }),
      judge.parameters,
    );
    expect(await number(value)).toBeCloseTo(golden.lossJudge, 4);
    for (const [name, expected] of Object.entries(golden.gradients)) {
      expect(await farthest(gradients[name] as tf.Tensor, weight(expected)), name).toBeLessThan(
        1e-4,
      );
    }
    expect(await number(meanDistance(real, fake))).toBeCloseTo(golden.meanDistance, 5);
    judge.dispose();
  });

  test('starts from weights that its seed and its name decide', async () => {
    const make = async (seed: number, name: string) => {
      const judge = createPatchJudge({ layers: 1, channels: 2 }, { seed, name });
      const values = [...(await (judge.parameters.get('model.0.weight') as tf.Variable).data())];
      judge.dispose();
      return values;
    };
    expect(await make(1, 'a')).toEqual(await make(1, 'a'));
    expect(await make(1, 'a')).not.toEqual(await make(2, 'a'));
    expect(await make(1, 'a')).not.toEqual(await make(1, 'b'));
  });

  test('of images judges by the largest value of each feature over their patches', async () => {
    const sizes = { layers: 1, channels: 2 };
    const last = 'model.5';
    const images = image(golden.real);
    const whole = createPatchJudge({ ...sizes, verdict: 'image' }, { seed: 1, name: 'a' });
    const patches = createPatchJudge(sizes, { seed: 1, name: 'a' }); // the same weights but for the last
    const channels = whole.parameters.get(`${last}.weight`)?.shape[2] as number;
    let expected: tf.Tensor = tf.scalar(0.5);
    for (let channel = 0; channel < channels; channel++) {
      // a filter of a single 1 copies the channel's map; one of the four middle places reaches each of its pixels
      const places = [1, 2].flatMap((row) => [1, 2].map((column) => [row, column] as const));
      const largest = places.map(([row, column]) => {
        const filter = tf.buffer([4, 4, channels, 1]);
        filter.set(1, row, column, channel, 0);
        patches.parameters.get(`${last}.weight`)?.assign(filter.toTensor());
        return tf.max(patches.judge(images), [1, 2], true);
      });
      expected = tf.add(expected, tf.mul(largest.reduce(tf.maximum), channel + 1));
    }
    const weights = Array.from({ length: channels }, (_, channel) => channel + 1);
    whole.parameters.get(`${last}.weight`)?.assign(tf.tensor(weights, [1, 1, channels, 1]));
    whole.parameters.get(`${last}.bias`)?.assign(tf.tensor1d([0.5]));
    expect(await farthest(whole.judge(images), expected)).toBeLessThan(1e-5);
    for (const judge of [whole, patches]) judge.dispose();
  });

  test.each([
    [{ layers: 0, channels: 4 }, 'layers must be a positive integer, got 0'],
    [{ layers: 1, channels: 0.5 }, 'channels must be a positive integer, got 0.5'],
    [
      { layers: 1, channels: 1, verdict: 'patch' as 'patches' },
      "verdict must be 'patches' or 'image', got patch",
    ],
  ])('of %j is refused', (options, message) => {
    expect(() => createPatchJudge(options, { seed: 1, name: 'a' })).toThrow(
      new RangeError(`createPatchJudge: ${message}`),
    );
  });
});

describe('a history pool', () => {
  const shownBy = (pool: HistoryPool, values: number[], seed: number) =>
    pool
      .exchange(
        values.map((value) => Float32Array.of(value)),
        randomStream(seed, 'pool'),
      )
      .map(([value]) => value);

  test('shows what it keeps until it is full, then new and old in equal parts', () => {
    const pool = new HistoryPool(4);
    expect(shownBy(pool, [1, 2, 3], 1)).toEqual([1, 2, 3]);
    expect(shownBy(pool, [4], 1)).toEqual([4]);
    let old = 0;
    for (let step = 0; step < 200; step++) {
      const [shown] = shownBy(pool, [100 + step], step);
      if (shown !== 100 + step) old++;
    }
    expect(old).toBeGreaterThan(75);
    expect(old).toBeLessThan(125);
    expect(pool.images).toHaveLength(4);
  });

  test('of size 0 shows new fakes alone', () => {
    expect(shownBy(new HistoryPool(0), [1, 2], 1)).toEqual([1, 2]);
  });
});
