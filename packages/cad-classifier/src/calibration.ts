import type { CalibrationSample } from './calibration-sample.ts';
import { evaluateIsotonic, fitIsotonic, type IsotonicCurve } from './isotonic-regression.ts';
import { fitTemperature, type TemperatureScaling } from './temperature-scaling.ts';

/** A fitted calibration: plain JSON, kept in the model's card. */
export type Calibration = TemperatureScaling | IsotonicCurve;

/** How {@link fitCalibration} calibrates. */
export type CalibrationMethod = Calibration['method'];

/**
 * Fits a calibration by its name.
 *
 * @throws RangeError as {@link fitTemperature} and {@link fitIsotonic} do
 * @example
 * ```ts
 * const sample = { margins: [-2, 1, -1, 2], labels: ['negative', 'negative', 'positive', 'positive'] } as const;
 * fitCalibration('isotonic', sample).method; // => 'isotonic'
 * ```
 */
export function fitCalibration(method: CalibrationMethod, sample: CalibrationSample): Calibration {
  switch (method) {
    case 'temperature':
      return fitTemperature(sample);
    case 'isotonic':
      return fitIsotonic(sample);
    default:
      throw new RangeError(
        `fitCalibration: method must be temperature or isotonic, got ${method satisfies never}`,
      );
  }
}

/**
 * The calibrated probabilities of cancer. Both methods keep the order of the images (isotonic regression makes ties), so
 * that the area under the ROC curve hardly changes: what changes is what a probability means.
 *
 * @param margins - z₀ − z₁ of each image ({@link marginsOf})
 * @throws RangeError if a margin is not finite
 * @example
 * ```ts
 * const fittedOn = { positives: 10, negatives: 10 };
 * const calibration = { method: 'temperature', temperature: 2, fittedOn, logLoss: { before: 1, after: 0.5 } } as const;
 * calibrate(calibration, [0, 2 * Math.log(3)]).map((p) => p.toFixed(2)); // => ['0.50', '0.75']
 * ```
 */
export function calibrate(calibration: Calibration, margins: readonly number[]): number[] {
  return margins.map((margin, i) => {
    if (!Number.isFinite(margin)) {
      throw new RangeError(`calibrate: margins must be finite, got ${margin} at index ${i}`);
    }
    return calibration.method === 'temperature'
      ? 1 / (1 + Math.exp(-margin / calibration.temperature))
      : evaluateIsotonic(calibration, margin);
  });
}

/**
 * z₀ − z₁ of each image: log-odds of cancer as the classifier sees them.
 *
 * @param logits - two for each image, cancer first, as `score` gives them
 * @throws RangeError if their number is odd
 * @example
 * ```ts
 * marginsOf([3, 1, 0, 2]); // => [2, -2]
 * ```
 */
export function marginsOf(logits: ArrayLike<number>): number[] {
  if (logits.length % 2 !== 0) {
    throw new RangeError(`marginsOf: logits must be two for each image, got ${logits.length}`);
  }
  return Array.from({ length: logits.length / 2 }, (_, i) => logits[2 * i]! - logits[2 * i + 1]!);
}
