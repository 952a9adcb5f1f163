import { describe, expect, test } from 'vitest';
import {
  type AttackStage,
  checkAttackStages,
  trainedParts,
  trainsGenerator,
} from '../src/attack-stage.ts';

const stage = (changes: object = {}): AttackStage => ({
  name: 'adversarial-head',
  maxSteps: 1,
  learningRates: { generator: 1, head: 1 },
  ...changes,
});

describe('attack stages', () => {
  test('train one part of the discriminator more after the other', () => {
    expect(trainedParts('reconstruct')).toEqual([]);
    expect(trainedParts('critic-warm-up')).toEqual(['head']);
    expect(trainedParts('adversarial-vnet')).toEqual(['head', 'fnet', 'vnet']);
  });

  test('train the generator in every n-th step', () => {
    const steps = [0, 1, 2, 3, 4, 5];
    expect(steps.filter((i) => trainsGenerator(stage({ generatorEvery: 3 }), i))).toEqual([2, 5]);
    expect(steps.filter((i) => trainsGenerator(stage({ name: 'reconstruct' }), i))).toEqual(steps);
    expect(steps.filter((i) => trainsGenerator(stage({ name: 'critic-warm-up' }), i))).toEqual([]);
  });

  test.each([
    [[], 'stages must hold a stage of at least one step, got none'],
    [[stage({ maxSteps: 0 })], 'stages must hold a stage of at least one step, got none'],
    [
      [stage(), stage({ name: 'warm-up' })],
      "a stage's name must be one of reconstruct, critic-warm-up, adversarial-head, adversarial-fnet, adversarial-vnet, got warm-up",
    ],
    [
      [stage(), stage({ maxSteps: -1 })],
      'stage adversarial-head: maxSteps must be an integer from 0 on, got -1',
    ],
    [
      [stage({ generatorEvery: 0 })],
      'stage adversarial-head: generatorEvery must be a positive integer, got 0',
    ],
    [
      [stage({ reconstructionWeight: -1 })],
      'stage adversarial-head: reconstructionWeight must be finite and not negative, got -1',
    ],
    [
      [stage({ changePenalty: { smoothness: 1, sparsity: -1 } })],
      'stage adversarial-head: changePenalty.sparsity must be finite and not negative, got -1',
    ],
    [
      [stage({ name: 'adversarial-fnet' })],
      'stage adversarial-fnet: learningRates.fnet must be a positive number, got undefined',
    ],
    [
      [stage({ learningRates: { head: 1 } })],
      'stage adversarial-head: learningRates.generator must be a positive number, got undefined',
    ],
  ])('%j is refused', (stages, message) => {
    expect(() => checkAttackStages(stages as AttackStage[])).toThrow(
      new RangeError(`trainAttack: ${message}`),
    );
  });
});
