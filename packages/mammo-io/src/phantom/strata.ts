import type { RandomStream } from '../random.ts';

/**
 * Returns one number of each of `count` equal parts of [0, 1), in random order: a Latin hypercube's column. Cohorts
 * drawn from such quantiles differ less from each other than independent draws would.
 *
 * @see McKay, Beckman and Conover (1979), Technometrics 21, 239, doi 10.1080/00401706.1979.10489755
 */
export function stratifiedQuantiles(count: number, random: RandomStream): number[] {
  const parts = Array.from({ length: count }, (_, part) => (part + random.uniform()) / count);
  return random.shuffle(parts);
}

/**
 * The standard normal quantile; relative error below 1.2e-9.
 *
 * @param share - in (0, 1)
 * @see Acklam (2003), An algorithm for computing the inverse normal cumulative distribution function
 */
export function normalQuantile(share: number): number {
  if (share > 0.5) return -normalQuantile(1 - share);
  if (share < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(share));
    return polynomial(TAIL_TOP, q) / polynomial(TAIL_BOTTOM, q);
  }
  const q = share - 0.5;
  const r = q * q;
  return (q * polynomial(CENTRE_TOP, r)) / polynomial(CENTRE_BOTTOM, r);
}

const CENTRE_TOP = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2,
  -3.066479806614716e1, 2.506628277459239,
];
const CENTRE_BOTTOM = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1,
  -1.328068155288572e1, 1,
];
const TAIL_TOP = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734,
  4.374664141464968, 2.938163982698783,
];
const TAIL_BOTTOM = [
  7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1,
];

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((value, coefficient) => value * x + coefficient, 0);
}
