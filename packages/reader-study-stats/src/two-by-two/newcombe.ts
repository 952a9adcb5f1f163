import { wilsonInterval } from '../proportions/wilson.ts';
import { type Count, checkPairs, type PairedCounts } from './count.ts';
import type { DifferenceInterval } from './difference-interval.ts';

/**
 * Newcombe's interval for the difference k1/n1 − k2/n2 of two independent proportions (his method 10:
 * the square-and-add combination of two Wilson intervals; with the correction for continuity, his method 11).
 *
 * @param first k of n
 * @param second k of n
 * @param options confidence level, default 0.95; correction for continuity of both intervals, default false
 * @throws RangeError if a count or the level is outside its range
 * @example
 * ```ts
 * newcombeInterval({ k: 9, n: 10 }, { k: 3, n: 10 }).lower.toFixed(4); // => '0.1705'
 * ```
 * @see Newcombe 1998, Stat Med 17:873, doi 10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I
 */
export function newcombeInterval(
  first: Count,
  second: Count,
  options: { readonly level?: number; readonly correction?: boolean } = {},
): DifferenceInterval {
  const a = wilsonInterval(first.k, first.n, options);
  const b = wilsonInterval(second.k, second.n, options);
  const estimate = a.rate - b.rate;
  return {
    estimate,
    level: a.level,
    lower: estimate - Math.hypot(a.rate - a.lower, b.upper - b.rate),
    upper: estimate + Math.hypot(a.upper - a.rate, b.rate - b.lower),
    method: options.correction ? 'newcombe-wilson-corrected' : 'newcombe-wilson',
  };
}

/**
 * Newcombe's interval for the difference of two paired proportions, (firstOnly − secondOnly)/pairs (method 10
 * of his paired paper): square-and-add with the correlation φ of the pairs.
 *
 * @param counts the four counts of the pairs
 * @param options confidence level, default 0.95
 * @throws RangeError if a count or the level is outside its range
 * @example
 * ```ts
 * const counts = { both: 20, firstOnly: 12, secondOnly: 2, neither: 16 };
 * newcombePairedInterval(counts).lower.toFixed(4); // => '0.0562'
 * ```
 * @see Newcombe 1998, Stat Med 17:2635,
 *   doi 10.1002/(SICI)1097-0258(19981130)17:22<2635::AID-SIM954>3.0.CO;2-C
 */
export function newcombePairedInterval(
  counts: PairedCounts,
  options: { readonly level?: number } = {},
): DifferenceInterval {
  const { both, firstOnly, secondOnly } = counts;
  const pairs = checkPairs('newcombePairedInterval', counts);
  const a = wilsonInterval(both + firstOnly, pairs, options);
  const b = wilsonInterval(both + secondOnly, pairs, options);
  const phi = pairCorrelation(counts, pairs);
  const estimate = (firstOnly - secondOnly) / pairs;
  // √(d₁² − 2φ·d₁·d₂ + d₂²), at most rounding below 0
  const combined = (d1: number, d2: number): number =>
    Math.sqrt(Math.max(0, d1 * d1 - 2 * phi * d1 * d2 + d2 * d2));
  return {
    estimate,
    level: a.level,
    lower: estimate - combined(a.rate - a.lower, b.upper - b.rate),
    upper: estimate + combined(a.upper - a.rate, b.rate - b.lower),
    method: 'newcombe-paired-wilson',
  };
}

/** φ of the 2 × 2 table, positive values corrected for continuity; 0 where a margin is empty. */
function pairCorrelation(counts: PairedCounts, pairs: number): number {
  const { both, firstOnly, secondOnly, neither } = counts;
  const margins =
    Math.sqrt(both + firstOnly) *
    Math.sqrt(secondOnly + neither) *
    Math.sqrt(both + secondOnly) *
    Math.sqrt(firstOnly + neither);
  if (margins === 0) return 0;
  const determinant = both * neither - firstOnly * secondOnly;
  const corrected = determinant > 0 ? Math.max(0, determinant - pairs / 2) : determinant;
  return corrected / margins;
}
