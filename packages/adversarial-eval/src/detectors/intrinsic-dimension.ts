import { type Measure, measured, undefinedMeasure } from '../fidelity/measure.ts';

/**
 * Local intrinsic dimensionality at a point by maximum likelihood from the distances r₁ ≤ … ≤ r_k to its
 * k nearest neighbours: LID = −(1/k · Σ log(rᵢ/r_k))⁻¹.
 *
 * Copies of the point, at distance 0, say nothing about dimension and are passed over.
 *
 * @param point a feature vector
 * @param others the vectors among which neighbours are looked for, the point itself not among them
 * @returns 'no-spread' if there are no k neighbours, or all are equally far
 * @example
 * ```ts
 * const line = Array.from({ length: 100 }, (_, i) => [i + 1, 0]);
 * intrinsicDimension([0, 0], line, { neighbours: 100 }).value?.toFixed(2); // => '1.03'
 * ```
 * @see Amsaleg et al. 2015, Estimating local intrinsic dimensionality, doi 10.1145/2783258.2783405
 */
export function intrinsicDimension(
  point: ArrayLike<number>,
  others: readonly ArrayLike<number>[],
  { neighbours }: { readonly neighbours: number },
): Measure<'no-spread'> {
  const squares = Float64Array.from(others, (other) => squaredDistance(point, other))
    .filter((square) => square > 0)
    .sort();
  const farthest = squares[neighbours - 1];
  if (farthest === undefined) return undefinedMeasure('no-spread');
  let sum = 0;
  for (let i = 0; i < neighbours; i++) sum += Math.log(squares[i]! / farthest) / 2;
  return sum === 0 ? undefinedMeasure('no-spread') : measured(-neighbours / sum);
}

function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}
