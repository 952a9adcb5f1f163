import { gaussianBlur } from '../controls/gaussian-blur.ts';
import { dataRange, type PixelArray, type PixelGeometry } from '../fidelity/pixels.ts';
import { medianFilter } from './median-filter.ts';

/** A named simplification of an image that should leave a real image's score as it is. */
export interface Squeezer {
  /** With its setting, such as 'bit-depth-5'; a saved detector is known by it. */
  readonly name: string;
  /** A new image of the same size and range; the one given stays as it is. */
  squeeze(image: PixelArray, geometry: PixelGeometry): PixelArray;
}

/**
 * Rounds grey values to 2^bits levels: with v in [0, 1], round(v·(2^bits − 1))/(2^bits − 1), a half up.
 *
 * @param bits 1 to 16
 * @throws RangeError if bits is out of range
 * @example
 * ```ts
 * bitDepthSqueezer(1).squeeze(Float32Array.of(0.2, 0.7), { height: 1, width: 2, maximum: 1 }); // => Float32Array.of(0, 1)
 * ```
 * @see Xu, Evans and Qi 2018, Feature squeezing, section III-A, doi 10.14722/ndss.2018.23198
 */
export function bitDepthSqueezer(bits: number): Squeezer {
  if (!(Number.isInteger(bits) && bits >= 1 && bits <= 16)) {
    throw new RangeError(`bitDepthSqueezer: bits must be a whole number from 1 to 16, got ${bits}`);
  }
  const steps = 2 ** bits - 1;
  return {
    name: `bit-depth-${bits}`,
    squeeze(image, geometry) {
      const { minimum = 0 } = geometry;
      const range = dataRange(geometry);
      return Float32Array.from(image, (value: number) => {
        const level = Math.floor(((value - minimum) / range) * steps + 0.5);
        return minimum + (level / steps) * range;
      });
    },
  };
}

/**
 * The median of size × size pixels around each, the image mirrored at its edges, as
 * `scipy.ndimage.median_filter` has it: of an even number the greater of the two middle ones.
 *
 * @param size 2 to 15 pixels; an even window reaches further up and left
 * @throws RangeError if size is out of range
 * @example
 * ```ts
 * medianSqueezer(3).squeeze(Float32Array.of(0, 0, 1, 0, 0), { height: 1, width: 5, maximum: 1 }); // => new Float32Array(5)
 * ```
 * @see Xu, Evans and Qi 2018, section III-B, doi 10.14722/ndss.2018.23198
 */
export function medianSqueezer(size: number): Squeezer {
  if (!(Number.isInteger(size) && size >= 2 && size <= 15)) {
    throw new RangeError(`medianSqueezer: size must be a whole number from 2 to 15, got ${size}`);
  }
  return {
    name: `median-${size}`,
    squeeze: (image, { height, width }) => medianFilter(image, { height, width, size }),
  };
}

/**
 * Gaussian smoothing, {@link gaussianBlur}.
 *
 * **Differences**: Xu et al. smooth by non-local means; give that, or any other function, as a squeezer of
 * your own.
 *
 * @param sigma in pixels, positive
 * @throws RangeError if sigma is out of range
 * @example
 * ```ts
 * gaussianSqueezer(1).name; // => 'gaussian-1'
 * ```
 */
export function gaussianSqueezer(sigma: number): Squeezer {
  if (!(sigma > 0 && Number.isFinite(sigma))) {
    throw new RangeError(`gaussianSqueezer: sigma must be finite and > 0, got ${sigma}`);
  }
  return {
    name: `gaussian-${sigma}`,
    squeeze: (image, { height, width }) => gaussianBlur(image, { height, width, sigma }),
  };
}
