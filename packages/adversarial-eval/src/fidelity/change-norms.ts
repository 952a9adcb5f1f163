import { type Measure, measured, undefinedMeasure } from './measure.ts';
import {
  checkFinite,
  checkPixels,
  dataRange,
  type PixelArray,
  type RegionOptions,
} from './pixels.ts';

/** Size of a change, pixels in [0, 1]. */
export interface ChangeNorms {
  /** Pixels that count: the region's, or all. */
  readonly pixels: number;
  /** Pixels that differ at all. */
  readonly l0: number;
  /** Σ |fake − real|. */
  readonly l1: number;
  /** √ Σ (fake − real)². */
  readonly l2: number;
  /** Greatest |fake − real|. */
  readonly lInfinity: number;
  /** Share of pixels that changed by more than the tolerance; 'empty-region' where none counts. */
  readonly changedArea: Measure<'empty-region'>;
  /**
   * Peak signal-to-noise ratio, 10·log₁₀(1 / mean (fake − real)²) in dB. It is infinite for 'identical'
   * images, which therefore have none.
   */
  readonly psnr: Measure<'identical' | 'empty-region'>;
}

/** Options of {@link changeNorms}. */
export interface ChangeOptions extends RegionOptions {
  /** A pixel counts as changed above this share of the data range; default 1/255, one step of a display. */
  readonly changedAbove?: number;
}

/**
 * L0, L1, L2 and L∞ norms of fake − real, the changed area, and the PSNR, in one pass.
 *
 * @param real pixels in [minimum, maximum]
 * @param fake pixels of the same size
 * @param options geometry; region; changedAbove
 * @throws RangeError if sizes, range or changedAbove are wrong, or a pixel is not finite
 * @example
 * ```ts
 * const { l0, psnr } = changeNorms(Float32Array.of(0, 1), Float32Array.of(0, 0.5), { height: 1, width: 2, maximum: 1 });
 * [l0, psnr.value?.toFixed(2)]; // => [1, '9.03']
 * ```
 */
export function changeNorms(
  real: PixelArray,
  fake: PixelArray,
  options: ChangeOptions,
): ChangeNorms {
  const { region, changedAbove = 1 / 255 } = options;
  checkPixels('changeNorms', options, real, fake, ...(region ? [region] : []));
  if (!(changedAbove >= 0)) {
    throw new RangeError(`changeNorms: changedAbove must be >= 0, got ${changedAbove}`);
  }
  const range = dataRange(options);
  const total = { pixels: 0, l0: 0, l1: 0, squares: 0, lInfinity: 0, changed: 0 };
  for (let i = 0; i < real.length; i++) {
    if (region && region[i] === 0) continue;
    total.pixels++;
    const change = Math.abs(fake[i]! - real[i]!) / range;
    if (change === 0) continue;
    total.l0++;
    total.l1 += change;
    total.squares += change * change;
    if (change > total.lInfinity) total.lInfinity = change;
    if (change > changedAbove) total.changed++;
  }
  if (!Number.isFinite(total.squares)) checkFinite('changeNorms', real, fake);
  const { pixels, l0, l1, lInfinity } = total;
  const l2 = Math.sqrt(total.squares);
  if (pixels === 0) {
    const none = undefinedMeasure('empty-region');
    return { pixels, l0, l1, l2, lInfinity, changedArea: none, psnr: none };
  }
  return {
    pixels,
    l0,
    l1,
    l2,
    lInfinity,
    changedArea: measured(total.changed / pixels),
    psnr:
      total.squares === 0
        ? undefinedMeasure('identical')
        : measured(10 * Math.log10(pixels / total.squares)),
  };
}
