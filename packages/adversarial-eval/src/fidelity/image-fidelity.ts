import { type ChangeNorms, type ChangeOptions, changeNorms } from './change-norms.ts';
import { jensenShannonDistance, wassersteinDistance } from './histogram-distance.ts';
import { type SsimWindow, WINDOW_SIZE } from './local-means.ts';
import { energyInMask, type Localisation, type LocalisationOptions } from './localisation.ts';
import {
  type MeanMeasure,
  type Measure,
  measured,
  runningMean,
  undefinedMeasure,
} from './measure.ts';
import { multiScaleSimilarity } from './ms-ssim.ts';
import { nmseSums } from './nmse.ts';
import { checkPixels, type PixelArray } from './pixels.ts';
import { spectrumDistance } from './power-spectrum.ts';
import { type SsimOptions, structuralSimilarity } from './ssim.ts';

/** Measures that take as long as all others together, computed on request only. */
export type CostlyMeasure = 'ms-ssim' | 'spectrum' | 'histogram';

/** Options of {@link imageFidelity} and {@link fidelityAccumulator}. */
export interface FidelityOptions
  extends LocalisationOptions,
    Pick<ChangeOptions, 'changedAbove'>,
    Pick<SsimOptions, 'covariance'> {
  /** Default 'uniform-7'. */
  readonly ssimWindow?: SsimWindow;
  /** Default none. */
  readonly also?: readonly CostlyMeasure[];
}

/** What is known of the places in an image. */
export interface ImageMasks {
  /** Non-zero inside the lesion: where the change should be. */
  readonly lesion?: Uint8Array;
  /** Non-zero where pixels count, for example in the breast; all do by default. */
  readonly region?: Uint8Array;
}

/** How near one fake is to its real image; plain JSON. */
export interface ImageFidelity extends ChangeNorms {
  /** No pixel that counts differs. */
  readonly identical: boolean;
  /** Loss_gen1 of this image; 'zero-norm' where it is undefined. */
  readonly nmse: Measure<'zero-norm'>;
  /** Mean structural similarity with the window chosen. */
  readonly ssim: Measure<'too-small' | 'empty-region'>;
  /** MS-SSIM and the spectrum are of the whole image, whatever the region. */
  readonly msSsim: Measure<'too-small' | 'not-requested'>;
  /** Log-spectral distance in dB. */
  readonly spectrum: Measure<'constant' | 'no-power' | 'not-requested'>;
  /** Wasserstein-1 distance of the grey levels, in units of the data range; with `also: ['histogram']`. */
  readonly wasserstein: Measure<'empty-region' | 'not-requested'>;
  /** Jensen-Shannon distance of the histograms, 0 (equal) to 1 (disjoint); with `also: ['histogram']`. */
  readonly jensenShannon: Measure<'empty-region' | 'not-requested'>;
  /** Null without a lesion mask, where nothing in the breast changed, or where the mask misses the breast. */
  readonly localisation: Localisation | null;
}

/** Measures of which a summary has the distribution over images. */
const SUMMARISED = [
  'nmse',
  'psnr',
  'ssim',
  'msSsim',
  'changedArea',
  'spectrum',
  'wasserstein',
  'jensenShannon',
] as const;

/** Fidelity over a set of images; plain JSON. */
export interface FidelitySummary
  extends Readonly<Record<Exclude<(typeof SUMMARISED)[number], 'nmse'>, MeanMeasure>> {
  /** Pairs that were added. */
  readonly images: number;
  /** Fakes equal to their real image; they have no PSNR and are left out of its mean. */
  readonly identical: number;
  /** Loss_gen1 as one ratio over all images, ΣΣ(fake − real)² / ΣΣ(real − 0.485)². */
  readonly nmse: Measure<'zero-norm'>;
  /** The images' own ratios. */
  readonly imageNmse: MeanMeasure;
  /** Window of `ssim`; similarities of different windows must not be compared. */
  readonly ssimWindow: SsimWindow;
  /** Pixels that differ at all, per image. */
  readonly l0: MeanMeasure;
  /** Σ |fake − real| per image, pixels in [0, 1]. */
  readonly l1: MeanMeasure;
  /** √ Σ (fake − real)² per image, pixels in [0, 1]. */
  readonly l2: MeanMeasure;
  /** Greatest |fake − real| per image, pixels in [0, 1]. */
  readonly lInfinity: MeanMeasure;
  /** Means over the images that have one; enrichment is the ratio of the two means. */
  readonly localisation:
    | (Localisation & {
        /** Images that have a localisation. */
        readonly images: number;
      })
    | null;
}

/** Collects fidelity image by image, in constant memory. */
export interface FidelityAccumulator {
  /** Adds one pair. @throws RangeError if sizes are wrong, or a pixel is not finite */
  add(real: PixelArray, fake: PixelArray, masks?: ImageMasks): ImageFidelity;
  /** Of the pairs added so far; more may follow. */
  summary(): FidelitySummary;
}

