import type { GreyImage } from './resize.ts';

/** How foreground and background are told apart. */
export type ForegroundMethod = 'nonzero' | 'otsu';

/** The grey level above which pixels are foreground, and how it was found. */
export interface ForegroundThreshold {
  readonly method: ForegroundMethod;
  readonly above: number;
}

/** Of more pixels than this, 0 is not the background: film, or pixels made for processing. */
const MOST_NONZERO = 0.95;

/**
 * Foreground is what is not 0 in images whose background is 0, as digital ones for presentation have it; else what is
 * brighter than Otsu's threshold.
 */
export function foregroundThreshold(
  image: GreyImage,
  wanted: ForegroundMethod | 'auto' = 'auto',
): ForegroundThreshold {
  const method = wanted === 'auto' ? observedMethod(image) : wanted;
  return { method, above: method === 'nonzero' ? 0 : otsuThreshold(image) };
}

function observedMethod({ pixels }: GreyImage): ForegroundMethod {
  let nonzero = 0;
  for (let index = 0; index < pixels.length; index++) if (pixels[index] !== 0) nonzero++;
  return nonzero > MOST_NONZERO * pixels.length ? 'otsu' : 'nonzero';
}

const BINS = 256;

/**
 * The threshold t that maximises the variance between the classes, n₀ n₁ (μ₀ − μ₁)², over 256 bins from 0 to the brightest.
 *
 * @see N. Otsu (1979), A threshold selection method from gray-level histograms, IEEE Trans. SMC 9(1), doi:10.1109/TSMC.1979.4310076
 */
function otsuThreshold({ pixels }: GreyImage): number {
  let brightest = 0;
  for (let index = 0; index < pixels.length; index++) {
    if (pixels[index]! > brightest) brightest = pixels[index]!;
  }
  const binWidth = (brightest + 1) / BINS;
  const counts = new Float64Array(BINS);
  for (let index = 0; index < pixels.length; index++) {
    counts[Math.floor(pixels[index]! / binWidth)]!++;
  }
  const total = counts.reduce((sum, count, bin) => sum + count * bin, 0);
  let best = { variance: -1, bin: 0 };
  let [below, sumBelow] = [0, 0];
  for (let bin = 0; bin < BINS - 1; bin++) {
    below += counts[bin]!;
    sumBelow += counts[bin]! * bin;
    const above = pixels.length - below;
    if (below === 0 || above === 0) continue;
    const variance = below * above * (sumBelow / below - (total - sumBelow) / above) ** 2;
    if (variance > best.variance) best = { variance, bin };
  }
  return Math.ceil((best.bin + 1) * binWidth) - 1;
}
