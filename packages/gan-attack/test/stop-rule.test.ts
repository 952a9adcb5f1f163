import { expect, test } from 'vitest';
import { meetsBounds, type StopEvidence, type StopRule, shouldStop } from '../src/stop-rule.ts';

const evidence = (changes: Partial<StopEvidence>): StopEvidence => ({
  stageSteps: 100,
  reconstructions: [],
  gaps: [],
  contentValidations: 0,
  ...changes,
});

test('reconstructed looks at the mean Loss_gen1 of its window', () => {
  const rule: StopRule = { kind: 'reconstructed', lossGen1: 0.002, window: 2 };
  expect(shouldStop(rule, evidence({ reconstructions: [0.001] }))).toBe(false);
  expect(shouldStop(rule, evidence({ reconstructions: [0.003, 0.0012, 0.001] }))).toBe(true);
  expect(shouldStop(rule, evidence({ reconstructions: [0.001, 0.0012, 0.003] }))).toBe(false);
});

test('gap-above waits for a full window', () => {
  const rule: StopRule = { kind: 'gap-above', gap: 0.2, window: 3 };
  expect(shouldStop(rule, evidence({ gaps: [9, 9] }))).toBe(false);
  expect(shouldStop(rule, evidence({ gaps: [0, 0.3, 0.25, 0.2] }))).toBe(true);
  expect(shouldStop(rule, evidence({ gaps: [0.3, 0.2, 0.1] }))).toBe(false);
});

test('gap-below waits for its steps', () => {
  const rule: StopRule = { kind: 'gap-below', gap: 0.01, window: 1, minSteps: 30 };
  expect(shouldStop(rule, evidence({ gaps: [0], stageSteps: 29 }))).toBe(false);
  expect(shouldStop(rule, evidence({ gaps: [0], stageSteps: 30 }))).toBe(true);
  expect(shouldStop(rule, evidence({ gaps: [0.02] }))).toBe(false);
});

test('validated goes on for a while after the choice has met both bounds', () => {
  const rule: StopRule = { kind: 'validated', fooled: 0.9, lossGen1: 0.003, patience: 2 };
  expect(shouldStop(rule, evidence({ contentValidations: 2 }))).toBe(false);
  expect(shouldStop(rule, evidence({ contentValidations: 3 }))).toBe(true);
  expect(meetsBounds(rule, { confidentlyFooled: 0.9, lossGen1: 0.003 })).toBe(true);
  expect(meetsBounds(rule, { confidentlyFooled: 0.95, lossGen1: 0.004 })).toBe(false);
  expect(meetsBounds(rule, { confidentlyFooled: 0.8, lossGen1: 0.001 })).toBe(false);
  expect(meetsBounds(undefined, { confidentlyFooled: 1, lossGen1: 0 })).toBe(false);
});

test('an unknown rule is refused', () => {
  expect(() => shouldStop({ kind: 'never' } as never, evidence({}))).toThrow(
    new RangeError('shouldStop: unknown rule {"kind":"never"}'),
  );
});
