import { normal } from '@mammo/reader-study-stats';
import type { Tally } from './clusters.ts';

/** The interval of a rate over patients who may have several images, with its design effect. */
export interface ClusteredWilson {
  readonly lower: number;
  readonly upper: number;
  /** D as estimated, before it is stabilised; null where no variance can be seen. */
  readonly designEffect: number | null;
}

/**
 * Wilson's interval at the effective number of images. With m patients, N = Σnᵢ, R = Σkᵢ/N,
 * Var(R) = m/(m − 1) · Σ(kᵢ − R·nᵢ)²/N² and the design effect D = Var(R)/(R(1 − R)/N), it is Wilson's
 * interval of the rate R of N/D̃ images,
 * D̃ = (q·D + ½·D₁)/(q + ½), D₁ = Σnᵢ²/N,
 * where D₁ is the design effect of images that always agree within a patient, and q the number of patients
 * with a success or of those with a failure, whichever is less: only they show whether images agree.
 * Where no variance can be seen (R is 0 or 1, or all images are one patient's), D̃ = D₁.
 *
 * @param tally successes and trials per patient, at least one trial in all
 * @param level confidence level in (0, 1)
 * @see Rao and Scott 1992, Biometrics 48:577, doi 10.2307/2532311 (effective numbers of clustered counts)
 *
 * **Differences**: Rao and Scott use N/D in tests of contingency tables; here it enters Wilson's
 * interval. A single failure makes D about 1 whatever the truth is, hence D̃. Over 320 simulated settings
 * (10 to 91 patients, 1 to 4 images, rates 0.5 to 0.9; `simulate/rate-grid.ts`) 95 % intervals with D̃ covered
 * 93.5 to 98.1 %, 43 of them more than 97 %; with D alone 90.6 to 97.5 %, 20 of them less than 93 %; with D
 * and Student's t for the normal quantile (Korn and Graubard 1998) 92.4 to 99.4 %, 59 of them more than 97 %.
 */
export function wilsonClustered(tally: Tally, level: number): ClusteredWilson {
  const { k, n } = tally;
  const { trials, successes, patients, squares, informative } = totals(tally);
  const rate = successes / trials;
  let deviations = 0;
  for (let i = 0; i < n.length; i++) deviations += (k[i]! - rate * n[i]!) ** 2;
  const designEffect =
    patients > 1 && successes > 0 && successes < trials
      ? ((patients / (patients - 1)) * deviations) / (trials * rate * (1 - rate))
      : null;
  const agreeing = squares / trials;
  const stabilised =
    designEffect === null
      ? agreeing
      : (informative * designEffect + PRIOR * agreeing) / (informative + PRIOR);
  return { ...scoreInterval(rate, trials / stabilised, level), designEffect };
}

/** Patients that full agreement within patients counts for. */
const PRIOR = 0.5;

/** Sums over the patients of a tally. */
export function totals({ k, n }: Tally): {
  readonly successes: number;
  readonly trials: number;
  /** Patients who have trials. */
  readonly patients: number;
  /** Sum of the squared trials. */
  readonly squares: number;
  /** Patients with a success, or with a failure, whichever are fewer. */
  readonly informative: number;
} {
  let [successes, trials, patients, squares] = [0, 0, 0, 0];
  let [succeeded, failed] = [0, 0];
  for (let i = 0; i < n.length; i++) {
    const count = n[i]!;
    successes += k[i]!;
    trials += count;
    patients += count > 0 ? 1 : 0;
    squares += count * count;
    succeeded += k[i]! > 0 ? 1 : 0;
    failed += k[i]! < count ? 1 : 0;
  }
  return { successes, trials, patients, squares, informative: Math.min(succeeded, failed) };
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
