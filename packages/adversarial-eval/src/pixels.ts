/** Pixels of one grey image, row by row; the range is given beside it as `maximum`. */
export type PixelArray = Float32Array | Float64Array | Uint16Array | Uint8Array;

/** What an array of pixels does not say itself. */
export interface PixelGeometry {
  readonly height: number;
  readonly width: number;
  /** The value of white: 1 for [0, 1], 65535 for full-scale 16 bit. Never guessed. */
  readonly maximum: number;
}

/** @throws RangeError unless the geometry is valid and every array has height·width values */
export function checkPixels(
  caller: string,
  geometry: PixelGeometry,
  ...arrays: readonly ArrayLike<number>[]
): void {
  const { height, width, maximum } = geometry;
  if (!(Number.isInteger(height) && Number.isInteger(width) && height > 0 && width > 0)) {
    throw new RangeError(
      `${caller}: height and width must be whole and positive, got ${height} and ${width}`,
    );
  }
  if (!(maximum > 0 && Number.isFinite(maximum))) {
    throw new RangeError(`${caller}: maximum must be positive and finite, got ${maximum}`);
  }
  for (const array of arrays) {
    if (array.length !== height * width) {
      throw new RangeError(
        `${caller}: images must have ${height}x${width} = ${height * width} pixels, got ${array.length}`,
      );
    }
  }
}
