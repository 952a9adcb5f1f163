import type { FigureOfMerit } from '../mrmc/figure-of-merit.ts';
import { checkLevel } from '../proportions.ts';
import type { Alternative, TestResult, ZeroVarianceResult } from '../test-result.ts';
import { waldTest } from '../wald-test.ts';
import { type BinaryLabel, splitByLabel } from './auc.ts';
import { ratingsOf } from './bootstrap-figure.ts';
import { sampleQuantile, standardDeviation } from './bootstrap-interval.ts';
import {
  type DrawnCases,
  drawName,
  type ResampleOptions,
  resampleCases,
} from './resample-cases.ts';

/** Options of {@link bootstrapDifference}. */
export interface BootstrapDifferenceOptions extends ResampleOptions {
  readonly labels: readonly BinaryLabel[];
  readonly figure: FigureOfMerit;
  /** Confidence level; default 0.95. */
  readonly level?: number;
  /** Default 'two-sided'; 'greater' means that the first score is better. */
  readonly alternative?: Alternative;
}

/**
 * Bootstrap test for two scores of the same cases, of any figure of merit: z = (θ(a) − θ(b))/s, where s is
 * the standard deviation of the difference over draws that take both scores of a case together (pROC's
 * `roc.test` with method "bootstrap", "sensitivity" or "specificity"). The interval is the percentile one.
 *
 * @param a first score per case
 * @param b second score of the same cases in the same order
 * @throws RangeError as {@link bootstrapFigure}
 * @example
 * ```ts
 * bootstrapDifference([5, 3, 2, 4, 1, 0], [4, 1, 5, 2, 3, 0], {
 *   labels: ['positive', 'positive', 'positive', 'negative', 'negative', 'negative'],
 *   figure: empiricalAuc, unit: 'cases', stratified: true, seed: 1,
 * }).status; // => 'ok'
 * ```
 */
export function bootstrapDifference(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: BootstrapDifferenceOptions,
): TestResult | ZeroVarianceResult {
  const { labels, figure, level = 0.95, alternative = 'two-sided' } = options;
  checkLevel('bootstrapDifference', level);
  const first = splitByLabel('bootstrapDifference', a, labels, 1);
  const second = splitByLabel('bootstrapDifference', b, labels, 1);
  const estimate = figure.value(first) - figure.value(second);
  const compute = (drawn: DrawnCases) => [
    figure.value(ratingsOf(a, drawn)) - figure.value(ratingsOf(b, drawn)),
  ];
  const [sorted] = resampleCases('bootstrapDifference', labels, { ...options, compute }).sorted;
  if (sorted === undefined || sorted.length < 2) {
    throw new RangeError(
      `bootstrapDifference: at least 2 replicates must be finite, got ${sorted?.length ?? 0}`,
    );
  }
  const method = drawName(options);
  const result = waldTest(
    { estimate, se: standardDeviation(sorted), df: null, alternative, level },
    {
      design: 'paired',
      n: { positives: first.positives.length, negatives: first.negatives.length },
      warnings: [],
      method,
      references: ['Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13'],
    },
  );
  if (result.status !== 'ok') return result;
  const [lower, upper] = [(1 - level) / 2, (1 + level) / 2].map((p) => sampleQuantile(sorted, p));
  return {
    ...result,
    ci: { level, lower: lower!, upper: upper!, method: `${method}, percentile` },
  };
}
