import { choleskyFactor } from '../matrix/cholesky.ts';
import { singularValues } from '../matrix/singular-values.ts';
import type { FeatureMoments } from './feature-moments.ts';

/**
 * Fréchet distance of two Gaussians, the FID if the features are Inception's:
 * d² = ‖μ₁ − μ₂‖² + tr(S₁ + S₂ − 2 (S₁S₂)^½).
 *
 * With factors S₁ = L·Lᵀ and S₂ = M·Mᵀ the trace of the root is the sum of the singular values of Lᵀ·M:
 * no matrix root, no complex numbers, no offset on the diagonal, also when there are fewer images than
 * features. 512 features take a fraction of a second, 2048 some twenty seconds.
 *
 * **Differences**: the usual programs call `scipy.linalg.sqrtm`, and add 1e-6 to the diagonal where it fails.
 *
 * @param a moments of the real images' features
 * @param b moments of the fakes' features
 * @returns a number ≥ 0
 * @throws RangeError if the dimensions differ, or a set has fewer than 2 vectors
 * @example
 * ```ts
 * const [real, fake] = [momentsAccumulator(), momentsAccumulator()];
 * for (const x of [-1, 1]) {
 *   real.add([x]);
 *   fake.add([x + 3]);
 * }
 * frechetDistance(real.moments(), fake.moments()).toFixed(6); // => '9.000000'
 * ```
 * @see Dowson and Landau 1982, J Multivar Anal 12:450, doi 10.1016/0047-259X(82)90077-X; Heusel et al.
 *   2017, GANs trained by a two time-scale update rule, arXiv 1706.08500
 */
export function frechetDistance(a: FeatureMoments, b: FeatureMoments): number {
  if (a.dimension !== b.dimension) {
    throw new RangeError(
      `frechetDistance: dimensions must agree, got ${a.dimension} and ${b.dimension}`,
    );
  }
  if (a.n < 2 || b.n < 2) {
    throw new RangeError(
      `frechetDistance: each set must have at least 2 vectors, got ${a.n} and ${b.n}`,
    );
  }
  const { dimension } = a;
  let distance = 0;
  for (let i = 0; i < dimension; i++) {
    distance += (a.mean[i]! - b.mean[i]!) ** 2;
    distance += a.covariance[i * dimension + i]! + b.covariance[i * dimension + i]!;
  }
  return Math.max(0, distance - 2 * traceOfRoot(a, b));
}

/** tr (S₁S₂)^½ = ‖Lᵀ·M‖_*, the nuclear norm. */
function traceOfRoot(a: FeatureMoments, b: FeatureMoments): number {
  const { dimension } = a;
  const left = choleskyFactor(a.covariance, dimension);
  const right = choleskyFactor(b.covariance, dimension);
  const [rows, columns] = [left.rank, right.rank];
  const product = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const l = left.transposed.subarray(i * dimension, (i + 1) * dimension);
    for (let j = 0; j < columns; j++) {
      const m = right.transposed.subarray(j * dimension, (j + 1) * dimension);
      let sum = 0;
      for (let k = 0; k < dimension; k++) sum += l[k]! * m[k]!;
      product[i * columns + j] = sum;
    }
  }
  return singularValues(product, { rows, columns }).reduce((sum, value) => sum + value, 0);
}
