import { checkLevel } from '../proportions.ts';
import {
  type Alternative,
  type OmnibusResult,
  type ResultContext,
  type TestResult,
  type UndefinedResult,
  undefinedResult,
} from '../test-result.ts';
import { waldTest } from '../wald-test.ts';
import { type Compat, type CompatProfile, compatProfile, usedDf } from './compat-profile.ts';
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
  varianceProblem,
} from './or-tests.ts';

/** Options of {@link analyzeFigures}. */
export interface OrTestOptions {
  /** What is random; default 'RRRC', readers and cases. */
  readonly model?: OrModel;
  /** Confidence level; default 0.95. */
  readonly level?: number;
  /** Of the differences; default 'two-sided', 'greater' means that the first test is better. */
  readonly alternative?: Alternative;
  /** Whose conventions to follow; default: none's, see {@link compatProfile}. */
  readonly compat?: Compat;
}

/** Options of {@link obuchowskiRockette}. */
export interface OrOptions extends OrTestOptions {
  /** Default: empirical AUC. */
  readonly figure?: FigureOfMerit;
  /** Default 'jackknife'. */
  readonly covariance?: CovarianceMethod;
}

/** The mean figure of a test, or the figure of one reader, with its interval. */
export type FigureEstimate =
  | (Omit<TestResult, 'pValue' | 'statistic'> & FigureName)
  | (UndefinedResult<OrStatus> & FigureName);

/** Whose figure it is. */
export interface FigureName {
  readonly test: string;
  /** Absent where it is the mean of all readers. */
  readonly reader?: string;
}

/** The difference first − second of two tests, of the mean of all readers or of one. */
export type FigureDifference = (TestResult | UndefinedResult<OrStatus>) & {
  readonly first: string;
  readonly second: string;
  readonly reader?: string;
};

