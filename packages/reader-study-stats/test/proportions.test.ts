import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agrestiCoullInterval } from '../src/proportions/agresti-coull.ts';
import { binomialTest } from '../src/proportions/binomial-test.ts';
import { clopperPearsonInterval, midPInterval } from '../src/proportions/exact-intervals.ts';
import { jeffreysInterval } from '../src/proportions/jeffreys.ts';
import { proportion } from '../src/proportions/proportion.ts';
import { wilsonInterval } from '../src/proportions/wilson.ts';
import { fixture, relativeError } from './goldens.ts';

const goldens = fixture('proportions.expected.json');
const close = (actual: number, expected: number) =>
  expect(Math.min(relativeError(actual, expected), Math.abs(actual - expected) * 1e4)).toBeLessThan(
    1e-10,
  );

describe('proportions', () => {
  it.each(Object.keys(goldens.proportions))('intervals of %s agree with R', (key) => {
    const golden = goldens.proportions[key];
    const { x, n, conf: level } = golden;
    const pairs = [
      [wilsonInterval(x, n, { level }), golden.wilson],
      [wilsonInterval(x, n, { level, correction: true }), golden.wilson_cc],
      [clopperPearsonInterval(x, n, { level }), golden.clopper_pearson],
      [midPInterval(x, n, { level }), golden.midp],
      [agrestiCoullInterval(x, n, { level, clip: false }), golden.agresti_coull],
      [agrestiCoullInterval(x, n, { level }), golden.agresti_coull_clipped],
      [jeffreysInterval(x, n, { level }), golden.jeffreys],
    ] as const;
    for (const [{ lower, upper }, [expectedLower, expectedUpper]] of pairs) {
      close(lower, expectedLower);
      close(upper, expectedUpper);
    }
    close(binomialTest(x, n).pValue, golden.binom_test_p_half);
  });

  it.each([
    [42, 44, '84.9', '98.7'],
    [209, 319, '60.1', '70.5'],
    [251, 363, '64.2', '73.7'],
  ])('the paper has %i/%i with Wilson interval [%s, %s] %%', (k, n, lower, upper) => {
    const interval = wilsonInterval(k, n);
    expect((100 * interval.lower).toFixed(1)).toBe(lower);
    expect((100 * interval.upper).toFixed(1)).toBe(upper);
  });

  it('ends are exact at 0 and n', () => {
    expect(wilsonInterval(0, 7).lower).toBe(0);
    expect(wilsonInterval(7, 7).upper).toBe(1);
    expect(clopperPearsonInterval(0, 7).lower).toBe(0);
    expect(clopperPearsonInterval(7, 7).upper).toBe(1);
    close(clopperPearsonInterval(7, 7).lower, 0.025 ** (1 / 7));
  });

  it('contains the rate, mirrors, and widens with the level', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, u) => {
          const k = Math.floor(u * (n + 0.999));
          for (const interval of [
            wilsonInterval,
            clopperPearsonInterval,
            midPInterval,
            agrestiCoullInterval,
          ]) {
            const { lower, upper, rate } = interval(k, n);
            expect(lower).toBeLessThanOrEqual(rate);
            expect(upper).toBeGreaterThanOrEqual(rate);
            expect(interval(n - k, n).upper).toBeCloseTo(1 - lower, 10);
            expect(interval(k, n, { level: 0.99 }).lower).toBeLessThanOrEqual(lower);
          }
        },
      ),
    );
  });

  it('0 of 0 is empty, not NaN', () => {
    expect(proportion(0, 0)).toEqual({
      status: 'empty',
      k: 0,
      n: 0,
      rate: null,
      lower: null,
      upper: null,
      level: 0.95,
      method: 'wilson',
    });
    expect(proportion(1, 2, { method: 'clopper-pearson' }).method).toBe('clopper-pearson');
    expect(proportion(1, 2)).toEqual(wilsonInterval(1, 2));
    for (const method of ['wilson-corrected', 'mid-p', 'agresti-coull', 'jeffreys'] as const) {
      expect(proportion(1, 2, { method }).method).toBe(method);
    }
  });

  it('refuses impossible counts and levels', () => {
    expect(() => wilsonInterval(1, 0)).toThrow(
      'wilsonInterval: n must be a whole number of at least 1, got 0',
    );
    expect(() => wilsonInterval(3, 2)).toThrow(
      'wilsonInterval: k must lie between 0 and n = 2, got 3',
    );
    expect(() => wilsonInterval(Number.NaN, 2)).toThrow('k must lie between 0 and n = 2, got NaN');
    expect(() => clopperPearsonInterval(0.5, 2)).toThrow('k must be a whole number, got 0.5');
    expect(() => proportion(0, 0, { level: 95 })).toThrow('level must lie between 0 and 1, got 95');
  });

  it('the exact binomial test has its three alternatives', () => {
    close(binomialTest(9, 10, { alternative: 'greater' }).pValue, 11 / 1024);
    close(binomialTest(9, 10, { alternative: 'less' }).pValue, 1023 / 1024);
    close(binomialTest(9, 10).pValue, 22 / 1024);
    // R: binom.test(3, 20, 0.4)$p.value
    close(binomialTest(3, 20, { probability: 0.4 }).pValue, 0.022427038142);
    expect(binomialTest(5, 10).pValue).toBe(1);
    expect(() => binomialTest(1, 2, { probability: 1 })).toThrow(
      'binomialTest: probability must lie inside (0, 1), got 1',
    );
    expect(() => midPInterval(0.5, 2)).toThrow('midPInterval: k must be a whole number, got 0.5');
  });
});
