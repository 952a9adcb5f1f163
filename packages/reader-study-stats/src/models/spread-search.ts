import { cholesky, inverse } from './cholesky.ts';
import { type Evaluation, type Minimum, minimize, numericalHessian } from './minimize.ts';

/** A spread below this is tried as 0. */
const NEARLY_ZERO = 0.02;
/** Spreads are not searched beyond this: rounding would leave nothing of the identity in A. */
const LIMIT = 1e5;

/**
 * The minimum of a deviance over spreads θ and other parameters. A deviance depends on θ² only, so it
 * is searched without bounds, and a spread that is as good at 0 is 0 exactly.
 *
 * @param evaluate deviance and gradient at (θ, others)
 * @param spreads how many of the parameters are spreads: the first ones
 * @param search where to begin, with a first guess of the inverse Hessian, row-major
 */
export function minimizeOverSpreads(
  evaluate: (at: Float64Array) => Evaluation,
  spreads: number,
  search: { readonly start: Float64Array; readonly inverseHessian: Float64Array },
): Minimum {
  const bounded = (at: Float64Array): Evaluation =>
    at.subarray(0, spreads).some((theta) => Math.abs(theta) > LIMIT)
      ? { value: Number.POSITIVE_INFINITY, gradient: at }
      : evaluate(at);
  let minimum = minimize(bounded, search.start, search.inverseHessian);
  for (let k = 0; k < spreads && minimum.converged; k++) {
    if (Math.abs(minimum.at[k]!) > NEARLY_ZERO) continue;
    const without = minimum.at.map((value, j) => (j === k ? 0 : value));
    const { value } = evaluate(without);
    if (value > minimum.value + 1e-7) continue;
    minimum = minimize(bounded, without, search.inverseHessian);
  }
  const at = minimum.at.map((value, j) => (j < spreads ? Math.abs(value) : value));
  return { ...minimum, at };
}

/**
 * The covariance of parameters at the minimum of a deviance d = −2·log L: 2·(∂²d)⁻¹ over those that
 * are not spreads of 0.
 *
 * @returns the parameters' positions and their covariance, row-major, or null if d is not curved
 *   upwards in every direction
 */
export function parameterCovariance(
  evaluate: (at: Float64Array) => Evaluation,
  at: Float64Array,
  spreads: number,
): { readonly positions: readonly number[]; readonly covariance: Float64Array } | null {
  const positions = [...at.keys()].filter((j) => j >= spreads || at[j] !== 0);
  const hessian = numericalHessian(
    (values) => {
      const place = at.slice();
      for (const [k, j] of positions.entries()) place[j] = values[k]!;
      const { gradient } = evaluate(place);
      return Float64Array.from(positions, (j) => gradient[j]!);
    },
    Float64Array.from(positions, (j) => at[j]!),
  );
  const factor = cholesky(hessian, positions.length, 1e-10);
  if (typeof factor === 'number') return null;
  return { positions, covariance: inverse(factor).map((value) => 2 * value) };
}

/** A first guess of an inverse Hessian: 1/(levels of the factor) for spreads, then a given block. */
export function blockDiagonal(spreads: readonly number[], block: Float64Array): Float64Array {
  const columns = Math.sqrt(block.length);
  const size = spreads.length + columns;
  const matrix = new Float64Array(size * size);
  spreads.forEach((value, k) => {
    matrix[k * size + k] = value;
  });
  for (let j = 0; j < columns; j++) {
    const row = block.subarray(j * columns, (j + 1) * columns);
    matrix.set(row, (spreads.length + j) * size + spreads.length);
  }
  return matrix;
}
