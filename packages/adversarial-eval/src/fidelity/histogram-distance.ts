import { type Measure, measured, undefinedMeasure } from './measure.ts';
import {
  checkFinite,
  checkPixels,
  dataRange,
  type PixelArray,
  type RegionOptions,
} from './pixels.ts';

/**
 * Wasserstein-1 distance between the grey levels of two images, ∫ |F_real − F_fake|: how far, on
 * average, pixels would have to move in brightness; exact, without bins.
 *
 * @param real pixels in [minimum, maximum]
 * @param fake pixels of the same size
 * @param options geometry; region
 * @returns a number in units of the data range; 'empty-region' if no pixel counts
 * @throws RangeError if sizes or range are wrong, or a pixel is not finite
 * @example
 * ```ts
 * const size = { height: 1, width: 2, maximum: 1 };
 * wassersteinDistance(Float32Array.of(0, 1), Float32Array.of(0.5, 1), size).value; // => 0.25
 * ```
 * @see Vallender 1974, Theory Probab Appl 18:784, doi 10.1137/1118101; `scipy.stats.wasserstein_distance`
 */
export function wassersteinDistance(
  real: PixelArray,
  fake: PixelArray,
  options: RegionOptions,
): Measure<'empty-region'> {
  const { region } = options;
  checkPixels('wassersteinDistance', options, real, fake, ...(region ? [region] : []));
  const before = inRegion(real, region).sort();
  const after = inRegion(fake, region).sort();
  if (before.length === 0) return undefinedMeasure('empty-region');
  let sum = 0;
  for (let i = 0; i < before.length; i++) sum += Math.abs(after[i]! - before[i]!);
  if (!Number.isFinite(sum)) checkFinite('wassersteinDistance', real, fake);
  return measured(sum / before.length / dataRange(options));
}

/** Options of {@link jensenShannonDistance}. */
export interface JensenShannonOptions extends RegionOptions {
  /** Bins of equal width from minimum to maximum; default 256. */
  readonly bins?: number;
}

/**
 * Jensen-Shannon distance between the histograms of two images, √((KL(p‖m) + KL(q‖m))/2) with
 * m = (p + q)/2 and logarithms to base 2: 0 for equal histograms, 1 for disjoint ones. Values outside
 * the range count in the outermost bins.
 *
 * @param real pixels in [minimum, maximum]
 * @param fake pixels of the same size
 * @param options geometry; region; bins
 * @returns 'empty-region' if no pixel counts
 * @throws RangeError if sizes, range or bins are wrong, or a pixel is not finite
 * @example
 * ```ts
 * const size = { height: 1, width: 2, maximum: 1 };
 * jensenShannonDistance(Float32Array.of(0, 0), Float32Array.of(1, 1), size).value; // => 1
 * ```
 * @see Endres and Schindelin 2003, IEEE Trans Inf Theory 49:1858, doi 10.1109/TIT.2003.813506
 */
export function jensenShannonDistance(
  real: PixelArray,
  fake: PixelArray,
  options: JensenShannonOptions,
): Measure<'empty-region'> {
  const { region, bins = 256 } = options;
  checkPixels('jensenShannonDistance', options, real, fake, ...(region ? [region] : []));
  if (!(Number.isInteger(bins) && bins > 0)) {
    throw new RangeError(`jensenShannonDistance: bins must be whole and positive, got ${bins}`);
  }
  checkFinite('jensenShannonDistance', real, fake);
  const before = inRegion(real, region);
  if (before.length === 0) return undefinedMeasure('empty-region');
  const p = histogram(before, options, bins);
  const q = histogram(inRegion(fake, region), options, bins);
  let divergence = 0;
  for (let bin = 0; bin < bins; bin++) {
    const middle = (p[bin]! + q[bin]!) / 2;
    for (const share of [p[bin]!, q[bin]!]) {
      if (share > 0) divergence += (share * Math.log2(share / middle)) / 2;
    }
  }
  return measured(Math.sqrt(Math.max(0, divergence)));
}

/** A copy of the pixels that count. */
function inRegion(image: PixelArray, region: Uint8Array | undefined): PixelArray {
  return region ? image.filter((_: number, i: number) => region[i] !== 0) : image.slice();
}

/** Shares of pixels per bin; like numpy's, a value at an edge belongs to the bin above, the last edge below. */
function histogram(pixels: PixelArray, options: RegionOptions, bins: number): Float64Array {
  const { minimum = 0 } = options;
  const range = dataRange(options);
  const edge = (bin: number): number => minimum + bin * (range / bins);
  const counts = new Float64Array(bins);
  for (const value of pixels) {
    let bin = Math.floor(((value - minimum) / range) * bins);
    if (value < edge(bin)) bin--;
    else if (value >= edge(bin + 1)) bin++;
    counts[Math.min(bins - 1, Math.max(0, bin))]! += 1;
  }
  return counts.map((count) => count / pixels.length);
}
