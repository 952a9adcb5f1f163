import { normal } from '../distributions/normal.ts';
import type { RatingCategories } from './rating-categories.ts';

/** A binormal curve with its cutoffs, on the scale of the negative cases, ascending. */
export interface BinormalPoint {
  readonly a: number;
  readonly b: number;
  readonly cutoffs: Float64Array;
}

/** The multinomial log-likelihood without its constant; −∞ where cutoffs are not ascending or b ≤ 0. */
export function logLikelihood(counts: RatingCategories, point: BinormalPoint): number {
  if (!(point.b > 0)) return Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let k = 0; k <= point.cutoffs.length; k++) {
    const { noise, signal } = cell(point, k);
    sum += term(counts.negatives[k]!, noise.share) + term(counts.positives[k]!, signal.share);
  }
  return sum;
}

function term(count: number, share: number): number {
  if (!(share > 0)) return Number.NEGATIVE_INFINITY;
  return count === 0 ? 0 : count * Math.log(share);
}

/**
 * One step of Fisher scoring, and the covariance of a and b there. The expected information of the
 * cutoffs is tridiagonal, a and b border it: solved in time proportional to the categories.
 *
 * @returns null where the information is singular
 */
export function scoringStep(
  counts: RatingCategories,
  point: BinormalPoint,
): {
  readonly step: BinormalPoint;
  readonly covariance: BinormalCovariance;
  /** Score × step: twice the rise of the likelihood that is still to be expected. */
  readonly gain: number;
} | null {
  const { score, diagonal, beside, border, corner } = information(counts, point);
  const cutoffs = point.cutoffs.length;
  const scoreSolved = solveTridiagonal(diagonal, beside, score.cutoffs);
  const bordersSolved = border.map((column) => solveTridiagonal(diagonal, beside, column));
  const schur = (i: 0 | 1, j: 0 | 1) => corner[i + j]! - dotted(border[i]!, bordersSolved[j]!);
  const [aa, ab, bb] = [schur(0, 0), schur(0, 1), schur(1, 1)];
  const determinant = aa * bb - ab * ab;
  if (!(determinant > 1e-12 * aa * bb)) return null;
  const restA = score.a - dotted(border[0]!, scoreSolved);
  const restB = score.b - dotted(border[1]!, scoreSolved);
  const a = (bb * restA - ab * restB) / determinant;
  const b = (aa * restB - ab * restA) / determinant;
  const step = new Float64Array(cutoffs);
  for (let k = 0; k < cutoffs; k++) {
    step[k] = scoreSolved[k]! - a * bordersSolved[0]![k]! - b * bordersSolved[1]![k]!;
  }
  return {
    step: { a, b, cutoffs: step },
    covariance: { a: bb / determinant, b: aa / determinant, ab: -ab / determinant },
    gain: score.a * a + score.b * b + dotted(score.cutoffs, step),
  };
}

/** Variances of a and b and their covariance. */
export interface BinormalCovariance {
  /** Variance of a. */
  readonly a: number;
  /** Variance of b. */
  readonly b: number;
  /** Covariance of a and b. */
  readonly ab: number;
}

interface Share {
  readonly share: number;
  /** Densities at the upper and the lower end. */
  readonly upper: number;
  readonly lower: number;
}

/** Probabilities of category k: Φ(t_k) − Φ(t_{k−1}) of negatives, Φ(b·t_k − a) − Φ(b·t_{k−1} − a) of positives. */
function cell({ a, b, cutoffs }: BinormalPoint, k: number): { noise: Share; signal: Share } {
  const low = k === 0 ? Number.NEGATIVE_INFINITY : cutoffs[k - 1]!;
  const high = k === cutoffs.length ? Number.POSITIVE_INFINITY : cutoffs[k]!;
  return { noise: between(low, high), signal: between(b * low - a, b * high - a) };
}

function between(low: number, high: number): Share {
  const share = low > 0 ? tail(low) - tail(high) : normalLower(high) - normalLower(low);
  return { share, upper: density(high), lower: density(low) };
}

const tail = (z: number): number => (z === Number.POSITIVE_INFINITY ? 0 : normal.sf(z));
const normalLower = (z: number): number =>
  z === Number.NEGATIVE_INFINITY ? 0 : z === Number.POSITIVE_INFINITY ? 1 : normal.cdf(z);
