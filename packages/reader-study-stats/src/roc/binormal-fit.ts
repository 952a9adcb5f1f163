import { normal } from '../distributions/normal.ts';
import type { ConfidenceInterval, ResultContext } from '../inference/test-result.ts';
import type { CellRatings } from '../mrmc/figure-of-merit.ts';
import { checkLevel } from '../proportions/check-counts.ts';
import { type BinaryLabel, type ClassSizes, splitByLabel } from './auc.ts';
import { type BinormalCurve, binormalArea } from './binormal-curve.ts';
import {
  type BinormalCovariance,
  type BinormalPoint,
  logLikelihood,
  scoringStep,
} from './binormal-likelihood.ts';
import { type RatingCategories, ratingCategories } from './rating-categories.ts';

/** What can be said of a binormal curve. */
export type BinormalFit = Pick<ResultContext, 'warnings' | 'references'> & {
  /** Cases that were rated. */
  readonly n: ClassSizes;
  /** Maximum likelihood. */
  readonly method: 'binormal-ml';
} & (
    | (BinormalCurve & {
        /** The maximum was found. */
        readonly status: 'ok';
        /** From the expected information. */
        readonly covariance: BinormalCovariance;
        /** Cutoffs between categories on the scale of the negative cases, ascending. */
        readonly cutoffs: readonly number[];
        /** A = Φ(a/√(1 + b²)), its standard error and interval. */
        readonly area: {
          /** Inside (0, 1). */
          readonly estimate: number;
          /** By the delta method. */
          readonly se: number;
          /** Computed on the scale of Φ⁻¹(A), so within [0, 1]. */
          readonly ci: ConfidenceInterval;
        };
        /** Multinomial, of the categories (truth-state runs), without its constant. */
        readonly logLikelihood: number;
        /** Steps of Fisher scoring, at most 500. */
        readonly iterations: number;
      })
    | {
        /**
         * No binormal curve has the highest likelihood. 'no-interior-points': every operating point lies
         * on an edge of the square; 'one-operating-point': many curves go through it; 'no-maximum': the
         * likelihood keeps rising while a or b leave all bounds.
         */
        readonly status: 'no-interior-points' | 'one-operating-point' | 'no-maximum';
        /** There is no curve. */
        readonly a: null;
        /** There is no curve. */
        readonly b: null;
        /** The area that the curves of rising likelihood approach: 1 or 0 without interior points. */
        readonly area: {
          /** null where that is not known: with 'one-operating-point', one rating only, or points on edges of both kinds. */
          readonly estimate: number | null;
          /** A limit has no error. */
          readonly se: null;
          /** A limit has no error. */
          readonly ci: null;
        };
      }
  );

const REFERENCES = [
  'Dorfman and Alf 1969, doi 10.1016/0022-2496(69)90019-4',
  'Metz, Herman and Shen 1998, Stat Med 17:1033',
];

/**
 * Maximum-likelihood binormal ROC curve, TPF = Φ(a + b·Φ⁻¹(FPF)), of ratings in categories (Dorfman and
 * Alf) or on a continuous scale (their truth-state runs, as Metz' LABROC): Fisher scoring.
 *
 * @param scores finite numbers, higher means "more positive"
 * @param labels one per case
 * @param options `level` of the area's interval, computed on the scale of Φ⁻¹(A); default 0.95
 * @returns a, b, their covariance, cutoffs and area, or the status that says why there is no maximum
 * @throws RangeError as {@link areaUnderCurve}, or if level is outside (0, 1)
 * @example
 * ```ts
 * const ratings = [1, 2, 3, 4, 5].flatMap((rating, i) => [...Array(2 + i).fill(rating), ...Array(6 - i).fill(rating)]);
 * const labels = [1, 2, 3, 4, 5].flatMap((_, i) => [...Array(2 + i).fill('positive'), ...Array(6 - i).fill('negative')]);
 * binormalFit(ratings, labels).area.estimate?.toFixed(3); // => '0.709'
 * ```
 * @see Dorfman and Alf 1969, J Math Psychol 6:487, doi 10.1016/0022-2496(69)90019-4
 */
export function binormalFit(
  scores: ArrayLike<number>,
  labels: readonly BinaryLabel[],
  options: { readonly level?: number } = {},
): BinormalFit {
  const { level = 0.95 } = options;
  checkLevel('binormalFit', level);
  return fitRatings(splitByLabel('binormalFit', scores, labels, 1), level);
}

/** {@link binormalFit} of ratings by class. */
export function fitRatings(ratings: CellRatings, level: number): BinormalFit {
  const counts = ratingCategories(ratings);
  const n = { positives: ratings.positives.length, negatives: ratings.negatives.length };
  const context = { n, method: 'binormal-ml', warnings: [], references: REFERENCES } as const;
  const none = (
    status: 'no-interior-points' | 'one-operating-point' | 'no-maximum',
    estimate: number | null,
  ): BinormalFit => ({
    status,
    a: null,
    b: null,
    area: { estimate, se: null, ci: null },
    ...context,
  });
  const edge = areaOfEdges(counts);
  if (edge !== undefined) return none('no-interior-points', edge);
  if (counts.positives.length < 3) return none('one-operating-point', null);
  const flat = areaOfFlat(counts);
  if (flat !== null) return none('no-maximum', flat);
  const found = climb(counts, start(counts));
  if (found.status !== 'ok') return none('no-maximum', binormalArea(found.point).estimate);
  const { point, covariance, iterations } = found;
  const curve = { a: point.a, b: point.b };
  const area = binormalArea(curve, { covariance, level });
  return {
    status: 'ok',
    ...curve,
    covariance,
    cutoffs: Array.from(point.cutoffs),
    area: { estimate: area.estimate, se: area.se!, ci: area.ci! },
    logLikelihood: logLikelihood(counts, point),
    iterations,
    ...context,
  };
}

