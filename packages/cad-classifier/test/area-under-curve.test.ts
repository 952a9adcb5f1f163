import fc from 'fast-check';
import { expect, test } from 'vitest';
import { areaUnderCurve } from '../src/index.ts';

test('is the share of pairs in the right order, ties counted half', () => {
  expect(areaUnderCurve([3, 4], [1, 2])).toBe(1);
  expect(areaUnderCurve([1], [1])).toBe(0.5);
  expect(areaUnderCurve([0.9, 0.5], [0.5, 0.1, 0.7])).toBe((3 + 0.5 + 1) / 6);
});

test('agrees with counting all pairs', () => {
  const scores = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(scores, scores, (positives, negatives) => {
      let pairs = 0;
      for (const p of positives)
        for (const n of negatives) pairs += p > n ? 1 : Number(p === n) / 2;
      const share = pairs / (positives.length * negatives.length);
      expect(areaUnderCurve(positives, negatives)).toBeCloseTo(share, 12);
    }),
  );
});

test('refuses a class that is absent and scores that are no numbers', () => {
  expect(() => areaUnderCurve([], [1])).toThrow(
    new RangeError('areaUnderCurve: positives must be one score or more, got none'),
  );
  expect(() => areaUnderCurve([1], [Number.NaN])).toThrow(
    new RangeError('areaUnderCurve: negatives must be one score or more, got NaN'),
  );
});
