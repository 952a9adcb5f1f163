import { expect, test } from 'vitest';
import { type StopEvidence, type StopRule, shouldStop } from '../src/stop-rule.ts';

const evidence = (changes: Partial<StopEvidence>): StopEvidence => ({
  stageSteps: 100,
  reconstructions: [],
  gaps: [],
  validations: [],
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

test('validated needs both bounds, several times in a row', () => {
  const rule: StopRule = {
    kind: 'validated',
    fooled: 0.9,
    lossGen1: 0.003,
    patience: 2,
    minSteps: 50,
  };
  const good = { confidentlyFooled: 0.95, lossGen1: 0.002 };
  const changed = { confidentlyFooled: 1, lossGen1: 0.004 };
  const seen = { confidentlyFooled: 0.8, lossGen1: 0.001 };
  expect(shouldStop(rule, evidence({ validations: [good] }))).toBe(false);
  expect(shouldStop(rule, evidence({ validations: [seen, good, good] }))).toBe(true);
  expect(shouldStop(rule, evidence({ validations: [good, changed] }))).toBe(false);
  expect(shouldStop(rule, evidence({ validations: [good, seen] }))).toBe(false);
  expect(shouldStop(rule, evidence({ validations: [good, good], stageSteps: 49 }))).toBe(false);
});

test('an unknown rule is refused', () => {
  expect(() => shouldStop({ kind: 'never' } as never, evidence({}))).toThrow(
    new RangeError('shouldStop: unknown rule {"kind":"never"}'),
  );
});
