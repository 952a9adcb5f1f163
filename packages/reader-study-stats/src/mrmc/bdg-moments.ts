import { dot, dotBytes, total } from './matrix.ts';
import type { SuccessMatrix } from './success-matrix.ts';
import { casesOf } from './unbiased-covariance.ts';

/** One reader's success matrix under a test, with the reader's weight in the mean over readers. */
export interface WeightedReader {
  readonly reader: number;
  readonly weight: number;
  readonly matrix: SuccessMatrix;
}

/**
 * Moments of the success scores of two tests (or twice the same): products of the scores of reader r,
 * positive i, negative j under the first and r′, i′, j′ under the second, by what the two share.
 * Order, after Gallas: r = r′ in 0–3, r ≠ r′ in 4–7; within, (i = i′, j = j′), (i = i′ only), (j = j′ only),
 * (neither).
 */
export interface BdgMoments {
  /** Mean figures of merit of the first and second test. */
  readonly figures: readonly [number, number];
  /** Means over products that share exactly that; null where there are none. */
  readonly unbiased: readonly (number | null)[];
  /** Means over products that share at least that: the moments of the empirical distribution. */
  readonly mle: readonly (number | null)[];
  /** Cov = Σ coefficient·moment. */
  readonly coefficients: readonly number[];
  /** The unbiased covariance; null where no products share nothing (one reader, or one case). */
  readonly covariance: number | null;
  /** The covariance under the empirical distribution, which is the ideal bootstrap's. */
  readonly mleCovariance: number;
}

/** From sums over products that share at least something to those that share exactly that. */
const EXACTLY: readonly (readonly number[])[] = [
  [1, 0, 0, 0, 0, 0, 0, 0],
  [-1, 1, 0, 0, 0, 0, 0, 0],
  [-1, 0, 1, 0, 0, 0, 0, 0],
  [1, -1, -1, 1, 0, 0, 0, 0],
  [-1, 0, 0, 0, 1, 0, 0, 0],
  [1, -1, 0, 0, -1, 1, 0, 0],
  [1, 0, -1, 0, -1, 0, 1, 0],
  [-1, 1, 1, -1, 1, -1, -1, 1],
];

/**
 * The moments of two tests over the readers of each; any pattern of reads.
 *
 * @param first the readers under the first test
 * @param second the readers under the second; the same list for the variance of one test
 * @see Gallas, Bandos, Samuelson and Wagner 2009, Commun Stat Theory Methods 38:2586,
 *   doi 10.1080/03610920802610084
 */
export function bdgMoments(
  first: readonly WeightedReader[],
  second: readonly WeightedReader[],
): BdgMoments {
  const sums = scoreSums(first, second);
  const counts = countSums(first, second);
  const exactSums = EXACTLY.map((row) => apply(row, sums));
  const exactCounts = EXACTLY.map((row) => apply(row, counts));
  const all = counts[7]!;
  const unbiased = exactSums.map((sum, k) =>
    isNone(exactCounts[k]!, all) ? null : sum / exactCounts[k]!,
  );
  const mle = sums.map((sum, k) => (counts[k] === 0 ? null : sum / counts[k]!));
  const coefficients = exactCounts.map((count, k) => count / all - (k === 7 ? 1 : 0));
  return {
    figures: [meanFigure(first), meanFigure(second)],
    unbiased,
    mle,
    coefficients,
    covariance: isNone(exactCounts[7]!, all)
      ? null
      : unbiasedCovariance(sums, counts, exactSums[7]!, exactCounts[7]!),
    mleCovariance: apply(
      coefficients,
      mle.map((moment) => moment ?? 0),
    ),
  };
}

/** sums₈/counts₈ − exact₈/exactCounts₈ without its cancellation. */
function unbiasedCovariance(
  sums: readonly number[],
  counts: readonly number[],
  exactSum: number,
  exactCount: number,
): number {
  const [sharing, sharingCount] = [sums[7]! - exactSum, counts[7]! - exactCount];
  return (sharing - (sharingCount * sums[7]!) / counts[7]!) / exactCount;
}

/** Sums of products of scores that share at least what each moment does. */
function scoreSums(
  first: readonly WeightedReader[],
  second: readonly WeightedReader[],
): readonly number[] {
  const sums = [0, 0, 0, 0];
  for (const a of first) {
    const b = second.find(({ reader }) => reader === a.reader);
    if (b === undefined) continue;
    const weight = a.weight * b.weight;
    sums[0]! += weight * dotBytes(a.matrix.scores, b.matrix.scores);
    sums[1]! += weight * dot(a.matrix.byPositive, b.matrix.byPositive);
    sums[2]! += weight * dot(a.matrix.byNegative, b.matrix.byNegative);
    sums[3]! += weight * total(a.matrix.byPositive) * total(b.matrix.byPositive);
  }
  const over = (part: 'scores' | 'byPositive' | 'byNegative'): number => {
    const ofFirst = readerSum(first, part);
    return dot(ofFirst, first === second ? ofFirst : readerSum(second, part));
  };
  const product = scoreTotal(first) * scoreTotal(second);
  // Scores are doubled, so products are quadrupled.
  return [...sums, over('scores'), over('byPositive'), over('byNegative'), product].map(
    (s) => s / 4,
  );
}

/** Numbers of such products. */
function countSums(
  first: readonly WeightedReader[],
  second: readonly WeightedReader[],
): readonly number[] {
  const counts = [0, 0, 0, 0, 0, 0, 0, 0];
  for (const a of first) {
    const na = casesOf(a.matrix);
    for (const b of second) {
      const nb = casesOf(b.matrix);
      const positives = dotBytes(a.matrix.readPositives, b.matrix.readPositives);
      const negatives = dotBytes(a.matrix.readNegatives, b.matrix.readNegatives);
      const of = [
        positives * negatives,
        positives * na.negatives * nb.negatives,
        negatives * na.positives * nb.positives,
        na.positives * na.negatives * nb.positives * nb.negatives,
      ];
      of.forEach((count, k) => {
        const weighted = a.weight * b.weight * count;
        if (a.reader === b.reader) counts[k]! += weighted;
        counts[4 + k]! += weighted;
      });
    }
  }
  return counts;
}

function readerSum(
  readers: readonly WeightedReader[],
  part: 'scores' | 'byPositive' | 'byNegative',
): Float64Array {
  const sum = new Float64Array(readers[0]!.matrix[part].length);
  for (const { weight, matrix } of readers) {
    const values = matrix[part];
    for (let i = 0; i < sum.length; i++) sum[i]! += weight * values[i]!;
  }
  return sum;
}

function scoreTotal(readers: readonly WeightedReader[]): number {
  return readers.reduce((sum, { weight, matrix }) => sum + weight * total(matrix.byPositive), 0);
}

function meanFigure(readers: readonly WeightedReader[]): number {
  const pairs = readers.reduce((sum, { weight, matrix }) => {
    const { positives, negatives } = casesOf(matrix);
    return sum + weight * positives * negatives;
  }, 0);
  return scoreTotal(readers) / 2 / pairs;
}

function apply(row: readonly number[], values: readonly number[]): number {
  return row.reduce((sum, factor, k) => sum + factor * values[k]!, 0);
}

/** Whether a weighted count is 0 but for rounding. */
function isNone(count: number, all: number): boolean {
  return Math.abs(count) <= 1e-12 * all;
}
