import type {
  Alternative,
  OmnibusResult,
  ResultContext,
  UndefinedResult,
} from '../inference/test-result.ts';
import { checkLevel } from '../proportions/check-counts.ts';
import { type Compat, compatProfile } from './compat-profile.ts';
import {
  type FigureDifference,
  type FigureEstimate,
  type InferenceSettings,
  inferDifference,
  inferMean,
  type MeanInterval,
} from './figure-inference.ts';
import type { FigureOfMerit } from './figure-of-merit.ts';
import { type CovarianceMethod, type FigureTable, figureTable } from './figure-table.ts';
import { type FigureAnova, figureAnova } from './mean-squares.ts';
import type { MrmcData } from './mrmc-data.ts';
import {
  errorCovariances,
  type OrComponents,
  orComponents,
  testCovariances,
} from './or-components.ts';
import {
  differenceVariance,
  equalityTest,
  meanVariance,
  type OrModel,
  type OrStatus,
  type OrVariance,
} from './or-tests.ts';
import { pairsOf } from './pairs.ts';

/** Options of {@link analyzeFigures}. */
export interface OrTestOptions {
  /** What is random; default 'RRRC', readers and cases. */
  readonly model?: OrModel;
  /** Confidence level; default 0.95. */
  readonly level?: number;
  /** Of the differences; default 'two-sided', 'greater' means that the first test is better. */
  readonly alternative?: Alternative;
  /** Whose conventions to follow; default: none's, see `compatProfile`. */
  readonly compat?: Compat;
  /**
   * Intervals of means (not of differences): 'plain' (default) or 'logit', for figures with a finite
   * range. Near 1 with few cases plain ones cover too little, see simulations/README.md.
   */
  readonly meanInterval?: MeanInterval;
}

/** Options of {@link obuchowskiRockette}. */
export interface OrOptions extends OrTestOptions {
  /** Default: empirical AUC. */
  readonly figure?: FigureOfMerit;
  /** Default 'jackknife'. */
  readonly covariance?: CovarianceMethod;
}

/** Result of {@link obuchowskiRockette}. */
export interface OrAnalysis {
  /** What was taken as random. */
  readonly model: OrModel;
  /** Figures of merit and their covariances. */
  readonly table: FigureTable;
  /** Mean squares of the figures over tests and readers. */
  readonly anova: FigureAnova;
  /** Always shown, negative estimates too. */
  readonly components: OrComponents;
  /** Whether all tests are equal. */
  readonly equality: OmnibusResult | UndefinedResult<OrStatus>;
  /** Every pair of tests, in their order. */
  readonly differences: readonly FigureDifference[];
  /** One per test, in their order. */
  readonly means: readonly FigureEstimate[];
  /** With fixed readers only: every reader's figures. */
  readonly readerMeans: readonly FigureEstimate[];
  /** With fixed readers only: every reader's differences. */
  readonly readerDifferences: readonly FigureDifference[];
  /** Components estimated below 0, missing reads; empty if there is none. */
  readonly warnings: readonly string[];
}

const METHOD = 'obuchowski-rockette';
const REFERENCES = [
  'Obuchowski and Rockette 1995, doi 10.1080/03610919508813243',
  'Hillis 2007, doi 10.1002/sim.2532',
  'Hillis 2014, doi 10.1002/sim.5926',
];

/**
 * Compares tests by the figures of merit of several readers who read the cases under each:
 * θᵢⱼ = μ + τᵢ + Rⱼ + (τR)ᵢⱼ + εᵢⱼ, where the errors of figures from the same cases are correlated.
 * Degrees of freedom after Hillis. Takes crossed, split-plot and partial designs in which every reader
 * reads under every test, cases nested in tests or readers, and readers nested in tests.
 *
 * @param data checked reads, see {@link arrangeReads}
 * @param options figure of merit, covariance method, model, level, alternative, compat
 * @returns means, pairwise differences and their tests, components and covariances. A test that is not
 *   possible is a typed status: 'one-test', 'one-reader', 'zero-variance', 'negative-variance'
 * @throws RangeError if a reader lacks a test that others have, or as {@link figureTable}
 * @example
 * ```ts
 * const study = arrangeReads(rows, { positive: 'cancer', negative: 'healthy', direction: 'higher' });
 * const { differences, components } = obuchowskiRockette(study, { covariance: 'delong' });
 * differences[0]; // { first: 'A', second: 'B', status: 'ok', estimate, se, df, pValue, ci, … }
 * ```
 * @see Obuchowski and Rockette 1995, Commun Stat Simul Comput 24:285, doi 10.1080/03610919508813243
 * @see Hillis 2014, Stat Med 33:330, doi 10.1002/sim.5926
 */
export function obuchowskiRockette(data: MrmcData, options: OrOptions = {}): OrAnalysis {
  return analyzeFigures(figureTable(data, options), options);
}

