import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaCdf, betaQuantile, betaSf } from '../src/beta.ts';
import { normalCdf, normalQuantile, normalSf } from '../src/normal.ts';
import { studentTCdf, studentTQuantile, studentTSf } from '../src/student-t.ts';
import { fixture, relativeError } from './goldens.ts';

type Golden = [name: string, args: number[], expected: string];

const functions: Record<string, (...args: number[]) => number> = {
  'norm.cdf': normalCdf as (...args: number[]) => number,
  'norm.sf': normalSf as (...args: number[]) => number,
  'norm.quantile': normalQuantile as (...args: number[]) => number,
  't.cdf': studentTCdf as (...args: number[]) => number,
  't.sf': studentTSf as (...args: number[]) => number,
  't.quantile': studentTQuantile as (...args: number[]) => number,
  'beta.cdf': betaCdf as (...args: number[]) => number,
  'beta.sf': betaSf as (...args: number[]) => number,
};

describe('distributions', () => {
  const goldens: Golden[] = fixture('dist_reference_dev.json').values;

  it.each(Object.keys(functions))('%s agrees with mpmath', (name) => {
    const cases = goldens.filter((golden) => golden[0] === name);
    expect(cases.length).toBeGreaterThan(5);
    for (const [, args, expected] of cases) {
      const error = relativeError(functions[name]!(...args), Number(expected));
      const large = Math.max(...args.slice(1)) > 1e4;
      expect(error, `${name}(${args})`).toBeLessThan(large ? 1e-10 : 1e-12);
    }
  });

  it('quantiles invert their distributions', () => {
    const probability = fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true });
    const shape = fc.double({ min: 0.3, max: 3000, noNaN: true });
    fc.assert(
      fc.property(probability, shape, shape, (p, a, b) => {
        const x = betaQuantile(p, a, b);
        if (x < 1e-300 || x > 1 - 1e-6) return;
        expect(relativeError(betaCdf(x, a, b), p)).toBeLessThan(1e-9);
        expect(relativeError(normalCdf(normalQuantile(p)), p)).toBeLessThan(1e-12);
        expect(relativeError(studentTCdf(studentTQuantile(p, a), a), p)).toBeLessThan(1e-10);
      }),
    );
  });

  it('cdf and sf sum to 1', () => {
    expect(betaCdf(0.3, 2, 5) + betaSf(0.3, 2, 5)).toBeCloseTo(1, 15);
    expect(normalCdf(1.3) + normalSf(1.3)).toBeCloseTo(1, 15);
    expect(studentTCdf(0, 3)).toBe(0.5);
    expect(betaCdf(0, 1, 2)).toBe(0);
    expect(betaCdf(1, 1, 2)).toBe(1);
    expect(betaQuantile(0, 1, 2)).toBe(0);
    expect(studentTQuantile(0.5, 3)).toBe(0);
  });

  it('refuses arguments outside their ranges', () => {
    expect(() => betaCdf(0.5, 0, 1)).toThrow('betaCdf: a and b must be positive and finite');
    expect(() => betaCdf(1.5, 1, 1)).toThrow('betaCdf: x must lie in [0, 1], got 1.5');
    expect(() => betaQuantile(2, 1, 1)).toThrow('betaQuantile: p must lie in [0, 1], got 2');
    expect(() => normalQuantile(0)).toThrow('normalQuantile: p must lie between 0 and 1, got 0');
    expect(() => normalSf(Number.NaN)).toThrow('normalSf: z must be a number, got NaN');
    expect(() => studentTSf(1, 0)).toThrow('studentTSf: degreesOfFreedom must be positive');
    expect(() => studentTSf(Number.POSITIVE_INFINITY, 3)).toThrow('t must be finite');
    expect(() => studentTQuantile(1, 3)).toThrow('studentTQuantile: p must lie between 0 and 1');
  });
});
