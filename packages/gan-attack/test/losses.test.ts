import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { discriminatorLoss, logSigmoidScore, lossGen1, lossGen2 } from '../src/index.ts';

const number = async (scalar: tf.Tensor): Promise<number> => (await scalar.data())[0] as number;
const grey = (...values: number[]): tf.Tensor4D => tf.tensor4d(values, [1, 1, values.length, 1]);

describe('logSigmoidScore', () => {
  test('is the mean of log sigmoid', async () => {
    expect(await number(logSigmoidScore(tf.tensor1d([0, 0])))).toBeCloseTo(-Math.LN2, 6);
    const both = logSigmoidScore(tf.tensor1d([Math.log(3), -Math.log(3)])); // sigmoids 3/4 and 1/4
    expect(await number(both)).toBeCloseTo(Math.log(3 / 16) / 2, 6);
  });

  test('does not overflow', async () => {
    expect(await number(logSigmoidScore(tf.tensor1d([-500])))).toBeCloseTo(-500, 3);
    expect(await number(logSigmoidScore(tf.tensor1d([500])))).toBeCloseTo(0, 6);
  });
});

describe('discriminatorLoss', () => {
  const inputs = () => ({ rawReal: tf.tensor1d([0]), rawFake: tf.tensor1d([0]) });

  test('adds both scores, the penalty and the stabiliser', async () => {
    const { loss, scoreReal, scoreFake } = discriminatorLoss({
      ...inputs(),
      penalty: tf.scalar(2),
    });
    expect(await number(scoreReal)).toBeCloseTo(-Math.LN2, 6);
    expect(await number(scoreFake)).toBeCloseTo(-Math.LN2, 6);
    expect(await number(loss)).toBeCloseTo(2 + (1 - Math.LN2), 6);
  });

  test('can leave the stabiliser out', async () => {
    expect(await number(discriminatorLoss({ ...inputs(), stabiliser: false }).loss)).toBeCloseTo(
      0,
      6,
    );
  });

  test('falls as real images score higher and fakes lower', async () => {
    const options = { stabiliser: false };
    const apart = { rawReal: tf.scalar(2), rawFake: tf.scalar(-2), ...options };
    const mixed = { rawReal: tf.scalar(-2), rawFake: tf.scalar(2), ...options };
    expect(await number(discriminatorLoss(apart).loss)).toBeLessThan(0);
    expect(await number(discriminatorLoss(mixed).loss)).toBeGreaterThan(0);
  });
});

describe('lossGen1', () => {
  test('is the squared change over the squared normalised source', async () => {
    const source = grey(0.585, 0.385); // 0.1 from the mean of channel 0
    expect(await number(lossGen1(grey(0.595, 0.395), source))).toBeCloseTo(0.01, 5);
  });

  test('is 0 exactly for an unchanged image', async () => {
    expect(await number(lossGen1(grey(0.2, 0.9), grey(0.2, 0.9)))).toBe(0);
  });

  test('grows with the square of the change', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0.01, max: 0.1, noNaN: true }), async (change) => {
        const source = grey(0.1, 0.3);
        const one = await number(lossGen1(grey(0.1 + change, 0.3), source));
        const two = await number(lossGen1(grey(0.1 + 2 * change, 0.3), source));
        expect(two / one).toBeCloseTo(4, 2);
      }),
      { numRuns: 20 },
    );
  });

  test('needs equal shapes', () => {
    expect(() => lossGen1(grey(1), grey(1, 1))).toThrow(
      new RangeError('lossGen1: fake must have the shape of source [1,1,2,1], got [1,1,1,1]'),
    );
  });
});

describe('lossGen2', () => {
  test('adds Loss_gen1 to the negative score', async () => {
    const raw = tf.tensor1d([0]);
    expect(await number(lossGen2(raw, tf.scalar(0.25)))).toBeCloseTo(Math.LN2 + 0.25, 6);
  });

  test('weighs Loss_gen1', async () => {
    const loss = lossGen2(tf.tensor1d([0]), tf.scalar(0.25), { reconstructionWeight: 4 });
    expect(await number(loss)).toBeCloseTo(Math.LN2 + 1, 6);
  });
});
