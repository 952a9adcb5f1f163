import { normal } from '../distributions/normal.ts';
import { checkCounts } from './check-counts.ts';
import type { EstimatedProportion } from './estimated-proportion.ts';

/**
 * Wilson's score interval: (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n). With the correction for continuity, p is
 * moved by 1/2n away from the middle of the interval, up for the upper end and down for the lower.
 *
 * **Difference** from R's `prop.test`: its correction is |k − n/2| where that is below ½, so that only there (k = n/2) its
 * interval is the uncorrected one.
 *
 * @param k successes, 0 ≤ k ≤ n; fractions are accepted (a half for "unsure") and the interval is then
 *   an approximation
 * @param n trials, a whole number ≥ 1
 * @param options confidence level, default 0.95; correction for continuity, default false
 * @throws RangeError if k, n or level is outside its range
 * @example
 * ```ts
 * const { lower, upper } = wilsonInterval(42, 44);
 * [lower.toFixed(3), upper.toFixed(3)]; // => ['0.849', '0.987']
 * ```
 * @see Wilson 1927, J Am Stat Assoc 22:209, doi 10.1080/01621459.1927.10502953
 * @see Newcombe 1998, Stat Med 17:857, methods 3 and 4, doi 10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E
 */
export function wilsonInterval(
  k: number,
  n: number,
  options: { readonly level?: number; readonly correction?: boolean } = {},
): EstimatedProportion {
  const { level = 0.95, correction = false } = options;
  checkCounts('wilsonInterval', k, n, level);
  const z = normal.quantile((1 + level) / 2);
  const shift = correction ? 1 / (2 * n) : 0;
  const lower = k === 0 ? 0 : Math.max(0, scoreLimit(k / n - shift, n, -z));
  const upper = k === n ? 1 : Math.min(1, scoreLimit(k / n + shift, n, z));
  const method = correction ? 'wilson-corrected' : 'wilson';
  return { status: 'ok', k, n, rate: k / n, lower, upper, level, method };
}

function scoreLimit(rate: number, n: number, z: number): number {
  const scale = 1 + (z * z) / n;
  const center = (rate + (z * z) / (2 * n)) / scale;
  const spread = Math.max(0, (rate * (1 - rate)) / n + (z * z) / (4 * n * n));
  return center + (z * Math.sqrt(spread)) / scale;
}
