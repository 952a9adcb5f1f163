import { describe, expect, test } from 'vitest';
import type { AttackHistoryRow } from '../src/attack-position.ts';
import type { AttackStage } from '../src/attack-stage.ts';
import { withPresentPrice } from '../src/price-fall.ts';

const stage: AttackStage = {
  name: 'adversarial-fnet',
  maxSteps: 100,
  learningRates: { generator: 1, head: 1, fnet: 1 },
  reconstructionWeight: 20,
  changePenalty: { smoothness: 60, sparsity: 1 },
  priceFalls: { below: 0.95, by: 0.5 },
};

const row = (fooled: number, name: AttackStage['name'] = stage.name): AttackHistoryRow =>
  ({ stage: name, step: 1, validation: { fooled } }) as AttackHistoryRow;

describe('the price of a change', () => {
  test('halves with every validation of the stage that fools too few', () => {
    const history = [
      row(0.1, 'adversarial-head'), // another stage
      row(0.5),
      { stage: stage.name, step: 2 }, // not validated
      row(0.95), // enough
      row(0.94),
    ];
    const priced = withPresentPrice(stage, history);
    expect(priced.reconstructionWeight).toBe(5);
    expect(priced.changePenalty).toEqual({ smoothness: 15, sparsity: 0.25 });
    expect(priced.maxSteps).toBe(100);
  });

  test('is the first one before any, and without a rule', () => {
    expect(withPresentPrice(stage, [])).toEqual(stage);
    const { priceFalls: _, ...constant } = stage;
    expect(withPresentPrice(constant, [row(0)])).toBe(constant);
  });

  test('is Loss_gen1 alone where a change costs nothing beyond it', () => {
    const { changePenalty: _, reconstructionWeight: __, ...plain } = stage;
    const priced = withPresentPrice(plain, [row(0)]);
    expect(priced.reconstructionWeight).toBe(0.5);
    expect(priced.changePenalty).toBeUndefined();
  });
});
