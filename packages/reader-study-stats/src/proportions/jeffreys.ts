import { beta } from '../distributions/beta.ts';
import { checkCounts } from './check-counts.ts';
import type { EstimatedProportion } from './estimated-proportion.ts';

/**
 * Jeffreys' interval: the equal tails of the posterior beta(k + ½, n − k + ½); the lower end is 0 where k is 0, the upper
 * one 1 where k is n.
 *
 * @param k successes, 0 ≤ k ≤ n
 * @param n trials, a whole number ≥ 1
 * @throws RangeError if k, n or level is outside its range
 * @example
 * ```ts
 * jeffreysInterval(42, 44).lower.toFixed(4); // => '0.8621'
 * ```
 * @see Brown, Cai and DasGupta 2001, Stat Sci 16:101, doi 10.1214/ss/1009213286
 */
export function jeffreysInterval(
  k: number,
  n: number,
  options: { readonly level?: number } = {},
): EstimatedProportion {
  const { level = 0.95 } = options;
  checkCounts('jeffreysInterval', k, n, level);
  const posterior = beta({ a: k + 0.5, b: n - k + 0.5 });
  const tail = (1 - level) / 2;
  const lower = k === 0 ? 0 : posterior.quantile(tail);
  const upper = k === n ? 1 : posterior.upperQuantile(tail);
  return { status: 'ok', k, n, rate: k / n, lower, upper, level, method: 'jeffreys' };
}
