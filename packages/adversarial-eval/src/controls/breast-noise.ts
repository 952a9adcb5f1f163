import { randomStream } from '@mammo/reader-study-stats';
import { type BreastOptions, skinLevel } from '../fidelity/localisation.ts';
import { checkPixels, dataRange, type PixelArray } from '../fidelity/pixels.ts';

/** Options of {@link breastNoise}. */
export interface BreastNoiseOptions extends BreastOptions {
  /** Standard deviation as a share of the data range. */
  readonly sigma: number;
  /** With `index` it fixes the pattern; the same pair gives the same noise. */
  readonly seed: number;
  /** Which image of its set it is: images get different noise. */
  readonly index: number;
}

/**
 * Adds white Gaussian noise inside the breast, cut at black and white: a pure function of the image, σ,
 * seed and index. A larger σ is the same pattern, amplified.
 *
 * @param image pixels in [minimum, maximum]
 * @returns pixels of the same range, not rounded; owned by the caller
 * @throws RangeError if sizes, range, sigma, seed or index are wrong
 * @example
 * ```ts
 * const image = Float32Array.of(0, 0.5); // the first pixel is air
 * const noisy = breastNoise(image, { height: 1, width: 2, maximum: 1, sigma: 0.1, seed: 1, index: 0 });
 * [noisy[0], noisy[1] === 0.5]; // => [0, false]
 * ```
 */
export function breastNoise(image: PixelArray, options: BreastNoiseOptions): Float32Array {
  const { maximum, minimum = 0, sigma, seed, index } = options;
  checkPixels('breastNoise', options, image);
  if (!(sigma >= 0 && Number.isFinite(sigma))) {
    throw new RangeError(`breastNoise: sigma must be finite and >= 0, got ${sigma}`);
  }
  const random = randomStream(seed, 'noise', index);
  const skin = skinLevel(options);
  const strength = sigma * dataRange(options);
  const noisy = Float32Array.from(image);
  for (let i = 0; i < noisy.length; i++) {
    const value = image[i]!;
    if (!(value > skin)) continue;
    noisy[i] = Math.min(maximum, Math.max(minimum, value + strength * random.normal()));
  }
  return noisy;
}
