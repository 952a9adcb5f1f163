import { normal } from '../distributions/normal.ts';
import { type BinaryLabel, type ClassSizes, placements, splitByLabel } from './auc.ts';
import type { BinormalCurve } from './binormal-curve.ts';
import { sampleCovariance } from './sample-covariance.ts';
import { normalScaleLine } from './smooth-curve.ts';

/** An area and how certain it is. */
export type AucWithVariance = {
  /** Empirical, in [0, 1]. */
  readonly auc: number;
  /** Of the area, from the cases at hand. */
  readonly variance: number;
};

/** Two areas of the same cases, with their variances and covariance. */
export interface AucPair extends ClassSizes {
  /** Of the first score. */
  readonly first: AucWithVariance;
  /** Of the second score. */
  readonly second: AucWithVariance;
  /** Of the two areas; above 0 where the scores find the same cases difficult. */
  readonly covariance: number;
}

/**
 * Variances and covariance of two empirical areas of the same cases: 'delong' from placements, or 'obuchowski' from the
 * binormal curves (straight lines on the normal scale) and the correlations of the scores within each class; for planning.
 *
 * **Difference** from pROC's `var` and `cov` with method "obuchowski": these take intercept and slope of Φ⁻¹(Sp) on Φ⁻¹(Se)
 * for a and b, which are a/b and 1/b: the curve with the classes exchanged, but their numbers not; and their variances (not
 * the covariances) leave out the covariance of a and b. `compat: 'proc'` does both.
 *
 * @param a first score per case, higher means "more positive"
 * @param b second score of the same cases in the same order
 * @param options `labels` of the cases; method, default 'delong'
 * @throws RangeError as {@link areaUnderCurve}, if a class has fewer than two cases, or with 'obuchowski' if there is no line
 * @example
 * ```ts
 * const labels = ['positive', 'positive', 'positive', 'negative', 'negative', 'negative'] as const;
 * aucPair([5, 3, 2, 4, 1, 0], [4, 1, 5, 2, 3, 0], { labels }).covariance.toFixed(4); // => '0.0247'
 * ```
 * @see DeLong et al. 1988, doi 10.2307/2531595
 * @see Obuchowski and McClish 1997, Stat Med 16:1529
 */
export function aucPair(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: {
    readonly labels: readonly BinaryLabel[];
    readonly method?: 'delong' | 'obuchowski';
    /** 'proc' gives pROC's numbers with 'obuchowski'. */
    readonly compat?: 'proc';
  },
): AucPair {
  const { labels, method = 'delong' } = options;
  const scores = [a, b].map((own) => splitByLabel('aucPair', own, labels, 2));
  const shares = scores.map(({ positives, negatives }) => placements(positives, negatives));
  const sizes = { positives: scores[0]!.positives.length, negatives: scores[0]!.negatives.length };
  const { positives: m, negatives: n } = sizes;
  const lines = method === 'obuchowski' ? [a, b].map((own) => lineOf(own, options)) : null;
  const covariance = (i: 0 | 1, j: 0 | 1): number => {
    if (lines === null) {
      const of = (name: 'positives' | 'negatives') =>
        sampleCovariance(shares[i]![name], shares[j]![name]);
      return of('positives') / m + of('negatives') / n;
    }
    const correlation = (name: 'positives' | 'negatives') =>
      i === j ? 1 : correlationOf(scores[i]![name], scores[j]![name]);
    const within = { positives: correlation('positives'), negatives: correlation('negatives') };
    const moment = binormalCovariance([lines[i]!, lines[j]!], within, n / m);
    const isPlain = i === j && options.compat === 'proc';
    return (moment - (isPlain ? crossTerm(lines[i]!) : 0)) / m;
  };
  return {
    first: { auc: shares[0]!.auc, variance: covariance(0, 0) },
    second: { auc: shares[1]!.auc, variance: covariance(1, 1) },
    covariance: covariance(0, 1),
    ...sizes,
  };
}

/** What is asked of a planned comparison. */
export interface AucPairPlan {
  /** Type I error; default 0.05. */
  readonly alpha?: number;
  /** Default 'two-sided': alpha is halved. */
  readonly alternative?: 'two-sided' | 'one-sided';
}

/**
 * Chance of showing that two areas of the same cases differ, from a pilot:
 *
 * z_β = (√m·|A₁ − A₂| − z_α·√(2V₁ − 2C))/√(V₁ + V₂ − 2C),
 *
 * V and C the variances and covariance times the pilot's positives; negatives stay in the pilot's proportion.
 *
 * @param pilot two areas, see {@link aucPair}
 * @param plan `positives` of the planned study (default: the pilot's), alpha, alternative
 * @throws RangeError if alpha is outside (0, 1), positives is not above 0, or the difference has no variance
 * @example
 * ```ts
 * const pilot = { first: { auc: 0.9, variance: 0.001 }, second: { auc: 0.8, variance: 0.002 }, covariance: 0.0005, positives: 50, negatives: 50 };
 * aucPairPower(pilot, { positives: 60 }).toFixed(3); // => '0.856'
 * ```
 * @see Obuchowski and McClish 1997, Stat Med 16:1529
 */