const density = (z: number): number => (Number.isFinite(z) ? normal.pdf(z) : 0);

interface Information {
  readonly score: { a: number; b: number; readonly cutoffs: Float64Array };
  readonly diagonal: Float64Array;
  /** Between cutoff k and k + 1. */
  readonly beside: Float64Array;
  /** Of the cutoffs with a and with b. */
  readonly border: readonly [Float64Array, Float64Array];
  /** aa, ab, bb. */
  readonly corner: [number, number, number];
}

/** Score Σ n_k/P_k·∂P_k and expected information N·Σ ∂P_k·∂P_kᵀ/P_k, of both classes. */
function information(counts: RatingCategories, point: BinormalPoint): Information {
  const { b, cutoffs } = point;
  const size = cutoffs.length;
  const all: Information = {
    score: { a: 0, b: 0, cutoffs: new Float64Array(size) },
    diagonal: new Float64Array(size),
    beside: new Float64Array(Math.max(size - 1, 0)),
    border: [new Float64Array(size), new Float64Array(size)],
    corner: [0, 0, 0],
  };
  const cases = {
    negatives: counts.negatives.reduce((sum, count) => sum + count, 0),
    positives: counts.positives.reduce((sum, count) => sum + count, 0),
  };
  for (let k = 0; k <= size; k++) {
    const { noise, signal } = cell(point, k);
    const ofNoise = { upper: noise.upper, lower: -noise.lower, a: 0, b: 0 };
    const ofSignal = {
      upper: b * signal.upper,
      lower: -b * signal.lower,
      a: signal.lower - signal.upper,
      b: (k < size ? cutoffs[k]! * signal.upper : 0) - (k > 0 ? cutoffs[k - 1]! * signal.lower : 0),
    };
    addCell(all, k, ofNoise, { count: counts.negatives[k]!, cases: cases.negatives, ...noise });
    addCell(all, k, ofSignal, { count: counts.positives[k]!, cases: cases.positives, ...signal });
  }
  return all;
}

/** Derivatives of a category's probability by its upper and lower cutoff, a and b. */
interface Slopes {
  readonly upper: number;
  readonly lower: number;
  readonly a: number;
  readonly b: number;
}

function addCell(
  all: Information,
  k: number,
  slopes: Slopes,
  {
    count,
    cases,
    share,
  }: { readonly count: number; readonly cases: number; readonly share: number },
): void {
  const [first, weight] = [count / share, cases / share];
  const { score, diagonal, beside, border, corner } = all;
  score.a += first * slopes.a;
  score.b += first * slopes.b;
  corner[0] += weight * slopes.a ** 2;
  corner[1] += weight * slopes.a * slopes.b;
  corner[2] += weight * slopes.b ** 2;
  const ends = [
    { at: k, slope: slopes.upper },
    { at: k - 1, slope: slopes.lower },
  ];
  for (const { at, slope } of ends) {
    if (at < 0 || at >= diagonal.length) continue;
    score.cutoffs[at]! += first * slope;
    diagonal[at]! += weight * slope ** 2;
    border[0][at]! += weight * slope * slopes.a;
    border[1][at]! += weight * slope * slopes.b;
  }
  if (k > 0 && k < diagonal.length) beside[k - 1]! += weight * slopes.upper * slopes.lower;
}

/** Solves a symmetric positive tridiagonal system (Thomas' algorithm). */
function solveTridiagonal(
  diagonal: Float64Array,
  beside: Float64Array,
  right: Float64Array,
): Float64Array {
  const size = diagonal.length;
  const pivot = diagonal.slice();
  const result = right.slice();
  for (let k = 1; k < size; k++) {
    const factor = beside[k - 1]! / pivot[k - 1]!;
    pivot[k]! -= factor * beside[k - 1]!;
    result[k]! -= factor * result[k - 1]!;
  }
  for (let k = size - 1; k >= 0; k--) {
    const next = k + 1 < size ? beside[k]! * result[k + 1]! : 0;
    result[k] = (result[k]! - next) / pivot[k]!;
  }
  return result;
}

function dotted(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