/**
 * Fidelity of one fake.
 *
 * @param real pixels in [minimum, maximum]
 * @param fake pixels of the same size
 * @param options geometry with its explicit `maximum`; masks; window, tolerances, costly measures
 * @throws RangeError if sizes or range are wrong, or a pixel is not finite
 * @example
 * ```ts
 * const size = { height: 8, width: 8, maximum: 1 };
 * const { lInfinity, ssim } = imageFidelity(new Float32Array(64), new Float32Array(64).fill(0.5), size);
 * [lInfinity, ssim.status]; // => [0.5, 'ok']
 * ```
 */
export function imageFidelity(
  real: PixelArray,
  fake: PixelArray,
  options: FidelityOptions & ImageMasks,
): ImageFidelity {
  const { lesion, region, ssimWindow = 'uniform-7', also = [], ...settings } = options;
  checkPixels('imageFidelity', settings, real, fake);
  const counted = { ...settings, ...(region && { region }) };
  const norms = changeNorms(real, fake, counted);
  const { squaredError, squaredNorm } = nmseSums(real, fake, counted);
  const fits = Math.min(settings.height, settings.width) >= WINDOW_SIZE[ssimWindow];
  const notRequested = undefinedMeasure('not-requested');
  const histogram = also.includes('histogram');
  return {
    ...norms,
    identical: norms.l0 === 0,
    nmse: ratio(squaredError, squaredNorm),
    ssim: fits
      ? structuralSimilarity(real, fake, { ...counted, window: ssimWindow })
      : undefinedMeasure('too-small'),
    msSsim: also.includes('ms-ssim') ? multiScaleSimilarity(real, fake, settings) : notRequested,
    spectrum: also.includes('spectrum') ? spectrumDistance(real, fake, settings) : notRequested,
    wasserstein: histogram ? wassersteinDistance(real, fake, counted) : notRequested,
    jensenShannon: histogram ? jensenShannonDistance(real, fake, counted) : notRequested,
    localisation: lesion ? energyInMask(real, fake, { ...settings, mask: lesion }) : null,
  };
}

/**
 * Fidelity of any number of images of one size, streaming.
 *
 * @param options geometry with its explicit `maximum`; window, tolerances, costly measures
 * @throws RangeError if the geometry is wrong
 * @example
 * ```ts
 * const fidelity = fidelityAccumulator({ height: 8, width: 8, maximum: 1 });
 * fidelity.add(new Float32Array(64), new Float32Array(64).fill(0.1)).psnr.value?.toFixed(1); // => '20.0'
 * fidelity.summary().images; // => 1
 * ```
 */
export function fidelityAccumulator(options: FidelityOptions): FidelityAccumulator {
  const { ssimWindow = 'uniform-7' } = options;
  checkPixels('fidelityAccumulator', options);
  const totals = { images: 0, identical: 0, squaredError: 0, squaredNorm: 0 };
  const means = meansOf(SUMMARISED);
  const norms = meansOf(['l0', 'l1', 'l2', 'lInfinity']);
  const places = meansOf(['energyShare', 'areaShare']);
  return {
    add(real, fake, masks = {}) {
      const fidelity = imageFidelity(real, fake, { ...options, ...masks });
      const { region } = masks;
      const sums = nmseSums(real, fake, { ...options, ...(region && { region }) });
      totals.images++;
      if (fidelity.identical) totals.identical++;
      totals.squaredError += sums.squaredError;
      totals.squaredNorm += sums.squaredNorm;
      for (const key of SUMMARISED) means[key].add(fidelity[key].value);
      for (const key of ['l0', 'l1', 'l2', 'lInfinity'] as const) norms[key].add(fidelity[key]);
      for (const key of ['energyShare', 'areaShare'] as const) {
        places[key].add(fidelity.localisation?.[key] ?? null);
      }
      return fidelity;
    },
    summary() {
      const { nmse: imageNmse, ...rest } = summaries(means);
      return {
        images: totals.images,
        identical: totals.identical,
        ...rest,
        ...summaries(norms),
        nmse: ratio(totals.squaredError, totals.squaredNorm),
        imageNmse,
        ssimWindow,
        localisation: meanLocalisation(summaries(places)),
      };
    },
  };
}

function ratio(squaredError: number, squaredNorm: number): Measure<'zero-norm'> {
  return squaredNorm === 0 ? undefinedMeasure('zero-norm') : measured(squaredError / squaredNorm);
}

type Means<Key extends string> = Readonly<Record<Key, ReturnType<typeof runningMean>>>;

function meansOf<Key extends string>(keys: readonly Key[]): Means<Key> {
  return Object.fromEntries(keys.map((key) => [key, runningMean()])) as Means<Key>;
}

function summaries<Key extends string>(means: Means<Key>): Readonly<Record<Key, MeanMeasure>> {
  const entries = Object.entries(means) as [Key, ReturnType<typeof runningMean>][];
  return Object.fromEntries(entries.map(([key, mean]) => [key, mean.summary()])) as Readonly<
    Record<Key, MeanMeasure>
  >;
}

function meanLocalisation({
  energyShare,
  areaShare,
}: Readonly<Record<'energyShare' | 'areaShare', MeanMeasure>>): FidelitySummary['localisation'] {
  if (energyShare.status !== 'ok' || areaShare.status !== 'ok') return null;
  return {
    images: areaShare.n,
    energyShare: energyShare.mean,
    areaShare: areaShare.mean,
    enrichment: energyShare.mean / areaShare.mean,
  };
}
