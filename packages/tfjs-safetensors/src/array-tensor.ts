/** Numbers of one tensor, outside any engine. */
export interface ArrayTensor {
  readonly shape: readonly number[];
  /** Row-major values; 64-bit integers and floats are narrowed to float32 when read. */
  readonly data: Float32Array;
}

/** Number of values of a shape; 1 for a scalar's `[]`. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
