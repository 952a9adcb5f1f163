import { type Measure, measured, undefinedMeasure } from './measure.ts';
import {
  checkFinite,
  checkPixels,
  dataRange,
  type PixelArray,
  type RegionOptions,
} from './pixels.ts';

/** Mean that the networks subtract from channel 0 (ImageNet's red); its deviation 0.229 cancels. */
const CHANNEL_0_MEAN = 0.485;

/**
 * Where the norm of the denominator is taken: 'network' as the paper's networks see the image, 'pixels'
 * in [0, 1], black being 0.
 */
export type NmseSpace = 'network' | 'pixels';

/** Options of {@link nmseSums} and {@link normalisedSquaredError}. */
export interface NmseOptions extends RegionOptions {
  /** Default 'network', the paper's Loss_gen1. */
  readonly space?: NmseSpace;
}

/** Numerator and denominator of Loss_gen1, to be summed over images before the division. */
export interface NmseSums {
  /** Σ (fake − real)², pixels in [0, 1]. */
  readonly squaredError: number;
  /** Σ (real − origin)², pixels in [0, 1]; the origin is 0.485 in network space, else 0. */
  readonly squaredNorm: number;
}

/**
 * The two sums of Loss_gen1 = ‖G(y) − y‖² / ‖y‖², which the paper takes in the networks' space, channel
 * 0, (v − 0.485)/0.229. The deviation cancels in the ratio.
 *
 * @param real pixels in [minimum, maximum]
 * @param fake pixels of the same image after the attack
 * @param options geometry; region; space
 * @throws RangeError if sizes or range are wrong, or a pixel is not finite
 * @example
 * ```ts
 * const size = { height: 1, width: 2, maximum: 1, space: 'pixels' } as const;
 * nmseSums(Float32Array.of(1, 1), Float32Array.of(1, 0.5), size); // => { squaredError: 0.25, squaredNorm: 2 }
 * ```
 * @see Zhou et al. 2021, equation (7), doi 10.1038/s41467-021-27577-x
 */
export function nmseSums(real: PixelArray, fake: PixelArray, options: NmseOptions): NmseSums {
  const { region, minimum = 0, space = 'network' } = options;
  checkPixels('nmseSums', options, real, fake, ...(region ? [region] : []));
  const range = dataRange(options);
  const origin = minimum + (space === 'network' ? CHANNEL_0_MEAN * range : 0);
  let squaredError = 0;
  let squaredNorm = 0;
  for (let i = 0; i < real.length; i++) {
    if (region && region[i] === 0) continue;
    const y = real[i]!;
    squaredError += (fake[i]! - y) ** 2;
    squaredNorm += (y - origin) ** 2;
  }
  if (!Number.isFinite(squaredError + squaredNorm)) checkFinite('nmseSums', real, fake);
  const scale = 1 / range ** 2;
  return { squaredError: squaredError * scale, squaredNorm: squaredNorm * scale };
}

/**
 * Loss_gen1 of one image, ‖G(y) − y‖² / ‖y‖²; 'zero-norm' for a real image that is the origin everywhere.
 *
 * With `space: 'pixels'` it is the square of scikit-image's `normalized_root_mse`.
 *
 * @throws RangeError if sizes or range are wrong, or a pixel is not finite
 * @example
 * ```ts
 * const size = { height: 1, width: 2, maximum: 1, space: 'pixels' } as const;
 * normalisedSquaredError(Float32Array.of(1, 1), Float32Array.of(1, 0.5), size).value; // => 0.125
 * ```
 * @see Zhou et al. 2021, equation (7), doi 10.1038/s41467-021-27577-x
 */
export function normalisedSquaredError(
  real: PixelArray,
  fake: PixelArray,
  options: NmseOptions,
): Measure<'zero-norm'> {
  const { squaredError, squaredNorm } = nmseSums(real, fake, options);
  return squaredNorm === 0 ? undefinedMeasure('zero-norm') : measured(squaredError / squaredNorm);
}
