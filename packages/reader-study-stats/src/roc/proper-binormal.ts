import { normal } from '../distributions/normal.ts';
import type { ConfidenceInterval } from '../inference/test-result.ts';
import { cholesky, solveLower } from '../models/cholesky.ts';
import { minimize } from '../models/minimize.ts';
import type { CellRatings, FigureOfMerit } from '../mrmc/figure-of-merit.ts';
import { checkLevel } from '../proportions/check-counts.ts';
import { type BinaryLabel, placements, splitByLabel } from './auc.ts';
import { fitRatings } from './binormal-fit.ts';
import {
  type ProperBinormalCurve,
  type ProperPoint,
  properLikelihood,
  properRate,
} from './proper-likelihood.ts';
import { type RatingCategories, ratingCategories } from './rating-categories.ts';

/** Result of {@link properBinormalFit}. */
export type ProperBinormalFit = ProperBinormalOk | ProperBinormalNone;

interface ProperBinormalOk extends ProperBinormalCurve {
  readonly status: 'ok';
  readonly area: number;
  /** Of the area, from the expected information (with d known where it is 0); null where that is singular. */
  readonly se: number | null;
  /** Of the area, on the scale of Φ⁻¹(A). */
  readonly ci: ConfidenceInterval | null;
  readonly logLikelihood: number;
}

interface ProperBinormalNone {
  /** Why there is no maximum; see {@link binormalFit}. */
  readonly status: 'no-interior-points' | 'one-operating-point' | 'no-maximum';
  readonly da: null;
  readonly c: null;
  /** What the curves of rising likelihood approach; null where that is not known. */
  readonly area: number | null;
  readonly se: null;
  readonly ci: null;
  readonly logLikelihood: null;
}

/**
 * Maximum-likelihood proper binormal ROC curve of Metz and Pan: cases are ordered by the likelihood ratio of two normal
 * distributions, so that the curve never crosses the diagonal,
 *
 * FPF(v) = Φ(−(1 − c)v − d√(1 + c²)/2) + Φ(−(1 − c)v + d√(1 + c²)/2c) − H(c),
 * TPF(v) = Φ(−(1 + c)v + d√(1 + c²)/2) + Φ(−(1 + c)v + d√(1 + c²)/2c) − H(c),
 *
 * H(c) = 1 where c ≥ 0, else 0; area Φ(d/√2) + 2·Φ₂(−d/√2, 0; −(1 − c²)/(1 + c²)). The likelihood may have more
 * than one maximum: BFGS from the conventional fit and from asymmetries over the whole range; the highest counts.
 *
 * @param scores finite numbers, higher means "more positive"
 * @param labels one per case
 * @param options `level` of the area's interval; default 0.95
 * @throws RangeError as {@link areaUnderCurve}, or if level is outside (0, 1)
 * @example
 * ```ts
 * const ratings = [1, 2, 3, 4, 5].flatMap((rating, i) => [...Array(2 + i).fill(rating), ...Array(6 - i).fill(rating)]);
 * const labels = [1, 2, 3, 4, 5].flatMap((_, i) => [...Array(2 + i).fill('positive'), ...Array(6 - i).fill('negative')]);
 * properBinormalFit(ratings, labels).area?.toFixed(2); // => '0.71'
 * ```
 * @see Metz and Pan 1999, J Math Psychol 43:1, doi 10.1006/jmps.1998.1218
 * @see Pesce and Metz 2007, Acad Radiol 14:814, doi 10.1016/j.acra.2007.03.012
 */
export function properBinormalFit(
  scores: ArrayLike<number>,
  labels: readonly BinaryLabel[],
  options: { readonly level?: number } = {},
): ProperBinormalFit {
  const { level = 0.95 } = options;
  checkLevel('properBinormalFit', level);
  const ratings = splitByLabel('properBinormalFit', scores, labels, 1);
  const counts = ratingCategories(ratings);
  const found = highest(ratings, counts);
  if (found.status !== 'ok') return found;
  const { da, c, cutoffs, logLikelihood } = found;
  return {
    status: 'ok',
    da,
    c,
    ...areaWithError(counts, { da, c, cutoffs }, level),
    logLikelihood,
  };
}

