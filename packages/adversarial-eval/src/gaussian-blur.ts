import { checkPixels, type PixelArray } from './pixels.ts';

/**
 * Gaussian blur, separable, cut at 4σ, the image mirrored at its edges (edge pixels twice), as
 * `scipy.ndimage.gaussian_filter` does by default.
 *
 * @param image pixels of any range
 * @param options height, width; sigma in pixels, ≥ 0
 * @returns pixels of the same range, not rounded; owned by the caller
 * @throws RangeError if sizes or sigma are wrong
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
  const rows = filterLines(
    image,
    { lines: height, length: width, lineStep: width, step: 1 },
    weights,
  );
  const both = filterLines(
    rows,
    { lines: width, length: height, lineStep: 1, step: width },
    weights,
  );
  return Float32Array.from(both);
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

interface Lines {
  readonly lines: number;
  readonly length: number;
  readonly lineStep: number;
  readonly step: number;
}

function filterLines(
  source: PixelArray,
  { lines, length, lineStep, step }: Lines,
  weights: Float64Array,
): Float64Array {
  const radius = weights.length - 1;
  const target = new Float64Array(source.length);
  const padded = new Float64Array(length + 2 * radius);
  const mirror = Int32Array.from(padded, (_, i) => mirrored(i - radius, length) * step);
  for (let line = 0; line < lines; line++) {
    const start = line * lineStep;
    for (let i = 0; i < padded.length; i++) padded[i] = source[start + mirror[i]!]!;
    for (let i = 0; i < length; i++) {
      const center = i + radius;
      let sum = weights[0]! * padded[center]!;
      for (let d = 1; d <= radius; d++) {
        sum += weights[d]! * (padded[center - d]! + padded[center + d]!);
      }
      target[start + i * step] = sum;
    }
  }
  return target;
}

/** Index after mirroring: … 1 0 | 0 1 2 … n−1 | n−1 n−2 … */
function mirrored(index: number, length: number): number {
  const period = 2 * length;
  const phase = ((index % period) + period) % period;
  return phase < length ? phase : period - 1 - phase;
}
