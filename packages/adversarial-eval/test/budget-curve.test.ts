import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budgetCurve } from '../src/budget-curve.ts';
import { pair } from './pairs.ts';

/** Positives with 0.9, fooled from the budget given on (Infinity: never), at budgets 1, 2, 4. */
function records(firstFooled: readonly number[], budgets: readonly number[] = [1, 2, 4]) {
  return firstFooled.flatMap((first, i) =>
    budgets.map((epsilon) =>
      pair(`${i}`, 'positive', [0.9, epsilon >= first ? 0.1 : 0.8], { epsilon }),
    ),
  );
}

describe('budgetCurve', () => {
  it('has rates by budget, the area and the median', () => {
    const curve = budgetCurve(records([1, 2, 2, Number.POSITIVE_INFINITY]));
    expect(curve.points.map(({ fooled }) => fooled.both.rate)).toEqual([0.25, 0.75, 0.75]);
    // trapezoids: (0 + .25)/2 · 1 + (.25 + .75)/2 · 1 + .75 · 2, over 4
    expect(curve.area?.estimate).toBeCloseTo((0.125 + 0.5 + 1.5) / 4, 12);
    expect(curve.median).toMatchObject({ status: 'ok', estimate: 2, neverFooled: 1, n: 4 });
    expect(curve.decreasesAt).toEqual([]);
  });

  it('says when half are never fooled, and when there was nothing to fool', () => {
    const never = Number.POSITIVE_INFINITY;
    expect(budgetCurve(records([1, never, never])).median).toMatchObject({
      status: 'not-reached',
      estimate: null,
      upper: null,
    });
    const wrong = records([1]).map((record) => ({ ...record, scoreReal: 0.2 }));
    const nothing = budgetCurve(wrong);
    expect(nothing.median.status).toBe('empty');
    expect(nothing.area).toBeNull();
  });

  it('names budgets that do worse than smaller ones', () => {
    const [a, b, c] = records([1]) as [ReturnType<typeof pair>, never, never];
    expect(budgetCurve([a, { ...(b as typeof a), scoreFake: 0.9 }, c]).decreasesAt).toEqual([2]);
  });

  it('has a median whose interval is of its budgets, and counts the unfooled last', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(1, 2, 4, 9), { minLength: 1, maxLength: 40 }),
        (first) => {
          const { median, area } = budgetCurve(records(first));
          const sorted = [...first].sort((a, b) => a - b);
          const exact = sorted[Math.ceil(sorted.length / 2) - 1]!;
          expect(median.estimate).toBe(exact === 9 ? null : exact);
          expect(area!.estimate).toBeGreaterThanOrEqual(0);
          expect(area!.estimate).toBeLessThanOrEqual(1);
          if (median.status === 'ok') {
            expect(median.lower).toBeLessThanOrEqual(median.estimate);
            expect(median.upper ?? 4).toBeGreaterThanOrEqual(median.estimate);
          }
        },
      ),
    );
  });

  it('lists all problems', () => {
    const good = records([1, 2]);
    const bad = [
      ...good.slice(0, 5),
      good[0]!,
      { ...good[0]!, epsilon: 8, scoreReal: 0.7 },
      pair('9', 'negative', [0.1, 0.1]),
    ];
    expect(() => budgetCurve(bad)).toThrow(
      [
        'budgetCurve: 6 problems',
        'row 6 (0): epsilon, caseId are already in row 1',
        'row 7 (0): scoreReal must be the same at every budget, got 0.9 and 0.7',
        'row 8 (9): epsilon must be given',
      ].join('\n  '),
    );
    expect(() => budgetCurve(bad)).toThrow('1 must have every budget, lacks');
    expect(() => budgetCurve([])).toThrow('there must be at least one record, got 0');
    expect(() => budgetCurve(good, { threshold: Number.NaN })).toThrow(
      'budgetCurve: threshold must be finite, got NaN',
    );
  });
});
