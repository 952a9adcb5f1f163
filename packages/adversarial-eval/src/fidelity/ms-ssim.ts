import { type Measure, measured, undefinedMeasure } from './measure.ts';
import { checkFinite, checkPixels, type PixelArray, type PixelGeometry } from './pixels.ts';
import { similarityMeans } from './ssim.ts';

/** Wang's exponents of the five scales, finest first. */
const WANG_WEIGHTS: readonly number[] = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

/** Options of {@link multiScaleSimilarity}. */
export interface MsSsimOptions extends PixelGeometry {
  /** One exponent per scale, finest first; default Wang's five. */
  readonly weights?: readonly number[];
}

/**
 * Multi-scale structural similarity, Π csⱼ^wⱼ over all scales but the coarsest, times SSIM^w there: csⱼ
 * is the mean contrast-structure, with the 11×11 Gaussian window, after j halvings by 2×2 means. An odd
 * last row or column is averaged with itself, as in Wang's program and TensorFlow.
 *
 * **Differences**: a mean that is negative counts as 0, as in TensorFlow, since its power is not real.
 *
 * @param real pixels in [minimum, maximum]
 * @param fake pixels of the same size
 * @param options geometry; weights
 * @returns 'too-small' if a side of the coarsest scale is below the window's 11 pixels: five scales need 161
 * @throws RangeError if sizes, range or weights are wrong, or a pixel is not finite
 * @example
 * ```ts
 * const image = Float32Array.from({ length: 176 ** 2 }, (_, i) => (i % 7) / 6);
 * multiScaleSimilarity(image, image, { height: 176, width: 176, maximum: 1 }).value; // => 1
 * ```
 * @see Wang, Simoncelli and Bovik 2003, Asilomar Conf Signals Syst Comput, doi 10.1109/ACSSC.2003.1292216
 */
export function multiScaleSimilarity(
  real: PixelArray,
  fake: PixelArray,
  options: MsSsimOptions,
): Measure<'too-small'> {
  const { weights = WANG_WEIGHTS, ...geometry } = options;
  checkPixels('multiScaleSimilarity', geometry, real, fake);
  if (weights.length === 0 || !weights.every((weight) => weight >= 0 && Number.isFinite(weight))) {
    throw new RangeError(
      `multiScaleSimilarity: weights must be finite and >= 0, at least one, got [${weights}]`,
    );
  }
  const side = Math.min(geometry.height, geometry.width);
  if (Math.ceil(side / 2 ** (weights.length - 1)) < 11) return undefinedMeasure('too-small');
  let scale: Scale = { ...geometry, real, fake };
  let similarity = 1;
  weights.forEach((weight, level) => {
    const means = similarityMeans(scale.real, scale.fake, { ...scale, window: 'gaussian-11' })!;
    const isCoarsest = level === weights.length - 1;
    const mean = isCoarsest ? means.similarity : means.contrastStructure;
    if (!Number.isFinite(mean)) checkFinite('multiScaleSimilarity', real, fake);
    similarity *= Math.max(0, mean) ** weight;
    if (!isCoarsest) scale = halved(scale);
  });
  return measured(similarity);
}

interface Scale extends PixelGeometry {
  readonly real: PixelArray;
  readonly fake: PixelArray;
}

function halved({ real, fake, height, width, ...range }: Scale): Scale {
  const size = { height: Math.ceil(height / 2), width: Math.ceil(width / 2) };
  return {
    ...range,
    ...size,
    real: halve(real, height, width),
    fake: halve(fake, height, width),
  };
}

/** Means of 2×2 pixels; the image is mirrored where it ends. */
function halve(image: PixelArray, height: number, width: number): Float64Array {
  const wide = Math.ceil(width / 2);
  const half = new Float64Array(Math.ceil(height / 2) * wide);
  for (let at = 0; at < half.length; at++) {
    const [y, x] = [2 * Math.floor(at / wide), 2 * (at % wide)];
    const right = x + 1 < width ? 1 : 0;
    const top = y * width + x;
    const bottom = y + 1 < height ? top + width : top;
    half[at] = (image[top]! + image[top + right]! + image[bottom]! + image[bottom + right]!) / 4;
  }
  return half;
}
