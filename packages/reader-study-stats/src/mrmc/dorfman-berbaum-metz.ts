import { fTest } from '../inference/omnibus-test.ts';
import {
  type OmnibusResult,
  type ResultContext,
  type UndefinedResult,
  undefinedResult,
} from '../inference/test-result.ts';
import { checkLevel } from '../proportions/check-counts.ts';
import { compatProfile } from './compat-profile.ts';
import {
  type FigureDifference,
  type FigureEstimate,
  type InferenceSettings,
  inferDifference,
  inferMean,
} from './figure-inference.ts';
import { type FigureTable, figureTable } from './figure-table.ts';
import { sumOfSquares } from './matrix.ts';
import { type FigureAnova, figureAnova } from './mean-squares.ts';
import type { MrmcData } from './mrmc-data.ts';
import type { OrOptions } from './obuchowski-rockette.ts';
import { type ErrorCovariances, errorCovariances, testCovariances } from './or-components.ts';
import { type OrModel, type OrStatus, type OrVariance, varianceProblem } from './or-tests.ts';
import { pairsOf } from './pairs.ts';

/** Sources of variance of pseudovalues: test T, reader R, case C, and their interactions. */
export type DbmSource = 'T' | 'R' | 'C' | 'TR' | 'TC' | 'RC' | 'TRC';

/** Degrees of freedom and mean square of one source of variance; null without degrees of freedom. */
export interface DbmLine {
  /** Levels less 1; of an interaction, the product over what meets. */
  readonly df: number;
  /** Of the pseudovalues, K times that of the figures. */
  readonly meanSquare: number | null;
}

/** Result of {@link dorfmanBerbaumMetz}. */
export interface DbmAnalysis {
  /** What was taken as random. */
  readonly model: OrModel;
  /** Figures of merit and their jackknife covariances, from which all else follows. */
  readonly table: FigureTable;
  /** Degrees of freedom and mean squares of the pseudovalues; null where there are no degrees. */
  readonly anova: Readonly<Record<DbmSource, DbmLine>>;
  /** Readers and cases under each test alone. */
  readonly byTest: readonly Readonly<Record<'R' | 'C' | 'RC', DbmLine>>[];
  /** Tests and cases of each reader alone. */
  readonly byReader: readonly Readonly<Record<'T' | 'C' | 'TC', DbmLine>>[];
  /** Variance components, negative estimates too; null with one reader or one test. */
  readonly components: Readonly<Record<'R' | 'C' | 'TR' | 'TC' | 'RC' | 'error', number>> | null;
  /** Whether all tests are equal: F = MS(T)/error term of the model. */
  readonly equality: OmnibusResult | UndefinedResult<OrStatus>;
  /** Every pair of tests, in their order. */
  readonly differences: readonly FigureDifference[];
  /** One per test, in their order. */
  readonly means: readonly FigureEstimate[];
  /** With fixed readers only. */
  readonly readerDifferences: readonly FigureDifference[];
}

/**
 * The method of Dorfman, Berbaum and Metz with Hillis' degrees of freedom: an analysis of variance of
 * jackknife pseudovalues Y = K·θ − (K − 1)·θ₍₋ₖ₎ of K cases.
 *
 * The mean squares follow from the figures and their jackknife covariances, to which they are
 * equivalent: MS(T), MS(R), MS(TR) are K times those of the figures,
 * MS(C) = K·(σ² + (t − 1)Cov₁ + (r − 1)Cov₂ + (t − 1)(r − 1)Cov₃), MS(TC) = K·(σ² − Cov₁ + (r − 1)(Cov₂ − Cov₃)),
 * MS(RC) = K·(σ² − Cov₂ + (t − 1)(Cov₁ − Cov₃)), MS(TRC) = K·(σ² − Cov₁ − Cov₂ + Cov₃).
 *
 * RRRC: F = MS(T)/(MS(TR) + max(MS(TC) − MS(TRC), 0)). FRRC: F = MS(T)/MS(TC). RRFC: F = MS(T)/MS(TR).
 * RRRC and RRFC equal {@link obuchowskiRockette}'s with jackknife covariances; FRRC has F with K − 1
 * degrees of freedom per test where that has χ².
 *
 * @param data a crossed study
 * @param options figure of merit, model, level, alternative, compat
 * @throws RangeError if the design is not crossed or cases have clusters, or as {@link figureTable}
 * @example
 * ```ts
 * const { anova, components, differences } = dorfmanBerbaumMetz(study);
 * ```
 * @see Dorfman, Berbaum and Metz 1992, Invest Radiol 27:723, doi 10.1097/00004424-199209000-00015
 * @see Hillis, Berbaum and Metz 2008, Acad Radiol 15:647, doi 10.1016/j.acra.2007.12.015
 */
