import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equivalence, nonInferiority } from '../../src/inference/non-inferiority.ts';
import type { TestResult } from '../../src/inference/test-result.ts';
import { waldTest } from '../../src/inference/wald-test.ts';

function difference(estimate: number, se: number, df: number | null = null): TestResult {
  const context = { warnings: ['w'], method: 'some test', references: [] };
  const result = waldTest({ estimate, se, df, alternative: 'two-sided', level: 0.95 }, context);
  if (result.status !== 'ok') throw new Error(result.status);
  return result;
}

describe('nonInferiority', () => {
  it('is the one-sided test at the margin', () => {
    // (0.01 + 0.05)/0.03 = 2: 1 − Φ(2)
    const result = nonInferiority(difference(0.01, 0.03), { margin: 0.05, better: 'higher' });
    expect(result.statistic).toBeCloseTo(2, 12);
    expect(result.pValue).toBeCloseTo(0.022750131948179, 13);
    expect(result).toMatchObject({ isShown: true, alternative: 'greater', warnings: ['w'] });
    expect(result.method).toBe('non-inferiority, some test');
    expect(result.ci.level).toBeCloseTo(0.95, 12);
    const lower = nonInferiority(difference(-0.01, 0.03), { margin: 0.05, better: 'lower' });
    expect(lower.pValue).toBeCloseTo(result.pValue, 14);
    expect(lower.alternative).toBe('less');
  });

  it('uses Student’s t where there are degrees of freedom', () => {
    // P(T > 2), 10 degrees of freedom
    const result = nonInferiority(difference(0, 0.025, 10), { margin: 0.05, better: 'higher' });
    expect(result.pValue).toBeCloseTo(0.036694, 6);
    expect(result.isShown).toBe(false);
  });

  it('is shown exactly if the 1 − 2α interval lies above −margin; equivalence if within ±margin', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.option(fc.double({ min: 1, max: 80, noNaN: true })),
        fc.double({ min: 0.01, max: 0.4, noNaN: true }),
        (estimate, se, df, alpha) => {
          const margin = 0.4;
          const one = nonInferiority(difference(estimate, se, df), {
            margin,
            alpha,
            better: 'higher',
          });
          const two = equivalence(difference(estimate, se, df), { margin, alpha });
          fc.pre(Math.abs(one.ci.lower + margin) > 1e-9 && Math.abs(one.ci.upper - margin) > 1e-9);
          expect(one.isShown).toBe(one.ci.lower > -margin);
          expect(two.isShown).toBe(two.ci.lower > -margin && two.ci.upper < margin);
          expect(two.pValue).toBeGreaterThanOrEqual(one.pValue);
        },
      ),
    );
  });

  it('refuses what is no margin, level or direction', () => {
    const d = difference(0, 1);
    expect(() => nonInferiority(d, { margin: 0, better: 'higher' })).toThrow(
      'nonInferiority: margin must be positive and finite, got 0',
    );
    expect(() => equivalence(d, { margin: 1, alpha: 0.5 })).toThrow(
      'equivalence: alpha must lie between 0 and 0.5, got 0.5',
    );
    expect(() => nonInferiority(d, { margin: 1, better: 'up' as 'higher' })).toThrow(
      'nonInferiority: better must be higher or lower, got up',
    );
  });
});
