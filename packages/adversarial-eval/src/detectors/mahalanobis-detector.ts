import { randomStream } from '@mammo/reader-study-stats';
import type { PixelArray } from '../fidelity/pixels.ts';
import { buildDetector } from './build-detector.ts';
import {
  type ClassGaussians,
  type ClassGaussiansAccumulator,
  classGaussiansAccumulator,
  gaussianProblems,
  mahalanobisDistance,
  type Shrinkage,
} from './class-gaussians.ts';
import type { Detector, DetectorSample } from './detector.ts';
import { isObject, shown } from './detector-state.ts';
import { checkLayerCount, type LayerFeatures } from './layer-features.ts';
import {
  type LogisticModel,
  logisticProblems,
  logisticRegression,
  logisticScore,
} from './logistic-regression.ts';

/** Options of {@link mahalanobisDetector}. */
export interface MahalanobisOptions<Image = PixelArray> {
  /** Called once per image and pass; each layer has its own Gaussians. */
  readonly layers: LayerFeatures<Image>;
  /** Default 'oas'. */
  readonly shrinkage?: Shrinkage;
  /**
   * Share of the patients whose real images are kept from the Gaussians and meet the fakes in the
   * regression: distances of images that a Gaussian was fitted to are too small. Default 0.3.
   */
  readonly heldOut?: number;
  /** λ of the regression; default 1. */
  readonly penalty?: number;
  /** Chooses the patients held out. */
  readonly seed: number;
}

/** A type, not an interface, so that it is assignable to JSON. */
type Learned = {
  readonly layers: readonly ClassGaussians[];
  readonly regression: LogisticModel | null;
};

/**
 * Distance from the real images in feature space: per layer the squared Mahalanobis distance to the
 * nearest class mean. Fitted with fakes, logistic regression weighs the layers; without, the score is
 * the sum over layers, as if they were independent.
 *
 * Real samples have labels for class-conditional means, or none has. Gaussians need constant memory;
 * with fakes the real images are gone through twice.
 *
 * **Differences** from Lee et al.: no gradient step on the input before the distance is taken; the
 * covariance is shrunk; the regression sees other patients than the Gaussians.
 *
 * @throws RangeError if an option is out of its range
 * @example
 * ```ts
 * const detector = mahalanobisDetector({ layers: (image) => [image.subarray(0, 8)], seed: 1 });
 * ```
 * @see Lee, Lee, Lee and Shin 2018, arXiv 1807.03888
 */
export function mahalanobisDetector<Image = PixelArray>(
  options: MahalanobisOptions<Image>,
): Detector<Image> {
  const { layers, shrinkage = 'oas', heldOut = 0.3, penalty = 1, seed } = options;
  if (shrinkage !== 'oas' && !(shrinkage >= 0 && shrinkage <= 1)) {
    throw new RangeError(
      `mahalanobisDetector: shrinkage must be oas or lie in [0, 1], got ${shrinkage}`,
    );
  }
  if (!(heldOut > 0 && heldOut < 1)) {
    throw new RangeError(`mahalanobisDetector: heldOut must lie between 0 and 1, got ${heldOut}`);
  }
  const isHeldOut = ({ patientId }: DetectorSample<Image>): boolean =>
    randomStream(seed, 'mahalanobis', patientId).uniform() < heldOut;
  return buildDetector<Image, Learned>({
    kind: 'mahalanobis',
    settings: { shrinkage, heldOut, penalty, seed },
    fakes: 'optional',
    async learn(real, fakes) {
      const isLearned = (sample: DetectorSample<Image>) => !(fakes && isHeldOut(sample));
      const fitted = await fitLayers(real, { layers, isLearned, shrinkage });
      const distances = layerDistances(layers, fitted);
      const regression =
        fakes &&
        logisticRegression({
          real: await distancesOf(real, distances, isHeldOut),
          fake: await distancesOf(fakes, distances, () => true),
          penalty,
        });
      return { learned: { layers: fitted, regression }, warnings: fitted.flatMap(smallLayer) };
    },
    problems: learnedProblems,
    scorer({ layers: fitted, regression }) {
      const distances = layerDistances(layers, fitted);
      return async (image) => {
        const found = await distances(image);
        if (regression) return logisticScore(regression, found);
        return found.reduce((sum, distance) => sum + distance, 0);
      };
    },
  });
}

async function fitLayers<Image>(
  samples: AsyncIterable<DetectorSample<Image>>,
  options: {
    readonly layers: LayerFeatures<Image>;
    readonly isLearned: (sample: DetectorSample<Image>) => boolean;
    readonly shrinkage: Shrinkage;
  },
): Promise<readonly ClassGaussians[]> {
  const gaussians: ClassGaussiansAccumulator[] = [];
  const n = { labelled: 0, unlabelled: 0 };
  for await (const sample of samples) {
    n[sample.label === undefined ? 'unlabelled' : 'labelled']++;
    if (!options.isLearned(sample)) continue;
    const vectors = await options.layers(sample.image);
    checkLayerCount('mahalanobis', vectors, gaussians.length || null);
    vectors.forEach((vector, layer) => {
      gaussians[layer] ??= classGaussiansAccumulator();
      gaussians[layer].add(vector, sample.label ?? '');
    });
  }
  if (n.labelled > 0 && n.unlabelled > 0) {
    throw new RangeError(
      `mahalanobis: all real samples must have a label, or none, got ${n.labelled} with and ${n.unlabelled} without`,
    );
  }
  if (gaussians.length === 0) {
    throw new RangeError('mahalanobis: there must be real images to fit Gaussians to, got none');
  }
  return gaussians.map((layer) => layer.gaussians(options.shrinkage));
}

function layerDistances<Image>(
  layers: LayerFeatures<Image>,
  fitted: readonly ClassGaussians[],
): (image: Image) => Promise<readonly number[]> {
  const distances = fitted.map(mahalanobisDistance);
  return async (image) => {
    const vectors = await layers(image);
    checkLayerCount('mahalanobis', vectors, distances.length);
    return vectors.map((vector, layer) => distances[layer]!(vector));
  };
}

async function distancesOf<Image>(
  samples: AsyncIterable<DetectorSample<Image>>,
  distances: (image: Image) => Promise<readonly number[]>,
  counts: (sample: DetectorSample<Image>) => boolean,
): Promise<readonly (readonly number[])[]> {
  const found: (readonly number[])[] = [];
  for await (const sample of samples) {
    if (counts(sample)) found.push(await distances(sample.image));
  }
  return found;
}

function smallLayer({ n, classes, shrinkage }: ClassGaussians, layer: number): readonly string[] {
  const dimension = classes[0]!.mean.length;
  if (n > 2 * dimension) return [];
  return [
    `layer ${layer}: ${dimension} features from ${n} images rest on shrinkage ${shrinkage.toFixed(3)}`,
  ];
}

function learnedProblems(learned: unknown): readonly string[] {
  if (!isObject(learned) || !Array.isArray(learned.layers) || learned.layers.length === 0) {
    return [`learned must have layers, got ${shown(learned)}`];
  }
  const { layers, regression } = learned;
  return [
    ...layers.flatMap((layer, index) => gaussianProblems(`layer ${index}`, layer)),
    ...(regression === null ? [] : logisticProblems(regression, layers.length)),
  ];
}
