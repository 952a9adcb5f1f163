import { cholesky, solve } from './cholesky.ts';
import type { DesignMatrix } from './design-matrix.ts';
import { timesDesign, transposedTimes, weightedGram } from './design-products.ts';

/** Maximum-likelihood coefficients, or why there are none. */
export type LogisticFit =
  | { readonly status: 'ok'; readonly coefficients: Float64Array }
  | { readonly status: 'separated' | 'not-converged' };

/** 1/(1 + e^(−η)), without overflow. */
export function logistic(eta: number): number {
  return eta >= 0 ? 1 / (1 + Math.exp(-eta)) : Math.exp(eta) / (1 + Math.exp(eta));
}

/** log(1 + e^η), without overflow. */
function softplus(eta: number): number {
  return Math.max(eta, 0) + Math.log1p(Math.exp(-Math.abs(eta)));
}

/**
 * Logistic regression by Newton's method (iteratively reweighted least squares), with steps halved
 * while they lower the likelihood. Where outcomes are separated, completely or in part, the likelihood
 * has no maximum and the steps settle into a direction d in which it rises for ever; that is certified
 * by (2yᵢ − 1)·xᵢᵀd ≥ 0 for all rows.
 *
 * @param response numbers in [0, 1]
 * @see Albert and Anderson 1984, Biometrika 71:1, doi 10.1093/biomet/71.1.1
 */
export function logisticRegression(design: DesignMatrix, response: Float64Array): LogisticFit {
  let coefficients: Float64Array = new Float64Array(design.columns);
  for (let iteration = 0; iteration < 60; iteration++) {
    const eta = timesDesign(design, coefficients);
    const fitted = eta.map(logistic);
    const gram = weightedGram(
      design,
      fitted.map((mean) => mean * (1 - mean)),
    );
    const factor = cholesky(gram, design.columns);
    if (typeof factor === 'number') return { status: 'separated' };
    const score = transposedTimes(
      design,
      response.map((y, i) => y - fitted[i]!),
    );
    const step = solve(factor, score);
    const change = timesDesign(design, step);
    const size = change.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    if (iteration >= 10 && size > 0.1 && isRecession(response, change, size)) {
      return { status: 'separated' };
    }
    const share = usefulShare(response, eta, change);
    coefficients = coefficients.map((value, j) => value + share * step[j]!);
    if (size < 1e-9) return { status: 'ok', coefficients };
  }
  return { status: 'not-converged' };
}

function isRecession(response: Float64Array, change: Float64Array, size: number): boolean {
  const slack = 1e-6 * size;
  return response.every((y, i) => {
    if (y < 1 && change[i]! > slack) return false;
    return y <= 0 || change[i]! >= -slack;
  });
}

/** The largest of 1, ½, ¼, … that does not lower the likelihood. */
function usefulShare(response: Float64Array, eta: Float64Array, change: Float64Array): number {
  const logLikelihood = (share: number): number =>
    response.reduce((sum, y, i) => {
      const at = eta[i]! + share * change[i]!;
      return sum + y * at - softplus(at);
    }, 0);
  const now = logLikelihood(0);
  let share = 1;
  while (share > 1e-6 && logLikelihood(share) < now - 1e-10 * Math.abs(now)) share /= 2;
  return share;
}
