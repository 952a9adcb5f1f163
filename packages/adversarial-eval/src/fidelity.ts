import { energyInMask, type Localisation, type LocalisationOptions } from './localisation.ts';
import { nmseSums } from './nmse.ts';
import { checkPixels, type PixelArray } from './pixels.ts';
import { type SsimWindow, structuralSimilarity } from './ssim.ts';

/** How near one fake is to its real image. */
export interface ImageFidelity {
  /** No pixel differs. */
  readonly identical: boolean;
  /** Loss_gen1 of this image; null where its norm is 0. */
  readonly nmse: number | null;
  /** Peak signal-to-noise ratio in dB; null for identical images, where it is infinite. */
  readonly psnr: number | null;
  /** Mean structural similarity with the window chosen. */
  readonly ssim: number;
  /** Largest |fake − real|, in [0, 1]. */
  readonly greatestChange: number;
  /** Share of pixels that changed by more than the tolerance. */
  readonly changedArea: number;
  /** Null without a mask, or where nothing changed. */
  readonly localisation: Localisation | null;
}

/** Fidelity over a set of images. */
export interface FidelitySummary {
  readonly images: number;
  /** Fakes equal to their real image; they have no PSNR and are left out of its mean. */
  readonly identical: number;
  /** Loss_gen1 as one ratio over all images, ΣΣ(fake − real)² / ΣΣ(real − 0.485)². */
  readonly nmse: number | null;
  /** Mean of the images' own ratios. */
  readonly meanNmse: number | null;
  readonly psnr: number | null;
  readonly ssim: number | null;
  readonly ssimWindow: SsimWindow;
  readonly greatestChange: number | null;
  readonly changedArea: number | null;
  /** Means over the images that have one; enrichment is the ratio of the two means. */
  readonly localisation: (Localisation & { readonly images: number }) | null;
}

/** Options of {@link imageFidelity} and {@link fidelityAccumulator}. */
export interface FidelityOptions extends LocalisationOptions {
  /** Default 'uniform-7'. */
  readonly ssimWindow?: SsimWindow;
  /** A pixel counts as changed above this share of `maximum`; default 1/255, one step of a display. */
  readonly changedAbove?: number;
}

/** Collects fidelity image by image, in constant memory. */
export interface FidelityAccumulator {
  /** Adds one pair; the mask, if any, is non-zero inside the lesion. */
  add(real: PixelArray, fake: PixelArray, mask?: Uint8Array): ImageFidelity;
  summary(): FidelitySummary;
}

/**
 * Fidelity of one fake.
 *
 * @param real pixels in [0, maximum]
 * @param fake pixels of the same size
 * @param options geometry with its explicit `maximum`; window, tolerances; `mask` of the lesion
 * @throws RangeError if sizes or maximum are wrong
 */
export function imageFidelity(
  real: PixelArray,
  fake: PixelArray,
  options: FidelityOptions & { readonly mask?: Uint8Array },
): ImageFidelity {
  const { mask, ...settings } = options;
  return fidelityAccumulator(settings).add(real, fake, mask);
}

/**
 * Fidelity of any number of images of one size, streaming.
 *
 * @param options geometry with its explicit `maximum`; window, tolerances
 * @throws RangeError if the geometry is wrong
 * @example
 * ```ts
 * const fidelity = fidelityAccumulator({ height: 8, width: 8, maximum: 1 });
 * fidelity.add(new Float32Array(64), new Float32Array(64).fill(0.1)).psnr?.toFixed(1); // => '20.0'
 * fidelity.summary().images; // => 1
 * ```
 */
export function fidelityAccumulator(options: FidelityOptions): FidelityAccumulator {
  const { maximum, ssimWindow = 'uniform-7', changedAbove = 1 / 255 } = options;
  checkPixels('fidelityAccumulator', options);
  const totals = { images: 0, squaredError: 0, squaredNorm: 0 };
  const means = {
    nmse: runningMean(),
    psnr: runningMean(),
    ssim: runningMean(),
    greatestChange: runningMean(),
    changedArea: runningMean(),
    energyShare: runningMean(),
    areaShare: runningMean(),
  };
  return {
    add(real, fake, mask) {
      checkPixels('fidelityAccumulator', options, real, fake);
      const ssim = structuralSimilarity(real, fake, { ...options, window: ssimWindow });
      const localisation = mask ? energyInMask(real, fake, { ...options, mask }) : null;
      const { squaredError, squaredNorm } = nmseSums(real, fake, maximum);
      const fidelity: ImageFidelity = {
        identical: squaredError === 0,
        nmse: squaredNorm === 0 ? null : squaredError / squaredNorm,
        psnr: squaredError === 0 ? null : -10 * Math.log10(squaredError / real.length),
        ssim,
        ...changes(real, fake, maximum, changedAbove),
        localisation,
      };
      totals.images++;
      totals.squaredError += squaredError;
      totals.squaredNorm += squaredNorm;
      for (const key of ['nmse', 'psnr', 'ssim', 'greatestChange', 'changedArea'] as const) {
        means[key].add(fidelity[key]);
      }
      means.energyShare.add(localisation?.energyShare ?? null);
      means.areaShare.add(localisation?.areaShare ?? null);
      return fidelity;
    },
    summary() {
      const [energyShare, areaShare] = [means.energyShare.value(), means.areaShare.value()];
      return {
        images: totals.images,
        identical: totals.images - means.psnr.count(),
        nmse: totals.squaredNorm === 0 ? null : totals.squaredError / totals.squaredNorm,
        meanNmse: means.nmse.value(),
        psnr: means.psnr.value(),
        ssim: means.ssim.value(),
        ssimWindow,
        greatestChange: means.greatestChange.value(),
        changedArea: means.changedArea.value(),
        localisation:
          energyShare === null || areaShare === null
            ? null
            : {
                images: means.areaShare.count(),
                energyShare,
                areaShare,
                enrichment: energyShare / areaShare,
              },
      };
    },
  };
}

function changes(
  real: PixelArray,
  fake: PixelArray,
  maximum: number,
  changedAbove: number,
): { readonly greatestChange: number; readonly changedArea: number } {
  let greatestChange = 0;
  let changed = 0;
  for (let i = 0; i < real.length; i++) {
    const change = Math.abs(fake[i]! - real[i]!) / maximum;
    if (change > greatestChange) greatestChange = change;
    if (change > changedAbove) changed++;
  }
  return { greatestChange, changedArea: changed / real.length };
}

/** The mean of what is added; null is not counted, and the mean of nothing is null. */
function runningMean(): {
  add(value: number | null): void;
  value(): number | null;
  count(): number;
} {
  let count = 0;
  let sum = 0;
  return {
    add(value) {
      if (value === null) return;
      count++;
      sum += value;
    },
    value: () => (count === 0 ? null : sum / count),
    count: () => count,
  };
}
