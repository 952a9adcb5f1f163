import { normal } from '../distributions/normal.ts';
import { pValueOf, type StatisticalResult } from './test-result.ts';

/** Result of {@link mannWhitneyTest}. */
export interface MannWhitneyResult extends StatisticalResult {
  /** 'zero-variance': all values are equal. */
  readonly status: 'ok' | 'zero-variance';
  /** Hodges and Lehmann's shift: the median of all differences first − second. */
  readonly estimate: number;
  readonly se: null;
  /** Pairs in which the first is greater, ties counting half (W of R's `wilcox.test`). */
  readonly statistic: number;
  /** Of z = (|W − mn/2| − ½)/√(variance), not of `statistic` = W itself. */
  readonly dist: 'normal';
  readonly df: null;
  /** null if all values are equal. */
  readonly pValue: number | null;
  readonly alternative: 'two-sided';
  readonly ci: null;
}

/**
 * The rank-sum test of two independent samples, with the normal distribution, corrected for ties and
 * for continuity:
 *
 * z = (|W − mn/2| − ½)/√(mn/12·(N + 1 − Σ(t³ − t)/(N(N − 1)))).
 *
 * @param first - at least one finite number
 * @param second - at least one finite number
 * @throws RangeError if a sample is empty or a value is not finite
 * @example
 * ```ts
 * mannWhitneyTest([3, 5, 4], [1, 2, 3]).statistic; // => 8.5
 * ```
 * @see Mann and Whitney 1947, doi 10.1214/aoms/1177730491; Hodges and Lehmann 1963, doi 10.1214/aoms/1177704172
 */
export function mannWhitneyTest(
  first: readonly number[],
  second: readonly number[],
): MannWhitneyResult {
  for (const sample of [first, second]) {
    const bad = sample.find((value) => !Number.isFinite(value));
    if (sample.length === 0 || bad !== undefined) {
      throw new RangeError(
        `mannWhitneyTest: samples must hold finite numbers, got ${sample.length === 0 ? 'none' : bad}`,
      );
    }
  }
  const [m, n] = [first.length, second.length];
  const { rankSum, tied } = jointRanks(first, second);
  const statistic = rankSum - (m * (m + 1)) / 2;
  const total = m + n;
  const variance = ((m * n) / 12) * (total + 1 - tied / (total * (total - 1)));
  const distance = Math.max(0, Math.abs(statistic - (m * n) / 2) - 0.5);
  const isDefined = variance > 0;
  return {
    status: isDefined ? 'ok' : 'zero-variance',
    estimate: medianDifference(first, second),
    se: null,
    statistic,
    dist: 'normal',
    df: null,
    pValue: isDefined ? pValueOf(distance / Math.sqrt(variance), 'two-sided', normal.sf) : null,
    alternative: 'two-sided',
    ci: null,
    design: 'unpaired',
    n: { first: m, second: n },
    warnings: [],
    method: 'mann-whitney, normal with continuity correction, hodges-lehmann shift',
    references: ['Mann and Whitney 1947, doi 10.1214/aoms/1177730491'],
  };
}

/** The sum of the first sample's ranks among all, and Σ(t³ − t) over groups of t equal values. */
function jointRanks(
  first: readonly number[],
  second: readonly number[],
): { readonly rankSum: number; readonly tied: number } {
  const all = [
    ...first.map((value) => ({ value, isFirst: true })),
    ...second.map((value) => ({ value, isFirst: false })),
  ].sort((a, b) => a.value - b.value);
  let rankSum = 0;
  let tied = 0;
  for (let start = 0; start < all.length; ) {
    let end = start;
    let firsts = 0;
    while (end < all.length && all[end]!.value === all[start]!.value) {
      if (all[end]!.isFirst) firsts++;
      end++;
    }
    const size = end - start;
    rankSum += (firsts * (start + end + 1)) / 2;
    tied += size ** 3 - size;
    start = end;
  }
  return { rankSum, tied };
}

function medianDifference(first: readonly number[], second: readonly number[]): number {
  const differences = Float64Array.from(first.flatMap((a) => second.map((b) => a - b))).sort();
  const middle = differences.length >> 1;
  return differences.length % 2
    ? differences[middle]!
    : (differences[middle - 1]! + differences[middle]!) / 2;
}