/** Result of {@link obuchowskiRockette}. */
export interface OrAnalysis {
  readonly model: OrModel;
  /** Figures of merit and their covariances. */
  readonly table: FigureTable;
  readonly anova: FigureAnova;
  /** Always shown, negative estimates too. */
  readonly components: OrComponents;
  /** Whether all tests are equal. */
  readonly equality: OmnibusResult | UndefinedResult<OrStatus>;
  /** Every pair of tests, in their order. */
  readonly differences: readonly FigureDifference[];
  readonly means: readonly FigureEstimate[];
  /** With fixed readers only: every reader's figures. */
  readonly readerMeans: readonly FigureEstimate[];
  /** With fixed readers only: every reader's differences. */
  readonly readerDifferences: readonly FigureDifference[];
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
 * @see Obuchowski and Rockette 1995, Commun Stat Simul Comput 24:285, doi 10.1080/03610919508813243
 * @see Hillis 2014, Stat Med 33:330, doi 10.1002/sim.5926
 */
export function obuchowskiRockette(data: MrmcData, options: OrOptions = {}): OrAnalysis {
  return analyzeFigures(figureTable(data, options), options);
}

/**
 * {@link obuchowskiRockette} on figures of merit and covariances from elsewhere: a FROC figure with
 * {@link jackknifeCovariance}, or published ones.
 */
export function analyzeFigures(table: FigureTable, options: OrTestOptions = {}): OrAnalysis {
  const { model = 'RRRC', level = 0.95, alternative = 'two-sided', compat } = options;
  checkLevel('obuchowskiRockette', level);
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
  const settings = { model, level, alternative, profile, context };
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

interface Settings {
  readonly model: OrModel;
  readonly level: number;
  readonly alternative: Alternative;
  readonly profile: CompatProfile;
  readonly context: ResultContext;
}

function componentWarnings(components: OrComponents, table: FigureTable): readonly string[] {
  const warnings: string[] = [];
  const { reader, testByReader, cov2, cov3 } = components;
  if (reader !== null && reader < 0)
    warnings.push('the variance among readers is estimated below 0');
  if (testByReader !== null && testByReader < 0) {
    warnings.push('the variance of the test-by-reader interaction is estimated below 0');
  }
  if (cov2 < cov3) warnings.push('Cov2 is estimated below Cov3; their difference counts as 0');
  if (table.design.kind === 'partial' || table.design.missingReads > 0) {
    warnings.push(`${table.design.missingReads} reads are missing; readers have equal weight`);
  }
  return warnings;
}

/** A difference (or mean) with the variance given, or the status that says why there is none. */
function tested(
  estimate: number,
  variance: OrVariance | null,
  scale: number,
  settings: Settings,
): TestResult | UndefinedResult<OrStatus> {
  const { alternative, level, profile } = settings;
  const context = { ...settings.context, components: variance?.components ?? {} };
  if (variance === null) return undefinedResult('one-reader', { estimate, alternative }, context);
  const problem = varianceProblem(variance.denominator);
  if (problem) {
    const known =
      problem === 'zero-variance' ? { estimate, se: 0, alternative } : { estimate, alternative };
    return undefinedResult(problem, known, context);
  }
  const se = Math.sqrt(scale * variance.denominator);
  const df = variance.df === null ? null : usedDf(variance.df, profile);
  return waldTest({ estimate, se, df, alternative, level }, context);
}

function testDifferences(
  table: FigureTable,
  { tests }: FigureAnova,
  variance: OrVariance | null,
  settings: Settings,
): readonly FigureDifference[] {
  return pairs(table.tests.length).map(([a, b]) => {
    const estimate = tests[a]!.mean - tests[b]!.mean;
    const scale = 1 / tests[a]!.readers + 1 / tests[b]!.readers;
    const named = { first: table.tests[a]!, second: table.tests[b]! };
    return { ...named, ...tested(estimate, variance, scale, settings) };
  });
}

function testMeans(
  table: FigureTable,
  anova: FigureAnova,
  settings: Settings,
): readonly FigureEstimate[] {
  return anova.tests.map((test, index) => {
    const variance = meanVariance(settings.model, test, testCovariances(table, index));
    return estimated(test.mean, variance, { test: table.tests[index]! }, { table, settings });
  });
}

function readerMeans(table: FigureTable, settings: Settings): readonly FigureEstimate[] {
  return table.cells.map(({ reader, test, value }, index) => {
    const error = table.covariance[index]![index]!;
    const variance = { denominator: error, df: null, components: { error } };
    const name = { test: table.tests[test]!, reader: table.readers[reader]! };
    return estimated(value, variance, name, { table, settings });
  });
}

function estimated(
  estimate: number,
  variance: OrVariance | null,
  name: FigureName,
  { table, settings }: { readonly table: FigureTable; readonly settings: Settings },
): FigureEstimate {
  const result = tested(estimate, variance, 1, { ...settings, alternative: 'two-sided' });
  if (result.status !== 'ok') return { ...name, ...result };
  const { statistic: _, pValue: __, ...rest } = result;
  const [least, greatest] = settings.profile.truncatesMeans
    ? table.range
    : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const ci = {
    ...result.ci,
    lower: Math.max(least, result.ci.lower),
    upper: Math.min(greatest, result.ci.upper),
  };
  return { ...name, ...rest, ci };
}

/**
 * Differences of each reader by themselves: se² = 2·(σ²_ε − Cov₁) of that reader, over all tests.
 * **Difference** from MRMCaov with more than two tests: it recycles the readers' standard errors over
 * the comparisons (its R warns of it); here each belongs to its reader.
 */
function readerDifferences(table: FigureTable, settings: Settings): readonly FigureDifference[] {
  return table.readers.flatMap((reader, index) => {
    const own = table.cells.filter((cell) => cell.reader === index);
    const { error, cov1 } = errorCovariances(table, (cell) => cell.reader === index);
    const variance = { denominator: error - cov1, df: null, components: { error, cov1 } };
    return pairs(table.tests.length).map(([a, b]) => ({
      reader,
      first: table.tests[a]!,
      second: table.tests[b]!,
      ...tested(own[a]!.value - own[b]!.value, variance, 2, settings),
    }));
  });
}

function pairs(count: number): readonly (readonly [number, number])[] {
  return Array.from({ length: count }, (_, a) => a).flatMap((a) =>
    Array.from({ length: count - a - 1 }, (_, i) => [a, a + 1 + i] as const),
  );
}