/** Area under the proper binormal curve as a figure of merit, see {@link properBinormalFit}. */
export const properBinormalAuc: FigureOfMerit = {
  name: 'proper binormal AUC',
  range: [0, 1],
  cases: 'both',
  value: (ratings) => {
    const found = highest(ratings, ratingCategories(ratings));
    return (found.status === 'ok' ? properArea(found) : found.area) ?? Number.NaN;
  },
};

interface Peak extends ProperPoint {
  readonly status: 'ok';
  readonly logLikelihood: number;
}

/** Asymmetries from which the search starts, beside the conventional fit's. */
const STARTS = [0, -0.2, 0.2, -0.4, 0.4, -0.65, 0.65, -0.85, 0.85];

function highest(ratings: CellRatings, counts: RatingCategories): Peak | ProperBinormalNone {
  const none = (status: ProperBinormalNone['status'], area: number | null): ProperBinormalNone => ({
    status,
    da: null,
    c: null,
    area,
    se: null,
    ci: null,
    logLikelihood: null,
  });
  const conventional = fitRatings(ratings, 0.95);
  if (
    conventional.status === 'no-interior-points' ||
    conventional.status === 'one-operating-point'
  ) {
    return none(conventional.status, conventional.area.estimate);
  }
  const { auc } = placements(ratings.positives, ratings.negatives);
  const da = Math.SQRT2 * normal.quantile(Math.min(0.995, Math.max(0.55, auc)));
  const starts: ProperBinormalCurve[] = STARTS.map((c) => ({ da, c }));
  if (conventional.status === 'ok') {
    const { a, b } = conventional;
    const own = Math.max(0.05, (Math.SQRT2 * a) / Math.sqrt(1 + b * b));
    starts.unshift({ da: own, c: (b - 1) / (b + 1) });
  }
  let best: Peak | null = null;
  for (const start of starts) {
    const end = climb(counts, start);
    if (end !== null && !(end.logLikelihood <= (best?.logLikelihood ?? -Infinity))) best = end;
  }
  return best ?? none('no-maximum', null);
}

/** A local maximum, by log d and artanh c, which have no ends. */
function climb(counts: RatingCategories, from: ProperBinormalCurve): Peak | null {
  const start = Float64Array.of(
    Math.log(from.da),
    Math.atanh(from.c),
    ...startingCutoffs(counts, from),
  );
  const pointOf = (at: Float64Array): ProperPoint => ({
    da: Math.exp(at[0]!),
    c: Math.tanh(at[1]!),
    cutoffs: at.subarray(2),
  });
  const evaluate = (at: Float64Array) => {
    // a search that has run away: the classes infinitely far apart, or c at its end
    if (!at.every(Number.isFinite) || Math.abs(at[0]!) > 20 || Math.abs(at[1]!) > 15) {
      return { value: Number.POSITIVE_INFINITY, gradient: at };
    }
    const point = pointOf(at);
    const { value, score } = properLikelihood(counts, point);
    const gradient = score.map((slope) => -slope);
    gradient[0]! *= point.da;
    gradient[1]! *= 1 - point.c ** 2;
    return { value: -value, gradient };
  };
  if (!Number.isFinite(evaluate(start).value)) return null;
  const scale = new Float64Array(start.length ** 2);
  const cases = [...counts.positives, ...counts.negatives].reduce((sum, count) => sum + count, 0);
  for (let j = 0; j < start.length; j++) scale[j * start.length + j] = 1 / cases;
  const { at, value } = minimize(evaluate, start, scale);
  return { status: 'ok', ...pointOf(at), logLikelihood: -value };
}

