/** Pixels of one grey image, row by row; the range is given beside it as `maximum`. */
export type PixelArray = Float32Array | Float64Array | Uint16Array | Uint8Array;

/** What an array of pixels does not say itself. */
export interface PixelGeometry {
  /** Rows of pixels. */
  readonly height: number;
  /** Columns of pixels. */
  readonly width: number;
  /** The value of white: 1 for [0, 1], 65535 for full-scale 16 bit. Never guessed. */
  readonly maximum: number;
  /** The value of black; default 0. The data range is maximum − minimum. */
  readonly minimum?: number;
}

/** A geometry, and the part of the image that counts. */
export interface RegionOptions extends PixelGeometry {
  /** Non-zero where a pixel counts, for example in the breast; all do by default. */
  readonly region?: Uint8Array;
}

/** White minus black. */
export function dataRange({ maximum, minimum = 0 }: PixelGeometry): number {
  return maximum - minimum;
}

/** @throws RangeError unless the geometry is valid and every array has height·width values */
export function checkPixels(
  caller: string,
  geometry: PixelGeometry,
  ...arrays: readonly ArrayLike<number>[]
): void {
  const { height, width, maximum, minimum = 0 } = geometry;
  if (!(Number.isInteger(height) && Number.isInteger(width) && height > 0 && width > 0)) {
    throw new RangeError(
      `${caller}: height and width must be whole and positive, got ${height} and ${width}`,
    );
  }
  if (minimum === 0 && !(maximum > 0 && Number.isFinite(maximum))) {
    throw new RangeError(`${caller}: maximum must be positive and finite, got ${maximum}`);
  }
  if (!(maximum > minimum && Number.isFinite(maximum - minimum))) {
    throw new RangeError(
      `${caller}: minimum must be below maximum, both finite, got ${minimum} and ${maximum}`,
    );
  }
  for (const array of arrays) {
    if (array.length !== height * width) {
      throw new RangeError(
        `${caller}: images must have ${height}x${width} = ${height * width} pixels, got ${array.length}`,
      );
    }
  }
}

/**
 * Names the pixel that made a sum undefined.
 *
 * @throws RangeError if a pixel of the arrays is NaN or infinite
 */
export function checkFinite(caller: string, ...arrays: readonly PixelArray[]): void {
  for (const array of arrays) {
    const index = array.findIndex((value: number) => !Number.isFinite(value));
    if (index >= 0) {
      throw new RangeError(`${caller}: pixels must be finite, got ${array[index]} at ${index}`);
    }
  }
}
