import { randomStream } from '@mammo/reader-study-stats';
import { checkFeatures } from '../features/feature-moments.ts';
import type { PixelArray } from '../fidelity/pixels.ts';
import { buildDetector } from './build-detector.ts';
import type { Detector, DetectorSample } from './detector.ts';
import { isObject, numberProblems, shown } from './detector-state.ts';
import { intrinsicDimension } from './intrinsic-dimension.ts';
import { checkLayerCount, type LayerFeatures } from './layer-features.ts';
import {
  type LogisticModel,
  logisticProblems,
  logisticRegression,
  logisticScore,
} from './logistic-regression.ts';

/** Options of {@link dimensionalityDetector}. */
export interface DimensionalityOptions<Image = PixelArray> {
  /** Called once per image and pass; the layers' dimensions are the regression's inputs. */
  readonly layers: LayerFeatures<Image>;
  /** k; default 20. */
  readonly neighbours?: number;
  /** Real images of a minibatch, more than k; default 100. */
  readonly batchSize?: number;
  /** λ of the regression; default 1. */
  readonly penalty?: number;
  /** Shuffles the real images into minibatches. */
  readonly seed: number;
}

/** Vectors by layer. */
type Vectors = readonly (readonly number[])[];

/** A type, not an interface, so that it is assignable to JSON. */
type Learned = {
  /** The real images among which neighbours are looked for. */
  readonly reference: readonly Vectors[];
  readonly regression: LogisticModel;
};

/**
 * Local intrinsic dimensionality of an image among real ones, per layer of a network, weighed by logistic
 * regression: adversarial images lie where dimension is higher. Real images are shuffled into
 * minibatches; each has its dimension among the others of its minibatch, each fake among the real images
 * of one, and a scored image among those of the first, which are kept.
 *
 * It needs fakes, and holds the features of all real images while it is fitted.
 *
 * **Differences** from Ma et al.: a fake is compared with all images of its minibatch; their program leaves
 * out the nearest, which it takes for the fake's own source. An image without
 * {@link intrinsicDimension} counts with the number of features.
 *
 * @throws RangeError if an option is out of its range
 * @example
 * ```ts
 * const detector = dimensionalityDetector({ layers: (image) => [image.subarray(0, 8)], seed: 1 });
 * detector.kind; // => 'intrinsic-dimensionality'
 * ```
 * @see Ma et al. 2018, Characterizing adversarial subspaces using local intrinsic dimensionality,
 *   arXiv 1801.02613
 */
export function dimensionalityDetector<Image = PixelArray>(
  options: DimensionalityOptions<Image>,
): Detector<Image> {
  const { layers, neighbours = 20, batchSize = 100, penalty = 1, seed } = options;
  if (!(Number.isInteger(neighbours) && neighbours >= 2)) {
    throw new RangeError(
      `dimensionalityDetector: neighbours must be a whole number >= 2, got ${neighbours}`,
    );
  }
  if (!(Number.isInteger(batchSize) && batchSize > neighbours)) {
    throw new RangeError(
      `dimensionalityDetector: batchSize must be whole and more than neighbours ${neighbours}, got ${batchSize}`,
    );
  }
  const dimensions = (point: Vectors, others: readonly Vectors[]): readonly number[] =>
    point.map((vector, layer) => {
      const around = others.map((other) => other[layer]!);
      return intrinsicDimension(vector, around, { neighbours }).value ?? vector.length;
    });
  return buildDetector<Image, Learned>({
    kind: 'intrinsic-dimensionality',
    settings: { neighbours, batchSize, penalty, seed },
    fakes: 'needed',
    async learn(real, fakes) {
      const known = await vectorsOf(real, layers, null);
      if (known.length <= neighbours) {
        throw new RangeError(
          `intrinsic-dimensionality: there must be more real images than neighbours ${neighbours}, got ${known.length}`,
        );
      }
      const batches = minibatches(known, { batchSize, seed });
      const others = fakes ? await vectorsOf(fakes, layers, known[0]!) : [];
      const regression = logisticRegression({
        real: batches.flatMap((batch) =>
          batch.map((point) =>
            dimensions(
              point,
              batch.filter((other) => other !== point),
            ),
          ),
        ),
        fake: others.map((point, i) => dimensions(point, batches[i % batches.length]!)),
        penalty,
      });
      const few =
        known.length < batchSize ? [`${known.length} real images do not fill a minibatch`] : [];
      return { learned: { reference: batches[0]!, regression }, warnings: few };
    },
    problems: (learned) => learnedProblems(learned, neighbours),
    scorer({ reference, regression }) {
      return async (image) => {
        const vectors = checkedVectors(await layers(image), reference[0]!);
        return logisticScore(regression, dimensions(vectors, reference));
      };
    },
  });
}

async function vectorsOf<Image>(
  samples: AsyncIterable<DetectorSample<Image>>,
  layers: LayerFeatures<Image>,
  model: Vectors | null,
): Promise<readonly Vectors[]> {
  const found: Vectors[] = [];
  for await (const { image } of samples) {
    found.push(checkedVectors(await layers(image), model ?? found[0] ?? null));
  }
  return found;
}

function checkedVectors(layers: readonly ArrayLike<number>[], model: Vectors | null): Vectors {
  checkLayerCount('intrinsic-dimensionality', layers, model?.length ?? null);
  return layers.map((vector, layer) => {
    checkFeatures('intrinsic-dimensionality', vector, model?.[layer]?.length ?? null);
    return Array.from(vector);
  });
}

/** As many full minibatches as there are, the images left over spread among them. */
function minibatches(
  images: readonly Vectors[],
  { batchSize, seed }: { readonly batchSize: number; readonly seed: number },
): readonly (readonly Vectors[])[] {
  const count = Math.max(1, Math.floor(images.length / batchSize));
  const batches = Array.from({ length: count }, (): Vectors[] => []);
  randomStream(seed, 'minibatches')
    .shuffle(images)
    .forEach((image, i) => {
      batches[i % count]!.push(image);
    });
  return batches;
}

function learnedProblems(learned: unknown, neighbours: number): readonly string[] {
  const reference = isObject(learned) ? learned.reference : null;
  const first: unknown = Array.isArray(reference) ? reference[0] : null;
  if (!isObject(learned) || !Array.isArray(reference) || !Array.isArray(first)) {
    return [`learned must have reference and regression, got ${shown(learned)}`];
  }
  const few =
    reference.length < neighbours
      ? [`reference must have at least ${neighbours} images, got ${reference.length}`]
      : [];
  const wrong = reference.flatMap((image: unknown, index) => {
    const name = `reference image ${index}`;
    if (!Array.isArray(image) || image.length !== first.length) {
      return [`${name} must have ${first.length} layers, got ${shown(image)}`];
    }
    return image.flatMap((vector, layer) => {
      const model: unknown = first[layer];
      return numberProblems(name, vector, Array.isArray(model) ? model.length : null);
    });
  });
  return [...few, ...wrong, ...logisticProblems(learned.regression, first.length)];
}
