import { normal } from '../distributions/normal.ts';
import { checkLevel } from '../proportions/check-counts.ts';
import { type Count, checkCounts } from './count.ts';
import type { DifferenceInterval } from './difference-interval.ts';

/**
 * Agresti and Caffo's interval for the difference k1/n1 − k2/n2 of two independent proportions: the simple one after adding
 * a success and a failure to each.
 *
 * @param first k of n
 * @param second k of n
 * @param options confidence level, default 0.95; `clip`: whether ends outside [−1, 1] are cut, default true
 * @throws RangeError if a count or the level is outside its range
 * @example
 * ```ts
 * agrestiCaffoInterval({ k: 9, n: 10 }, { k: 3, n: 10 }).lower.toFixed(4); // => '0.1600'
 * ```
 * @see Agresti and Caffo 2000, Am Stat 54:280, doi 10.1080/00031305.2000.10474560
 */
export function agrestiCaffoInterval(
  first: Count,
  second: Count,
  options: { readonly level?: number; readonly clip?: boolean } = {},
): DifferenceInterval {
  const { level = 0.95, clip = true } = options;
  checkCounts('agrestiCaffoInterval', first, second);
  checkLevel('agrestiCaffoInterval', level);
  const [a, b] = [adjusted(first), adjusted(second)];
  const half = normal.quantile((1 + level) / 2) * Math.sqrt(a.variance + b.variance);
  const center = a.rate - b.rate;
  return {
    estimate: first.k / first.n - second.k / second.n,
    level,
    lower: clip ? Math.max(-1, center - half) : center - half,
    upper: clip ? Math.min(1, center + half) : center + half,
    method: 'agresti-caffo',
  };
}

function adjusted({ k, n }: Count): { readonly rate: number; readonly variance: number } {
  const rate = (k + 1) / (n + 2);
  return { rate, variance: (rate * (1 - rate)) / (n + 2) };
}
