import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AttackValidation, selectionScore } from '../src/index.ts';

const validation = (confidentlyFooled: number, lossGen1: number): AttackValidation => ({
  images: 100,
  correct: 50,
  fooled: 1,
  confidentlyFooled,
  meanLogOdds: 1,
  lossGen1,
});

test('0.002 of change costs as much as 1 % of fooling', () => {
  const a = selectionScore(validation(0.95, 0.003));
  const b = selectionScore(validation(0.94, 0.001));
  expect(a).toBeCloseTo(b, 12);
});

test('fooling beyond the cap earns nothing, change beyond the limit costs much', () => {
  expect(selectionScore(validation(1, 0.002))).toBe(selectionScore(validation(0.98, 0.002)));
  expect(selectionScore(validation(0.98, 0.0045))).toBeCloseTo(0.98 - 0.0225 - 0.12, 12);
});

test('options move cap, cost and limit', () => {
  const options = { fooledCap: 0.5, changeCost: 1, changeLimit: 1 };
  expect(selectionScore(validation(0.9, 0.1), options)).toBeCloseTo(0.4, 12);
});

test('never prefers more change at equal fooling', () => {
  const rate = fc.double({ min: 0, max: 1, noNaN: true });
  const change = fc.double({ min: 0, max: 0.1, noNaN: true });
  fc.assert(
    fc.property(rate, change, change, (fooled, a, b) => {
      const [less, more] = a < b ? [a, b] : [b, a];
      return selectionScore(validation(fooled, less)) >= selectionScore(validation(fooled, more));
    }),
  );
});
