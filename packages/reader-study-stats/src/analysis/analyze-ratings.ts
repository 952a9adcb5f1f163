import { equivalence, type MarginResult, nonInferiority } from '../inference/non-inferiority.ts';
import type {
  ConfidenceInterval,
  OmnibusResult,
  TestResult,
  UndefinedResult,
} from '../inference/test-result.ts';
import { twoSidedQuantile } from '../inference/wald-test.ts';
import { dorfmanBerbaumMetz } from '../mrmc/dorfman-berbaum-metz.ts';
import type { FigureDifference, FigureEstimate } from '../mrmc/figure-inference.ts';
import {
  empiricalAuc,
  type FigureOfMerit,
  sensitivityAt,
  specificityAt,
} from '../mrmc/figure-of-merit.ts';
import type { FigureTable } from '../mrmc/figure-table.ts';
import type { AnovaLine } from '../mrmc/mean-squares.ts';
import type { MrmcData } from '../mrmc/mrmc-data.ts';
import {
  analyzeFigures,
  type OrAnalysis,
  type OrTestOptions,
  obuchowskiRockette,
} from '../mrmc/obuchowski-rockette.ts';
import type { OrStatus } from '../mrmc/or-tests.ts';
import type { StudyDesign } from '../mrmc/study-design.ts';
import type { SuccessKernel } from '../mrmc/success-matrix.ts';
import {
  type UStatisticDifference,
  type UStatisticMean,
  uStatisticAnalysis,
} from '../mrmc/u-statistics.ts';
import { arrangeRated, type CodedReads } from './rated-reads.ts';
import type { ReportHead } from './report-head.ts';
import { type TestCurves, testCurves } from './roc-curves.ts';
import type { StudyConfig } from './study-config.ts';

/** A number of one reader with its interval, cases random. */
export interface ReaderEstimate {
  /** One of `data.readers`. */
  readonly reader: string;
  /** One of `data.tests`. */
  readonly first: string;
  /** null: the figure under `first` itself; else the difference first − second. */
  readonly second: string | null;
  /** In the unit of the figure. */
  readonly estimate: number;
  /** null where the variance is not positive. */
  readonly se: number | null;
  /** estimate ± z·se at level 1 − alpha, a figure's cut at 0 and 1; null without an error. */
  readonly ci: Omit<ConfidenceInterval, 'method'> | null;
}

/** What every comparison of tests over readers gives. */
export interface ComparisonReport extends ReportHead {
  /** Who and what was compared. */
  readonly data: {
    /** In the order of the configuration, or sorted. */
    readonly readers: readonly string[];
    /** In the order of the configuration, or sorted; differences are taken in this order. */
    readonly tests: readonly string[];
  };
  /** Name of the figure of merit. */
  readonly figure: string;
  /** Whether all tests are equal; null for U-statistics, which compare pairs. */
  readonly equality: OmnibusResult | UndefinedResult<OrStatus> | null;
  /** One per test, in their order. */
  readonly means: readonly (FigureEstimate | UStatisticMean)[];
  /** first − second of every pair of tests, in their order. */
  readonly differences: readonly (FigureDifference | UStatisticDifference)[];
  /** Of the differences that could be tested, where a margin is given. */
  readonly margins: readonly (MarginResult & {
    /** The test that is to be not inferior, or equivalent. */
    readonly first: string;
    /** The test that it is compared with. */
    readonly second: string;
  })[];
  /** Variance components by name; of U-statistics those of each difference stand in `differences`. */
  readonly components: Readonly<Record<string, number | null>> | null;
  /** Analysis of variance by source; null for U-statistics. */
  readonly anova: Readonly<Record<string, Pick<AnovaLine, 'df' | 'meanSquare'>>> | null;
  /** Every reader by themselves: figures under each test, then differences of each pair. */
  readonly readers: readonly ReaderEstimate[];
}

