import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { type AttackValidatorOptions, createAttackValidator } from '../src/attack-validation.ts';
import { createGenerator, type Generator, measureAttack, type Victim } from '../src/index.ts';
import { brightSpotVictim, tinySet } from './tiny-scene.ts';

const options = (changes: Partial<AttackValidatorOptions> = {}): AttackValidatorOptions => ({
  caller: 'trainAttack',
  direction: 'remove',
  victim: brightSpotVictim,
  images: tinySet(8, 2),
  count: 100,
  batch: 3,
  confidence: 0.25,
  seed: 1,
  ...changes,
});

/** Adds a constant to every pixel but the air. */
const shifter = (change: number): Generator => {
  const generator = createGenerator(
    {
      height: 8,
      width: 8,
      levels: 1,
      channelMultiplier: 1 / 16,
      normalisation: 'group',
      output: 'delta',
    },
    { seed: 1 },
  );
  generator.parameters.get('last.bias')?.assign(tf.tensor1d([change]));
  return generator;
};

describe('createAttackValidator', () => {
  test('an unchanged image fools nobody and costs nothing', async () => {
    const generator = shifter(0);
    const validate = await createAttackValidator(options());
    const { meanLogOdds, ...rest } = await validate(generator);
    expect(rest).toEqual({ images: 4, correct: 4, fooled: 0, confidentlyFooled: 0, lossGen1: 0 });
    expect(meanLogOdds).toBeLessThan(0);
    generator.dispose();
  });

  test('removal is fooled once the bright spots are dark, insertion once the dark are bright', async () => {
    const darker = shifter(-0.6);
    const removal = await (await createAttackValidator(options()))(darker);
    expect(removal).toMatchObject({ fooled: 1, confidentlyFooled: 1 });
    expect(removal.meanLogOdds).toBeGreaterThan(0);
    const brighter = shifter(0.4);
    const insertion = await (await createAttackValidator(options({ direction: 'insert' })))(
      brighter,
    );
    expect(insertion).toMatchObject({ images: 4, fooled: 1, confidentlyFooled: 1 });
    for (const generator of [darker, brighter]) generator.dispose();
  });

  test('a fake that only just fools counts in proportion to its confidence', async () => {
    const generator = shifter(-0.385); // spots go from 0.9155 to 0.5305: log odds 0.39 of the typical 3.7
    const validate = async (confidence: number) =>
      (await createAttackValidator(options({ confidence })))(generator);
    const validation = await validate(0.25);
    expect(validation.fooled).toBe(1);
    expect(validation.confidentlyFooled).toBeCloseTo(validation.meanLogOdds / (0.25 * 3.7), 1);
    expect(validation.confidentlyFooled).toBeLessThan(0.5);
    expect((await validate(0)).confidentlyFooled).toBe(1);
    generator.dispose();
  });

  test('Loss_gen1 is that of the stored fakes', async () => {
    const generator = shifter(0.1);
    const images = tinySet(2, 2);
    const validate = await createAttackValidator(options({ images }));
    const source = await images.pixels(0);
    let change = 0;
    let energy = 0;
    for (const level of source) {
      const grey = level / 65535;
      change += level === 0 ? 0 : Math.min(0.1, 1 - grey) ** 2;
      energy += (grey - 0.485) ** 2;
    }
    expect((await validate(generator)).lossGen1).toBeCloseTo(change / energy, 4);
    generator.dispose();
  });

  test('at most `count` images of a class are used', async () => {
    const generator = shifter(0);
    const validate = await createAttackValidator(options({ count: 2 }));
    expect((await validate(generator)).images).toBe(2);
    generator.dispose();
  });

  test('refuses images of one class', async () => {
    const images = tinySet(1, 2); // positive
    await expect(createAttackValidator(options({ images }))).rejects.toThrow(
      new RangeError('trainAttack: validation must hold a negative image, got none'),
    );
  });

  test.each([
    ['is blind', () => 0.5, 'victim.score must tell images apart, got 0.5 for all of 8'],
    [
      'is never right',
      (p: number) => 1 - p,
      'the victim must have an image right, got 0 of 8 (is score p(cancer)?)',
    ],
    [
      'gives logits',
      (p: number) => 10 * p - 5,
      /victim\.score must give probabilities in \[0, 1\], got -?\d.* \(a logit\? its sigmoid is one\)/,
    ],
    [
      'gives no numbers',
      () => Number.NaN,
      'victim.score must give probabilities in [0, 1], got NaN',
    ],
  ] as const)('refuses a victim that %s', async (_, change, message) => {
    const victim: Victim = {
      score: async (grey) => Array.from(await brightSpotVictim.score(grey), change),
    };
    await expect(createAttackValidator(options({ victim }))).rejects.toThrow(message);
  });

  test('refuses a victim that gives a score for each class', async () => {
    const victim: Victim = { score: async (grey) => new Float32Array(2 * grey.shape[0]) };
    await expect(createAttackValidator(options({ victim }))).rejects.toThrow(
      new RangeError(
        'trainAttack: victim.score must give one p(cancer) for each of 3 images, got 6 numbers',
      ),
    );
  });
});

describe('measureAttack', () => {
  test('measures any generator against any victim that gives scores', async () => {
    const brighter = {
      options: { height: 8, width: 8 },
      generate: (grey: tf.Tensor4D): tf.Tensor4D => tf.clipByValue(tf.add(grey, 0.4), 0, 1),
    };
    const request = { victim: brightSpotVictim, images: tinySet(8, 2) };
    const inserted = await measureAttack(brighter, { ...request, direction: 'insert' });
    expect(inserted).toMatchObject({ images: 4, correct: 4, fooled: 1 });
    const removed = await measureAttack(brighter, { ...request, direction: 'remove' });
    expect(removed).toMatchObject({ images: 4, correct: 4, fooled: 0 });
  });

  test('names itself in messages', async () => {
    const request = {
      direction: 'insert',
      victim: brightSpotVictim,
      images: tinySet(1, 2),
    } as const;
    const generator = shifter(0);
    await expect(measureAttack(generator, request)).rejects.toThrow(
      'measureAttack: images must hold a negative image, got none',
    );
    generator.dispose();
  });
});
