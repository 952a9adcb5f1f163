import { binomial } from './distributions/binomial.ts';

/** Result of {@link mcNemarTest}. */
export interface McNemarResult {
  /** 'no-discordant-pairs': nothing changed, so both p-values are 1. */
  readonly status: 'ok' | 'no-discordant-pairs';
  readonly b: number;
  readonly c: number;
  /** Two-sided exact binomial p-value. */
  readonly pValue: number;
  /** Two-sided mid-P value (the exact one less the probability of what was observed). */
  readonly midPValue: number;
  readonly method: 'mcnemar-exact';
}

/**
 * McNemar's test of paired yes/no outcomes, exact: under the null b ~ Binomial(b + c, ½).
 *
 * @param b pairs that are yes first and no second
 * @param c pairs that are no first and yes second
 * @throws RangeError if a count is not a whole number ≥ 0
 * @example
 * ```ts
 * mcNemarTest(0, 5).pValue; // => 0.0625
 * ```
 * @see McNemar 1947, Psychometrika 12:153, doi 10.1007/BF02295996
 * @see Fagerland, Lydersen and Laake 2013 (mid-P), doi 10.1186/1471-2288-13-91
 */
export function mcNemarTest(b: number, c: number): McNemarResult {
  for (const count of [b, c]) {
    if (!Number.isInteger(count) || count < 0) {
      throw new RangeError(`mcNemarTest: counts must be whole and >= 0, got ${b} and ${c}`);
    }
  }
  const n = b + c;
  if (n === 0) {
    return {
      status: 'no-discordant-pairs',
      b,
      c,
      pValue: 1,
      midPValue: 1,
      method: 'mcnemar-exact',
    };
  }
  const k = Math.min(b, c);
  const { cdf, pmf } = binomial({ trials: n, probability: 0.5 });
  const tiny = Number.MIN_VALUE;
  const exact = Math.min(1, 2 * cdf(k));
  return {
    status: 'ok',
    b,
    c,
    pValue: Math.max(tiny, exact),
    midPValue: Math.max(tiny, exact - pmf(k)),
    method: 'mcnemar-exact',
  };
}
