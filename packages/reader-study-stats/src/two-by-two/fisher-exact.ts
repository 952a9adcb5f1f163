import type { DiscreteDistribution } from '../distributions/distribution.ts';
import { hypergeometric } from '../distributions/hypergeometric.ts';
import { type Alternative, pValueOf, type StatisticalResult } from '../inference/test-result.ts';
import { atMostAsProbable } from '../proportions/at-most-as-probable.ts';
import { type Count, checkCounts } from './count.ts';

/** Result of an exact test, which has neither a statistic with a distribution nor an interval. */
export interface ExactTestResult extends StatisticalResult {
  readonly status: 'ok';
  /** k1/n1 − k2/n2. */
  readonly estimate: number;
  readonly se: null;
  readonly statistic: null;
  readonly dist: null;
  readonly df: null;
  /** In (0, 1]. */
  readonly pValue: number;
  readonly alternative: Alternative;
  readonly ci: null;
}

/** An {@link ExactTestResult} of two independent proportions. */
export function exactTestResult(
  [first, second]: readonly [Count, Count],
  known: {
    readonly pValue: number;
    readonly alternative: Alternative;
    readonly method: string;
    readonly references: readonly string[];
  },
): ExactTestResult {
  return {
    status: 'ok',
    estimate: first.k / first.n - second.k / second.n,
    se: null,
    statistic: null,
    dist: null,
    df: null,
    pValue: pValueOf(0, 'greater', () => known.pValue),
    alternative: known.alternative,
    ci: null,
    design: 'unpaired',
    n: { first: first.n, second: second.n },
    warnings: [],
    method: known.method,
    references: known.references,
  };
}

/**
 * Fisher's exact test that two independent proportions are equal. Two-sided: the sum of all tables as
 * probable as the observed one or less (R's rule, with its relative tolerance 1e-7).
 *
 * @param first k of n
 * @param second k of n
 * @param options alternative: default 'two-sided'; 'greater' means that the first rate is higher
 * @throws RangeError if a count is not whole or outside 0 ≤ k ≤ n, n ≥ 1
 * @example
 * ```ts
 * fisherExactTest({ k: 3, n: 4 }, { k: 1, n: 4 }, { alternative: 'greater' }).pValue; // => 17 / 70
 * ```
 * @see Fisher 1935, J R Stat Soc 98:39, doi 10.2307/2342435
 */
export function fisherExactTest(
  first: Count,
  second: Count,
  options: { readonly alternative?: Alternative } = {},
): ExactTestResult {
  const { alternative = 'two-sided' } = options;
  checkCounts('fisherExactTest', first, second);
  const pValue =
    alternative === 'two-sided' ? twoSided(first, second) : oneSided(first, second, alternative);
  const references = ['Fisher 1935, doi 10.2307/2342435'];
  return exactTestResult([first, second], {
    pValue,
    alternative,
    method: 'fisher-exact',
    references,
  });
}

/** P(first count as high as k, or as low as k) given both margins. */
function oneSided(first: Count, second: Count, alternative: 'greater' | 'less'): number {
  const { sf, cdf } = givenMargins(first, second);
  return alternative === 'greater' ? sf(first.k - 1) : cdf(first.k);
}

/** The distribution of the first count given the number of all successes. */
export function givenMargins(first: Count, second: Count): DiscreteDistribution {
  return hypergeometric({
    population: first.n + second.n,
    successes: first.k + second.k,
    draws: first.n,
  });
}

function twoSided(first: Count, second: Count): number {
  const { k } = first;
  const successes = first.k + second.k;
  const [least, most] = [Math.max(0, successes - second.n), Math.min(first.n, successes)];
  const mode = Math.min(
    most,
    Math.max(least, Math.floor(((first.n + 1) * (successes + 1)) / (first.n + second.n + 2))),
  );
  return atMostAsProbable(givenMargins(first, second), { k, mode, support: [least, most] });
}
