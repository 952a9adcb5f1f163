import type { Tails } from './special/tails.ts';

/** What every distribution of this package can be asked; x may be infinite. */
export interface Distribution {
  /** P(X ≤ x). */
  cdf(x: number): number;
  /** P(X > x), with all its digits where 1 − cdf(x) would have lost them. */
  sf(x: number): number;
  /** log P(X ≤ x): finite where cdf(x) has become 0. */
  logCdf(x: number): number;
  /** log P(X > x). */
  logSf(x: number): number;
  /** The smallest x with P(X ≤ x) ≥ p, 0 ≤ p ≤ 1. */
  quantile(p: number): number;
  /** The smallest x with P(X > x) ≤ p: the critical value of an upper-tailed test at level p. */
  upperQuantile(p: number): number;
}

/** A distribution whose density costs no more than its tails. */
export interface ContinuousDistribution extends Distribution {
  /** Density at x. */
  pdf(x: number): number;
}

/** A distribution on whole numbers. */
export interface DiscreteDistribution extends Distribution {
  /** P(X = k). */
  pmf(k: number): number;
}

/** A probability of at most ½ that a quantile is to leave on one side of itself. */
export interface TailTarget {
  readonly side: 'lower' | 'upper';
  readonly p: number;
}

/** How a distribution is made: its tails, and the x that leaves a given tail. */
export interface DistributionParts {
  /** For messages: 'studentT'. */
  readonly name: string;
  /** Smallest and largest value. */
  readonly support: readonly [number, number];
  tails(x: number): Tails;
  find(target: TailTarget): number;
}

/** The common functions of a distribution. @throws RangeError if x is NaN or p is outside [0, 1] */
export function distribution({ name, support, tails, find }: DistributionParts): Distribution {
  const at = (x: number): Tails => {
    if (Number.isNaN(x)) throw new RangeError(`${name}: x must be a number, got NaN`);
    return tails(x);
  };
  const check = (p: number): void => {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`${name}: p must lie in [0, 1], got ${p}`);
  };
  return {
    cdf: (x) => at(x).lower,
    sf: (x) => at(x).upper,
    logCdf: (x) => at(x).logLower,
    logSf: (x) => at(x).logUpper,
    quantile: (p) => {
      check(p);
      if (p === 0 || p === 1) return support[p];
      return find(p <= 0.5 ? { side: 'lower', p } : { side: 'upper', p: 1 - p });
    },
    upperQuantile: (p) => {
      check(p);
      if (p === 0 || p === 1) return support[p === 0 ? 1 : 0];
      return find(p <= 0.5 ? { side: 'upper', p } : { side: 'lower', p: 1 - p });
    },
  };
}

/** @throws RangeError unless the parameter is positive and finite */
export function checkPositive(name: string, parameters: Readonly<Record<string, number>>): void {
  for (const [key, value] of Object.entries(parameters)) {
    if (!(value > 0 && Number.isFinite(value))) {
      throw new RangeError(`${name}: ${key} must be positive and finite, got ${value}`);
    }
  }
}
