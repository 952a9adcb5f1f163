import {
  type Alternative,
  type TestResult,
  type UndefinedResult,
  undefinedResult,
} from '../inference/test-result.ts';
import { waldTest } from '../inference/wald-test.ts';
import { checkLevel } from '../proportions/check-counts.ts';
import type { BckDecomposition } from './bck-components.ts';
import type { BdgMoments, WeightedReader } from './bdg-moments.ts';
import { type Compat, type CompatProfile, compatProfile, usedDf } from './compat-profile.ts';
import type { MrmcData } from './mrmc-data.ts';
import { varianceProblem } from './or-tests.ts';
import { pairsOf } from './pairs.ts';
import type { StudyDesign } from './study-design.ts';
import type { SuccessKernel } from './success-matrix.ts';
import { type ReaderFigure, readerFigures } from './u-statistic-readers.ts';
import {
  differenceVariance,
  type MomentSummary,
  meanVariance,
  summarizeMoments,
  type VarianceSummary,
  weightedReaders,
} from './u-statistic-summary.ts';

/** Options of {@link uStatisticAnalysis}. */
export interface UStatisticOptions {
  /** Default: the empirical AUC. Binary outcomes: sensitivity or specificity at a threshold. */
  readonly kernel?: SuccessKernel;
  /**
   * 'unbiased' (default): U-statistics. 'mle': the moments of the empirical distribution, never
   * negative and biased upwards.
   */
  readonly estimator?: 'unbiased' | 'mle';
  /** Confidence level; default 0.95. */
  readonly level?: number;
  /** Of the differences; default 'two-sided', 'greater' means that the first test is better. */
  readonly alternative?: Alternative;
  /** Value that the mean of each test is compared with, two-sided; default 0.5. */
  readonly nullValue?: number;
  /** Whose conventions to follow; default: none's, see `compatProfile`. */
  readonly compat?: Compat;
}

/** Why a U-statistic has no test. */
export type UStatisticStatus = 'one-reader' | 'single-case' | 'zero-variance' | 'negative-variance';

/** What stands behind a U-statistic. */
export interface UStatisticParts {
  /** Variance of the estimate as it came out: negative where the status says so; null if undefined. */
  readonly variance: number | null;
  /** Degrees of freedom before the conventions of `compat`; null without a positive variance. */
  readonly exactDf: number | null;
  /** Moments of the variance of a mean, or of the covariance of two. */
  readonly moments: BdgMoments;
  /** Components of the same. */
  readonly decomposition: BckDecomposition;
}

/** The mean figure of a test over its readers. */
export type UStatisticMean = (TestResult | UndefinedResult<UStatisticStatus>) &
  UStatisticParts & {
    /** One of the study's `tests`. */
    readonly test: string;
  };

/** The difference first − second of two tests' means. */
export type UStatisticDifference = (TestResult | UndefinedResult<UStatisticStatus>) &
  UStatisticParts & {
    /** The test whose mean comes first: above 0, it has the higher one. */
    readonly first: string;
    /** The test whose mean is subtracted. */
    readonly second: string;
  };

/** Result of {@link uStatisticAnalysis}. */
export interface UStatisticAnalysis {
  /** Who read what; missing reads are allowed. */
  readonly design: StudyDesign;
  /** One per test, in their order. */
  readonly means: readonly UStatisticMean[];
  /** Every pair of tests, in their order. */
  readonly differences: readonly UStatisticDifference[];
  /** Every reader by themselves. */
  readonly readers: readonly ReaderFigure[];
  /** Missing reads, clusters taken as independent; empty if there is none. */
  readonly warnings: readonly string[];
}

const REFERENCES = [
  'Gallas 2006, doi 10.1016/j.acra.2005.11.030',
  'Gallas, Bandos, Samuelson and Wagner 2009, doi 10.1080/03610920802610084',
  'Obuchowski, Gallas and Hillis 2012, doi 10.1016/j.acra.2012.09.012',
];

/**
 * Mean figures of merit of random readers and random cases, and their differences, by U-statistics:
 * unbiased variances for any pattern of reads (crossed, split-plot, nested, missing). Degrees of
 * freedom after Obuchowski, Gallas and Hillis, from the three main components of variance:
 *
 * df = Var²/Σ(component²/ν³) over N, D, R, at least the least ν = 1/coefficient − 1.
 *
 * With missing reads a reader's weight is the number of pairs of cases that were read, unless `compat`
 * gives all readers the same.
 *
 * @param data checked reads, see {@link arrangeReads}
 * @param options kernel, estimator, level, alternative, compat
 * @returns means, differences and readers, each with moments and components; a test that is not
 *   possible is a typed status: 'one-reader', 'single-case', 'zero-variance', 'negative-variance'
 * @throws RangeError if a reader has no case of a class, or an option is outside its range
 * @example
 * ```ts
 * const { means, differences } = uStatisticAnalysis(study, { compat: 'imrmc' });
 * differences[0]?.decomposition.unbiased; // { N, D, ND, R, NR, DR, RND } of the covariance
 * uStatisticAnalysis(study, { kernel: { kind: 'sensitivity', threshold: 4 } });
 * ```
 * @see Gallas 2006, Acad Radiol 13:353, doi 10.1016/j.acra.2005.11.030
 * @see Obuchowski, Gallas and Hillis 2012, Acad Radiol 19:1508, doi 10.1016/j.acra.2012.09.012
 */
