import type { DiscreteDistribution } from '../distributions/distribution.ts';

/**
 * The two-sided p-value of an exact test: the sum of all outcomes as probable as k or less (R's rule, with its relative
 * tolerance 1e-7). Probabilities fall on both sides of the mode, so the other tail begins where a bisection finds it.
 */
export function atMostAsProbable(
  { cdf, sf, pmf }: DiscreteDistribution,
  {
    k,
    mode,
    support: [least, most],
  }: { readonly k: number; readonly mode: number; readonly support: readonly [number, number] },
): number {
  const limit = pmf(k) * (1 + 1e-7);
  if (pmf(mode) <= limit) return 1;
  const isCounted = (i: number): boolean => pmf(i) <= limit;
  if (k < mode) return cdf(k) + sf(firstWhere(isCounted, mode, most + 1) - 1);
  return sf(k - 1) + cdf(-firstWhere((i) => isCounted(-i), -mode, 1 - least));
}

/** The least whole number in (low, high] where a condition holds that holds from there on. */
export function firstWhere(holds: (i: number) => boolean, low: number, high: number): number {
  let [outside, inside] = [low, high];
  while (inside - outside > 1) {
    const middle = outside + Math.floor((inside - outside) / 2);
    if (holds(middle)) inside = middle;
    else outside = middle;
  }
  return inside;
}
