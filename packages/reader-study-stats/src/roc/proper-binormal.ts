import { normal } from '../distributions/normal.ts';
import { minimize } from '../models/minimize.ts';
import type { CellRatings, FigureOfMerit } from '../mrmc/figure-of-merit.ts';
import { type BinaryLabel, placements, splitByLabel } from './auc.ts';
import { binormalAuc } from './binormal-figures.ts';
import { fitRatings } from './binormal-fit.ts';
import { type RatingCategories, ratingCategories } from './rating-categories.ts';

/** A proper binormal curve: its slope falls all the way, it has no hook below the diagonal. */
export interface ProperBinormalCurve {
  /** How far apart the classes are, ≥ 0. */
  readonly da: number;
  /** The asymmetry, inside (−1, 1): (b − 1)/(b + 1) of the conventional b. */
  readonly c: number;
}

/** Result of {@link properBinormalFit}. */
export type ProperBinormalFit = ProperBinormalOk | ProperBinormalNone;

interface ProperBinormalOk extends ProperBinormalCurve {
  readonly status: 'ok';
  readonly area: number;
  readonly logLikelihood: number;
}

interface ProperBinormalNone {
  /** Why there is no maximum; see {@link binormalFit}. */
  readonly status: 'no-interior-points' | 'one-operating-point' | 'no-maximum';
  readonly da: null;
  readonly c: null;
  /** What the curves of rising likelihood approach; null where that is not known. */
  readonly area: number | null;
  readonly logLikelihood: null;
}

/** A curve with cutoffs on its decision variable v, ascending. */
interface ProperPoint extends ProperBinormalCurve {
  readonly cutoffs: Float64Array;
}

/**
 * Maximum-likelihood proper binormal ROC curve of Metz and Pan: cases are ordered by the likelihood ratio of two normal
 * distributions, so that the curve never crosses the diagonal,
 *
 * FPF(v) = Φ(−(1 − c)v − d√(1 + c²)/2) + Φ(−(1 − c)v + d√(1 + c²)/2c) − H(c),
 * TPF(v) = Φ(−(1 + c)v + d√(1 + c²)/2) + Φ(−(1 + c)v + d√(1 + c²)/2c) − H(c),
 *
 * H(c) = 1 where c ≥ 0, else 0; area Φ(d/√2) + 2·Φ₂(−d/√2, 0; −(1 − c²)/(1 + c²)). BFGS from the conventional fit.
 *
 * @param scores finite numbers, higher means "more positive"
 * @param labels one per case
 * @throws RangeError as {@link areaUnderCurve}
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
): ProperBinormalFit {
  return fitProper(splitByLabel('properBinormalFit', scores, labels, 1));
}

/** Area under the proper binormal curve as a figure of merit, see {@link properBinormalFit}. */
export const properBinormalAuc: FigureOfMerit = {
  name: 'proper binormal AUC',
  range: [0, 1],
  cases: 'both',
  value: (ratings) => fitProper(ratings).area ?? Number.NaN,
};

function fitProper(ratings: CellRatings): ProperBinormalFit {
  const none = (status: ProperBinormalNone['status'], area: number | null): ProperBinormalNone => ({
    status,
    da: null,
    c: null,
    area,
    logLikelihood: null,
  });
  const conventional = fitRatings(ratings, 0.95);
  if (
    conventional.status === 'no-interior-points' ||
    conventional.status === 'one-operating-point'
  ) {
    return none(conventional.status, binormalAuc.value(ratings));
  }
  const counts = ratingCategories(ratings);
  const { auc } = placements(ratings.positives, ratings.negatives);
  const symmetric = {
    da: Math.SQRT2 * normal.quantile(Math.min(0.995, Math.max(0.55, auc))),
    c: 0,
  };
  const starts = [symmetric, { ...symmetric, c: -0.3 }, { ...symmetric, c: 0.3 }];
  if (conventional.status === 'ok') {
    const { a, b } = conventional;
    const da = Math.max(0.05, (Math.SQRT2 * a) / Math.sqrt(1 + b * b));
    starts.unshift({ da, c: (b - 1) / (b + 1) });
  }
  const found = starts.map((curve) => climb(counts, curve)).filter((end) => end !== null);
  const [best] = found.sort((x, y) => y.logLikelihood - x.logLikelihood);
  if (best === undefined) return none('no-maximum', null);
  return { status: 'ok', ...best };
}

