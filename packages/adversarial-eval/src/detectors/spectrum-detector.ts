import { checkPixels, type PixelArray, type PixelGeometry } from '../fidelity/pixels.ts';
import { radialPowerSpectrum } from '../fidelity/power-spectrum.ts';
import { buildDetector } from './build-detector.ts';
import type { Detector, DetectorSample } from './detector.ts';
import {
  type LogisticModel,
  logisticProblems,
  logisticRegression,
  logisticScore,
} from './logistic-regression.ts';

/** Options of {@link spectrumDetector}. */
export interface SpectrumDetectorOptions extends PixelGeometry {
  /** Rings of the spectrum; default 64, or half the shorter side if that is less. */
  readonly rings?: number;
  /** λ of the regression; default 1. */
  readonly penalty?: number;
}

/** Added to the power before the logarithm: a thousandth of the noise of rounding to 16 bits. */
const FLOOR = 1e-14;

/**
 * Tells fakes by their radial power spectrum: logistic regression on log₁₀(P_k + 1e-14) − log₁₀(ΣP + 1e-14)
 * over rings k, P in units where white is 1. Generators that upsample leave too little or too much power
 * at high frequencies. It needs fakes, and knows only attacks like those that it saw.
 *
 * Spectra are kept while it is fitted, 64 numbers per image, but no images.
 *
 * **Differences**: Durall et al. divide by the mean's power and interpolate to a fixed length; Frank et al.
 * use all coefficients of a cosine transform. Here powers are relative to the image's total, so that
 * contrast does not matter.
 *
 * @throws RangeError if the geometry, rings or penalty is wrong
 * @example
 * ```ts
 * const detector = spectrumDetector({ height: 16, width: 16, maximum: 1 });
 * detector.kind; // => 'spectrum'
 * ```
 * @see Durall, Keuper and Keuper 2020, Watch your up-convolution, arXiv 2003.01826
 * @see Frank et al. 2020, Leveraging frequency analysis for deep fake image recognition, arXiv 2003.08685
 */
export function spectrumDetector(options: SpectrumDetectorOptions): Detector {
  const { height, width, maximum, minimum = 0, penalty = 1 } = options;
  const geometry = { height, width, maximum, minimum };
  checkPixels('spectrumDetector', geometry);
  const { rings = Math.max(1, Math.min(64, Math.floor(Math.min(height, width) / 2))) } = options;
  if (!(Number.isInteger(rings) && rings > 0)) {
    throw new RangeError(`spectrumDetector: rings must be whole and positive, got ${rings}`);
  }
  const features = (image: PixelArray): Float64Array => {
    const { power } = radialPowerSpectrum(image, { ...geometry, rings });
    const total = Math.log10(power.reduce((sum, value) => sum + value, FLOOR));
    return power.map((value) => Math.log10(value + FLOOR) - total);
  };
  return buildDetector<PixelArray, LogisticModel>({
    kind: 'spectrum',
    settings: { ...geometry, rings, penalty },
    fakes: 'needed',
    async learn(real, fakes) {
      const learned = logisticRegression({
        real: await featuresOf(real, features),
        fake: fakes ? await featuresOf(fakes, features) : [],
        penalty,
      });
      return { learned, warnings: [] };
    },
    problems: (learned) => logisticProblems(learned, rings),
    scorer: (model) => (image) => logisticScore(model, features(image)),
  });
}

async function featuresOf(
  samples: AsyncIterable<DetectorSample>,
  features: (image: PixelArray) => Float64Array,
): Promise<readonly Float64Array[]> {
  const found: Float64Array[] = [];
  for await (const { image } of samples) found.push(features(image));
  return found;
}
