import {
  type CalibrationSample,
  checkSample,
  countLabels,
  type FittedOn,
} from './calibration-sample.ts';

/** One number that makes a classifier's probabilities as sure as they may be. */
export interface TemperatureScaling {
  /** Tells it from the other calibration. */
  readonly method: 'temperature';
  /** T: above 1 the classifier was too sure of itself, below 1 not sure enough. */
  readonly temperature: number;
  /** How many images it was fitted on. */
  readonly fittedOn: FittedOn;
  /** Mean negative log-likelihood of the sample, in nats an image, at T = 1 and at the fitted T. */
  readonly logLoss: {
    /** At T = 1. */
    readonly before: number;
    /** At the fitted T; never greater. */
    readonly after: number;
  };
}

const MOST_STEPS = 200;
const LEAST_STEP = 1e-12;

/**
 * Fits the temperature T > 0 of
 *
 *     p = 1 / (1 + exp(−(z₀ − z₁) / T))
 *
 * that makes the labels most likely. The negative log-likelihood is convex in 1 / T: Newton's method, kept inside a
 * bracket, finds its only minimum.
 *
 * @param sample - images of other patients than those that are to be evaluated
 * @throws RangeError if the sample is not one, or has no best T: the margins separate the classes (T → 0), or do not rise
 *   with them (1 / T ≤ 0)
 * @example
 * ```ts
 * const margins = [2, 2, 2, 2, -2, -2, -2, -2];
 * const labels = ['positive', 'positive', 'positive', 'negative', 'negative', 'negative', 'negative', 'positive'] as const;
 * fitTemperature({ margins, labels }).temperature.toFixed(4); // => '1.8205'
 * ```
 * @see Guo, Pleiss, Sun and Weinberger (2017), On calibration of modern neural networks, section 4.2, arXiv 1706.04599
 */
export function fitTemperature(sample: CalibrationSample): TemperatureScaling {
  checkSample('fitTemperature', sample);
  const slopeAt = (inverse: number) => derivatives(sample, inverse);
  if (slopeAt(0).first >= 0) {
    throw new RangeError(
      'fitTemperature: margins must be greater for positive images than for negative ones on the whole, got the opposite',
    );
  }
  if (separates(sample)) {
    throw new RangeError(
      'fitTemperature: margins must not all have the sign of their class, got classes that they separate',
    );
  }
  let [low, high] = [0, 1];
  while (slopeAt(high).first < 0) [low, high] = [high, 2 * high];
  let inverse = (low + high) / 2;
  for (let step = 0; step < MOST_STEPS; step++) {
    const { first, second } = slopeAt(inverse);
    if (first < 0) low = inverse;
    else high = inverse;
    const newton = inverse - first / second;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    const moved = Math.abs(next - inverse);
    inverse = next;
    if (moved <= LEAST_STEP * inverse) break;
  }
  return {
    method: 'temperature',
    temperature: 1 / inverse,
    fittedOn: countLabels(sample),
    logLoss: { before: logLoss(sample, 1), after: logLoss(sample, inverse) },
  };
}

/** First and second derivative of the negative log-likelihood with respect to 1 / T. */
function derivatives({ margins, labels }: CalibrationSample, inverse: number) {
  let [first, second] = [0, 0];
  for (const [i, margin] of margins.entries()) {
    const p = 1 / (1 + Math.exp(-margin * inverse));
    first += (p - (labels[i] === 'positive' ? 1 : 0)) * margin;
    second += p * (1 - p) * margin * margin;
  }
  return { first, second };
}

/** Then the likelihood rises without end as T falls. */
function separates({ margins, labels }: CalibrationSample): boolean {
  return margins.every((margin, i) => (labels[i] === 'positive' ? margin >= 0 : margin <= 0));
}

/** −log p of the true class is log(1 + e^(−s)) with s the margin towards it. */
function logLoss({ margins, labels }: CalibrationSample, inverse: number): number {
  let sum = 0;
  for (const [i, margin] of margins.entries()) {
    const towards = (labels[i] === 'positive' ? margin : -margin) * inverse;
    sum += Math.max(0, -towards) + Math.log1p(Math.exp(-Math.abs(towards)));
  }
  return sum / margins.length;
}
