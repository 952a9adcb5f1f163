import { expect } from 'vitest';
import type { DbmAnalysis } from '../../src/mrmc/dorfman-berbaum-metz.ts';
import type { FigureTable } from '../../src/mrmc/figure-table.ts';
import type { OrAnalysis } from '../../src/mrmc/obuchowski-rockette.ts';
import { errorCovariances } from '../../src/mrmc/or-components.ts';
import { expectClose } from '../expect-close.ts';

// biome-ignore lint/suspicious/noExplicitAny: goldens are checked value by value
type Golden = any;

const close = (actual: unknown, expected: unknown, what: string, tolerance = 1e-9) =>
  expectClose([actual].flat(), [expected].flat(), { what, tolerance });

/** RJafroc's tables of an Obuchowski-Rockette analysis: figures, ANOVA, tests, differences, means. */
export function compareOrTables(result: OrAnalysis, golden: Golden): void {
  const { model, table, anova, components, equality } = result;
  compareFigures(result, golden.FOMs);
  const { TRanova, VarCom, IndividualTrt, IndividualRdr } = golden.ANOVA;
  const lines = [anova.test, anova.reader, anova.testByReader!];
  compareColumns(lines, TRanova, { DF: 'df', SS: 'sumOfSquares', MS: 'meanSquare' });
  const { reader, testByReader, cov1, cov2, cov3, error } = components;
  close([reader, testByReader, cov1, cov2, cov3, error], VarCom.Estimates, 'components');
  close([cov1 / error, cov2 / error, cov3 / error], VarCom.Rhos.slice(2, 5), 'correlations');
  compareColumns(
    anova.tests.map(({ readers, meanSquare }, index) => ({
      ...errorCovariances(table, ({ test }) => test === index),
      meanSquare,
      df: readers - 1,
    })),
    IndividualTrt,
    { DF: 'df', msREachTrt: 'meanSquare', varEachTrt: 'error', cov2EachTrt: 'cov2' },
  );
  const readers = readersAlone(table);
  const ofReader = { varEachRdr: 'error', cov1EachRdr: 'cov1' };
  compareColumns(readers, IndividualRdr, { DF: 'df', msTEachRdr: 'meanSquare', ...ofReader });

  const expected = golden[model];
  const { FStat, F, Chisq, p, DF, MS } = expected.FTests;
  close(equality.statistic, (FStat ?? F ?? Chisq)[0], 'statistic');
  close(equality.df, model === 'FRRC' ? DF[0] : DF, 'df');
  close(equality.pValue, p[0], 'p');
  const denominator =
    (anova.test.meanSquare! * (model === 'FRRC' ? anova.test.df : 1)) / equality.statistic!;
  close([anova.test.meanSquare, denominator], MS, 'mean squares of the test');
  compareDifferences(result.differences, expected.ciDiffTrt);
  compareMeans(result, expected.ciAvgRdrEachTrt);
  if (model !== 'FRRC') return;
  // Each reader's own standard error, where MRMCaov recycles them.
  compareDifferences(result.readerDifferences, expected.ciDiffTrtEachRdr);
  compareColumns(readers, expected.IndividualRdrVarCov1, ofReader);
}

