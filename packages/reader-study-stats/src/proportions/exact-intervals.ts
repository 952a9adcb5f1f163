import { beta } from '../distributions/beta.ts';
import { binomial } from '../distributions/binomial.ts';
import { findRootWithin } from '../distributions/find-root.ts';
import { checkWholeCounts } from './check-counts.ts';
import type { EstimatedProportion } from './estimated-proportion.ts';

/**
 * Clopper and Pearson's exact interval, from the quantiles of the beta distribution.
 *
 * @param k successes, a whole number, 0 ≤ k ≤ n
 * @param n trials, a whole number ≥ 1
 * @throws RangeError if k, n or level is outside its range
 * @example
 * ```ts
 * clopperPearsonInterval(0, 20).upper.toFixed(4); // => '0.1684'
 * ```
 * @see Clopper and Pearson 1934, Biometrika 26:404, doi 10.1093/biomet/26.4.404
 */
export function clopperPearsonInterval(
  k: number,
  n: number,
  options: { readonly level?: number } = {},
): EstimatedProportion {
  const { level = 0.95 } = options;
  checkWholeCounts('clopperPearsonInterval', k, n, level);
  const tail = (1 - level) / 2;
  const lower = k === 0 ? 0 : beta({ a: k, b: n - k + 1 }).quantile(tail);
  const upper = k === n ? 1 : beta({ a: k + 1, b: n - k }).upperQuantile(tail);
  return { status: 'ok', k, n, rate: k / n, lower, upper, level, method: 'clopper-pearson' };
}

/**
 * The mid-P interval: Clopper and Pearson's with half of the probability of k itself, so that its coverage is near the
 * level on average instead of always above. The lower end π solves P(X > k) + ½P(X = k) = α/2, the upper one
 * P(X < k) + ½P(X = k) = α/2.
 *
 * @param k successes, a whole number, 0 ≤ k ≤ n
 * @param n trials, a whole number ≥ 1
 * @throws RangeError if k, n or level is outside its range
 * @example
 * ```ts
 * midPInterval(0, 20).upper.toFixed(4); // => '0.1391'
 * ```
 * @see Berry and Armitage 1995, Statistician 44:417, doi 10.2307/2348891
 */
export function midPInterval(
  k: number,
  n: number,
  options: { readonly level?: number } = {},
): EstimatedProportion {
  const { level = 0.95 } = options;
  checkWholeCounts('midPInterval', k, n, level);
  const tail = (1 - level) / 2;
  const rate = k / n;
  const above = (p: number): number => {
    const { sf, pmf } = binomial({ trials: n, probability: p });
    return sf(k) + pmf(k) / 2;
  };
  const lower = k === 0 ? 0 : findRootWithin((p) => above(p) - tail, 0, rate);
  const upper = k === n ? 1 : findRootWithin((p) => tail - (1 - above(p)), rate, 1);
  return { status: 'ok', k, n, rate, lower, upper, level, method: 'mid-p' };
}