/** Where the average of both rates is that of the cases at hand; rates fall as v rises. */
function startingCutoffs(
  { positives, negatives }: RatingCategories,
  curve: ProperBinormalCurve,
): readonly number[] {
  const total = (counts: readonly number[]): number => counts.reduce((sum, n) => sum + n, 0);
  const [m, n] = [total(positives), total(negatives)];
  const cutoffs: number[] = [];
  let [above, right] = [m, n];
  for (let k = 0; k < positives.length - 1; k++) {
    above -= positives[k]!;
    right -= negatives[k]!;
    const wanted = (above + right + 1) / (m + n + 2);
    let [low, high] = [-40, 40];
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2;
      const noise = properRate(curve, middle, -1).rate;
      const signal = properRate(curve, middle, 1).rate;
      if ((m * signal + n * noise) / (m + n) > wanted) low = middle;
      else high = middle;
    }
    cutoffs.push((low + high) / 2);
  }
  return cutoffs;
}

/** The area with its error by the delta method, interval on the scale of Φ⁻¹(A). */
function areaWithError(
  counts: RatingCategories,
  point: ProperPoint,
  level: number,
): Pick<ProperBinormalOk, 'area' | 'se' | 'ci'> {
  const area = properArea(point);
  const { information } = properLikelihood(counts, point, true);
  const { da, c } = areaSlopes(point);
  // where the maximum lies at d = 0, d has no information of its own: it counts as known
  const variance =
    errorVariance(information, [da, c]) ?? errorVariance(withoutFirst(information), [c]);
  const z = normal.quantile(area);
  if (variance === null || !Number.isFinite(z)) return { area, se: null, ci: null };
  const se = Math.sqrt(variance);
  const reach = (normal.quantile((1 + level) / 2) * se) / normal.pdf(z);
  const [lower, upper] = [normal.cdf(z - reach), normal.cdf(z + reach)];
  return { area, se, ci: { level, lower, upper, method: 'proper-binormal-ml, probit' } };
}

/** gᵀI⁻¹g of slopes by the first parameters; null where the information is singular. */
function errorVariance(information: Float64Array, slopes: readonly number[]): number | null {
  const factor = cholesky(information, Math.sqrt(information.length), SINGULAR);
  if (typeof factor === 'number') return null;
  const gradient = new Float64Array(factor.size);
  gradient.set(slopes);
  return solveLower(factor, gradient).reduce((sum, value) => sum + value * value, 0);
}

/** A pivot below this share of its diagonal is 0 plus rounding. */
const SINGULAR = 1e-6;

/** The matrix without its first row and column. */
function withoutFirst(matrix: Float64Array): Float64Array {
  const size = Math.sqrt(matrix.length);
  return matrix.filter((_, i) => i >= size && i % size > 0);
}

/** ∂A/∂d and ∂A/∂c, from ∂Φ₂/∂h = φ(h)·Φ(−ρh/√(1 − ρ²)) and ∂Φ₂/∂ρ = φ₂. */
function areaSlopes({ da, c }: ProperBinormalCurve): { readonly da: number; readonly c: number } {
  const h = -da / Math.SQRT2;
  const square = 1 + c * c;
  const rho = -(1 - c * c) / square;
  const rest = (2 * Math.abs(c)) / square; // √(1 − ρ²)
  const below = c === 0 ? 0 : normal.cdf((-rho * h) / rest);
  const density = c === 0 ? 0 : Math.exp(-(h * h) / (2 * rest * rest)) / (2 * Math.PI * rest);
  return {
    da: (normal.pdf(h) / Math.SQRT2) * (1 - 2 * below),
    c: (2 * density * 4 * c) / (square * square),
  };
}

/** Φ₂(h, 0; ρ) = Φ(h)/2 + ∫₀^(asin ρ) exp(−h²/2cos²θ) dθ/2π, by the midpoint rule, whose error is far below 1e-9. */
function properArea({ da, c }: ProperBinormalCurve): number {
  const h = -da / Math.SQRT2;
  const angle = Math.asin(-(1 - c * c) / (1 + c * c));
  const panels = 4000;
  let integral = 0;
  for (let i = 0; i < panels; i++) {
    const theta = ((i + 0.5) * angle) / panels;
    integral += Math.exp(-(h * h) / (2 * Math.cos(theta) ** 2));
  }
  const both = normal.cdf(h) / 2 + (integral * angle) / panels / (2 * Math.PI);
  return normal.cdf(-h) + 2 * both;
}
