import { cholesky } from './cholesky.ts';
import type { DesignMatrix } from './design-matrix.ts';

/** A column of X. */
export function columnOf({ values, rows, columns }: DesignMatrix, j: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => values[i * columns + j]!);
}

/** X·b. */
export function timesDesign(
  { values, rows, columns }: DesignMatrix,
  b: Float64Array,
): Float64Array {
  const product = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += values[i * columns + j]! * b[j]!;
    product[i] = sum;
  }
  return product;
}

/** Xᵀ·v. */
export function transposedTimes(
  { values, rows, columns }: DesignMatrix,
  v: Float64Array,
): Float64Array {
  const product = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) product[j]! += values[i * columns + j]! * v[i]!;
  }
  return product;
}

/** Xᵀ·diag(w)·X, row-major. */
export function weightedGram(
  { values, rows, columns }: DesignMatrix,
  weights: Float64Array,
): Float64Array {
  const gram = new Float64Array(columns * columns);
  for (let i = 0; i < rows; i++) {
    const at = i * columns;
    for (let j = 0; j < columns; j++) {
      const scaled = weights[i]! * values[at + j]!;
      if (scaled === 0) continue;
      for (let k = 0; k <= j; k++) gram[j * columns + k]! += scaled * values[at + k]!;
    }
  }
  return mirrored(gram, columns);
}

/** Copies the lower triangle of a square matrix to the upper one. */
export function mirrored(matrix: Float64Array, size: number): Float64Array {
  for (let j = 0; j < size; j++) {
    for (let k = 0; k < j; k++) matrix[k * size + j] = matrix[j * size + k]!;
  }
  return matrix;
}

/** aᵀ·M·b. */
export function bilinear(a: Float64Array, matrix: Float64Array, b: Float64Array): number {
  const size = a.length;
  let sum = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) sum += a[i]! * matrix[i * size + j]! * b[j]!;
  }
  return sum;
}

/** @throws RangeError naming the first column that the ones before it determine */
export function checkRank(caller: string, design: DesignMatrix): void {
  const gram = weightedGram(design, new Float64Array(design.rows).fill(1));
  const dependent = cholesky(gram, design.columns, 1e-10);
  if (typeof dependent !== 'number') return;
  throw new RangeError(
    `${caller}: every coefficient must be estimable from the rows, got none for ${design.names[dependent]}`,
  );
}
