import { loadBatch } from '@mammo/mammo-io/tensors';
import { registerMissingGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type AttackCohort,
  type AttackSchedule,
  attackSchedule,
  type Backbone,
  type GeneratorOptions,
  measureAttack,
  type TrainAttackOptions,
  trainAttack,
  type Victim,
} from '../src/index.ts';
import { brightnessNetwork, brightnessSet, brightnessVictim } from './tiny-scene.ts';

const generator: GeneratorOptions = {
  height: 8,
  width: 8,
  levels: 1,
  channelMultiplier: 1 / 16,
  normalisation: 'group',
  output: 'delta',
};
const schedule: AttackSchedule = {
  ...attackSchedule('small'),
  batch: 2,
  validateEvery: 4,
  stages: [
    { name: 'critic-warm-up', maxSteps: 20, learningRates: { head: 0.3 } },
    {
      name: 'adversarial-head',
      maxSteps: 12,
      learningRates: { head: 0.01, generator: 0.01 },
    },
  ],
};
const cohort: AttackCohort = { training: brightnessSet(16, 1), validation: brightnessSet(8, 2) };
const train = (options: Pick<TrainAttackOptions, 'victim'> & Partial<TrainAttackOptions>) =>
  trainAttack({
    direction: 'insert',
    cohort,
    generator,
    schedule,
    select: ({ fooled }) => fooled,
    seed: 1,
    ...options,
  });

/** Features that a plain function computes and that are not trained. */
const plain: Backbone = {
  featureCount: 1,
  parameters: new Map(),
  input: 'grey',
  features: (grey) =>
    tf.tidy(() => tf.reshape(tf.mul(tf.sub(tf.mean(grey, [1, 2, 3]), 0.354), 40), [-1, 1])),
};

describe('trainAttack attacks', () => {
  beforeAll(registerMissingGradients);

  test.each(['insert', 'remove'] as const)('a plain function, to %s', async (direction) => {
    const victim = { ...brightnessVictim, backbone: plain };
    const result = await train({ victim, direction });
    expect(result.chosen?.validation.fooled).toBe(1);
    result.generator.dispose();
  });

  test('a model of tf.layers, whose weights the discriminator trains on', async () => {
    const pooled = layers.layers.globalAveragePooling2d({ inputShape: [8, 8, 1] });
    const body = layers.sequential({ layers: [pooled] });
    const head = layers.layers.dense({ units: 1, activation: 'sigmoid' });
    const model = layers.sequential({ layers: [body, head] });
    head.setWeights([tf.tensor2d([[300]]), tf.tensor1d([-300 * 0.354])]);
    const hidden = tf.tensor2d([[40, -40]]);
    const victim: Victim = {
      score: async (grey) => {
        const scores = model.predict(grey) as tf.Tensor;
        const values = await scores.data();
        scores.dispose();
        return values;
      },
      backbone: {
        featureCount: 2,
        input: 'grey',
        parameters: new Map([['hidden', hidden]]),
        partOf: () => 'fnet',
        features: (grey, { parameters } = {}) =>
          tf.tidy(() => {
            const level = tf.sub(body.apply(grey) as tf.Tensor2D, 0.354);
            return tf.matMul(level, (parameters?.get('hidden') ?? hidden) as tf.Tensor2D);
          }),
      },
    };
    const fnet = { ...schedule.stages[1], name: 'adversarial-fnet' } as const;
    const result = await train({
      victim,
      schedule: {
        ...schedule,
        stages: [
          schedule.stages[0],
          { ...fnet, learningRates: { head: 0.01, fnet: 1e-3, generator: 0.01 } },
        ] as AttackSchedule['stages'],
      },
    });
    expect(result.chosen?.validation.fooled).toBe(1);
    expect([...(await hidden.data())]).toEqual([40, -40]);
    result.generator.dispose();
    model.dispose();
    hidden.dispose();
  });

  test('a black box: trained on a surrogate, chosen and measured by scores alone', async () => {
    const surrogate = brightnessNetwork();
    const blackBox: Victim = { score: (grey) => brightnessVictim.score(grey) };
    const result = await train({ victim: blackBox, surrogate });
    const images = brightnessSet(20, 3);
    const found = await measureAttack(result.generator, {
      direction: 'insert',
      victim: blackBox,
      images,
    });
    expect(found).toMatchObject({ images: 10, correct: 10, fooled: 1 });

    const source = await loadBatch(images, [1, 3]); // negatives
    const attacked = await result.attack(source);
    expect(attacked).toMatchObject({ attack: 'u-net-gan', synthetic: true });
    const scores = await blackBox.score(attacked.images);
    expect(Array.from(scores).every((p) => p > 0.5)).toBe(true);
    tf.dispose([source, attacked.images]);
    result.generator.dispose();
    surrogate.dispose();
  });
});

describe('trainAttack refuses', () => {
  const backboneOf = (changes: Partial<Backbone>): Victim => ({
    ...brightnessVictim,
    backbone: { ...plain, ...changes },
  });

  test.each([
    ['no victim', undefined, 'victim must have a function score, got undefined'],
    ['a victim without score', {}, 'victim must have a function score, got undefined'],
    [
      'a victim that only gives scores without a surrogate',
      brightnessVictim,
      'victim must have a backbone, or surrogate must be one, got neither',
    ],
    [
      'features of another shape',
      backboneOf({ featureCount: 2 }),
      'backbone.features must have shape [2, 2] for 2 images, got [2,1]',
    ],
    [
      'features without a gradient',
      backboneOf({ features: (grey) => tf.tidy(() => tf.ones([grey.shape[0], 1])) }),
      /backbone\.features must be differentiable, got: /,
    ],
    [
      'features whose gradient is 0',
      backboneOf({ features: (grey) => tf.tidy(() => tf.mul(plain.features(grey), 0)) }),
      'backbone.features must have a gradient by the images that is finite and not zero everywhere, got 0',
    ],
    [
      'features that are not finite',
      backboneOf({
        features: (grey) => tf.tidy(() => tf.log(tf.neg(tf.abs(plain.features(grey))))),
      }),
      'backbone.features must be finite, got NaN',
    ],
    [
      'features that cannot be differentiated twice',
      backboneOf({
        features: (grey) =>
          tf.tidy(() => tf.reshape(tf.mean(tf.elu(tf.sub(grey, 0.3)), [1, 2, 3]), [-1, 1])),
      }),
      /backbone\.features must be differentiable twice, or penalty\.k 0, got: /,
    ],
  ] as const)('%s', async (_, victim, message) => {
    await expect(train({ victim: victim as Victim })).rejects.toThrow(message);
  });

  test('a backbone whose own weight is named as that of the new last layer', async () => {
    const weight = tf.scalar(1);
    const victim = backboneOf({
      parameters: new Map([['head.weight', weight]]),
      partOf: () => 'fnet',
    });
    await expect(train({ victim })).rejects.toThrow(
      "createDiscriminator: head.weight is the discriminator's own, so its part must be head, got fnet",
    );
    weight.dispose();
  });
});
