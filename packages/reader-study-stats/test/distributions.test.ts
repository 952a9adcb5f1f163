import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beta } from '../src/distributions/beta.ts';
import { binomial } from '../src/distributions/binomial.ts';
import { chiSquared } from '../src/distributions/chi-squared.ts';
import { fisherF } from '../src/distributions/fisher-f.ts';
import { hypergeometric } from '../src/distributions/hypergeometric.ts';
import { noncentralChiSquared } from '../src/distributions/noncentral-chi-squared.ts';
import { noncentralF } from '../src/distributions/noncentral-f.ts';
import { noncentralT } from '../src/distributions/noncentral-t.ts';
import { normal } from '../src/distributions/normal.ts';
import { studentT } from '../src/distributions/student-t.ts';
import { type GoldenValue, goldenFunction } from './distribution-values.ts';
import { fixture, relativeError } from './goldens.ts';

const goldens: GoldenValue[] = [
  ...fixture('dist_reference_dev.json').values,
  ...fixture('dist_extremes.json').values,
];

/** Beta-type shapes above this are allowed 1e-10. */
const LARGE_SHAPE = 1e4;

describe('distributions', () => {
  it.each([...new Set(goldens.map(([name]) => name))])('%s agrees with 50-digit values', (name) => {
    const cases = goldens.filter((golden) => golden[0] === name);
    expect(cases.length).toBeGreaterThan(5);
    for (const [, args, expected] of cases) {
      const isLarge = name.startsWith('beta') && Math.min(...args.slice(1)) > LARGE_SHAPE;
      const error = relativeError(goldenFunction(name, args), Number(expected));
      expect(error, `${name}(${args})`).toBeLessThan(isLarge ? 1e-10 : 1e-12);
    }
  });

  it('have values that can be checked by hand', () => {
    expect(studentT({ df: 1 }).sf(1)).toBeCloseTo(0.25, 15);
    expect(fisherF({ df: [2, 2] }).sf(3)).toBeCloseTo(0.25, 15);
    expect(chiSquared({ df: 2 }).sf(2)).toBeCloseTo(Math.exp(-1), 15);
    expect(beta({ a: 2, b: 1 }).cdf(0.5)).toBeCloseTo(0.25, 15);
    expect(binomial({ trials: 5, probability: 0.5 }).cdf(0)).toBeCloseTo(1 / 32, 15);
    const cards = hypergeometric({ population: 8, successes: 4, draws: 4 });
    expect(cards.sf(2)).toBeCloseTo(17 / 70, 15);
    expect(cards.pmf(4)).toBeCloseTo(1 / 70, 15);
    expect(normal.quantile(0.5)).toBe(0);
    expect(studentT({ df: 3 }).quantile(0.5)).toBe(0);
    expect(studentT({ df: 3 }).cdf(0)).toBeCloseTo(0.5, 15);
  });

  it('noncentral ones without noncentrality are the central ones', () => {
    expect(noncentralT({ df: 7, noncentrality: 0 }).sf(2)).toBeCloseTo(
      studentT({ df: 7 }).sf(2),
      14,
    );
    expect(noncentralF({ df: [3, 12], noncentrality: 0 }).sf(2)).toBe(
      fisherF({ df: [3, 12] }).sf(2),
    );
    expect(noncentralChiSquared({ df: 3, noncentrality: 0 }).sf(2)).toBe(
      chiSquared({ df: 3 }).sf(2),
    );
  });

  it('P(T² > t²) of noncentral t is noncentral F', () => {
    const t = noncentralT({ df: 12.5, noncentrality: 1.7 });
    const f = noncentralF({ df: [1, 12.5], noncentrality: 1.7 ** 2 });
    expect(relativeError(t.sf(2.1) + t.cdf(-2.1), f.sf(2.1 ** 2))).toBeLessThan(1e-13);
  });

  const positive = (min: number, max: number) =>
    fc.double({ min: Math.log(min), max: Math.log(max), noNaN: true }).map(Math.exp);

  it('quantiles invert their distributions', () => {
    fc.assert(
      fc.property(positive(1e-200, 0.5), positive(0.3, 3000), positive(0.3, 3000), (p, a, b) => {
        for (const { sf, upperQuantile } of [
          normal,
          studentT({ df: a }),
          chiSquared({ df: a }),
          fisherF({ df: [a, b] }),
        ]) {
          const x = upperQuantile(p);
          if (x < 1e290) expect(relativeError(sf(x), p)).toBeLessThan(1e-9);
        }
        const x = beta({ a, b }).quantile(p);
        if (x > 1e-300 && x < 1 - 1e-6)
          expect(relativeError(beta({ a, b }).cdf(x), p)).toBeLessThan(1e-9);
      }),
    );
  });

  it('are between 0 and 1, sum to 1 and know no NaN', () => {
    const x = fc.double({ noNaN: true });
    const size = positive(1e-3, 1e9);
    fc.assert(
      fc.property(x, size, size, positive(1e-9, 1e5), (at, a, b, lambda) => {
        for (const { cdf, sf, logCdf, logSf } of [
          normal,
          studentT({ df: a }),
          chiSquared({ df: a }),
          fisherF({ df: [a, b] }),
          beta({ a, b }),
          binomial({ trials: Math.floor(a), probability: b / (1 + b) }),
          hypergeometric({ population: 1000, successes: Math.floor(a % 1000), draws: 500 }),
          noncentralChiSquared({ df: a, noncentrality: lambda }),
          noncentralF({ df: [a, b], noncentrality: lambda }),
          noncentralT({ df: a, noncentrality: Math.min(lambda, 50) }),
        ]) {
          expect(Math.abs(cdf(at) + sf(at) - 1)).toBeLessThan(1e-13);
          expect(logCdf(at)).toBeLessThanOrEqual(0);
          expect(logSf(at)).toBeLessThanOrEqual(0);
        }
      }),
      { numRuns: 40 },
    );
  }, 30_000);

  it('keep their digits at the far ends', () => {
    // P(T > t) of one degree of freedom falls as 1/t
    const t = noncentralT({ df: 1, noncentrality: 1 });
    expect(relativeError(t.sf(1e150) * 1e50, t.sf(1e100))).toBeLessThan(1e-11);
    const many = noncentralT({ df: 1e300, noncentrality: 2 });
    expect(relativeError(many.cdf(3), normal.cdf(1))).toBeLessThan(1e-11);
    const far = noncentralChiSquared({ df: 5, noncentrality: 2 });
    expect(relativeError(far.logSf(1e300), -5e299)).toBeLessThan(1e-12);
    expect(studentT({ df: 0.02 }).quantile(0.975) / 8.026113906397029e63).toBeCloseTo(1, 10);
  });

  it('quantiles of counts are the smallest with their probability', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), positive(1e-5, 1), (trials, probability) => {
        const { cdf, pmf, quantile } = binomial({ trials, probability });
        for (const p of [1e-9, 0.025, 0.5, 0.975]) {
          const k = quantile(p);
          expect(cdf(k)).toBeGreaterThanOrEqual(p * (1 - 1e-12));
          expect(cdf(k - 1)).toBeLessThan(p);
          expect(relativeError(cdf(k) - cdf(k - 1), pmf(k))).toBeLessThan(1e-6);
        }
      }),
    );
  });

  it('end at the ends of their support', () => {
    expect(normal.quantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normal.upperQuantile(0)).toBe(Number.POSITIVE_INFINITY);
    expect(beta({ a: 1, b: 2 }).quantile(1)).toBe(1);
    expect(beta({ a: 1, b: 2 }).cdf(-1)).toBe(0);
    expect(chiSquared({ df: 3 }).sf(-1)).toBe(1);
    expect(fisherF({ df: [3, 4] }).sf(Number.POSITIVE_INFINITY)).toBe(0);
    expect(noncentralT({ df: 3, noncentrality: 1 }).cdf(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(binomial({ trials: 0, probability: 0.5 }).cdf(0)).toBe(1);
  });

  it('have densities that are the slopes of their cdf', () => {
    const at = (cdf: (x: number) => number, x: number) => (cdf(x + 1e-6) - cdf(x - 1e-6)) / 2e-6;
    for (const { cdf, pdf } of [
      normal,
      studentT({ df: 3.3 }),
      chiSquared({ df: 5 }),
      fisherF({ df: [3, 8] }),
      beta({ a: 2, b: 3.5 }),
    ]) {
      expect(pdf(0.37)).toBeCloseTo(at(cdf, 0.37), 8);
    }
    expect(studentT({ df: 1 }).pdf(0)).toBeCloseTo(1 / Math.PI, 15);
    expect(chiSquared({ df: 2 }).pdf(0)).toBe(0.5);
    expect(fisherF({ df: [2, 5] }).pdf(0)).toBe(1);
    expect(beta({ a: 1, b: 3 }).pdf(0)).toBe(3);
    expect(chiSquared({ df: 3 }).pdf(-1)).toBe(0);
  });

  it('refuse arguments outside their ranges', () => {
    const trials = 'binomial: trials must be a whole number >= 0, got 1.5';
    expect(() => beta({ a: 0, b: 1 })).toThrow('beta: a must be positive and finite, got 0');
    expect(() => studentT({ df: -1 })).toThrow('studentT: df must be positive and finite, got -1');
    expect(() => fisherF({ df: [1, Number.NaN] })).toThrow('fisherF: df[1] must be positive');
    expect(() => normal.quantile(2)).toThrow('normal: p must lie in [0, 1], got 2');
    expect(() => normal.sf(Number.NaN)).toThrow('normal: x must be a number, got NaN');
    expect(() => binomial({ trials: 1.5, probability: 0.5 })).toThrow(trials);
    expect(() => binomial({ trials: 1, probability: -0.5 })).toThrow(
      'must lie in [0, 1], got -0.5',
    );
    expect(() => hypergeometric({ population: 4, successes: 5, draws: 1 })).toThrow(
      'hypergeometric: successes must be a whole number from 0 to population, got 5',
    );
    expect(() => noncentralF({ df: [1, 2], noncentrality: -1 })).toThrow(
      'noncentralF: noncentrality must be >= 0 and finite, got -1',
    );
    expect(() => noncentralT({ df: 1, noncentrality: Number.POSITIVE_INFINITY })).toThrow(
      'noncentralT: noncentrality must be finite, got Infinity',
    );
  });
});
