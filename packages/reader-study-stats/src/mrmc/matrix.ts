/** A symmetric matrix from its entries on and below the diagonal. */
export function symmetric(
  size: number,
  entry: (row: number, column: number) => number,
): readonly (readonly number[])[] {
  const matrix = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      const value = entry(row, column);
      matrix[row]![column] = value;
      matrix[column]![row] = value;
    }
  }
  return matrix;
}

/** Σ aᵢ·bᵢ; two sums that do not wait for each other. */
export function dot(a: Float64Array, b: Float64Array): number {
  const { length } = a;
  let even = 0;
  let odd = 0;
  for (let i = 1; i < length; i += 2) {
    even += a[i - 1]! * b[i - 1]!;
    odd += a[i]! * b[i]!;
  }
  return length % 2 === 0 ? even + odd : even + odd + a[length - 1]! * b[length - 1]!;
}

/** Σ aᵢ·bᵢ of small whole numbers; a function of its own, so that both stay fast. */
export function dotBytes(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Mean of numbers; NaN of none. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Σ (xᵢ − x̄)². */
export function sumOfSquares(values: readonly number[]): number {
  const center = mean(values);
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0);
}

/** Σ xᵢ. */
export function total(values: Float64Array | Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}