/** 1 if all operating points lie on the left and upper edges, 0 on the others, undefined if any is inside. */
function areaOfEdges({ positives, negatives }: RatingCategories): number | null | undefined {
  const [m, n] = [sum(positives), sum(negatives)];
  let [above, right, isUpper, isLower] = [m, n, true, true];
  for (let k = 0; k < positives.length - 1; k++) {
    above -= positives[k]!;
    right -= negatives[k]!;
    const inside = above > 0 && above < m && right > 0 && right < n;
    if (inside) return undefined;
    if (right > 0 && above < m) isUpper = false;
    if (above > 0 && right < n) isLower = false;
  }
  if (isUpper === isLower) return null;
  return isUpper ? 1 : 0;
}

/**
 * The area where one degenerate curve holds all operating points: b → 0, all points off the left edge at one TPF, or
 * b → ∞, all points off the upper edge at one FPF; null if neither.
 */
function areaOfFlat({ positives, negatives }: RatingCategories): number | null {
  const [m, n] = [sum(positives), sum(negatives)];
  const [heights, widths] = [new Set<number>(), new Set<number>()];
  let [above, right] = [m, n];
  for (let k = 0; k < positives.length - 1; k++) {
    above -= positives[k]!;
    right -= negatives[k]!;
    if (right > 0 && right < n) heights.add(above);
    if (above > 0 && above < m) widths.add(right);
  }
  const [height, width] = [[...heights][0]!, [...widths][0]!];
  if (heights.size === 1 && height > 0 && height < m) return height / m;
  if (widths.size === 1 && width > 0 && width < n) return 1 - width / n;
  return null;
}

/** Cutoffs from the negative cases and a straight line through the points, on the normal scale. */
function start({ positives, negatives }: RatingCategories): BinormalPoint {
  const last = positives.length - 1;
  const zOf = (counts: readonly number[]): Float64Array => {
    const pad = 0.5 / counts.length;
    const all = sum(counts) + 0.5;
    let below = 0;
    return Float64Array.from({ length: last }, (_, k) => {
      below += counts[k]! + pad;
      return normal.quantile(below / all);
    });
  };
  const [x, y] = [zOf(negatives), zOf(positives)];
  const [meanX, meanY] = [sum(x) / last, sum(y) / last];
  let [xx, yy] = [0, 0];
  x.forEach((value, k) => {
    xx += (value - meanX) ** 2;
    yy += (y[k]! - meanY) ** 2;
  });
  // Both axes have errors: the ratio of the spreads, which is never 0.
  const b = Math.sqrt(yy / xx);
  return { a: b * meanX - meanY, b, cutoffs: x };
}

const MAX_ITERATIONS = 500;
/** Twice the rise of the log-likelihood that is still expected at the end. */
const ENOUGH = 1e-16;
/** Below it a rise hides in the rounding of the likelihood: whether a step overshoots is told by the rise still expected. */
const HIDDEN = 1e-6;
/** Rounding of a log-likelihood, as a share of it. */
const ROUNDING = 1e-13;
const HALVINGS = 30;

type Climb =
  | {
      readonly status: 'ok';
      readonly point: BinormalPoint;
      readonly covariance: BinormalCovariance;
      readonly iterations: number;
    }
  | { readonly status: 'no-maximum'; readonly point: BinormalPoint };

/** Fisher scoring, each step halved until the likelihood does not fall. */
function climb(counts: RatingCategories, from: BinormalPoint): Climb {
  let point = from;
  let height = logLikelihood(counts, point);
  let [gain, size] = [Number.POSITIVE_INFINITY, 1];
  for (let iterations = 1; iterations <= MAX_ITERATIONS; iterations++) {
    const scored = scoringStep(counts, point);
    const isWild = point.b < 1e-3 || point.b > 1e3 || Math.abs(point.a) > 1e3;
    if (scored === null || isWild || !Number.isFinite(scored.gain)) {
      return { status: 'no-maximum', point };
    }
    if (scored.gain < ENOUGH)
      return { status: 'ok', point, covariance: scored.covariance, iterations };
    if (scored.gain > gain && scored.gain < HIDDEN) size /= 2;
    gain = scored.gain;
    const next = rise(counts, { point, height, step: scored.step, size });
    if (next === null) return { status: 'no-maximum', point };
    point = next.point;
    height = next.height;
  }
  return { status: 'no-maximum', point };
}

function rise(
  counts: RatingCategories,
  from: {
    readonly point: BinormalPoint;
    readonly height: number;
    readonly step: BinormalPoint;
    /** Share of the step that is tried first. */
    readonly size: number;
  },
): { readonly point: BinormalPoint; readonly height: number } | null {
  const { point, height, step } = from;
  const least = height - ROUNDING * Math.abs(height);
  for (let halving = 0, size = from.size; halving < HALVINGS; halving++, size /= 2) {
    const next = {
      a: point.a + size * step.a,
      b: point.b + size * step.b,
      cutoffs: point.cutoffs.map((cutoff, k) => cutoff + size * step.cutoffs[k]!),
    };
    const reached = logLikelihood(counts, next);
    if (reached >= least) return { point: next, height: reached };
  }
  return null;
}

function sum(values: readonly number[] | Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
