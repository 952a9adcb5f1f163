/**
 * count·log(count/mean) − (count − mean) ≥ 0, half the deviance of a Poisson count; every digit is kept
 * where count is close to mean.
 *
 * @param count ≥ 0
 * @param mean > 0
 * @param excess count − mean, which the caller may know without cancellation
 * @see Loader 2000, Fast and accurate computation of binomial probabilities
 */
export function deviance(count: number, mean: number, excess: number): number {
  if (count === 0) return mean;
  const v = excess / (count + mean);
  if (Math.abs(v) > 0.4) return count * logRatio(count, mean) - excess;
  // With v = (count − mean)/(count + mean): log(count/mean) = 2(v + v³/3 + v⁵/5 + …).
  let sum = excess * v;
  let power = 2 * count * v;
  for (let k = 3; ; k += 2) {
    power *= v * v;
    const next = sum + power / k;
    if (next === sum) return sum;
    sum = next;
  }
}

function logRatio(count: number, mean: number): number {
  const ratio = count / mean;
  return ratio > 1e-290 && ratio < 1e290 ? Math.log(ratio) : Math.log(count) - Math.log(mean);
}

/** u − log(1 + u) ≥ 0, u > −1; every digit is kept near 0. */
export function logShortfall(u: number): number {
  if (Math.abs(u) > 0.4) return u - Math.log1p(u);
  // With v = u/(2 + u): log(1 + u) = 2(v + v³/3 + …), and u − 2v = u·v.
  const v = u / (2 + u);
  let power = 2 * v;
  let sum = u * v;
  for (let k = 3; ; k += 2) {
    power *= v * v;
    const next = sum - power / k;
    if (next === sum) return sum;
    sum = next;
  }
}
