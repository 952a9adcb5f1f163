import { checkPixels, type PixelArray } from '../fidelity/pixels.ts';
import { mirroredIndex } from './mirrored-index.ts';

/**
 * Gaussian blur, separable, cut at 4σ, the image mirrored at its edges (edge pixels twice), as
 * `scipy.ndimage.gaussian_filter` does by default.
 *
 * @param image pixels of any range
 * @param options height, width; sigma in pixels, ≥ 0
 * @returns pixels of the same range, not rounded; owned by the caller
 * @throws RangeError if sizes or sigma are wrong
 * @example
 * ```ts
 * const blurred = gaussianBlur(Float32Array.of(0, 0, 1, 0, 0), { height: 1, width: 5, sigma: 0.5 });
 * blurred[2]?.toFixed(3); // => '0.787'
 * ```
 */
export function gaussianBlur(
  image: PixelArray,
  options: { readonly height: number; readonly width: number; readonly sigma: number },
): Float32Array {
  const { height, width, sigma } = options;
  checkPixels('gaussianBlur', { height, width, maximum: 1 }, image);
  if (!(sigma >= 0 && Number.isFinite(sigma))) {
    throw new RangeError(`gaussianBlur: sigma must be finite and >= 0, got ${sigma}`);
  }
  if (sigma === 0) return Float32Array.from(image);
  const weights = gaussianWeights(sigma);
  return blurAcross(blurDown(image, height, width, weights), width, weights);
}

/** Weights at distance 0, 1, …, r; all 2r + 1 together sum to 1. */
function gaussianWeights(sigma: number): Float64Array {
  const radius = Math.floor(4 * sigma + 0.5);
  const weights = Float64Array.from({ length: radius + 1 }, (_, d) =>
    Math.exp(-(d * d) / (2 * sigma * sigma)),
  );
  const total = weights.reduce((sum, weight) => sum + 2 * weight, -weights[0]!);
  return weights.map((weight) => weight / total);
}

/** Sums whole rows, so that memory is read in order. */
function blurDown(
  image: PixelArray,
  height: number,
  width: number,
  weights: Float64Array,
): Float64Array {
  const sums = new Float64Array(image.length);
  for (let y = 0; y < height; y++) {
    const row = sums.subarray(y * width, (y + 1) * width);
    for (let d = 1 - weights.length; d < weights.length; d++) {
      const weight = weights[Math.abs(d)]!;
      const from = mirroredIndex(y + d, height) * width;
      for (let x = 0; x < width; x++) row[x] = row[x]! + weight * image[from + x]!;
    }
  }
  return sums;
}

function blurAcross(image: Float64Array, width: number, weights: Float64Array): Float32Array {
  const radius = weights.length - 1;
  const blurred = new Float32Array(image.length);
  const padded = new Float64Array(width + 2 * radius);
  const mirror = Int32Array.from(padded, (_, i) => mirroredIndex(i - radius, width));
  for (let start = 0; start < image.length; start += width) {
    for (let i = 0; i < padded.length; i++) padded[i] = image[start + mirror[i]!]!;
    for (let x = 0; x < width; x++) {
      const center = x + radius;
      let sum = weights[0]! * padded[center]!;
      for (let d = 1; d <= radius; d++) {
        sum += weights[d]! * (padded[center - d]! + padded[center + d]!);
      }
      blurred[start + x] = sum;
    }
  }
  return blurred;
}
