/** A = Q·diag(values)·Qᵀ; the columns of Q (row-major) are the eigenvectors. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/**
 * Eigenvalues and eigenvectors of a small symmetric matrix by cyclic Jacobi rotations.
 *
 * @param matrix [size, size], row-major; left as it is
 * @see Golub and Van Loan 2013, Matrix Computations, section 8.5
 */
export function symmetricEigen(matrix: Float64Array, size: number): SymmetricEigen {
  const a = matrix.slice();
  const vectors = new Float64Array(size * size);
  for (let i = 0; i < size; i++) vectors[i * size + i] = 1;
  for (let sweep = 0; sweep < 60; sweep++) {
    let rotated = false;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) rotated = rotate(a, vectors, [p, q], size) || rotated;
    }
    if (!rotated) break;
  }
  return { values: Float64Array.from({ length: size }, (_, i) => a[i * size + i]!), vectors };
}

/** Makes a[p][q] zero; false if it is already negligible. */
function rotate(
  a: Float64Array,
  vectors: Float64Array,
  [p, q]: readonly [number, number],
  size: number,
): boolean {
  const off = a[p * size + q]!;
  const scale = Math.sqrt(Math.abs(a[p * size + p]! * a[q * size + q]!));
  if (Math.abs(off) <= 1e-17 * scale || off === 0) return false;
  const theta = (a[q * size + q]! - a[p * size + p]!) / (2 * off);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(1, theta));
  const c = 1 / Math.hypot(1, t);
  const s = t * c;
  for (let k = 0; k < size; k++) {
    turn(a, k * size + p, k * size + q, [c, s]);
    turn(vectors, k * size + p, k * size + q, [c, s]);
  }
  for (let k = 0; k < size; k++) turn(a, p * size + k, q * size + k, [c, s]);
  return true;
}

function turn(a: Float64Array, i: number, j: number, [c, s]: readonly [number, number]): void {
  const [x, y] = [a[i]!, a[j]!];
  a[i] = c * x - s * y;
  a[j] = s * x + c * y;
}
