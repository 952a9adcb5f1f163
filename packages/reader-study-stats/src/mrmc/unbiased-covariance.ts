import { dot, dotBytes, symmetric, total } from './matrix.ts';
import type { MrmcData } from './mrmc-data.ts';
import { type SuccessMatrix, successMatrix } from './success-matrix.ts';

/**
 * Unbiased covariances of the empirical AUCs of all cells, for any pattern of missing reads:
 *
 * Cov(a, b) = Aₐ·A_b − M, where M is the mean of sₐ(i, j)·s_b(i′, j′) over i ≠ i′, j ≠ j′.
 *
 * @see Gallas, Pennello and Myers 2007, J Opt Soc Am A 24:B70, doi 10.1364/JOSAA.24.000B70
 */
export function unbiasedCovariance(data: MrmcData): readonly (readonly number[])[] {
  const matrices = data.cells.map((cell) => successMatrix(data, cell));
  return symmetric(matrices.length, (a, b) => areaCovariance(matrices[a]!, matrices[b]!));
}

/**
 * The covariance of the areas of two cells; not finite where they have one shared case of a class only.
 * All sums are whole numbers; scores are doubled.
 */
export function areaCovariance(a: SuccessMatrix, b: SuccessMatrix): number {
  const [sharedPositives, sharedNegatives] = [
    dotBytes(a.readPositives, b.readPositives),
    dotBytes(a.readNegatives, b.readNegatives),
  ];
  if (sharedPositives === 0 && sharedNegatives === 0) return 0;
  const [na, nb] = [casesOf(a), casesOf(b)];
  const pairs = na.positives * na.negatives * nb.positives * nb.negatives;
  const product = total(a.byPositive) * total(b.byPositive);
  // Sums and numbers of products that share a positive or a negative case.
  const sharing =
    dot(a.byPositive, b.byPositive) +
    dot(a.byNegative, b.byNegative) -
    dotBytes(a.scores, b.scores);
  const sharingPairs =
    sharedPositives * na.negatives * nb.negatives +
    sharedNegatives * na.positives * nb.positives -
    sharedPositives * sharedNegatives;
  // product/pairs − (product − sharing)/(pairs − sharingPairs), without its cancellation.
  const difference = sharing * pairs - sharingPairs * product;
  return difference / pairs / (pairs - sharingPairs) / 4;
}

/** Numbers of cases that were read. */
export function casesOf(matrix: SuccessMatrix): { positives: number; negatives: number } {
  return { positives: total(matrix.readPositives), negatives: total(matrix.readNegatives) };
}
