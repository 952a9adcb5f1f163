import { checkPixels, type PixelArray, type PixelGeometry } from '../fidelity/pixels.ts';
import { buildDetector } from './build-detector.ts';
import type { Detector } from './detector.ts';
import { bitDepthSqueezer, gaussianSqueezer, medianSqueezer, type Squeezer } from './squeezers.ts';

/** The model under attack: one score per image, higher for more positive. */
export type VictimScores = (
  images: readonly PixelArray[],
) => ArrayLike<number> | Promise<ArrayLike<number>>;

/** Options of {@link featureSqueezingDetector}. */
export interface FeatureSqueezingOptions extends PixelGeometry {
  /** Called with an image and its squeezed versions together; one score for each. */
  readonly victim: VictimScores;
  /**
   * What the victim's scores are: 'probability' (default) of the positive class, or its 'logit'.
   * Logits show changes that a saturated probability hides.
   */
  readonly scores?: 'probability' | 'logit';
  /** Default: 5 bits, median of 3 × 3, Gaussian of σ = 1 pixel. */
  readonly squeezers?: readonly Squeezer[];
}

/**
 * How much the victim changes its mind when the image is simplified: max over squeezers s of
 * ‖g(x) − g(s(x))‖₁. For one probability p of two classes the vector of scores is g = (1 − p, p), so the
 * norm is 2·|p(x) − p(s(x))|; for a logit z it is |z(x) − z(s(x))|.
 *
 * There is nothing to learn: `fit` only counts patients. Fakes that the victim takes for real as firmly
 * after squeezing are not found.
 *
 * @throws RangeError if the geometry or an option is wrong
 * @example
 * ```ts
 * const mean = (image: ArrayLike<number>) => Array.from(image).reduce((sum, v) => sum + v / image.length, 0);
 * const detector = featureSqueezingDetector({ height: 8, width: 8, maximum: 1, victim: (images) => images.map(mean) });
 * await detector.fit([{ patientId: 'P1', image: new Float32Array(64) }]);
 * await detector.score([{ patientId: 'P2', image: new Float32Array(64) }]); // => [0]
 * ```
 * @see Xu, Evans and Qi 2018, Feature squeezing: detecting adversarial examples in deep neural networks,
 *   section V, doi 10.14722/ndss.2018.23198
 */
export function featureSqueezingDetector(options: FeatureSqueezingOptions): Detector {
  const { victim, scores = 'probability', squeezers = DEFAULT_SQUEEZERS } = options;
  const { height, width, maximum, minimum = 0 } = options;
  const geometry = { height, width, maximum, minimum };
  checkPixels('featureSqueezingDetector', geometry);
  if (scores !== 'probability' && scores !== 'logit') {
    throw new RangeError(
      `featureSqueezingDetector: scores must be probability or logit, got ${String(scores)}`,
    );
  }
  if (squeezers.length === 0) {
    throw new RangeError('featureSqueezingDetector: there must be squeezers, got none');
  }
  const norm = scores === 'probability' ? 2 : 1;
  return buildDetector<PixelArray, null>({
    kind: 'feature-squeezing',
    settings: { ...geometry, scores, squeezers: squeezers.map(({ name }) => name) },
    fakes: 'ignored',
    async learn(real) {
      for await (const { image } of real) checkPixels('feature-squeezing', geometry, image);
      return { learned: null, warnings: [] };
    },
    problems: (learned) => (learned === null ? [] : ['learned must be null']),
    scorer: () => async (image) => {
      checkPixels('feature-squeezing', geometry, image);
      const squeezed = squeezers.map(({ squeeze }) => squeeze(image, geometry));
      const found = Array.from(await victim([image, ...squeezed]));
      if (found.length !== squeezers.length + 1) {
        throw new RangeError(
          `feature-squeezing: the victim must give ${squeezers.length + 1} scores, got ${found.length}`,
        );
      }
      const [plain = 0, ...simplified] = found;
      return simplified.reduce((most, score) => Math.max(most, norm * Math.abs(plain - score)), 0);
    },
  });
}

const DEFAULT_SQUEEZERS: readonly Squeezer[] = [
  bitDepthSqueezer(5),
  medianSqueezer(3),
  gaussianSqueezer(1),
];
