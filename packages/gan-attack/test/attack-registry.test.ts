import { registerMissingGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  ATTACKS,
  type AttackName,
  binaryClassifier,
  type DifferentiableClassifier,
  generatorAttack,
  type ImageAttack,
  type ImageGenerator,
} from '../src/index.ts';

beforeAll(registerMissingGradients);

/** Positive where the mean is above a half. */
const brightness = binaryClassifier((x) => tf.mul(tf.sub(tf.mean(x, [1, 2, 3]), 0.5), 8), [0, 1]);
const shifter = (change: number): ImageGenerator => ({
  options: { height: 4, width: 4, output: 'delta' },
  generate: (grey) => tf.tidy(() => tf.add(grey, change) as tf.Tensor4D),
});
const names = Object.keys(ATTACKS) as AttackName[];
const prepare = (name: AttackName, changes: object = {}): ImageAttack =>
  name === 'u-net-gan' || name === 'cycle-gan'
    ? ATTACKS[name].prepare({ remove: shifter(-0.1), insert: shifter(0.1) }, changes)
    : (
        ATTACKS[name].prepare as (against: DifferentiableClassifier, options: object) => ImageAttack
      )(brightness, changes);
const images = () =>
  tf.tidy(
    () => tf.concat([tf.fill([1, 4, 4, 1], 0.52), tf.fill([1, 4, 4, 1], 0.48)]) as tf.Tensor4D,
  );

describe.each(names)('ATTACKS: %s', (name) => {
  const { defaults, equation, reference } = ATTACKS[name];

  test('fools with the same call as all others, within [0, 1], marked, without a tensor left', async () => {
    const before = images();
    const count = tf.memory().numTensors;
    const needed = 'epsilon' in defaults ? { epsilon: 0.1 } : {};
    const options = name === 'universal-perturbation' ? { ...needed, fooledShare: 0.5 } : needed;
    const attacked = await prepare(name, options).attack(before, { labels: [1, 0] });
    expect(tf.memory().numTensors).toBe(count + 1);
    expect(attacked).toMatchObject({ attack: name, synthetic: true });
    expect(attacked.images.shape).toEqual([2, 4, 4, 1]);
    const values = [...(await attacked.images.data())];
    expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
    const predicted = await tf.argMax(brightness.logits(attacked.images), 1).data();
    const fooled = [predicted[0] !== 1, predicted[1] !== 0].filter(Boolean).length;
    expect(fooled).toBeGreaterThanOrEqual(name === 'universal-perturbation' ? 1 : 2);
  });

  test('has an equation and a reference, and refuses unknown options and images without labels', async () => {
    expect(equation.length).toBeGreaterThan(5);
    expect(reference).toMatch(/\d{4}, (arXiv|doi) /);
    expect(() => prepare(name, { epsilom: 1 })).toThrow(/: options must be among .+, got epsilom$/);
    await expect(prepare(name).attack(images())).rejects.toThrow(/: labels must be .+, got none$/);
  });
});

describe('generatorAttack', () => {
  const grey = (value: number) => tf.fill([1, 4, 4, 1], value) as tf.Tensor4D;

  test('leaves images of the other class and the air around the breast as they are', async () => {
    const attack = generatorAttack('mine', { insert: shifter(0.1) }, { batch: 1 });
    const mixed = tf.concat([grey(0.5), grey(0.5), grey(0)]) as tf.Tensor4D;
    const attacked = await attack.attack(mixed, { labels: [1, 0, 0] });
    const values = await attacked.images.data();
    expect([values[0], values[16], values[32]].map((v) => v?.toFixed(2))).toEqual([
      '0.50',
      '0.60',
      '0.00',
    ]);
    const all = await attack.attack(grey(0.5));
    expect((await all.images.data())[0]).toBeCloseTo(0.6, 5);
  });

  test.each([
    [
      'shapes',
      () => tf.zeros([1, 4, 8, 1]),
      undefined,
      'must have shape [N, 4, 4, 1], got [1,4,8,1]',
    ],
    [
      'channels',
      () => tf.zeros([1, 4, 4, 3]),
      undefined,
      'must have shape [N, 4, 4, 1], got [1,4,4,3]',
    ],
    ['ranks', () => tf.zeros([4, 4]), undefined, 'must have shape [N, 4, 4, 1], got [4,4]'],
    ['pixels', () => grey(1.5), undefined, 'pixels must lie in [0, 1], got [1.5, 1.5]'],
    [
      'numbers',
      () => grey(Number.NaN),
      undefined,
      'pixels must lie in [0, 1], got 16 that are NaN',
    ],
    ['labels', () => grey(0.5), [2], 'labels must be 1 of 0 (negative) and 1 (positive), got 2'],
    ['counts', () => grey(0.5), [0, 1], 'labels must be 1 of 0 (negative) and 1 (positive), got 2'],
  ] as const)('refuses wrong %s', async (_, make, labels, message) => {
    const attack = generatorAttack('mine', { insert: shifter(0) });
    await expect(
      attack.attack(make() as tf.Tensor4D, labels === undefined ? {} : { labels }),
    ).rejects.toThrow(message);
  });

  test('refuses no generator, and a wrong batch', () => {
    expect(() => generatorAttack('mine', {})).toThrow(
      new RangeError('mine: generators must hold remove or insert, got neither'),
    );
    expect(() => generatorAttack('mine', { insert: shifter(0) }, { batch: 0 })).toThrow(
      new RangeError('mine: batch must be a positive integer, got 0'),
    );
  });
});

test('probabilities in place of logits are refused', async () => {
  const sure: DifferentiableClassifier = {
    bounds: [0, 1],
    logits: (x) => tf.softmax(brightness.logits(x)),
  };
  await expect(ATTACKS.pgd.prepare(sure).attack(images(), { labels: [1, 0] })).rejects.toThrow(
    'projectedGradient: logits must be raw scores, before the softmax, got probabilities: rows in [0, 1] that sum to 1',
  );
});
