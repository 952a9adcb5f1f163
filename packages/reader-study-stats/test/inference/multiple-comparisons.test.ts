import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  benjaminiHochbergAdjust,
  benjaminiYekutieliAdjust,
  bonferroniAdjust,
  hochbergAdjust,
  holmAdjust,
  hommelAdjust,
  sidakAdjust,
} from '../../src/inference/multiple-comparisons.ts';
import { fixture, relativeError } from '../goldens.ts';

type Adjustment = (pValues: readonly (number | null)[]) => readonly (number | null)[];

const adjustments: Readonly<Record<string, Adjustment>> = {
  bonferroni: bonferroniAdjust,
  holm: holmAdjust,
  hochberg: hochbergAdjust,
  hommel: hommelAdjust,
  BH: benjaminiHochbergAdjust,
  BY: benjaminiYekutieliAdjust,
  sidak: sidakAdjust,
};
const goldens = fixture('multiplicity.expected.json');
const orNull = (value: number | 'NA'): number | null => (value === 'NA' ? null : value);

describe('multiple comparisons', () => {
  it.each(
    ['simple', 'BH1995', 'withNA'].flatMap((name) =>
      Object.keys(adjustments).map((method) => [method, name] as const),
    ),
  )('%s agrees with R (%s)', (method, name) => {
    const golden = goldens[name];
    const expected: (number | 'NA')[] = method === 'sidak' ? golden.sidak : golden.adj[method];
    const adjusted = adjustments[method]!(golden.p.map(orNull));
    expect(adjusted.length).toBe(expected.length);
    adjusted.forEach((p, i) => {
      const target = orNull(expected[i]!);
      if (p === null || target === null) expect(p).toBe(target);
      else expect(relativeError(p, target)).toBeLessThan(1e-10);
    });
  });

  it('Hommel has the values of the closed Simes test', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 7 }), (p) => {
        const adjusted = hommelAdjust(p);
        p.forEach((_, i) => {
          expect(adjusted[i]!).toBeCloseTo(closedSimes(p, i), 12);
        });
      }),
    );
  });

  it('are ordered: BH ≤ Hommel ≤ Hochberg ≤ Holm ≤ Bonferroni, none below p', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (p) => {
        const columns = ['BH', 'hommel', 'hochberg', 'holm', 'bonferroni'].map((method) =>
          adjustments[method]!(p),
        );
        p.forEach((value, i) => {
          let least = value;
          for (const column of columns) {
            expect(column[i]!).toBeGreaterThanOrEqual(least * (1 - 1e-12));
            expect(column[i]!).toBeLessThanOrEqual(1);
            least = column[i]!;
          }
        });
      }),
    );
  });

  it('keep null and the empty list', () => {
    expect(holmAdjust([null, 0.02])).toEqual([null, 0.02]);
    expect(hommelAdjust([])).toEqual([]);
    expect(hommelAdjust([0.3])).toEqual([0.3]);
  });

  it.each(Object.entries(adjustments))('%s refuses what is no probability', (_, adjust) => {
    expect(() => adjust([1.2])).toThrow('Adjust: p must lie in [0, 1], got 1.2');
    expect(() => adjust([Number.NaN])).toThrow('Adjust: p must lie in [0, 1], got NaN');
  });
});

/** The largest Simes p-value of all subsets that contain test i. */
function closedSimes(p: readonly number[], i: number): number {
  let largest = 0;
  for (let subset = 1; subset < 2 ** p.length; subset++) {
    if (!(subset & (1 << i))) continue;
    const members = p.filter((_, j) => subset & (1 << j)).sort((a, b) => a - b);
    largest = Math.max(
      largest,
      Math.min(...members.map((q, rank) => (members.length * q) / (rank + 1))),
    );
  }
  return largest;
}
