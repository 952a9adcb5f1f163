import { normal } from '../distributions/normal.ts';
import type { ConfidenceInterval } from '../inference/test-result.ts';
import { checkLevel } from '../proportions/check-counts.ts';
import type { BinormalCovariance } from './binormal-likelihood.ts';
import { type RocRange, rangeEnds, standardizeArea } from './roc-range.ts';

/** TPF = Φ(a + b·Φ⁻¹(FPF)); b > 0. */
export interface BinormalCurve {
  /** Distance of the class means in standard deviations of the positives; above 0, better than chance. */
  readonly a: number;
  /** Standard deviation of the negatives over that of the positives. */
  readonly b: number;
}

/** What an interval needs: the covariance of a and b, and a level (default 0.95). */
export interface BinormalError {
  /** Of a and b, as a fit gives it; without it there is neither error nor interval. */
  readonly covariance?: BinormalCovariance;
  /** Confidence level in (0, 1); default 0.95. */
  readonly level?: number;
}

/** A number read off a binormal curve; without a covariance neither error nor interval. */
export interface BinormalEstimate {
  /** In [0, 1]; of a partial area, at most the width of the range. */
  readonly estimate: number;
  /** By the delta method; null without a covariance. */
  readonly se: number | null;
  /** Not symmetric, always within what is possible; null without a covariance. */
  readonly ci: ConfidenceInterval | null;
}

/**
 * Area under a binormal curve, A = Φ(a/√(1 + b²)); interval by the delta method on the scale of Φ⁻¹(A).
 * @example
 * ```ts
 * binormalArea({ a: 1.5, b: 1 }).estimate.toFixed(4); // => '0.8556'
 * ```
 */
export function binormalArea({ a, b }: BinormalCurve, error: BinormalError = {}): BinormalEstimate {
  const root = Math.sqrt(1 + b * b);
  const slope = { a: 1 / root, b: (-a * b) / root ** 3 };
  return onNormalScale(a / root, slope, error);
}

/**
 * Sensitivity of a binormal curve at a specificity in (0, 1), Φ(a + b·Φ⁻¹(1 − Sp)).
 * @throws RangeError if the specificity is outside (0, 1)
 * @example
 * ```ts
 * binormalSensitivity({ a: 1.5, b: 1 }, 0.9).estimate.toFixed(4); // => '0.5865'
 * ```
 */
export function binormalSensitivity(
  { a, b }: BinormalCurve,
  specificity: number,
  error: BinormalError = {},
): BinormalEstimate {
  checkInside('binormalSensitivity', specificity);
  const z = -normal.quantile(specificity);
  return onNormalScale(a + b * z, { a: 1, b: z }, error);
}

/**
 * Specificity of a binormal curve at a sensitivity in (0, 1), Φ((a − Φ⁻¹(Se))/b).
 * @throws RangeError if the sensitivity is outside (0, 1)
 * @example
 * ```ts
 * binormalSpecificity({ a: 1.5, b: 1 }, 0.9).estimate.toFixed(4); // => '0.5865'
 * ```
 */
export function binormalSpecificity(
  { a, b }: BinormalCurve,
  sensitivity: number,
  error: BinormalError = {},
): BinormalEstimate {
  checkInside('binormalSpecificity', sensitivity);
  const value = (a - normal.quantile(sensitivity)) / b;
  return onNormalScale(value, { a: 1 / b, b: -value / b }, error);
}

/**
 * Area under a part of a binormal curve, ∫ Φ(a + b·Φ⁻¹(x)) dx over the range (of 1 − Sp, or of 1 − Se
 * with the curve turned over), and McClish's standardised one. Interval by the delta method on the logit of
 * the share of the range that lies below the curve.
 *
 * @throws RangeError if the range is not within [0, 1]
 * @example
 * ```ts
 * binormalPartialArea({ a: 0, b: 1 }, { specificity: [0.8, 1] }).standardized.toFixed(2); // => '0.50'
 * ```
 * @see McClish 1989, doi 10.1177/0272989X8900900307
 */