export function dorfmanBerbaumMetz(
  data: MrmcData,
  options: Omit<OrOptions, 'covariance'> = {},
): DbmAnalysis {
  if (data.design.kind !== 'crossed') {
    throw new RangeError(
      `dorfmanBerbaumMetz: the design must be crossed, got ${data.design.kind} (obuchowskiRockette takes others)`,
    );
  }
  if (data.clusters !== null) {
    throw new RangeError(
      'dorfmanBerbaumMetz: cases must be independent, got clusters (obuchowskiRockette takes them)',
    );
  }
  const { model = 'RRRC', level = 0.95, alternative = 'two-sided', compat } = options;
  checkLevel('dorfmanBerbaumMetz', level);
  const table = figureTable(data, { ...options, covariance: 'jackknife' });
  const figures = figureAnova(table);
  const covariances = errorCovariances(table);
  const size = { t: table.tests.length, r: table.readers.length, k: table.cells[0]!.cases };
  const anova = pseudovalueAnova(figures, covariances, size);
  const context: ResultContext = {
    design: 'crossed',
    n: { tests: size.t, readers: size.r, cases: size.k },
    warnings: [],
    method: `dorfman-berbaum-metz ${model}, pseudovalues of ${table.figure}`,
    references: [
      'Dorfman, Berbaum and Metz 1992, doi 10.1097/00004424-199209000-00015',
      'Hillis, Berbaum and Metz 2008, doi 10.1016/j.acra.2007.12.015',
    ],
  };
  const settings = { model, level, alternative, profile: compatProfile(compat), context };
  const denominator = errorTerm(model, anova);
  return {
    model,
    table,
    anova,
    byTest: testAnovas(table, figures, size),
    byReader: readerAnovas(table, size),
    components: pseudovalueComponents(anova, size),
    equality: equality(anova, denominator, size, settings),
    differences: pairsOf(size.t).map(([a, b]) => {
      const name = { first: table.tests[a]!, second: table.tests[b]! };
      const estimate = figures.tests[a]!.mean - figures.tests[b]!.mean;
      const scale = 2 / (size.r * size.k);
      return inferDifference({ estimate, variance: denominator, scale, name }, settings);
    }),
    means: means(table, figures, size, settings),
    readerDifferences: model === 'FRRC' ? readerDifferences(table, size, settings) : [],
  };
}

interface Size {
  readonly t: number;
  readonly r: number;
  readonly k: number;
}

function pseudovalueAnova(
  figures: FigureAnova,
  { error, cov1, cov2, cov3 }: ErrorCovariances,
  { t, r, k }: Size,
): DbmAnalysis['anova'] {
  const line = (df: number, meanSquare: number | null) => pseudovalueLine(df, meanSquare, k);
  return {
    T: line(t - 1, figures.test.meanSquare),
    R: line(r - 1, figures.reader.meanSquare),
    C: line(k - 1, error + (t - 1) * cov1 + (r - 1) * cov2 + (t - 1) * (r - 1) * cov3),
    TR: line((t - 1) * (r - 1), figures.testByReader!.meanSquare),
    TC: line((t - 1) * (k - 1), error - cov1 + (r - 1) * (cov2 - cov3)),
    RC: line((r - 1) * (k - 1), error - cov2 + (t - 1) * (cov1 - cov3)),
    TRC: line((t - 1) * (r - 1) * (k - 1), error - cov1 - cov2 + cov3),
  };
}

function pseudovalueLine(df: number, meanSquare: number | null, k: number): DbmLine {
  return { df, meanSquare: df > 0 && meanSquare !== null ? k * meanSquare : null };
}

function testAnovas(
  table: FigureTable,
  figures: FigureAnova,
  { r, k }: Size,
): DbmAnalysis['byTest'] {
  return figures.tests.map(({ meanSquare }, test) => {
    const { error, cov2 } = testCovariances(table, test);
    return {
      R: pseudovalueLine(r - 1, meanSquare, k),
      C: pseudovalueLine(k - 1, error + (r - 1) * cov2, k),
      RC: pseudovalueLine((r - 1) * (k - 1), error - cov2, k),
    };
  });
}

function readerAnovas(table: FigureTable, { t, k }: Size): DbmAnalysis['byReader'] {
  return table.readers.map((_, index) => {
    const own = table.cells.filter((cell) => cell.reader === index).map(({ value }) => value);
    const { error, cov1 } = errorCovariances(table, (cell) => cell.reader === index);
    return {
      T: pseudovalueLine(t - 1, sumOfSquares(own) / (t - 1), k),
      C: pseudovalueLine(k - 1, error + (t - 1) * cov1, k),
      TC: pseudovalueLine((t - 1) * (k - 1), error - cov1, k),
    };
  });
}

