import { normal } from '@mammo/reader-study-stats';
import type { Tally } from './clusters.ts';

/** The interval of a rate over patients who may have several images, with its design effect. */
export interface ClusteredWilson {
  readonly lower: number;
  readonly upper: number;
  /** null where it cannot be estimated; each patient's images then count as copies of one. */
  readonly designEffect: number | null;
}

/**
 * Wilson's interval at the effective number of images. With m patients, N = Σnᵢ, R = Σkᵢ/N,
 * Var(R) = m/(m − 1) · Σ(kᵢ − R·nᵢ)²/N² and the design effect D = Var(R)/(R(1 − R)/N), it is Wilson's
 * interval of the rate R of N/D images.
 *
 * Where no variance can be seen (R is 0 or 1, or all images are one patient's), D = Σnᵢ²/N, its value
 * when a patient's images always agree.
 *
 * @param tally successes and trials per patient, at least one trial in all
 * @param level confidence level in (0, 1)
 * @see Rao and Scott 1992, Biometrics 48:577, doi 10.2307/2532311 (effective numbers of clustered counts)
 *
 * **Differences**: Rao and Scott use N/D in tests of contingency tables; here it enters Wilson's
 * interval. With Student's t for the normal quantile (Korn and Graubard 1998) 11 of 72 simulated settings
 * covered more than 97 % for 95 %; without it one did, and none less than 93 %.
 */
export function wilsonClustered(tally: Tally, level: number): ClusteredWilson {
  const { k, n } = tally;
  const { trials, successes, patients, squares } = totals(tally);
  const rate = successes / trials;
  let deviations = 0;
  for (let i = 0; i < n.length; i++) deviations += (k[i]! - rate * n[i]!) ** 2;
  const designEffect =
    patients > 1 && successes > 0 && successes < trials
      ? ((patients / (patients - 1)) * deviations) / (trials * rate * (1 - rate))
      : null;
  const effective = trials / (designEffect || squares / trials);
  return { ...scoreInterval(rate, effective, level), designEffect };
}

/** Sums over the patients of a tally. */
export function totals({ k, n }: Tally): {
  readonly successes: number;
  readonly trials: number;
  /** Patients who have trials. */
  readonly patients: number;
  /** Sum of the squared trials. */
  readonly squares: number;
} {
  let [successes, trials, patients, squares] = [0, 0, 0, 0];
  for (let i = 0; i < n.length; i++) {
    const count = n[i]!;
    successes += k[i]!;
    trials += count;
    patients += count > 0 ? 1 : 0;
    squares += count * count;
  }
  return { successes, trials, patients, squares };
}

/** (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n) for a number n that need not be whole. */
export function scoreInterval(
  rate: number,
  n: number,
  level: number,
): { readonly lower: number; readonly upper: number } {
  const z = normal.quantile((1 + level) / 2);
  const scale = 1 + (z * z) / n;
  const center = (rate + (z * z) / (2 * n)) / scale;
  const half = (z * Math.sqrt((rate * (1 - rate)) / n + (z * z) / (4 * n * n))) / scale;
  return {
    lower: rate === 0 ? 0 : Math.max(0, center - half),
    upper: rate === 1 ? 1 : Math.min(1, center + half),
  };
}