export function binormalPartialArea(
  curve: BinormalCurve,
  range: RocRange,
  error: BinormalError = {},
): BinormalEstimate & {
  /** McClish's: ½ for chance, 1 without errors. */
  readonly standardized: number;
} {
  const ends = rangeEnds('binormalPartialArea', range);
  const isTurned = ends.axis === 'sensitivity';
  const a = isTurned ? curve.a / curve.b : curve.a;
  const b = isTurned ? 1 / curve.b : curve.b;
  const parts = integrate(a, b, ends.from, ends.to);
  // By the chain rule from (a/b, 1/b) back to (a, b).
  const slope = isTurned
    ? { a: parts.byA / curve.b, b: (-parts.byA * curve.a - parts.byB) / curve.b ** 2 }
    : { a: parts.byA, b: parts.byB };
  const estimate = parts.area;
  const standardized = standardizeArea(estimate, ends);
  const { covariance, level = 0.95 } = error;
  checkLevel('binormalPartialArea', level);
  if (covariance === undefined) return { estimate, standardized, se: null, ci: null };
  const se = deltaError(slope, covariance);
  const width = ends.to - ends.from;
  const share = estimate / width;
  const center = Math.log(share / (1 - share));
  const half = (normal.quantile((1 + level) / 2) * se) / width / (share * (1 - share));
  const back = (x: number) => width / (1 + Math.exp(-x));
  const ci = {
    level,
    lower: back(center - half),
    upper: back(center + half),
    method: 'binormal, delta method on the logit scale',
  };
  return { estimate, standardized, se, ci };
}

function checkInside(caller: string, value: number): void {
  if (value > 0 && value < 1) return;
  throw new RangeError(`${caller}: must be given a number inside (0, 1), got ${value}`);
}

/** Φ(value) with the interval Φ(value ± z·se(value)). */
function onNormalScale(
  value: number,
  slope: { readonly a: number; readonly b: number },
  { covariance, level = 0.95 }: BinormalError,
): BinormalEstimate {
  checkLevel('binormal', level);
  const estimate = normal.cdf(value);
  if (covariance === undefined) return { estimate, se: null, ci: null };
  const error = deltaError(slope, covariance);
  const half = normal.quantile((1 + level) / 2) * error;
  return {
    estimate,
    se: normal.pdf(value) * error,
    ci: {
      level,
      lower: normal.cdf(value - half),
      upper: normal.cdf(value + half),
      method: 'binormal, delta method on the normal scale',
    },
  };
}

function deltaError(
  slope: { readonly a: number; readonly b: number },
  { a, b, ab }: BinormalCovariance,
): number {
  return Math.sqrt(slope.a ** 2 * a + slope.b ** 2 * b + 2 * slope.a * slope.b * ab);
}

/** Beyond it the normal density is below 1e-17. */
const FAR = 8.7;
const PANELS = 200;
/** Gauss-Legendre on [−1, 1], four points. */
const NODES = [
  [-0.8611363115940526, 0.34785484513745385],
  [-0.33998104358485626, 0.6521451548625461],
  [0.33998104358485626, 0.6521451548625461],
  [0.8611363115940526, 0.34785484513745385],
] as const;

/** ∫ Φ(a + b·z)·φ(z) dz between the quantiles of x, and its derivatives by a and b. */
function integrate(
  a: number,
  b: number,
  from: number,
  to: number,
): { readonly area: number; readonly byA: number; readonly byB: number } {
  const low = from <= 0 ? -FAR : Math.max(-FAR, normal.quantile(from));
  const high = to >= 1 ? FAR : Math.min(FAR, normal.quantile(to));
  const width = (high - low) / PANELS;
  let [area, byA, byB] = [0, 0, 0];
  for (let panel = 0; panel < PANELS; panel++) {
    const middle = low + (panel + 0.5) * width;
    for (const [node, weight] of NODES) {
      const z = middle + (node * width) / 2;
      const mass = (normal.pdf(z) * weight * width) / 2;
      const slope = normal.pdf(a + b * z) * mass;
      area += normal.cdf(a + b * z) * mass;
      byA += slope;
      byB += z * slope;
    }
  }
  return { area, byA, byB };
}
