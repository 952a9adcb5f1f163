import type { Alternative, TestResult, ZeroVarianceResult } from '../inference/test-result.ts';
import { waldTest } from '../inference/wald-test.ts';
import type { FigureOfMerit } from '../mrmc/figure-of-merit.ts';
import { checkLevel } from '../proportions/check-counts.ts';
import { type BinaryLabel, splitByLabel } from './auc.ts';
import { ratingsOf } from './bootstrap-figure.ts';
import { sampleQuantile, standardDeviation } from './bootstrap-interval.ts';
import type { ScoredCases } from './delong.ts';
import {
  type DrawnCases,
  drawName,
  type ResampleOptions,
  resampleCases,
} from './resample-cases.ts';

/** Options of {@link bootstrapDifference}. */
export interface BootstrapDifferenceOptions extends ResampleOptions {
  /** One per case, in the order of the scores. */
  readonly labels: readonly BinaryLabel[];
  /** What is compared, of each score. */
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
  const { sorted } = resampleCases('bootstrapDifference', labels, { ...options, compute });
  return differenceTest('bootstrapDifference', sorted[0], {
    estimate,
    level,
    alternative,
    design: 'paired',
    n: { positives: first.positives.length, negatives: first.negatives.length },
    method: drawName(options),
  });
}

/** Options of {@link bootstrapUnpairedDifference}. */
export interface BootstrapUnpairedOptions {
  /** What is compared, of each set. */
  readonly figure: FigureOfMerit;
  /** Whether each class keeps its size. No default. */
  readonly stratified: boolean;
  /** The same seed draws the same cases; each set has a stream of its own. */
  readonly seed: number;
  /** Number of replicates; default 2000. */
  readonly replicates?: number;
  /** Confidence level; default 0.95. */
  readonly level?: number;
  /** Default 'two-sided'; 'greater' means that the first set is better. */
  readonly alternative?: Alternative;
}

/**
 * {@link bootstrapDifference} for two sets of different cases (or patients, where a set has clusters): each set is drawn on
 * its own.
 *
 * @param a scores and labels of the first set; `clusters` where its cases are not independent
 * @param b scores and labels of the second set
 * @throws RangeError as {@link bootstrapFigure}
 * @example
 * ```ts
 * const labels = ['positive', 'positive', 'positive', 'negative', 'negative', 'negative'] as const;
 * const first = { scores: [5, 3, 2, 4, 1, 0], labels };
 * const second = { scores: [4, 1, 5, 2, 3, 0], labels };
 * bootstrapUnpairedDifference(first, second, { figure: empiricalAuc, stratified: true, seed: 1 }).design; // => 'unpaired'
 * ```
 */
export function bootstrapUnpairedDifference(
  a: ScoredCases & { readonly clusters?: readonly string[] },
  b: ScoredCases & { readonly clusters?: readonly string[] },
  options: BootstrapUnpairedOptions,
): TestResult | ZeroVarianceResult {
  const { figure, stratified, seed, replicates, level = 0.95, alternative = 'two-sided' } = options;
  const caller = 'bootstrapUnpairedDifference';
  checkLevel(caller, level);
  const sets = [a, b].map(({ scores, labels, clusters }, i) => {
    const values: number[] = [];
    resampleCases(caller, labels, {
      unit: clusters ? 'clusters' : 'cases',
      ...(clusters ? { clusters } : {}),
      stratified,
      seed,
      sample: i,
      ...(replicates === undefined ? {} : { replicates }),
      compute: (drawn) => {
        const value = figure.value(ratingsOf(scores, drawn));
        values.push(value);
        return [value];
      },
    });
    return { ...splitByLabel(caller, scores, labels, 1), values };
  });
  const [first, second] = sets as [(typeof sets)[0], (typeof sets)[0]];
  const sorted = Float64Array.from(
    first.values,
    (value, i) => value - (second.values[i] ?? Number.NaN),
  )
    .filter(Number.isFinite)
    .sort();
  const unit = a.clusters || b.clusters ? 'clusters' : 'cases';
  return differenceTest(caller, sorted, {
    estimate: figure.value(first) - figure.value(second),
    level,
    alternative,
    design: 'unpaired',
    n: {
      positives: first.positives.length + second.positives.length,
      negatives: first.negatives.length + second.negatives.length,
    },
    method: drawName({ unit, stratified, seed }),
  });
}

/** The test of an estimate with the standard deviation of its sorted replicates, and the percentile interval. */
function differenceTest(
  caller: string,
  sorted: Float64Array | undefined,
  known: {
    readonly estimate: number;
    readonly level: number;
    readonly alternative: Alternative;
    readonly design: string;
    readonly n: Readonly<Record<string, number>>;
    readonly method: string;
  },
): TestResult | ZeroVarianceResult {
  if (sorted === undefined || sorted.length < 2) {
    throw new RangeError(
      `${caller}: at least 2 replicates must be finite, got ${sorted?.length ?? 0}`,
    );
  }
  const { estimate, level, alternative, design, n, method } = known;
  const result = waldTest(
    { estimate, se: standardDeviation(sorted), df: null, alternative, level },
    {
      design,
      n,
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
