/**
 * Singular values of a matrix, greatest first, each to about ε·‖A‖: Householder reflections make it
 * bidiagonal, and the eigenvalues of the Golub-Kahan matrix (zero diagonal, the bidiagonal's elements
 * beside it) are ± its singular values. Nothing is squared, so that small ones keep their digits.
 *
 * @param matrix rows × columns, row by row; overwritten
 * @see Golub and Kahan 1965, J SIAM Numer Anal B 2:205, doi 10.1137/0702016
 */
export function singularValues(
  matrix: Float64Array,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): Float64Array {
  if (rows < columns) {
    const transposed = Float64Array.from(
      matrix,
      (_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)]!,
    );
    return singularValues(transposed, { rows: columns, columns: rows });
  }
  if (columns === 0) return new Float64Array(0);
  const beside = bidiagonalise(matrix, rows, columns);
  const eigenvalues = zeroDiagonalEigenvalues(beside);
  return eigenvalues
    .sort()
    .reverse()
    .slice(0, columns)
    .map((value) => Math.max(0, value));
}

/** Diagonal and superdiagonal of the bidiagonal form, interleaved: d₀ e₀ d₁ e₁ … d_(n−1). */
function bidiagonalise(a: Float64Array, rows: number, columns: number): Float64Array {
  const beside = new Float64Array(2 * columns - 1);
  const products = new Float64Array(columns);
  for (let k = 0; k < columns; k++) {
    beside[2 * k] = reflectColumn(a, { rows, columns, k }, products);
    if (k + 1 < columns) beside[2 * k + 1] = reflectRow(a, { rows, columns, k });
  }
  return beside;
}

interface Step {
  readonly rows: number;
  readonly columns: number;
  readonly k: number;
}

/** Reflects column k onto its first element; returns that. Scaled like LAPACK's: v = x/β − e₁ signs. */
function reflectColumn(
  a: Float64Array,
  { rows, columns, k }: Step,
  products: Float64Array,
): number {
  let squares = 0;
  for (let i = k; i < rows; i++) squares += a[i * columns + k]! ** 2;
  const norm = Math.sqrt(squares);
  if (norm === 0) return 0;
  const first = a[k * columns + k]!;
  const alpha = first > 0 ? -norm : norm;
  a[k * columns + k] = first - alpha;
  // H = I − v·vᵀ / (norm·(norm + |first|))
  const scale = 1 / (norm * (norm + Math.abs(first)));
  products.fill(0);
  for (let i = k; i < rows; i++) {
    const v = a[i * columns + k]!;
    for (let j = k + 1; j < columns; j++) products[j]! += v * a[i * columns + j]!;
  }
  for (let i = k; i < rows; i++) {
    const v = a[i * columns + k]! * scale;
    for (let j = k + 1; j < columns; j++) a[i * columns + j]! -= v * products[j]!;
  }
  return alpha;
}

/** Reflects what is right of the diagonal in row k onto its first element; returns that. */
function reflectRow(a: Float64Array, { rows, columns, k }: Step): number {
  const row = a.subarray(k * columns + k + 1, (k + 1) * columns);
  let squares = 0;
  for (const value of row) squares += value ** 2;
  const norm = Math.sqrt(squares);
  if (norm === 0) return 0;
  const first = row[0]!;
  const alpha = first > 0 ? -norm : norm;
  row[0] = first - alpha;
  const scale = 1 / (norm * (norm + Math.abs(first)));
  for (let i = k + 1; i < rows; i++) {
    const start = i * columns + k + 1;
    let product = 0;
    for (let j = 0; j < row.length; j++) product += row[j]! * a[start + j]!;
    product *= scale;
    for (let j = 0; j < row.length; j++) a[start + j]! -= product * row[j]!;
  }
  return alpha;
}

/** Eigenvalues of the symmetric tridiagonal matrix with these off-diagonal elements, by implicit QL. */
function zeroDiagonalEigenvalues(beside: Float64Array): Float64Array {
  const d = new Float64Array(beside.length + 1);
  const e = new Float64Array(beside.length + 1);
  e.set(beside);
  let size = 0;
  for (let i = 0; i < beside.length; i++) size = Math.max(size, Math.abs(e[i]!));
  for (let l = 0; l < d.length; l++) {
    for (let m = unreduced(e, l, size); m > l; m = unreduced(e, l, size)) sweep(d, e, l, m);
  }
  return d;
}

/** The end of the block that starts at l: its first off-diagonal element that is nothing. */
function unreduced(e: Float64Array, l: number, size: number): number {
  let m = l;
  while (m < e.length - 1 && Math.abs(e[m]!) > 0.5 * Number.EPSILON * size) m++;
  return m;
}

/** One QL sweep with Wilkinson's shift on the block l…m. */
function sweep(d: Float64Array, e: Float64Array, l: number, m: number): void {
  const half = (d[l + 1]! - d[l]!) / (2 * e[l]!);
  const root = Math.hypot(half, 1);
  let g = d[m]! - d[l]! + e[l]! / (half + (half < 0 ? -root : root));
  let [s, c, p] = [1, 1, 0];
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i]!;
    const b = c * e[i]!;
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1]! -= p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1]! - p;
    const t = (d[i]! - g) * s + 2 * c * b;
    p = s * t;
    d[i + 1] = g + p;
    g = c * t - b;
  }
  d[l]! -= p;
  e[l] = g;
  e[m] = 0;
}