/**
 * {@link obuchowskiRockette} on figures of merit and covariances from elsewhere: a FROC figure with
 * {@link jackknifeCovariance}, or published ones.
 * @example
 * ```ts
 * analyzeFigures(figureTable(study), { model: 'FRRC' }).differences;
 * ```
 */
export function analyzeFigures(table: FigureTable, options: OrTestOptions = {}): OrAnalysis {
  const {
    model = 'RRRC',
    level = 0.95,
    alternative = 'two-sided',
    compat,
    meanInterval = 'plain',
  } = options;
  checkLevel('obuchowskiRockette', level);
  if (meanInterval === 'logit' && !table.range.every(Number.isFinite)) {
    throw new RangeError(
      `obuchowskiRockette: meanInterval logit needs a figure with a finite range, got ${table.figure}`,
    );
  }
  const profile = compatProfile(compat);
  const anova = figureAnova(table);
  const components = orComponents(table, anova);
  const warnings = componentWarnings(components, table);
  const context: ResultContext = {
    design: table.design.kind,
    n: { tests: table.tests.length, readers: table.readers.length },
    warnings,
    method: `${METHOD} ${model}, ${table.covarianceMethod} covariances of ${table.figure}`,
    references: REFERENCES,
  };
  const settings = { model, level, alternative, profile, meanInterval, context };
  const variance = differenceVariance(model, anova, components, profile);
  const fixed = model === 'FRRC';
  return {
    model,
    table,
    anova,
    components,
    equality: equalityTest(table, anova, variance, settings),
    differences: testDifferences(table, anova, variance, settings),
    means: testMeans(table, anova, settings),
    readerMeans: fixed ? readerMeans(table, settings) : [],
    readerDifferences:
      fixed && anova.layout === 'crossed' ? readerDifferences(table, settings) : [],
    warnings,
  };
}

function componentWarnings(components: OrComponents, table: FigureTable): readonly string[] {
  const warnings: string[] = [];
  const { reader, testByReader, cov2, cov3 } = components;
  if (reader !== null && reader < 0)
    warnings.push('the variance among readers is estimated below 0');
  if (testByReader !== null && testByReader < 0) {
    warnings.push('the variance of the test-by-reader interaction is estimated below 0');
  }
  if (cov2 < cov3) warnings.push('Cov2 is estimated below Cov3');
  if (table.design.kind === 'partial' || table.design.missingReads > 0) {
    warnings.push(`${table.design.missingReads} reads are missing; readers have equal weight`);
  }
  return warnings;
}

function testDifferences(
  table: FigureTable,
  { tests }: FigureAnova,
  variance: OrVariance | null,
  settings: InferenceSettings,
): readonly FigureDifference[] {
  return pairsOf(table.tests.length).map(([a, b]) => {
    const estimate = tests[a]!.mean - tests[b]!.mean;
    const scale = 1 / tests[a]!.readers + 1 / tests[b]!.readers;
    const name = { first: table.tests[a]!, second: table.tests[b]! };
    return inferDifference({ estimate, variance, scale, name }, settings);
  });
}

function testMeans(
  table: FigureTable,
  anova: FigureAnova,
  settings: InferenceSettings,
): readonly FigureEstimate[] {
  return anova.tests.map((test, index) => {
    const variance = meanVariance(settings.model, test, testCovariances(table, index));
    const name = { test: table.tests[index]! };
    return inferMean({ estimate: test.mean, variance, name }, table.range, settings);
  });
}

function readerMeans(table: FigureTable, settings: InferenceSettings): readonly FigureEstimate[] {
  return table.cells.map(({ reader, test, value }, index) => {
    const error = table.covariance[index]![index]!;
    const variance = { denominator: error, df: null, components: { error } };
    const name = { test: table.tests[test]!, reader: table.readers[reader]! };
    return inferMean({ estimate: value, variance, name }, table.range, settings);
  });
}

/**
 * Differences of each reader by themselves: se² = 2·(σ²_ε − Cov₁) of that reader, over all tests.
 * **Difference** from MRMCaov with more than two tests: it recycles the readers' standard errors over
 * the comparisons (its R warns of it); here each belongs to its reader.
 */
function readerDifferences(
  table: FigureTable,
  settings: InferenceSettings,
): readonly FigureDifference[] {
  return table.readers.flatMap((reader, index) => {
    const own = table.cells.filter((cell) => cell.reader === index);
    const { error, cov1 } = errorCovariances(table, (cell) => cell.reader === index);
    const variance = { denominator: error - cov1, df: null, components: { error, cov1 } };
    return pairsOf(table.tests.length).map(([a, b]) => {
      const name = { reader, first: table.tests[a]!, second: table.tests[b]! };
      const estimate = own[a]!.value - own[b]!.value;
      return inferDifference({ estimate, variance, scale: 2, name }, settings);
    });
  });
}
