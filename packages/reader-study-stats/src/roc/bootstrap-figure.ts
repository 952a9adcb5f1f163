import type { ConfidenceInterval, ResultContext } from '../inference/test-result.ts';
import type { CellRatings, FigureOfMerit } from '../mrmc/figure-of-merit.ts';
import { checkLevel } from '../proportions/check-counts.ts';
import { type BinaryLabel, splitByLabel } from './auc.ts';
import { correctedTails, sampleQuantile, standardDeviation } from './bootstrap-interval.ts';
import {
  type DrawnCases,
  drawName,
  type ResampleOptions,
  resampleCases,
} from './resample-cases.ts';

/** Options of {@link bootstrapFigure}. */
export interface BootstrapFigureOptions extends ResampleOptions {
  /** What is computed from each draw. */
  readonly figure: FigureOfMerit;
  /** Confidence level; default 0.95. */
  readonly level?: number;
  /** 'percentile' (default) or 'bca', corrected for bias and acceleration. */
  readonly interval?: 'percentile' | 'bca';
}

/** Result of {@link bootstrapFigure}. */
export interface BootstrapFigure extends Pick<ResultContext, 'method' | 'warnings' | 'references'> {
  /** 'degenerate': the cases themselves, or all but one of the replicates, have no finite figure. */
  readonly status: 'ok' | 'degenerate';
  /** Of the cases themselves, not the mean of the replicates; null where it is not finite. */
  readonly estimate: number | null;
  /** Standard deviation over the replicates; null if 'degenerate'. */
  readonly se: number | null;
  /** null if 'degenerate'. */
  readonly ci: ConfidenceInterval | null;
  /** Median of the replicates, which pROC shows in the middle of its intervals. */
  readonly median: number | null;
  /** Replicates with both classes and a finite figure; others are left out. */
  readonly replicates: number;
}

const REFERENCES = ['Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapters 13, 14'];

/**
 * Bootstrap standard error and interval of any figure of merit of one test: area, partial area,
 * sensitivity at a specificity (pROC's `ci.auc`, `ci.se`, `ci.sp`), binormal area, or your own.
 *
 * @param scores finite numbers, higher means "more positive"
 * @param labels one per case
 * @throws RangeError as {@link areaUnderCurve}; if replicates is not a whole number ≥ 2, level is outside
 *   (0, 1), or clusters are missing where they are drawn
 * @example
 * ```ts
 * const labels = ['positive', 'positive', 'positive', 'negative', 'negative', 'negative'] as const;
 * const options = { figure: empiricalAuc, unit: 'cases', stratified: true, seed: 1 } as const;
 * bootstrapFigure([5, 3, 2, 4, 1, 0], labels, options).ci?.method; // => 'bootstrap of cases, stratified, percentile'
 * ```
 * @see Efron and Tibshirani 1993, chapters 13 (percentile) and 14 (BCa)
 */
export function bootstrapFigure(
  scores: ArrayLike<number>,
  labels: readonly BinaryLabel[],
  options: BootstrapFigureOptions,
): BootstrapFigure {
  const { figure, ...rest } = options;
  return bootstrapFigures('bootstrapFigure', scores, labels, { ...rest, figures: [figure] })[0]!;
}

/** {@link bootstrapFigure} of several figures from the same draws. */
export function bootstrapFigures(
  caller: string,
  scores: ArrayLike<number>,
  labels: readonly BinaryLabel[],
  options: Omit<BootstrapFigureOptions, 'figure'> & { readonly figures: readonly FigureOfMerit[] },
): readonly BootstrapFigure[] {
  const { figures, replicates = 2000, level = 0.95, interval = 'percentile' } = options;
  checkLevel(caller, level);
  const all = splitByLabel(caller, scores, labels, 1);
  const compute = (drawn: DrawnCases) => {
    const ratings = ratingsOf(scores, drawn);
    return figures.map((figure) => figure.value(ratings));
  };
  const resampled = resampleCases(caller, labels, { ...options, compute });
  const leftOut = interval === 'bca' ? resampled.leaveOneOut() : null;
  const method = `${drawName(options)}, ${interval}`;
  return figures.map((figure, i) => {
    const estimate = figure.value(all);
    const sorted = resampled.sorted[i] ?? new Float64Array(0);
    const lost = replicates - sorted.length;
    const isDefined = Number.isFinite(estimate);
    const warnings = [
      ...(isDefined ? [] : ['the figure is not defined on the cases']),
      ...(lost > 0 ? [`${lost} of ${replicates} replicates have no figure`] : []),
    ];
    const context = {
      estimate: isDefined ? estimate : null,
      replicates: sorted.length,
      method,
      warnings,
      references: REFERENCES,
    };
    if (!isDefined || sorted.length < 2) {
      return { status: 'degenerate', se: null, ci: null, median: null, ...context };
    }
    const tails = [(1 - level) / 2, (1 + level) / 2] as const;
    const [low, high] = leftOut
      ? correctedTails(tails, { estimate, sorted, leftOut: leftOut[i]! })
      : tails;
    const [lower, upper] = [sampleQuantile(sorted, low), sampleQuantile(sorted, high)];
    return {
      status: 'ok',
      se: standardDeviation(sorted),
      ci: { level, lower, upper, method },
      median: sampleQuantile(sorted, 0.5),
      ...context,
    };
  });
}

/** The scores of drawn cases. */
export function ratingsOf(scores: ArrayLike<number>, drawn: DrawnCases): CellRatings {
  return { positives: pick(scores, drawn.positives), negatives: pick(scores, drawn.negatives) };
}

function pick(scores: ArrayLike<number>, indices: readonly number[]): Float64Array {
  const picked = new Float64Array(indices.length);
  for (let i = 0; i < indices.length; i++) picked[i] = scores[indices[i]!]!;
  return picked;
}