/** Method-of-moments components from the expected mean squares. */
function pseudovalueComponents(
  anova: DbmAnalysis['anova'],
  { t, r, k }: Size,
): DbmAnalysis['components'] {
  const [R, C, TR, TC, RC, TRC] = (['R', 'C', 'TR', 'TC', 'RC', 'TRC'] as const).map(
    (source) => anova[source].meanSquare,
  ) as [number | null, number, number | null, number, number, number];
  if (R === null || TR === null) return null;
  return {
    R: (R - TR - RC + TRC) / (t * k),
    C: (C - TC - RC + TRC) / (t * r),
    TR: (TR - TRC) / k,
    TC: (TC - TRC) / r,
    RC: (RC - TRC) / t,
    error: TRC,
  };
}

/** Denominator of F, of which 2/(r·k) is the variance of a difference. */
function errorTerm(model: OrModel, anova: DbmAnalysis['anova']): OrVariance | null {
  const { TR, TC, TRC } = anova;
  if (model === 'FRRC') {
    if (TC.meanSquare === null) return null;
    return { denominator: TC.meanSquare, df: TC.df, components: { 'MS(TC)': TC.meanSquare } };
  }
  if (TR.meanSquare === null) return null;
  if (model === 'RRFC') {
    return { denominator: TR.meanSquare, df: TR.df, components: { 'MS(TR)': TR.meanSquare } };
  }
  const [ms, tc, trc] = [TR.meanSquare, TC.meanSquare!, TRC.meanSquare!];
  const denominator = ms + Math.max(tc - trc, 0);
  // Hillis: df = D²/(MS(TR)²/((t − 1)(r − 1)))
  const df = ms === 0 ? Number.POSITIVE_INFINITY : denominator ** 2 / (ms ** 2 / TR.df);
  return { denominator, df, components: { 'MS(TR)': ms, 'MS(TC)': tc, 'MS(TRC)': trc } };
}

function equality(
  anova: DbmAnalysis['anova'],
  variance: OrVariance | null,
  { t }: Size,
  { context }: InferenceSettings,
): DbmAnalysis['equality'] {
  const shown = { ...context, components: variance?.components ?? {} };
  const none = (status: OrStatus) => undefinedResult(status, { alternative: 'two-sided' }, shown);
  if (t === 1) return none('one-test');
  if (variance === null) return none('one-reader');
  const problem = varianceProblem(variance.denominator);
  if (problem) return none(problem);
  const f = anova.T.meanSquare! / variance.denominator;
  return fTest(f, [anova.T.df, variance.df!], shown);
}

/** RRRC and RRFC as for the figures; FRRC: MS(C) of the test, with k − 1 degrees of freedom. */
function means(
  table: FigureTable,
  figures: FigureAnova,
  { r, k }: Size,
  settings: InferenceSettings,
): readonly FigureEstimate[] {
  return figures.tests.map((test, index) => {
    const { error, cov2 } = testCovariances(table, index);
    const variance =
      settings.model === 'FRRC'
        ? casesVariance(error + (r - 1) * cov2, r, k)
        : readersVariance(settings.model, test.meanSquare, cov2, r);
    const name = { test: table.tests[index]! };
    return inferMean({ estimate: test.mean, variance, name }, table.range, settings);
  });
}

function casesVariance(sum: number, r: number, k: number): OrVariance {
  return { denominator: sum / r, df: k - 1, components: { 'MS(C)': k * sum } };
}

function readersVariance(
  model: 'RRRC' | 'RRFC',
  meanSquare: number | null,
  cov2: number,
  r: number,
): OrVariance | null {
  if (meanSquare === null) return null;
  const total = meanSquare + (model === 'RRRC' ? r * Math.max(cov2, 0) : 0);
  const df = meanSquare === 0 ? Number.POSITIVE_INFINITY : total ** 2 / (meanSquare ** 2 / (r - 1));
  return { denominator: total / r, df, components: { 'MS(R)': meanSquare, cov2 } };
}

/** Of one reader: F-test's error is that reader's MS(TC), with (t − 1)(k − 1) degrees of freedom. */
function readerDifferences(
  table: FigureTable,
  { t, k }: Size,
  settings: InferenceSettings,
): readonly FigureDifference[] {
  return table.readers.flatMap((reader, index) => {
    const own = table.cells.filter((cell) => cell.reader === index);
    const { error, cov1 } = errorCovariances(table, (cell) => cell.reader === index);
    const denominator = error - cov1;
    const variance = {
      denominator,
      df: (t - 1) * (k - 1),
      components: { 'MS(TC)': k * denominator },
    };
    return pairsOf(t).map(([a, b]) => {
      const name = { reader, first: table.tests[a]!, second: table.tests[b]! };
      const estimate = own[a]!.value - own[b]!.value;
      return inferDifference({ estimate, variance, scale: 2, name }, settings);
    });
  });
}
