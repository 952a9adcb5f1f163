import { chiSquared } from '../distributions/chi-squared.ts';
import {
  pValueOf,
  type StatisticalResult,
  type UndefinedResult,
  undefinedResult,
} from '../inference/test-result.ts';
import { type Count, checkCounts } from './count.ts';

/** Result of {@link chiSquareTest}. */
export interface ChiSquareResult extends StatisticalResult {
  readonly status: 'ok';
  /** k1/n1 − k2/n2. */
  readonly estimate: number;
  readonly se: null;
  /** χ², ≥ 0, with Yates' correction where that was asked for. */
  readonly statistic: number;
  readonly dist: 'chi-square';
  readonly df: 1;
  /** Upper tail of χ², which is two-sided for the difference. */
  readonly pValue: number;
  readonly alternative: 'two-sided';
  readonly ci: null;
}

/**
 * Pearson's χ² test that two independent proportions are equal, N·(|ad − bc| − c)²/(product of the four margins); with
 * Yates' correction c = N/2 (at most |ad − bc|), else 0.
 *
 * @param first k of n
 * @param second k of n
 * @param options correction: Yates'; default false
 * @returns status 'zero-variance' where all trials were successes, or none
 * @throws RangeError if a count is not whole or outside 0 ≤ k ≤ n, n ≥ 1
 * @example
 * ```ts
 * chiSquareTest({ k: 9, n: 10 }, { k: 3, n: 10 }).statistic?.toFixed(2); // => '7.50'
 * ```
 * @see Yates 1934, Suppl J R Stat Soc 1:217, doi 10.2307/2983604
 */
export function chiSquareTest(
  first: Count,
  second: Count,
  options: { readonly correction?: boolean } = {},
): ChiSquareResult | UndefinedResult<'zero-variance'> {
  const { correction = false } = options;
  checkCounts('chiSquareTest', first, second);
  const context = {
    design: 'unpaired',
    n: { first: first.n, second: second.n },
    warnings: [],
    method: correction ? 'chi-square, Yates' : 'chi-square',
    references: ['Yates 1934, doi 10.2307/2983604'],
  };
  const estimate = first.k / first.n - second.k / second.n;
  const alternative = 'two-sided';
  const total = first.n + second.n;
  const share = (first.k + second.k) / total;
  if (share === 0 || share === 1) {
    return undefinedResult('zero-variance', { estimate, alternative }, context);
  }
  // |ad − bc|/N is the distance of each count from its expectation
  const distance = Math.abs(first.k - first.n * share);
  const moved = distance - (correction ? Math.min(0.5, distance) : 0);
  const statistic = (moved ** 2 * (1 / first.n + 1 / second.n)) / (share * (1 - share));
  return {
    status: 'ok',
    estimate,
    se: null,
    statistic,
    dist: 'chi-square',
    df: 1,
    pValue: pValueOf(statistic, 'greater', chiSquared({ df: 1 }).sf),
    alternative,
    ci: null,
    ...context,
  };
}
