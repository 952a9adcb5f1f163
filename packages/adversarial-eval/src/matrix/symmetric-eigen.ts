/** Eigenvalues, greatest first, and their unit vectors. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  /** Vector of value k. */
  readonly vectors: readonly Float64Array[];
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations; for a few hundred rows.
 *
 * @param matrix n×n, row by row; unchanged
 * @see Golub and Van Loan 2013, Matrix Computations, section 8.5
 */
export function symmetricEigen(matrix: Float64Array, n: number): SymmetricEigen {
  const a = matrix.slice();
  // row k becomes the eigenvector of the k-th diagonal element
  const v = Float64Array.from(a, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
  for (let sweep = 0; sweep < 60 && offDiagonal(a, n) > 0; sweep++) {
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) rotate(a, v, n, { p, q });
  }
  const order = Array.from({ length: n }, (_, k) => k).sort(
    (i, j) => a[j * n + j]! - a[i * n + i]!,
  );
  return {
    values: Float64Array.from(order, (k) => a[k * n + k]!),
    vectors: order.map((k) => v.slice(k * n, (k + 1) * n)),
  };
}

/** Sum of the off-diagonal squares that are not rounding. */
function offDiagonal(a: Float64Array, n: number): number {
  let [off, total] = [0, 0];
  a.forEach((value, i) => {
    total += value * value;
    if (i % (n + 1) !== 0) off += value * value;
  });
  return off > (Number.EPSILON * n) ** 2 * total ? off : 0;
}

function rotate(
  a: Float64Array,
  v: Float64Array,
  n: number,
  { p, q }: { readonly p: number; readonly q: number },
): void {
  const apq = a[p * n + q]!;
  if (apq === 0) return;
  const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * apq);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[k * n + p]!, a[k * n + q]!];
    a[k * n + p] = c * x - s * y;
    a[k * n + q] = s * x + c * y;
  }
  for (const rows of [a, v]) {
    for (let k = 0; k < n; k++) {
      const [x, y] = [rows[p * n + k]!, rows[q * n + k]!];
      rows[p * n + k] = c * x - s * y;
      rows[q * n + k] = s * x + c * y;
    }
  }
}