export function aucPairPower(
  pilot: AucPair,
  plan: AucPairPlan & { readonly positives?: number } = {},
): number {
  const { positives = pilot.positives } = plan;
  if (!(positives > 0 && Number.isFinite(positives))) {
    throw new RangeError(`aucPairPower: positives must be above 0, got ${positives}`);
  }
  const { zAlpha, atNull, atPair, difference } = ingredients('aucPairPower', pilot, plan);
  return normal.cdf(
    (Math.sqrt(positives) * difference - zAlpha * Math.sqrt(atNull)) / Math.sqrt(atPair),
  );
}

/**
 * Numbers of cases that show a difference of two areas with a given power, see {@link aucPairPower}; not rounded.
 *
 * @throws RangeError as {@link aucPairPower}, if power is outside (0, 1) or the areas are equal
 * @example
 * ```ts
 * const pilot = { first: { auc: 0.9, variance: 0.001 }, second: { auc: 0.8, variance: 0.002 }, covariance: 0.0005, positives: 50, negatives: 50 };
 * aucPairSampleSize(pilot, { power: 0.8 }).positives.toFixed(1); // => '49.6'
 * ```
 */
export function aucPairSampleSize(
  pilot: AucPair,
  plan: AucPairPlan & { readonly power: number },
): ClassSizes {
  const { power } = plan;
  if (!(power > 0 && power < 1)) {
    throw new RangeError(`aucPairSampleSize: power must lie between 0 and 1, got ${power}`);
  }
  const { zAlpha, atNull, atPair, difference } = ingredients('aucPairSampleSize', pilot, plan);
  if (difference === 0) {
    throw new RangeError('aucPairSampleSize: the areas must differ, got a difference of 0');
  }
  const sum = zAlpha * Math.sqrt(atNull) + normal.quantile(power) * Math.sqrt(atPair);
  const positives = (sum / difference) ** 2;
  return { positives, negatives: (positives * pilot.negatives) / pilot.positives };
}

function ingredients(
  caller: string,
  { first, second, covariance, positives }: AucPair,
  { alpha = 0.05, alternative = 'two-sided' }: AucPairPlan,
) {
  if (!(alpha > 0 && alpha < 1)) {
    throw new RangeError(`${caller}: alpha must lie between 0 and 1, got ${alpha}`);
  }
  const atNull = positives * (2 * first.variance - 2 * covariance);
  const atPair = positives * (first.variance + second.variance - 2 * covariance);
  if (!(atNull > 0 && atPair > 0)) {
    throw new RangeError(
      `${caller}: the difference must have a variance, got ${atNull} and ${atPair}`,
    );
  }
  return {
    zAlpha: normal.upperQuantile(alternative === 'two-sided' ? alpha / 2 : alpha),
    atNull,
    atPair,
    difference: Math.abs(first.auc - second.auc),
  };
}

function lineOf(
  scores: ArrayLike<number>,
  { labels, compat }: { readonly labels: readonly BinaryLabel[]; readonly compat?: 'proc' },
): BinormalCurve {
  const line = normalScaleLine(scores, labels);
  if (line === null) {
    throw new RangeError(
      'aucPair: the curve must rise through at least two points inside the square, got fewer',
    );
  }
  return compat === 'proc' ? { a: line.a / line.b, b: 1 / line.b } : line;
}

/**
 * Covariance of two binormal areas times the positives; r₁ and r₀ are the correlations of the scores of positives and
 * negatives, κ negatives per positive. For one area (r = 1) it is its variance.
 */
function binormalCovariance(
  [x, y]: readonly [BinormalCurve, BinormalCurve],
  { positives: r1, negatives: r0 }: { readonly positives: number; readonly negatives: number },
  kappa: number,
): number {
  const [f1, f2, g1, g2] = [byA(x), byA(y), byB(x), byB(y)];
  return (
    f1 * f2 * (r1 + (r0 * x.b * y.b) / kappa + (r1 ** 2 * x.a * y.a) / 2) +
    (g1 * g2 * x.b * y.b * (r0 ** 2 + kappa * r1 ** 2)) / (2 * kappa) +
    (f1 * g2 * r1 ** 2 * x.a * y.b) / 2 +
    (f2 * g1 * r1 ** 2 * y.a * x.b) / 2
  );
}

/** What the covariance of a and b, ab/2, adds to the variance of one area. */
function crossTerm(curve: BinormalCurve): number {
  return byA(curve) * byB(curve) * curve.a * curve.b;
}

/** Slope of Φ(a/√(1 + b²)) by a. */
function byA({ a, b }: BinormalCurve): number {
  return Math.exp(-(a * a) / (2 * (1 + b * b))) / Math.sqrt(2 * Math.PI * (1 + b * b));
}

/** Slope of Φ(a/√(1 + b²)) by b. */
function byB(curve: BinormalCurve): number {
  return (-byA(curve) * curve.a * curve.b) / (1 + curve.b * curve.b);
}

function correlationOf(a: Float64Array, b: Float64Array): number {
  return sampleCovariance(a, b) / Math.sqrt(sampleCovariance(a, a) * sampleCovariance(b, b));
}