/** What an analysis of ratings gives: plain JSON, from which text and page are made. */
export interface RatingsReport extends ComparisonReport {
  /** Tells this report from the others. */
  readonly analysis: 'ratings';
  /** What was read. */
  readonly data: ComparisonReport['data'] & {
    /** Reads that count. */
    readonly reads: number;
    /** Reads that the policy for "unsure" left out. */
    readonly excluded: number;
    /** Positive cases, each counted once, whoever read it. */
    readonly positives: number;
    /** Negative cases, counted alike. */
    readonly negatives: number;
    /** Of cases; null where every case is one by itself. */
    readonly clusters: number | null;
    /** Who read what, as found in the reads. */
    readonly design: StudyDesign;
  };
  /** One per test, in their order. */
  readonly curves: readonly TestCurves[];
}

/**
 * Compares tests by the ratings of several readers, as the configuration says.
 *
 * @param reads rows with their lines, from any of the formats
 * @throws ReadsError with every problem of the reads; RangeError where the method does not take the
 *   design; StudyConfigError where the coding is not known
 * @example
 * ```ts
 * const config = { positive: 'cancer', negative: 'healthy', direction: 'higher' } as const;
 * analyzeRatings(parseRows(csv), config).figure; // => 'empirical AUC'
 * ```
 */
export function analyzeRatings(reads: CodedReads, config: StudyConfig): RatingsReport {
  const study = arrangeRated(reads, config);
  const { data } = study;
  return {
    analysis: 'ratings',
    title: config.title ?? 'Reader study',
    config,
    data: {
      reads: study.reads,
      excluded: study.excluded,
      readers: data.readers,
      tests: data.tests,
      positives: data.positives.length,
      negatives: data.negatives.length,
      clusters: data.clusters?.count ?? null,
      design: data.design,
    },
    ...comparisonOf(analysisOf(data, config), config),
    curves: testCurves(data),
  };
}

/** A comparison without what follows from it and the configuration. */
type Part = Pick<
  ComparisonReport,
  'method' | 'figure' | 'equality' | 'means' | 'differences' | 'components' | 'anova' | 'warnings'
> & { readonly readers: readonly Omit<ReaderEstimate, 'ci'>[] };

/** The comparison with its margins, intervals of readers and references. */
export function comparisonOf(
  part: Part,
  config: StudyConfig,
): Omit<ComparisonReport, 'title' | 'config' | 'data'> {
  const level = 1 - (config.alpha ?? 0.05);
  return {
    ...part,
    margins: part.differences.flatMap((difference) => marginOf(difference, config)),
    readers: part.readers.map((one) => withInterval(one, level)),
    references: part.means[0]?.references ?? [],
  };
}

function analysisOf(data: MrmcData, config: StudyConfig): Part {
  const { method = 'obuchowski-rockette' } = config;
  switch (method) {
    case 'obuchowski-rockette':
      return obuchowski(data, config);
    case 'dorfman-berbaum-metz':
      return dorfman(data, config);
    case 'u-statistics':
      return uStatistics(data, config);
    default:
      throw new RangeError(`analyzeRatings: unknown method ${String(method satisfies never)}`);
  }
}

function obuchowski(data: MrmcData, config: StudyConfig): Part {
  const { covariance } = config;
  return orPart(
    obuchowskiRockette(data, {
      ...settingsOf(config),
      figure: figureOf(config),
      ...(covariance && { covariance }),
    }),
  );
}

/** What an Obuchowski-Rockette analysis says, whatever its figures are. */
export function orPart(analysis: OrAnalysis): Part {
  const { anova, table, components, equality, differences, means, warnings } = analysis;
  return {
    method: means[0]!.method,
    figure: table.figure,
    equality,
    means,
    differences,
    components: { ...components },
    anova: {
      test: lineOf(anova.test),
      reader: lineOf(anova.reader),
      ...(anova.testByReader && { 'test × reader': lineOf(anova.testByReader) }),
    },
    readers: readersOf(table),
    warnings,
  };
}

