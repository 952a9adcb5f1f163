/** A = L·Lᵀ; row-major, entries above the diagonal are 0. */
export interface Cholesky {
  readonly size: number;
  readonly lower: Float64Array;
}

/**
 * The Cholesky factor of a symmetric matrix, of which only the lower triangle is read.
 *
 * @param matrix [size, size], row-major
 * @param tolerance least pivot as a share of its diagonal entry
 * @returns the factor, or the index of the first column that depends on those before it
 */
export function cholesky(matrix: Float64Array, size: number, tolerance = 1e-13): Cholesky | number {
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * size + k]! * lower[j * size + k]!;
      if (j < i) lower[i * size + j] = sum / lower[j * size + j]!;
      else if (sum > tolerance * matrix[i * size + i]!) lower[i * size + i] = Math.sqrt(sum);
      else return i;
    }
  }
  return { size, lower };
}

/** {@link cholesky} of a matrix that is known to be positive definite, such as BᵀB + I. */
export function positiveCholesky(matrix: Float64Array, size: number): Cholesky {
  const factor = cholesky(matrix, size, 0);
  if (typeof factor === 'number') {
    throw new RangeError(`positiveCholesky: the matrix must be positive definite, row ${factor}`);
  }
  return factor;
}

/** L⁻¹·b. */
export function solveLower({ size, lower }: Cholesky, b: Float64Array): Float64Array {
  const x = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= lower[i * size + k]! * x[k]!;
    x[i] = sum / lower[i * size + i]!;
  }
  return x;
}

/** L⁻ᵀ·b. */
export function solveUpper({ size, lower }: Cholesky, b: Float64Array): Float64Array {
  const x = new Float64Array(size);
  for (let i = size - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let k = i + 1; k < size; k++) sum -= lower[k * size + i]! * x[k]!;
    x[i] = sum / lower[i * size + i]!;
  }
  return x;
}

/** A⁻¹·b. */
export function solve(factor: Cholesky, b: Float64Array): Float64Array {
  return solveUpper(factor, solveLower(factor, b));
}

/** A⁻¹, row-major. */
export function inverse(factor: Cholesky): Float64Array {
  const { size } = factor;
  const result = new Float64Array(size * size);
  const unit = new Float64Array(size);
  for (let column = 0; column < size; column++) {
    unit.fill(0);
    unit[column] = 1;
    result.set(solve(factor, unit), column * size);
  }
  return result;
}

/** log det A. */
export function logDeterminant({ size, lower }: Cholesky): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += Math.log(lower[i * size + i]!);
  return 2 * sum;
}
