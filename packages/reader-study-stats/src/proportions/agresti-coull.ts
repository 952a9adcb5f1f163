import { normal } from '../distributions/normal.ts';
import { checkCounts } from './check-counts.ts';
import type { EstimatedProportion } from './estimated-proportion.ts';

/**
 * Agresti and Coull's interval: the simple one, p̃ ± z·√(p̃(1 − p̃)/ñ), after adding z²/2 successes and z²/2 failures
 * (about two of each). Wider than Wilson's; may reach beyond 0 and 1.
 *
 * @param k successes, 0 ≤ k ≤ n
 * @param n trials, a whole number ≥ 1
 * @param options confidence level, default 0.95; `clip`: whether ends outside [0, 1] are cut, default true
 * @throws RangeError if k, n or level is outside its range
 * @example
 * ```ts
 * agrestiCoullInterval(0, 20).upper.toFixed(4); // => '0.1898'
 * agrestiCoullInterval(0, 20, { clip: false }).lower.toFixed(4); // => '-0.0287'
 * ```
 * @see Agresti and Coull 1998, Am Stat 52:119, doi 10.1080/00031305.1998.10480550
 */
export function agrestiCoullInterval(
  k: number,
  n: number,
  options: { readonly level?: number; readonly clip?: boolean } = {},
): EstimatedProportion {
  const { level = 0.95, clip = true } = options;
  checkCounts('agrestiCoullInterval', k, n, level);
  const z = normal.quantile((1 + level) / 2);
  const trials = n + z * z;
  const center = (k + (z * z) / 2) / trials;
  const half = z * Math.sqrt((center * (1 - center)) / trials);
  const [least, most] = clip ? [0, 1] : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const lower = Math.max(least, center - half);
  const upper = Math.min(most, center + half);
  return { status: 'ok', k, n, rate: k / n, lower, upper, level, method: 'agresti-coull' };
}
