/** A tensor as plain numbers, row-major. */
export interface ArrayTensor {
  /** Lengths of the axes; `[]` is a scalar. */
  readonly shape: readonly number[];
  /** As many numbers as the product of the lengths. */
  readonly data: Float32Array;
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
