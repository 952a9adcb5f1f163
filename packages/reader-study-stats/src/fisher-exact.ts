import { type Alternative, pValueOf } from './test-result.ts';

/** Result of {@link fisherExactTest}. */
export interface FisherResult {
  /** k1/n1 − k2/n2. */
  readonly estimate: number;
  readonly pValue: number;
  readonly alternative: Alternative;
  readonly method: 'fisher-exact';
}

/** A count of successes among trials. */
export interface Count {
  readonly k: number;
  readonly n: number;
}

/**
 * Fisher's exact test that two independent proportions are equal. Two-sided: the sum of all tables as
 * probable as the observed one or less (R's rule, with its relative tolerance 1e-7).
 *
 * @param first k of n
 * @param second k of n
 * @param options alternative: default 'two-sided'; 'greater' means that the first rate is higher
 * @throws RangeError if a count is not whole or outside 0 ≤ k ≤ n, n ≥ 1
 * @see Fisher 1935, J R Stat Soc 98:39, doi 10.2307/2342435
 */
export function fisherExactTest(
  first: Count,
  second: Count,
  options: { readonly alternative?: Alternative } = {},
): FisherResult {
  const { alternative = 'two-sided' } = options;
  for (const { k, n } of [first, second]) {
    if (!Number.isInteger(k) || !Number.isInteger(n) || n < 1 || k < 0 || k > n) {
      throw new RangeError(
        `fisherExactTest: counts must be whole with 0 <= k <= n and n >= 1, got ${k} of ${n}`,
      );
    }
  }
  const least = Math.max(0, first.k + second.k - second.n);
  const weights = hypergeometricWeights(first, second);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const observed = weights[first.k - least]!;
  const counts = (weight: number, k: number): boolean => {
    if (alternative === 'greater') return k >= first.k;
    if (alternative === 'less') return k <= first.k;
    return weight <= observed * (1 + 1e-7);
  };
  const p = weights.reduce((sum, w, i) => (counts(w, least + i) ? sum + w : sum), 0) / total;
  return {
    estimate: first.k / first.n - second.k / second.n,
    pValue: pValueOf(0, 'greater', () => p),
    alternative,
    method: 'fisher-exact',
  };
}

/** Probabilities of every table with these margins, relative to the most probable one. */
function hypergeometricWeights(first: Count, second: Count): readonly number[] {
  const successes = first.k + second.k;
  const least = Math.max(0, successes - second.n);
  const most = Math.min(first.n, successes);
  const mode = Math.min(
    most,
    Math.max(least, Math.floor(((first.n + 1) * (successes + 1)) / (first.n + second.n + 2))),
  );
  const weights = new Array<number>(most - least + 1).fill(0);
  weights[mode - least] = 1;
  for (let k = mode; k < most; k++) {
    const ratio = ((first.n - k) * (successes - k)) / ((k + 1) * (second.n - successes + k + 1));
    weights[k + 1 - least] = weights[k - least]! * ratio;
  }
  for (let k = mode; k > least; k--) {
    const ratio = (k * (second.n - successes + k)) / ((first.n - k + 1) * (successes - k + 1));
    weights[k - 1 - least] = weights[k - least]! * ratio;
  }
  return weights;
}