/** RJafroc's tables of a Dorfman-Berbaum-Metz analysis. */
export function compareDbmTables(result: DbmAnalysis, golden: Golden): void {
  const { model, anova, equality } = result;
  compareFigures(result, golden.FOMs);
  const { TRCanova, VarCom, IndividualTrt, IndividualRdr } = golden.ANOVA;
  const sources = ['T', 'R', 'C', 'TR', 'TC', 'RC', 'TRC'] as const;
  const lines = sources.map((source) => anova[source]);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const df = lines.map((line) => line.df);
  const squares = lines.map((line) => line.df * line.meanSquare!);
  close([...df, sum(df)], TRCanova.DF, 'df');
  close([...squares, sum(squares)], TRCanova.SS, 'sums of squares');
  close(
    lines.map((line) => line.meanSquare),
    TRCanova.MS.slice(0, 7),
    'mean squares',
  );
  const { R, C, TR, TC, RC, error } = result.components!;
  close([R, C, TR, TC, RC, error], VarCom.Estimates, 'components');
  result.byTest.forEach((own, test) => {
    const [readers, cases, both] = [own.R, own.C, own.RC];
    compareColumns([readers, cases, both], IndividualTrt, {
      DF: 'df',
      [`trt${test}`]: 'meanSquare',
    });
  });
  result.byReader.forEach((own, reader) => {
    const [tests, cases, both] = [own.T, own.C, own.TC];
    compareColumns([tests, cases, both], IndividualRdr, {
      DF: 'df',
      [`rdr${reader}`]: 'meanSquare',
    });
  });

  const expected = golden[model];
  const { FStat, DF, MS, p } = expected.FTests;
  close(equality.statistic, FStat[0], 'F');
  close(equality.df, DF, 'df of F');
  close(equality.pValue, p[0], 'p');
  close([anova.T.meanSquare, anova.T.meanSquare! / equality.statistic!], MS, 'mean squares of F');
  compareDifferences(result.differences, expected.ciDiffTrt);
  compareMeans(result, expected.ciAvgRdrEachTrt);
  if (model === 'FRRC') compareDifferences(result.readerDifferences, expected.ciDiffTrtEachRdr);
}

function compareFigures(
  { table, means, differences }: OrAnalysis | DbmAnalysis,
  { foms, trtMeans, trtMeanDiffs }: Golden,
): void {
  const { row: _, ...readers } = foms;
  Object.values(readers).forEach((expected, reader) => {
    const own = table.cells.filter((cell) => cell.reader === reader);
    close(
      own.map(({ value }) => value),
      expected,
      'figures',
    );
  });
  close(
    means.map(({ estimate }) => estimate),
    trtMeans.Estimate,
    'means',
  );
  close(
    differences.map(({ estimate }) => estimate),
    trtMeanDiffs.Estimate,
    'differences',
    1e-8,
  );
}

/** The mean square over the tests, and the error variance and covariance, of every reader. */
function readersAlone(table: FigureTable): readonly Readonly<Record<string, number>>[] {
  return table.readers.map((_, index) => {
    const own = table.cells.filter(({ reader }) => reader === index).map(({ value }) => value);
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    const squares = own.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const covariances = errorCovariances(table, ({ reader }) => reader === index);
    return { ...covariances, df: own.length - 1, meanSquare: squares / (own.length - 1) };
  });
}

function compareDifferences(rows: (OrAnalysis | DbmAnalysis)['differences'], golden: Golden): void {
  const found = rows.map((row) => {
    if (row.status !== 'ok') throw new Error(row.status);
    return { ...row, ...row.ci };
  });
  compareColumns(found, golden, { StdErr: 'se', Estimate: 'estimate', CILower: 'lower' }, 1e-7);
  compareColumns(found, golden, { CIUpper: 'upper' }, 1e-7);
  const statistic = golden.t === undefined ? 'z' : 't';
  compareColumns(found, golden, { [statistic]: 'statistic', [`PrGT${statistic}`]: 'pValue' }, 1e-8);
  if (golden.DF !== undefined) compareColumns(found, golden, { DF: 'df' });
}

function compareMeans({ model, means, table }: OrAnalysis | DbmAnalysis, golden: Golden): void {
  const found = means.map((row) => ({ ...row, ...row.ci, ...row.components }));
  compareColumns(found, golden, {
    Estimate: 'estimate',
    StdErr: 'se',
    CILower: 'lower',
    CIUpper: 'upper',
  });
  if (golden.Cov2) compareColumns(found, golden, { Cov2: 'cov2' });
  // With fixed readers RJafroc's OR gives K − 1, but takes the normal distribution.
  const isNormal = model === 'FRRC' && found[0]!.dist === 'normal';
  const df = isNormal ? found.map(() => table.cells[0]!.cases - 1) : found.map((row) => row.df);
  expect(df.length).toBe(found.length);
  close(df, golden.DF, 'df of means');
}

/** Every named column of a golden table against the property of the rows. */
function compareColumns(
  rows: readonly object[],
  golden: Golden,
  columns: Readonly<Record<string, string>>,
  tolerance = 1e-9,
): void {
  for (const [column, property] of Object.entries(columns)) {
    const own = rows.map((row) => (row as Readonly<Record<string, unknown>>)[property]);
    close(own, golden[column], column, tolerance);
  }
}
