import type { Measure } from '../fidelity/measure.ts';
import type { PixelArray } from '../fidelity/pixels.ts';
import { type FeatureMoments, momentsAccumulator } from './feature-moments.ts';
import { frechetDistance } from './frechet-distance.ts';
import { kernelDistance } from './kernel-distance.ts';

/** Turns an image into a vector, always of the same length: a network's layer, or any other measure. */
export type FeatureExtractor<Image = PixelArray> = (
  image: Image,
) => ArrayLike<number> | Promise<ArrayLike<number>>;

/** Options of {@link featureDistance}. */
export interface FeatureDistanceOptions<Image = PixelArray> {
  /** Called once per image; every vector must have the same length. */
  readonly features: FeatureExtractor<Image>;
  /** Images of each set per block of the kernel distance; default 100. */
  readonly blockSize?: number;
}

/** Distances between two sets of images in feature space. */
export interface FeatureDistanceSummary {
  /** Images added to each set. */
  readonly images: {
    /** Real images. */
    readonly real: number;
    /** Their fakes, or any others. */
    readonly fake: number;
  };
  /** FID for Inception's features; 'too-few-images' below 2 of a set. */
  readonly frechet: Measure<'too-few-images'>;
  /**
   * KID for Inception's features: mean over disjoint blocks, with its standard error (null for one
   * block). 'too-few-images' if not even a smaller single block has 2 images of each set.
   */
  readonly kernel:
    | {
        /** Both sets have at least 2 images. */
        readonly status: 'ok';
        /**
         * Squared maximum mean discrepancy; unbiased, so it may be slightly negative for sets that are
         * alike.
         */
        readonly value: number;
        /** Standard deviation over blocks / √blocks; null for one block. */
        readonly se: number | null;
        /** Blocks that the mean is over; images beyond the last full block are not in it. */
        readonly blocks: number;
      }
    | {
        /** A set has fewer than 2 images. */
        readonly status: 'too-few-images';
        /** One image has no distance within its set. */
        readonly value: null;
        /** No block, no error. */
        readonly se: null;
        /** None was made. */
        readonly blocks: 0;
      };
}

/** Collects features image by image; memory does not grow with the number of images. */
export interface FeatureDistance<Image = PixelArray> {
  /** Adds one image of a set; await it before the next. */
  add(set: 'real' | 'fake', image: Image): Promise<void>;
  /** Of the images added so far; more may follow. A block that is not full waits for them. */
  summary(): FeatureDistanceSummary;
  /** Mean and covariance of a set's features. @throws RangeError if the set is empty */
  moments(set: 'real' | 'fake'): FeatureMoments;
}

/**
 * FID and KID of any feature extractor, streaming: means and covariances in float64, and blocks of
 * features that are dropped once their kernel distance is known.
 *
 * **Differences**: KID is usually the mean over random, overlapping subsets; disjoint blocks need no
 * second look at the images, and give an honest standard error. {@link kernelDistance} takes all at once.
 *
 * @throws RangeError if blockSize is wrong; `add` throws RangeError if features are
 * @example
 * ```ts
 * const distance = featureDistance({ features: (image) => [image[0]!, image[1]!] });
 * for (const image of [Float32Array.of(0, 0), Float32Array.of(1, 1)]) {
 *   await distance.add('real', image);
 *   await distance.add('fake', image);
 * }
 * distance.summary().frechet.value?.toFixed(6); // => '0.000000'
 * ```
 */
export function featureDistance<Image = PixelArray>(
  options: FeatureDistanceOptions<Image>,
): FeatureDistance<Image> {
  const { features, blockSize = 100 } = options;
  if (!(Number.isInteger(blockSize) && blockSize >= 2)) {
    throw new RangeError(
      `featureDistance: blockSize must be a whole number >= 2, got ${blockSize}`,
    );
  }
  const moments = { real: momentsAccumulator(), fake: momentsAccumulator() };
  const images = { real: 0, fake: 0 };
  const waiting = { real: [] as Float64Array[], fake: [] as Float64Array[] };
  const blocks = { count: 0, mean: 0, squares: 0 };
  const closeBlock = (): void => {
    const value = kernelDistance(
      waiting.real.splice(0, blockSize),
      waiting.fake.splice(0, blockSize),
    );
    blocks.count++;
    const deviation = value - blocks.mean;
    blocks.mean += deviation / blocks.count;
    blocks.squares += deviation * (value - blocks.mean);
  };
  return {
    async add(set, image) {
      const vector = Float64Array.from(await features(image));
      moments[set].add(vector);
      images[set]++;
      // a set that runs ahead of the other waits; beyond two blocks its images count for FID only
      if (waiting[set].length < 2 * blockSize) waiting[set].push(vector);
      if (Math.min(waiting.real.length, waiting.fake.length) >= blockSize) closeBlock();
    },
    moments: (set) => moments[set].moments(),
    summary() {
      const enough = Math.min(images.real, images.fake) >= 2;
      if (!enough) {
        const status = 'too-few-images';
        return {
          images: { ...images },
          frechet: { status, value: null },
          kernel: { status, value: null, se: null, blocks: 0 },
        };
      }
      const value = frechetDistance(moments.real.moments(), moments.fake.moments());
      return {
        images: { ...images },
        frechet: { status: 'ok', value },
        kernel: kernelSummary(blocks, waiting),
      };
    },
  };
}

function kernelSummary(
  { count, mean, squares }: { count: number; mean: number; squares: number },
  waiting: { readonly real: readonly Float64Array[]; readonly fake: readonly Float64Array[] },
): FeatureDistanceSummary['kernel'] {
  if (count === 0) {
    const value = kernelDistance(waiting.real, waiting.fake);
    return { status: 'ok', value, se: null, blocks: 1 };
  }
  const se = count === 1 ? null : Math.sqrt(squares / (count - 1) / count);
  return { status: 'ok', value: mean, se, blocks: count };
}
