import { twoSidedQuantile } from '../inference/wald-test.ts';
import { designMatrix, type ModelTerms } from './design-matrix.ts';
import { bilinear } from './design-products.ts';
import { logistic } from './logistic-regression.ts';

/** A probability with its interval. */
export interface PredictedProbability {
  /** Mean of the rows' probabilities, inside (0, 1). */
  readonly estimate: number;
  /** Lower end of the interval, above 0. */
  readonly lower: number;
  /** Upper end, below 1; symmetric on the logit scale. */
  readonly upper: number;
}

/** Coefficients of a logistic model, their covariance, and the formula that they belong to. */
export interface LogisticEstimates {
  readonly model: ModelTerms;
  readonly coefficients: readonly number[];
  readonly covariance: readonly (readonly number[])[];
}

/**
 * The mean probability p̄ of rows under a logistic model, with an interval by the delta method on the
 * logit scale, where it is symmetric:
 *
 * g = mean of pᵢ(1 − pᵢ)·xᵢ, se(logit p̄) = √(gᵀCg)/(p̄(1 − p̄)).
 *
 * @param estimates with their covariance C
 * @param rows with the columns of the formula, at least one
 * @param level of the interval
 */
export function averagePrediction(
  { model, coefficients, covariance }: LogisticEstimates,
  rows: readonly object[],
  level: number,
): PredictedProbability {
  const { values, columns } = designMatrix(rows, model);
  const gradient = new Float64Array(columns);
  let estimate = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = values.subarray(i * columns, (i + 1) * columns);
    const p = logistic(row.reduce((sum, x, j) => sum + x * coefficients[j]!, 0));
    estimate += p / rows.length;
    for (let j = 0; j < columns; j++) gradient[j]! += (p * (1 - p) * row[j]!) / rows.length;
  }
  const variance = bilinear(gradient, Float64Array.from(covariance.flat()), gradient);
  const spread = estimate * (1 - estimate);
  const half = (twoSidedQuantile(level, null) * Math.sqrt(variance)) / spread;
  const center = Math.log(estimate / (1 - estimate));
  return { estimate, lower: logistic(center - half), upper: logistic(center + half) };
}
