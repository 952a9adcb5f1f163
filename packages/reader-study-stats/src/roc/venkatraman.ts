import type { StatisticalResult } from '../inference/test-result.ts';
import { type RandomStream, randomStream } from '../random.ts';
import { type BinaryLabel, splitByLabel } from './auc.ts';

/** Options of {@link venkatramanTest}. */
export interface VenkatramanOptions {
  /** One per case, in the order of the scores. */
  readonly labels: readonly BinaryLabel[];
  /** Of the permutations and of the breaking of ties. */
  readonly seed: number;
  /** Number of permutations; default 2000. */
  readonly permutations?: number;
}

/** Result of {@link venkatramanTest}. */
export interface VenkatramanResult extends StatisticalResult {
  readonly status: 'ok';
  readonly estimate: null;
  readonly se: null;
  /** Σ over ranks of the absolute difference of the numbers of errors at that rank. */
  readonly statistic: number;
  readonly dist: 'permutation';
  readonly df: null;
  /** (1 + permutations at least as far apart)/(1 + permutations): never 0. */
  readonly pValue: number;
  readonly alternative: 'two-sided';
  readonly ci: null;
}

/**
 * Venkatraman and Begg's permutation test that two scores of the same cases have the same ROC curve, not only the same area:
 * curves that cross have equal areas and differ. The statistic compares the numbers of errors at every rank used as the
 * threshold; under the null the ranks of a case may be exchanged between the scores. Ties are broken at random.
 *
 * **Difference** from pROC's `roc.test(method = "venkatraman")`: ties are broken at random in the statistic too, not by the
 * order of the cases, and the permutation p-value counts the observed arrangement.
 *
 * @param a first score per case, higher means "more positive"
 * @param b second score of the same cases in the same order
 * @throws RangeError as {@link areaUnderCurve}, or if permutations is not a whole number ≥ 1
 * @example
 * ```ts
 * const labels = ['positive', 'positive', 'positive', 'negative', 'negative', 'negative'] as const;
 * venkatramanTest([5, 3, 2, 4, 1, 0], [4, 1, 5, 2, 3, 0], { labels, seed: 1 }).statistic; // => 4
 * ```
 * @see Venkatraman and Begg 1996, Biometrika 83:835, doi 10.1093/biomet/83.4.835
 */
export function venkatramanTest(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: VenkatramanOptions,
): VenkatramanResult {
  const { labels, seed, permutations = 2000 } = options;
  if (!Number.isInteger(permutations) || permutations < 1) {
    throw new RangeError(
      `venkatramanTest: permutations must be a whole number >= 1, got ${permutations}`,
    );
  }
  const { positives, negatives } = splitByLabel('venkatramanTest', a, labels, 1);
  splitByLabel('venkatramanTest', b, labels, 1);
  const stream = randomStream(seed, 'venkatraman');
  const isPositive = labels.map((label) => label === 'positive');
  const [first, second] = [brokenRanks(a, stream), brokenRanks(b, stream)];
  const statistic = distance(first, second, isPositive);
  let atLeast = 0;
  for (let i = 0; i < permutations; i++) {
    const [x, y] = [first.slice(), second.slice()];
    for (let at = 0; at < x.length; at++) {
      if (stream.uniform() < 0.5) [x[at], y[at]] = [second[at]!, first[at]!];
    }
    const permuted = distance(brokenRanks(x, stream), brokenRanks(y, stream), isPositive);
    if (permuted >= statistic) atLeast++;
  }
  return {
    status: 'ok',
    estimate: null,
    se: null,
    statistic,
    dist: 'permutation',
    df: null,
    pValue: (1 + atLeast) / (1 + permutations),
    alternative: 'two-sided',
    ci: null,
    design: 'paired',
    n: { positives: positives.length, negatives: negatives.length },
    warnings: [],
    method: `venkatraman, ${permutations} permutations`,
    references: ['Venkatraman and Begg 1996, doi 10.1093/biomet/83.4.835'],
  };
}

/** Ranks 0 … n − 1, ties in random order. */
function brokenRanks(scores: ArrayLike<number>, stream: RandomStream): Int32Array {
  const chance = Float64Array.from(scores, () => stream.uniform());
  const order = Array.from(chance, (_, i) => i).sort(
    (i, j) => scores[i]! - scores[j]! || chance[i]! - chance[j]!,
  );
  const ranks = new Int32Array(order.length);
  order.forEach((at, rank) => {
    ranks[at] = rank;
  });
  return ranks;
}

/** Positives at or below a rank are missed, negatives above it are false alarms: both differ by the same steps. */
function distance(first: Int32Array, second: Int32Array, isPositive: readonly boolean[]): number {
  // Passing a positive adds an error, passing a negative takes one away.
  const steps = new Int8Array(first.length);
  for (let i = 0; i < first.length; i++) {
    const step = isPositive[i] ? 1 : -1;
    steps[first[i]!]! += step;
    steps[second[i]!]! -= step;
  }
  let [errors, total] = [0, 0];
  for (const step of steps) {
    errors += step;
    total += Math.abs(errors);
  }
  return total;
}