function dorfman(data: MrmcData, config: StudyConfig): Part {
  const analysis = dorfmanBerbaumMetz(data, { ...settingsOf(config), figure: figureOf(config) });
  const { table, anova, components, equality, differences, means } = analysis;
  return {
    method: means[0]!.method,
    figure: table.figure,
    equality,
    means,
    differences,
    components,
    anova,
    readers: readersOf(table),
    warnings: means[0]!.warnings,
  };
}

function uStatistics(data: MrmcData, config: StudyConfig): Part {
  const { estimator } = config;
  const kernel = kernelOf(config);
  const { means, differences, readers, warnings } = uStatisticAnalysis(data, {
    ...settingsOf(config),
    kernel,
    ...(estimator && { estimator }),
  });
  return {
    method: means[0]!.method,
    figure: kernel.kind === 'auc' ? empiricalAuc.name : figureOf(config).name,
    equality: null,
    means,
    differences,
    components: null,
    anova: null,
    readers: readers.map(({ reader, first, second, estimate, variance }) => ({
      reader,
      first,
      second,
      estimate,
      se: variance !== null && variance > 0 ? Math.sqrt(variance) : null,
    })),
    warnings,
  };
}

/** The options of every comparison. */
export function settingsOf({ model, alpha, alternative, compat }: StudyConfig): OrTestOptions {
  return {
    ...(model && { model }),
    ...(alpha !== undefined && { level: 1 - alpha }),
    ...(alternative && { alternative }),
    ...(compat && { compat }),
  };
}

/** Ratings of the direction 'lower' are turned around, and with them the threshold. */
function kernelOf({ figure = { kind: 'auc' }, direction }: StudyConfig): SuccessKernel {
  const { kind, threshold = 0 } = figure;
  if (kind !== 'sensitivity' && kind !== 'specificity') return { kind: 'auc' };
  return { kind, threshold: direction === 'lower' ? -threshold : threshold };
}

function figureOf(config: StudyConfig): FigureOfMerit {
  const kernel = kernelOf(config);
  if (kernel.kind === 'auc') return empiricalAuc;
  const at = kernel.kind === 'sensitivity' ? sensitivityAt : specificityAt;
  const name = `${kernel.kind} at ${config.figure?.threshold}`;
  return { ...at(kernel.threshold), name };
}

function lineOf({ df, meanSquare }: AnovaLine) {
  return { df, meanSquare };
}

/** Every reader by themselves, with the covariances of the study: readers fixed, cases random. */
function readersOf(table: FigureTable): readonly Omit<ReaderEstimate, 'ci'>[] {
  const { readerMeans, readerDifferences } = analyzeFigures(table, { model: 'FRRC' });
  const se = (one: TestResult['se'] | null): number | null =>
    one !== null && one > 0 ? one : null;
  return [
    ...readerMeans.map((one) => ({
      reader: one.reader!,
      first: one.test,
      second: null,
      estimate: one.estimate!,
      se: se(one.se),
    })),
    ...readerDifferences.map((one) => ({
      reader: one.reader!,
      first: one.first,
      second: one.second,
      estimate: one.estimate!,
      se: se(one.se),
    })),
  ];
}

/** estimate ± z·se; a figure's own interval is cut at 0 and 1. */
function withInterval(one: Omit<ReaderEstimate, 'ci'>, level: number): ReaderEstimate {
  if (one.se === null) return { ...one, ci: null };
  const half = one.se * twoSidedQuantile(level, null);
  const [lower, upper] = [one.estimate - half, one.estimate + half];
  const ci =
    one.second === null
      ? { level, lower: Math.max(0, lower), upper: Math.min(1, upper) }
      : { level, lower, upper };
  return { ...one, ci };
}

function marginOf(
  difference: FigureDifference | UStatisticDifference,
  { margin, alpha = 0.05 }: StudyConfig,
): ComparisonReport['margins'] {
  if (margin === undefined || difference.status !== 'ok') return [];
  const options = { margin: margin.value, alpha: alpha / 2 };
  const result =
    margin.kind === 'equivalence'
      ? equivalence(difference, options)
      : nonInferiority(difference, { ...options, better: margin.better! });
  return [{ ...result, first: difference.first, second: difference.second }];
}
