import { findRootWithin } from '../distributions/find-root.ts';
import { normal } from '../distributions/normal.ts';
import type { Alternative, TestResult, ZeroVarianceResult } from '../inference/test-result.ts';
import { waldTest } from '../inference/wald-test.ts';
import { checkLevel } from '../proportions/check-counts.ts';
import { checkPairs, type PairedCounts } from './count.ts';
import type { DifferenceInterval } from './difference-interval.ts';

/** Options of {@link tangoTest}. */
export interface ScoreTestOptions {
  /** Confidence level; default 0.95. */
  readonly level?: number;
  /** The difference under the null hypothesis, in (−1, 1); default 0. A margin for non-inferiority. */
  readonly nullValue?: number;
  /** Default 'two-sided'. */
  readonly alternative?: Alternative;
}

/**
 * Tango's score test and interval for the difference δ of two paired proportions,
 * z(δ) = (b − c − nδ)/√(n·(2q̃ + δ(1 − δ))), q̃ the maximum-likelihood share of secondOnly under δ; the interval is
 * all δ that the two-sided test keeps. With nullValue 0 it is McNemar's test.
 *
 * @param counts the four counts of the pairs: b = firstOnly, c = secondOnly, n their total
 * @returns status 'zero-variance' where no pair is discordant and nullValue is 0: the interval then stands in
 *   {@link tangoInterval}
 * @throws RangeError if a count, the level or nullValue is outside its range
 * @example
 * ```ts
 * const counts = { both: 20, firstOnly: 12, secondOnly: 2, neither: 16 };
 * tangoTest(counts).statistic?.toFixed(4); // => '2.6726'
 * ```
 * @see Tango 1998, Stat Med 17:891, doi 10.1002/(SICI)1097-0258(19980430)17:8<891::AID-SIM780>3.0.CO;2-B
 */
export function tangoTest(
  counts: PairedCounts,
  options: ScoreTestOptions = {},
): TestResult | ZeroVarianceResult {
  const { level = 0.95, nullValue = 0, alternative = 'two-sided' } = options;
  const ci = tangoInterval(counts, { level });
  checkNullValue('tangoTest', nullValue);
  const { firstOnly, secondOnly } = counts;
  const pairs = checkPairs('tangoTest', counts);
  const { estimate } = ci;
  const se = restrictedError(counts, pairs, nullValue);
  const context = {
    design: 'paired',
    n: { pairs, firstOnly, secondOnly },
    warnings: [],
    method: 'tango-score',
    references: [
      'Tango 1998, doi 10.1002/(SICI)1097-0258(19980430)17:8<891::AID-SIM780>3.0.CO;2-B',
    ],
  };
  const interval = { level, lower: ci.lower, upper: ci.upper, method: ci.method };
  return waldTest({ estimate, se, df: null, alternative, level, nullValue, ci: interval }, context);
}

/**
 * The interval of {@link tangoTest} alone, which exists for all counts.
 * @throws RangeError if a count or the level is outside its range
 * @example
 * ```ts
 * tangoInterval({ both: 20, firstOnly: 12, secondOnly: 2, neither: 16 }).upper.toFixed(3); // => '0.345'
 * ```
 */
export function tangoInterval(
  counts: PairedCounts,
  options: { readonly level?: number } = {},
): DifferenceInterval {
  const { level = 0.95 } = options;
  checkLevel('tangoInterval', level);
  const pairs = checkPairs('tangoInterval', counts);
  const estimate = (counts.firstOnly - counts.secondOnly) / pairs;
  const z = normal.upperQuantile((1 - level) / 2);
  const excess = (delta: number): number =>
    scoreOf(estimate - delta, restrictedError(counts, pairs, delta));
  return {
    estimate,
    level,
    lower: findRootWithin((delta) => z - excess(delta), -1, estimate),
    upper: findRootWithin((delta) => -z - excess(delta), estimate, 1),
    method: 'tango-score',
  };
}

/** √((2q̃ + δ(1 − δ))/n) with q̃ = (√(B² − 4AC) − B)/(2A), written without its cancellation. */
function restrictedError(counts: PairedCounts, n: number, delta: number): number {
  const { firstOnly: b, secondOnly: c } = counts;
  const A = 2 * n;
  const B = (2 * n - b + c) * delta - b - c;
  const C = -c * delta * (1 - delta);
  const root = Math.sqrt(Math.max(0, B * B - 4 * A * C));
  const share = B > 0 ? (-2 * C) / (root + B) : (root - B) / (2 * A);
  return Math.sqrt(Math.max(0, 2 * share + delta * (1 - delta)) / n);
}

/** difference/se, and ±∞ (0 for 0) where the error is 0. */
export function scoreOf(difference: number, se: number): number {
  if (difference === 0) return 0;
  return se === 0 ? Math.sign(difference) * Number.POSITIVE_INFINITY : difference / se;
}

/** @throws RangeError unless −1 < nullValue < 1 */
export function checkNullValue(caller: string, nullValue: number): void {
  if (!(Math.abs(nullValue) < 1)) {
    throw new RangeError(`${caller}: nullValue must lie between -1 and 1, got ${nullValue}`);
  }
}