function climb(
  counts: RatingCategories,
  from: ProperBinormalCurve,
): Omit<ProperBinormalOk, 'status'> | null {
  const cutoffs = startingCutoffs(counts, from);
  const start = Float64Array.of(Math.log(from.da), Math.atanh(from.c), ...cutoffs);
  const pointOf = (at: Float64Array): ProperPoint => ({
    da: Math.exp(at[0]!),
    c: Math.tanh(at[1]!),
    cutoffs: at.subarray(2),
  });
  const value = (at: Float64Array): number => {
    // a search that has run away: the classes infinitely far apart, or c at its end
    if (!at.every(Number.isFinite) || Math.abs(at[0]!) > 20 || Math.abs(at[1]!) > 15) {
      return Number.POSITIVE_INFINITY;
    }
    return -logLikelihood(counts, pointOf(at));
  };
  if (!Number.isFinite(value(start))) return null;
  const evaluate = (at: Float64Array) => ({
    value: value(at),
    gradient: at.map((x, j) => {
      const step = 1e-6 * Math.max(1, Math.abs(x));
      const moved = (by: number): number => value(at.map((own, k) => (k === j ? own + by : own)));
      return (moved(step) - moved(-step)) / (2 * step);
    }),
  });
  const scale = new Float64Array(start.length ** 2);
  const cases = [...counts.positives, ...counts.negatives].reduce((sum, count) => sum + count, 0);
  for (let j = 0; j < start.length; j++) scale[j * start.length + j] = 1 / cases;
  const { at } = minimize(evaluate, start, scale);
  const { da, c } = pointOf(at);
  return { da, c, area: properArea({ da, c }), logLikelihood: -value(at) };
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
      const { noise, signal } = rates(curve, middle);
      if ((m * signal + n * noise) / (m + n) > wanted) low = middle;
      else high = middle;
    }
    cutoffs.push((low + high) / 2);
  }
  return cutoffs;
}

/** The multinomial log-likelihood without its constant; −∞ where cutoffs are not ascending. */
function logLikelihood(counts: RatingCategories, point: ProperPoint): number {
  let sum = 0;
  let last = { noise: 1, signal: 1 };
  for (let k = 0; k <= point.cutoffs.length; k++) {
    const next = k === point.cutoffs.length ? NOTHING : rates(point, point.cutoffs[k]!);
    sum += term(counts.negatives[k]!, last.noise - next.noise);
    sum += term(counts.positives[k]!, last.signal - next.signal);
    last = next;
  }
  return sum;
}

const NOTHING = { noise: 0, signal: 0 };

function term(count: number, share: number): number {
  if (!(share >= 0) || (share === 0 && count > 0)) return Number.NEGATIVE_INFINITY;
  return count === 0 ? 0 : count * Math.log(share);
}

/** FPF and TPF at v, cut at 0 and 1 where v leaves the range of the decision variable. */
function rates(
  { da, c }: ProperBinormalCurve,
  v: number,
): { readonly noise: number; readonly signal: number } {
  const spread = (da * Math.sqrt(1 + c * c)) / 2;
  const far = spread / c;
  // Φ(x) − 1 = −Φ(−x), without its cancellation; the far term is nothing at c = 0
  const second = (x: number): number => {
    if (c === 0) return 0;
    return c > 0 ? -normal.sf(x) : normal.cdf(x);
  };
  const cut = (rate: number): number => Math.min(1, Math.max(0, rate));
  return {
    noise: cut(normal.cdf(-(1 - c) * v - spread) + second(-(1 - c) * v + far)),
    signal: cut(normal.cdf(-(1 + c) * v + spread) + second(-(1 + c) * v + far)),
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
