import type { PixelArray } from './pixels.ts';

/** Mean that the networks subtract from channel 0 (ImageNet's red); its deviation 0.229 cancels. */
const CHANNEL_0_MEAN = 0.485;

/** Numerator and denominator of Loss_gen1, to be summed over images before the division. */
export interface NmseSums {
  /** Σ (fake − real)², pixels in [0, 1]. */
  readonly squaredError: number;
  /** Σ (real − 0.485)², pixels in [0, 1]. */
  readonly squaredNorm: number;
}

/**
 * The two sums of Loss_gen1 = ‖G(y) − y‖² / ‖y‖², which the paper takes in the networks' space, channel
 * 0, (v − 0.485)/0.229. The deviation cancels in the ratio.
 *
 * @param real pixels in [0, maximum]
 * @param fake pixels of the same image after the attack
 * @param maximum value of white
 * @see Zhou et al. 2021, equation (7), doi 10.1038/s41467-021-27577-x
 */
export function nmseSums(real: PixelArray, fake: PixelArray, maximum: number): NmseSums {
  let squaredError = 0;
  let squaredNorm = 0;
  for (let i = 0; i < real.length; i++) {
    const y = real[i]! / maximum;
    squaredError += (fake[i]! / maximum - y) ** 2;
    squaredNorm += (y - CHANNEL_0_MEAN) ** 2;
  }
  return { squaredError, squaredNorm };
}
