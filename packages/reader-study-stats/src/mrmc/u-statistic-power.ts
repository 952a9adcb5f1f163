import { fisherF } from '../distributions/fisher-f.ts';
import { noncentralF } from '../distributions/noncentral-f.ts';
import { type BckComponents, type BckSource, mapSources } from './bck-components.ts';
import { varianceProblem } from './or-tests.ts';

/** Options of {@link uStatisticPower}. */
export interface UStatisticPowerOptions {
  /** Components of the variance of the difference, such as a pilot difference's `components`. */
  readonly components: BckComponents;
  /** True difference of the two tests' mean figures of merit. */
  readonly effect: number;
  /** Planned, a whole number ≥ 2; all of them read all cases under both tests. */
  readonly readers: number;
  /** Planned n₁, a whole number ≥ 2. */
  readonly positives: number;
  /** Planned n₀, a whole number ≥ 2. */
  readonly negatives: number;
  /** Two-sided level; default 0.05. */
  readonly alpha?: number;
}

/** Result of {@link uStatisticPower}. */
export type UStatisticPower =
  | {
      /** The planned variance is positive. */
      readonly status: 'ok';
      /** Probability that the two-sided test rejects, in (0, 1). */
      readonly power: number;
      /** Variance of the difference in the planned, crossed study. */
      readonly variance: number;
      /** Denominator degrees of freedom of F, at least the least of n₀ − 1, n₁ − 1 and r − 1. */
      readonly df: number;
      /** λ = effect²/variance. */
      readonly noncentrality: number;
    }
  | {
      /** The components add up to a variance that is not positive. */
      readonly status: 'negative-variance' | 'zero-variance';
      /** As it came out. */
      readonly variance: number;
    };

/**
 * Power of the U-statistic test of two tests in a crossed study of given size:
 *
 * Var = σ²_N/n₀ + σ²_D/n₁ + σ²_ND/(n₀n₁) + σ²_R/r + σ²_NR/(n₀r) + σ²_DR/(n₁r) + σ²_RND/(n₀n₁r), λ = d²/Var,
 * df as in {@link uStatisticAnalysis}.
 *
 * @throws RangeError if a size is not a whole number ≥ 2, or alpha is outside (0, 1)
 * @example
 * ```ts
 * const components = { N: 0.01, D: 0.01, ND: 0, R: 0.0005, NR: 0, DR: 0, RND: 0.1 };
 * const planned = uStatisticPower({ components, effect: 0.05, readers: 8, positives: 60, negatives: 60 });
 * planned.status === 'ok' && planned.power.toFixed(2); // => '0.70'
 * ```
 * @see Gallas et al. 2009, doi 10.1080/03610920802610084
 * @see Obuchowski, Gallas and Hillis 2012, doi 10.1016/j.acra.2012.09.012
 */
export function uStatisticPower(options: UStatisticPowerOptions): UStatisticPower {
  const { components, effect, readers, positives, negatives, alpha = 0.05 } = options;
  for (const [name, count] of Object.entries({ readers, positives, negatives })) {
    if (!Number.isInteger(count) || count < 2) {
      throw new RangeError(`uStatisticPower: ${name} must be a whole number >= 2, got ${count}`);
    }
  }
  if (!Number.isFinite(effect) || !(alpha > 0 && alpha < 1)) {
    throw new RangeError(
      `uStatisticPower: effect must be finite and alpha between 0 and 1, got ${effect} and ${alpha}`,
    );
  }
  const sizes: Readonly<Record<string, number>> = { N: negatives, D: positives, R: readers };
  const parts = mapSources((source) => components[source] / productOf(source, sizes));
  const variance = Object.values(parts).reduce((sum, part) => sum + part, 0);
  const problem = varianceProblem(variance);
  if (problem) return { status: problem, variance };
  const { N, D, R } = components;
  const [n, d, r] = [negatives - 1, positives - 1, readers - 1];
  const spread = N ** 2 / n ** 3 + D ** 2 / d ** 3 + R ** 2 / r ** 3;
  const df = Math.min(Math.max(variance ** 2 / spread, Math.min(n, d, r)), MOST_DF);
  const noncentrality = effect ** 2 / variance;
  const critical = fisherF({ df: [1, df] }).upperQuantile(alpha);
  return {
    status: 'ok',
    power: noncentralF({ df: [1, df], noncentrality }).sf(critical),
    variance,
    df,
    noncentrality,
  };
}

/** Degrees of freedom beyond which F is χ² to all digits. */
const MOST_DF = 1e8;

/** Product of the numbers of what a component is shared by: 'NR' → n₀·r. */
function productOf(source: BckSource, sizes: Readonly<Record<string, number>>): number {
  return [...source].reduce((product, letter) => product * sizes[letter]!, 1);
}
