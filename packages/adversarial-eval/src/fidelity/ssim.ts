import { forEachBand, type LocalMeans, type SsimWindow, WINDOW_SIZE } from './local-means.ts';
import { type Measure, measured, undefinedMeasure } from './measure.ts';
import {
  checkFinite,
  checkPixels,
  dataRange,
  type PixelArray,
  type RegionOptions,
} from './pixels.ts';

/** Options of {@link structuralSimilarity}. */
export interface SsimOptions extends RegionOptions {
  /** Default 'uniform-7'. */
  readonly window?: SsimWindow;
  /**
   * Divisor of local variances: 'population' (default, as Wang's and the study's programs) or 'sample',
   * n/(n − 1) times as large, as scikit-image does unless told otherwise.
   */
  readonly covariance?: 'population' | 'sample';
}

/** The two means that SSIM and MS-SSIM are made of; null if no window counts. */
export interface SimilarityMeans {
  /** Mean of luminance · contrast-structure, the SSIM. */
  readonly similarity: number;
  /** Mean of contrast-structure alone. */
  readonly contrastStructure: number;
}

/**
 * Mean structural similarity of two images, 1 where they are equal:
 * SSIM = (2μₐμᵦ + C₁)(2σₐᵦ + C₂) / ((μₐ² + μᵦ² + C₁)(σₐ² + σᵦ² + C₂)), C₁ = (0.01 R)², C₂ = (0.03 R)²,
 * R = maximum − minimum. Numbers of different windows must not be compared.
 *
 * scikit-image's default is `covariance: 'sample'`; its `gaussian_weights=True, sigma=1.5,
 * use_sample_covariance=False` is `window: 'gaussian-11'`.
 *
 * @param real pixels in [minimum, maximum]
 * @param fake pixels of the same size
 * @param options geometry; region: windows whose centre lies in it count; window; covariance
 * @returns 'empty-region' if no window's centre lies in the region
 * @throws RangeError if sizes or range are wrong, a pixel is not finite, or the image is smaller than
 *   the window
 * @example
 * ```ts
 * const image = Float32Array.from({ length: 64 }, (_, i) => i / 63);
 * structuralSimilarity(image, image, { height: 8, width: 8, maximum: 1 }).value; // => 1
 * ```
 * @see Wang, Bovik, Sheikh and Simoncelli 2004, IEEE Trans Image Process 13:600, doi 10.1109/TIP.2003.819861
 */
export function structuralSimilarity(
  real: PixelArray,
  fake: PixelArray,
  options: SsimOptions,
): Measure<'empty-region'> {
  checkWindow('structuralSimilarity', real, fake, options);
  const means = similarityMeans(real, fake, options);
  if (means === null) return undefinedMeasure('empty-region');
  if (!Number.isFinite(means.similarity)) checkFinite('structuralSimilarity', real, fake);
  return measured(means.similarity);
}

/** @throws RangeError unless the images fit their geometry and the window */
function checkWindow(
  caller: string,
  real: PixelArray,
  fake: PixelArray,
  options: SsimOptions,
): void {
  const { height, width, region, window = 'uniform-7' } = options;
  checkPixels(caller, options, real, fake, ...(region ? [region] : []));
  const size = WINDOW_SIZE[window];
  if (size === undefined) {
    throw new RangeError(`${caller}: window must be uniform-7 or gaussian-11, got ${window}`);
  }
  if (height < size || width < size) {
    throw new RangeError(
      `${caller}: images must be at least as large as the window ${window}, got ${height}x${width}`,
    );
  }
}

/** Means over all windows whose centre lies in the region. */
export function similarityMeans(
  real: PixelArray,
  fake: PixelArray,
  options: SsimOptions,
): SimilarityMeans | null {
  const { height, width, region, window = 'uniform-7', covariance = 'population' } = options;
  const size = WINDOW_SIZE[window];
  const range = dataRange(options);
  const constants: Constants = {
    c1: (0.01 * range) ** 2,
    c2: (0.03 * range) ** 2,
    divisor: covariance === 'sample' ? size ** 2 / (size ** 2 - 1) : 1,
  };
  const total: Totals = { similarity: 0, contrastStructure: 0, windows: 0 };
  const half = (size - 1) / 2;
  const visit = (top: number, means: LocalMeans): void => {
    const start = (top + half) * width + half;
    const centres = region?.subarray(start, start + means.real.length);
    addRow(total, means, constants, centres);
  };
  forEachBand(real, fake, { height, width, window, visit });
  const { similarity, contrastStructure, windows } = total;
  if (windows === 0) return null;
  return { similarity: similarity / windows, contrastStructure: contrastStructure / windows };
}

interface Constants {
  readonly c1: number;
  readonly c2: number;
  /** What population variances are multiplied by. */
  readonly divisor: number;
}

interface Totals {
  similarity: number;
  contrastStructure: number;
  windows: number;
}

function addRow(
  total: Totals,
  { real, fake, squares, product }: LocalMeans,
  { c1, c2, divisor }: Constants,
  centres: Uint8Array | undefined,
): void {
  let [similarity, contrastStructure, windows] = [0, 0, 0];
  for (let x = 0; x < real.length; x++) {
    if (centres && centres[x] === 0) continue;
    const a = real[x]!;
    const b = fake[x]!;
    const ab = a * b;
    const aabb = a * a + b * b;
    const structure =
      (2 * divisor * (product[x]! - ab) + c2) / (divisor * (squares[x]! - aabb) + c2);
    contrastStructure += structure;
    similarity += structure * ((2 * ab + c1) / (aabb + c1));
    windows++;
  }
  total.similarity += similarity;
  total.contrastStructure += contrastStructure;
  total.windows += windows;
}
