import { normal } from '../distributions/normal.ts';
import { checkLevel } from '../proportions/check-counts.ts';
import type { BinaryLabel } from './auc.ts';
import type { BinormalFit } from './binormal-fit.ts';
import { bootstrapFigures } from './bootstrap-figure.ts';
import { sensitivityAtSpecificity } from './partial-area.ts';
import type { ResampleOptions } from './resample-cases.ts';

/** One place of a band around an ROC curve. */
export interface BandPoint {
  /** Abscissa, where the band is computed. */
  readonly falsePositiveRate: number;
  /** Height of the curve there. */
  readonly truePositiveRate: number;
  /** Lower end of the band, in [0, 1]. */
  readonly lower: number;
  /** Upper end; from 0 to 1 where too few draws have both classes. */
  readonly upper: number;
}

/** Options of {@link rocBand}. */
export interface RocBandOptions extends ResampleOptions {
  /** Where the band is computed; default 0, 0.05, …, 1. */
  readonly specificities?: readonly number[];
  /** Level of each place by itself; default 0.95. */
  readonly level?: number;
}

const TWENTIETHS: readonly number[] = Array.from({ length: 21 }, (_, i) => i / 20);

/**
 * Pointwise band around the empirical ROC curve: the percentile interval of the sensitivity at each
 * specificity, all from the same draws (pROC's `ci.se`). The level holds at each place, not for the whole
 * curve.
 *
 * @returns by rising false-positive rate
 * @throws RangeError as {@link bootstrapFigure}, or if a specificity is outside [0, 1]
 * @example
 * ```ts
 * rocBand(scores, labels, { unit: 'cases', stratified: true, seed: 1 });
 * ```
 */
export function rocBand(
  scores: ArrayLike<number>,
  labels: readonly BinaryLabel[],
  options: RocBandOptions,
): readonly BandPoint[] {
  const specificities = [...(options.specificities ?? TWENTIETHS)].sort((a, b) => b - a);
  const figures = specificities.map(sensitivityAtSpecificity);
  return bootstrapFigures('rocBand', scores, labels, { ...options, figures }).map(
    ({ estimate, ci }, i) => ({
      falsePositiveRate: 1 - specificities[i]!,
      truePositiveRate: estimate!, // a sensitivity is always defined
      lower: ci?.lower ?? 0,
      upper: ci?.upper ?? 1,
    }),
  );
}

/** Options of {@link binormalBand}. */
export interface BinormalBandOptions {
  /** 'pointwise': the level holds at each place; 'simultaneous': for the whole curve. No default. */
  readonly coverage: 'pointwise' | 'simultaneous';
  /** Default 0.95. */
  readonly level?: number;
  /** Default 0.01, 0.02, …, 0.99. */
  readonly falsePositiveRates?: readonly number[];
}

/**
 * Band around a maximum-likelihood binormal curve: Φ(a + b·z ± c·√(Var a + z²·Var b + 2z·Cov)), with c the
 * normal quantile (pointwise) or √χ²₂ = √(−2·ln(1 − level)) (simultaneous, Working and Hotelling).
 *
 * @throws RangeError if level or a rate is outside (0, 1)
 * @example
 * ```ts
 * const fit = binormalFit(ratings, labels);
 * if (fit.status === 'ok') binormalBand(fit, { coverage: 'pointwise' });
 * ```
 * @see Ma and Hall 1993, Med Decis Making 13:191, doi 10.1177/0272989X9301300304
 */
export function binormalBand(
  fit: Extract<BinormalFit, { readonly status: 'ok' }>,
  options: BinormalBandOptions,
): readonly BandPoint[] {
  const { coverage, level = 0.95 } = options;
  checkLevel('binormalBand', level);
  const rates = options.falsePositiveRates ?? Array.from({ length: 99 }, (_, i) => (i + 1) / 100);
  const factor =
    coverage === 'simultaneous'
      ? Math.sqrt(-2 * Math.log(1 - level))
      : normal.quantile((1 + level) / 2);
  const { a, b, covariance } = fit;
  return rates.map((rate) => {
    const z = normal.quantile(rate);
    const height = a + b * z;
    const half = factor * Math.sqrt(covariance.a + z * z * covariance.b + 2 * z * covariance.ab);
    return {
      falsePositiveRate: rate,
      truePositiveRate: normal.cdf(height),
      lower: normal.cdf(height - half),
      upper: normal.cdf(height + half),
    };
  });
}
