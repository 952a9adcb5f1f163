import { binomial } from '../distributions/binomial.ts';
import {
  type Alternative,
  type ConfidenceInterval,
  pValueOf,
  type StatisticalResult,
} from '../inference/test-result.ts';
import { atMostAsProbable } from './at-most-as-probable.ts';
import { checkWholeCounts } from './check-counts.ts';
import { clopperPearsonInterval } from './exact-intervals.ts';

/** Options of {@link binomialTest}. */
export interface BinomialTestOptions {
  /** The probability of a success under the null hypothesis, inside (0, 1); default ½. */
  readonly probability?: number;
  /** Default 'two-sided'; 'greater' means more successes. */
  readonly alternative?: Alternative;
  /** Level of Clopper and Pearson's interval; default 0.95. */
  readonly level?: number;
}

/** Result of {@link binomialTest}. */
export interface BinomialTestResult extends StatisticalResult {
  readonly status: 'ok';
  /** k/n. */
  readonly estimate: number;
  readonly se: null;
  readonly statistic: null;
  readonly dist: null;
  readonly df: null;
  /** In (0, 1]. */
  readonly pValue: number;
  readonly alternative: Alternative;
  /** Clopper and Pearson's, always two-sided. */
  readonly ci: ConfidenceInterval;
}

/**
 * The exact binomial test: does k of n differ from what a probability gives, such as ½ by guessing? Two-sided: the sum of
 * all outcomes as probable as k or less (R's `binom.test`, with its relative tolerance 1e-7).
 *
 * @param k successes, a whole number, 0 ≤ k ≤ n
 * @param n trials, a whole number ≥ 1
 * @throws RangeError if k, n, the probability or the level is outside its range
 * @example
 * ```ts
 * binomialTest(44, 74).pValue.toFixed(4); // => '0.1302'
 * ```
 * @see Clopper and Pearson 1934, doi 10.1093/biomet/26.4.404
 */
export function binomialTest(
  k: number,
  n: number,
  options: BinomialTestOptions = {},
): BinomialTestResult {
  const { probability = 0.5, alternative = 'two-sided', level = 0.95 } = options;
  checkWholeCounts('binomialTest', k, n, level);
  if (!(probability > 0 && probability < 1)) {
    throw new RangeError(`binomialTest: probability must lie inside (0, 1), got ${probability}`);
  }
  const distribution = binomial({ trials: n, probability });
  const mode = Math.min(n, Math.floor((n + 1) * probability));
  const pValue = {
    'two-sided': () => atMostAsProbable(distribution, { k, mode, support: [0, n] }),
    greater: () => distribution.sf(k - 1),
    less: () => distribution.cdf(k),
  }[alternative]();
  const { rate, lower, upper, method } = clopperPearsonInterval(k, n, { level });
  return {
    status: 'ok',
    estimate: rate,
    se: null,
    statistic: null,
    dist: null,
    df: null,
    pValue: pValueOf(0, 'greater', () => pValue),
    alternative,
    ci: { level, lower, upper, method },
    n: { trials: n },
    warnings: [],
    method: 'binomial-exact',
    references: ['Clopper and Pearson 1934, doi 10.1093/biomet/26.4.404'],
  };
}