export function uStatisticAnalysis(
  data: MrmcData,
  options: UStatisticOptions = {},
): UStatisticAnalysis {
  const { kernel = { kind: 'auc' }, level = 0.95, compat } = options;
  checkLevel('uStatisticAnalysis', level);
  if (kernel.kind !== 'auc' && !Number.isFinite(kernel.threshold)) {
    throw new RangeError(`uStatisticAnalysis: threshold must be finite, got ${kernel.threshold}`);
  }
  const profile = compatProfile(compat);
  const byTest = weightedReaders(data, kernel, profile);
  const warnings = designWarnings(data, profile);
  const study = { data, options, profile, kernel, warnings };
  const summaries = byTest.map((readers) => summarizeMoments(readers, readers));
  return {
    design: data.design,
    means: summaries.map((summary, test) => testMean(study, byTest[test]!, test, summary)),
    differences: pairsOf(byTest.length).map(([a, b]) =>
      testDifference(study, byTest, [a, b], [summaries[a]!, summaries[b]!]),
    ),
    readers: readerFigures(data, byTest),
    warnings,
  };
}

interface Study {
  readonly data: MrmcData;
  readonly options: UStatisticOptions;
  readonly profile: CompatProfile;
  readonly kernel: SuccessKernel;
  readonly warnings: readonly string[];
}

function testMean(
  study: Study,
  readers: readonly WeightedReader[],
  test: number,
  summary: MomentSummary,
): UStatisticMean {
  const { estimator = 'unbiased', nullValue = 0.5 } = study.options;
  const { moments, decomposition } = summary;
  return tested(study, {
    estimate: moments.figures[0],
    variance: meanVariance(summary, estimator),
    readers: [readers],
    alternative: 'two-sided',
    nullValue,
    parts: { test: study.data.tests[test]!, moments, decomposition },
  });
}

function testDifference(
  study: Study,
  byTest: readonly (readonly WeightedReader[])[],
  [a, b]: readonly [number, number],
  [first, second]: readonly [MomentSummary, MomentSummary],
): UStatisticDifference {
  const { estimator = 'unbiased', alternative = 'two-sided' } = study.options;
  const joint = summarizeMoments(byTest[a]!, byTest[b]!);
  const { moments, decomposition } = joint;
  const names = { first: study.data.tests[a]!, second: study.data.tests[b]! };
  return tested(study, {
    estimate: first.moments.figures[0] - second.moments.figures[0],
    variance: differenceVariance(first, second, { joint, estimator }),
    readers: [byTest[a]!, byTest[b]!],
    alternative,
    nullValue: 0,
    parts: { ...names, moments, decomposition },
  });
}

interface Estimated<Parts> {
  readonly estimate: number;
  readonly variance: VarianceSummary;
  /** Of every test that takes part. */
  readonly readers: readonly (readonly WeightedReader[])[];
  readonly alternative: Alternative;
  readonly nullValue: number;
  /** What else stands in the result. */
  readonly parts: Parts;
}

function tested<Parts extends object>(
  { data, options, profile, kernel, warnings }: Study,
  { estimate, variance: summary, readers, alternative, nullValue, parts }: Estimated<Parts>,
): (TestResult | UndefinedResult<UStatisticStatus>) &
  Pick<UStatisticParts, 'variance' | 'exactDf'> &
  Parts {
  const { level = 0.95, estimator = 'unbiased' } = options;
  const { variance, exactDf } = summary;
  const context = {
    components: { ...summary.components },
    design: data.design.kind,
    n: sampleSizes(readers.flat()),
    warnings,
    method: `u-statistics of ${kernel.kind}, ${estimator} variance`,
    references: REFERENCES,
    variance,
    exactDf,
    ...parts,
  };
  const known = { estimate, alternative };
  if (readers.some((ofTest) => ofTest.length < 2)) {
    return undefinedResult('one-reader', known, { ...context, variance: null, exactDf: null });
  }
  if (variance === null) return undefinedResult('single-case', known, context);
  const problem = varianceProblem(variance);
  if (problem === 'zero-variance') return undefinedResult(problem, { ...known, se: 0 }, context);
  if (problem) return undefinedResult(problem, known, context);
  const df = exactDf === null ? null : usedDf(exactDf, profile);
  return waldTest({ ...known, se: Math.sqrt(variance), df, level, nullValue }, context);
}

function sampleSizes(readers: readonly WeightedReader[]): Readonly<Record<string, number>> {
  const read = (part: 'readPositives' | 'readNegatives'): number =>
    (readers[0]?.matrix[part] ?? new Uint8Array()).filter((_, i) =>
      readers.some(({ matrix }) => matrix[part][i] === 1),
    ).length;
  return {
    readers: new Set(readers.map(({ reader }) => reader)).size,
    positives: read('readPositives'),
    negatives: read('readNegatives'),
  };
}

function designWarnings(
  { design, clusters }: MrmcData,
  { readerWeights }: CompatProfile,
): readonly string[] {
  const warnings: string[] = [];
  if (design.missingReads > 0) {
    const weights =
      readerWeights === 'equal' ? 'equal' : 'the numbers of pairs of cases that they read';
    warnings.push(`${design.missingReads} reads are missing; the readers' weights are ${weights}`);
  }
  if (clusters !== null) {
    warnings.push(
      'cases of a cluster count as independent; obuchowskiRockette keeps them together',
    );
  }
  return warnings;
}
