import { describe, expect, test } from 'vitest';
import {
  leaveStage,
  needsValidation,
  recordRow,
  recordStep,
  stageIsOver,
  startOf,
} from '../src/attack-position.ts';
import type { AttackStage, AttackValidation } from '../src/index.ts';

const warmUp: AttackStage = {
  name: 'critic-warm-up',
  maxSteps: 5,
  learningRates: { head: 1 },
  stopWhen: { kind: 'gap-above', gap: 0.2, window: 2 },
};
const versus: AttackStage = {
  name: 'adversarial-head',
  maxSteps: 4,
  learningRates: { generator: 1, head: 1 },
  stopWhen: { kind: 'gap-below', gap: 0.01, window: 1, minSteps: 2 },
  stopEnds: 'training',
};
const validation = (fooled: number): AttackValidation => ({
  images: 4,
  correct: 4,
  fooled,
  confidentlyFooled: fooled,
  meanLogOdds: 0,
  lossGen1: 0.002,
});

describe('attack position', () => {
  test('skips empty stages', () => {
    expect(startOf([{ ...warmUp, maxSteps: 0 }, versus]).stage).toBe(1);
  });

  test('a rule ends its stage and the next one starts afresh', () => {
    const position = startOf([warmUp, versus]);
    recordStep(position, warmUp, { gap: 0.1 });
    recordStep(position, warmUp, { gap: 0.2 });
    expect(stageIsOver(position, warmUp)).toBe(false);
    recordStep(position, warmUp, { gap: 0.3 });
    expect(stageIsOver(position, warmUp)).toBe(true);
    expect(position.gaps).toEqual([0.2, 0.3]);
    leaveStage(position, [warmUp, versus]);
    expect(position).toMatchObject({ step: 3, stage: 1, stageSteps: 0, gaps: [] });
    expect(position.endedBy).toBeUndefined();
  });

  test('a rule can end the training', () => {
    const stages = [versus, warmUp];
    const position = startOf(stages);
    for (const gap of [0, 0]) recordStep(position, versus, { gap });
    expect(stageIsOver(position, versus)).toBe(true);
    leaveStage(position, stages);
    expect(position.endedBy).toBe('stop rule');
  });

  test('the last step of the last stage ends the training', () => {
    const position = startOf([versus]);
    for (let i = 0; i < 4; i++) recordStep(position, versus, { gap: 1 });
    leaveStage(position, [versus]);
    expect(position.endedBy).toBe('last step');
  });

  test('generators are validated in turn and at the end of adversarial stages, never in the warm-up', () => {
    const position = { ...startOf([versus]), step: 20 };
    const at = (stage: AttackStage, validateEvery: number, stageEnds = false): boolean =>
      needsValidation(position, stage, { validateEvery, stageEnds });
    expect(at(versus, 10)).toBe(true);
    expect(at(versus, 15)).toBe(false);
    expect(at(versus, 15, true)).toBe(true);
    expect(at(warmUp, 10, true)).toBe(false);
  });

  test('history rows hold the means since the row before', () => {
    const position = startOf([versus]);
    recordStep(position, versus, { gap: 1 });
    recordStep(position, versus, { gap: 2, lossGen1: 0.5 });
    recordRow(position, versus);
    recordStep(position, versus, { gap: 5 });
    recordRow(position, versus);
    expect(position.history).toEqual([
      { stage: 'adversarial-head', step: 2, gap: 1.5, lossGen1: 0.5 },
      { stage: 'adversarial-head', step: 3, gap: 5 },
    ]);
  });

  test('the best score of an adversarial stage is chosen, the first of equals', () => {
    const position = startOf([versus]);
    const validate = (stage: AttackStage, score: number): void => {
      position.step++;
      recordRow(position, stage, { validation: validation(score), score });
    };
    validate({ ...versus, name: 'reconstruct' }, 9);
    for (const score of [0.5, 0.8, 0.8, 0.7]) validate(versus, score);
    expect(position.chosen).toMatchObject({ step: 3, score: 0.8 });
    expect(position.history.map(({ kept }) => kept)).toEqual([false, true, true, false, false]);
  });
});
