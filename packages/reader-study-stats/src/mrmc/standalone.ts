import type {
  Alternative,
  ResultContext,
  TestResult,
  UndefinedResult,
} from '../inference/test-result.ts';
import { checkLevel } from '../proportions/check-counts.ts';
import { type Compat, compatProfile } from './compat-profile.ts';
import { inferDifference } from './figure-inference.ts';
import type { FigureOfMerit } from './figure-of-merit.ts';
import { type CovarianceMethod, type FigureTable, figureTable } from './figure-table.ts';
import { mean, sumOfSquares } from './matrix.ts';
import type { MrmcData } from './mrmc-data.ts';
import { meanVariance, type OrModel, type OrStatus } from './or-tests.ts';

/** Options of {@link compareStandalone}. */
export interface StandaloneOptions {
  /** The reader identifier under which the rows of the stand-alone system stand. */
  readonly standalone: string;
  /** The test under which the readers read; needed where they have several. */
  readonly test?: string;
  /** The test under which the system's rows stand; default: that of the readers. */
  readonly standaloneTest?: string;
  /** Default: empirical AUC. */
  readonly figure?: FigureOfMerit;
  /** Default 'jackknife'. */
  readonly covariance?: CovarianceMethod;
  /** Which of readers and cases are random; default 'RRRC'. The system is always fixed. */
  readonly model?: OrModel;
  /** Confidence level; default 0.95. */
  readonly level?: number;
  /** 'greater' means that the system is better than the readers. */
  readonly alternative?: Alternative;
  /** Whose conventions to follow; default: none's, see `compatProfile`. */
  readonly compat?: Compat;
}

/** Result of {@link compareStandalone}. */
export type StandaloneComparison = (TestResult | UndefinedResult<OrStatus>) & {
  /** Figure of merit of the system. */
  readonly standalone: number;
  /** Mean figure of merit of the readers. */
  readonly readers: number;
};

/**
 * A stand-alone system, such as an AI, against the mean of readers of the same cases: the differences
 * ψⱼ = θ_AI − θⱼ are analysed as the figures of a single test, with covariances
 * Cov(ψⱼ, ψₖ) = Var(θ_AI) + Cov(θⱼ, θₖ) − Cov(θ_AI, θⱼ) − Cov(θ_AI, θₖ).
 *
 * @param data the readers' reads and the system's, whose scores count as one more reader's ratings
 * @example
 * ```ts
 * compareStandalone(study, { standalone: 'AI', test: 'unaided', standaloneTest: 'AI alone' });
 * ```
 * @throws RangeError if the system, the test or a reader's reads are not there
 * @see Hillis, Obuchowski and Berbaum 2011, Acad Radiol 18:129, doi 10.1016/j.acra.2010.09.007
 * @see Chakraborty 2017, Observer Performance Methods for Diagnostic Imaging, chapter 22 (1T-RRRC)
 */
export function compareStandalone(
  data: MrmcData,
  options: StandaloneOptions,
): StandaloneComparison {
  const { model = 'RRRC', level = 0.95, alternative = 'two-sided', compat } = options;
  checkLevel('compareStandalone', level);
  const table = figureTable(data, options);
  const { system, readers } = chooseCells(table, options);
  const figureAt = (index: number): number => table.cells[index]!.value;
  const differences = readers.map((index) => figureAt(system) - figureAt(index));
  const { error, cov2 } = differenceCovariances(table, system, readers);
  const profile = { ...compatProfile(compat), truncatesMeans: false };
  const context: ResultContext = {
    design: table.design.kind,
    n: { readers: readers.length, cases: table.cells[system]!.cases },
    warnings: [],
    method: `stand-alone against readers ${model}, ${table.covarianceMethod} covariances of ${table.figure}`,
    references: ['Hillis, Obuchowski and Berbaum 2011, doi 10.1016/j.acra.2010.09.007'],
  };
  const settings = { model, level, alternative, profile, context };
  const meanSquare = readers.length > 1 ? sumOfSquares(differences) / (readers.length - 1) : null;
  const summary = { readers: readers.length, mean: mean(differences), meanSquare };
  const variance = meanVariance(model, summary, { error, cov2, cov1: 0, cov3: 0 });
  const name = { standalone: figureAt(system), readers: mean(readers.map(figureAt)) };
  const estimate = summary.mean;
  return inferDifference({ estimate, variance, scale: 1, name }, settings);
}

/** Mean variance and mean covariance of the differences system − reader. */
function differenceCovariances(
  { covariance }: FigureTable,
  system: number,
  readers: readonly number[],
): { readonly error: number; readonly cov2: number } {
  const between = (a: number, b: number): number =>
    covariance[system]![system]! +
    covariance[a]![b]! -
    covariance[system]![a]! -
    covariance[system]![b]!;
  const others = readers.flatMap((a) => readers.filter((b) => b !== a).map((b) => between(a, b)));
  return {
    error: mean(readers.map((a) => between(a, a))),
    cov2: others.length > 0 ? mean(others) : 0,
  };
}

/** The cells of the system and of the readers, as indices. */
function chooseCells(
  { cells, readers, tests }: FigureTable,
  { standalone, test: given, standaloneTest }: StandaloneOptions,
): { readonly system: number; readonly readers: readonly number[] } {
  const all = cells.map((cell, index) => ({
    index,
    isSystem: readers[cell.reader] === standalone,
    test: tests[cell.test]!,
  }));
  const choices = [...new Set(all.filter((cell) => !cell.isSystem).map((cell) => cell.test))];
  const test = given ?? (choices.length === 1 ? choices[0] : undefined);
  if (test === undefined || !choices.includes(test)) {
    throw new RangeError(
      `compareStandalone: test must be one that readers used (${choices.join(', ')}), got ${test ?? 'none'}`,
    );
  }
  const ownTest = standaloneTest ?? test;
  const system = all.find((cell) => cell.isSystem && cell.test === ownTest);
  if (system === undefined) {
    throw new RangeError(
      `compareStandalone: reader ${standalone} must have reads under test ${ownTest}, got none`,
    );
  }
  const others = all.filter((cell) => !cell.isSystem && cell.test === test);
  return { system: system.index, readers: others.map((cell) => cell.index) };
}
