import { describe, expect, it } from 'vitest';
import { dorfmanBerbaumMetz } from '../../src/mrmc/dorfman-berbaum-metz.ts';
import { empiricalAuc, type FigureOfMerit } from '../../src/mrmc/figure-of-merit.ts';
import { obuchowskiRockette } from '../../src/mrmc/obuchowski-rockette.ts';
import { expectClose } from '../expect-close.ts';
import { sharedIsAbsent } from '../goldens.ts';
import { goldenJson, goldenStudy } from '../mrmc-goldens.ts';
import { compareDbmTables } from './rjafroc-tables.ts';

// biome-ignore lint/suspicious/noExplicitAny: goldens are checked value by value
type Golden = any;

const close = (actual: unknown, expected: unknown, what: string, tolerance = 1e-10) =>
  expectClose(actual, expected, { what, tolerance });

describe.skipIf(sharedIsAbsent)('RJafroc, VanDyke (skipped: ../shared/data absent)', () => {
  const golden: Golden = sharedIsAbsent
    ? {}
    : goldenJson('vandyke.rjafroc.expected.json').VanDyke.DBM;

  it.each(['RRRC', 'FRRC', 'RRFC'] as const)('%s: every table', (model) => {
    const result = dorfmanBerbaumMetz(goldenStudy('vandyke.csv'), { model, compat: 'iowa' });
    compareDbmTables(result, golden[model]);
  });

  it('the published output of Iowa’s program, to its last digit', () => {
    const printed = goldenJson('vandyke.iowa_ordbm251.published.json');
    const data = goldenStudy('vandyke.csv');
    const or = obuchowskiRockette(data, { compat: 'iowa' });
    const dbm = dorfmanBerbaumMetz(data, { compat: 'iowa' });
    const to = (digits: number, actual: unknown, expected: number) =>
      expect(Math.abs(Number(actual) - expected)).toBeLessThanOrEqual(0.51 * 10 ** -digits);
    const { reader, testByReader, error, cov1, cov2, cov3 } = or.components;
    const { VarR, VarTR, VarError, Cov1, Cov2, Cov3 } = printed.OR;
    const pairs = [
      [reader, VarR],
      [testByReader, VarTR],
      [error, VarError],
      [cov1, Cov1],
      [cov2, Cov2],
      [cov3, Cov3],
    ];
    for (const [own, expected] of pairs) to(8, own, expected);
    const components = dbm.components!;
    to(8, components.R, printed.DBM.VarR);
    to(8, components.C, printed.DBM.VarC);
    to(8, components.TR, printed.DBM.VarTR);
    to(8, components.TC, printed.DBM.VarTC);
    to(8, components.RC, printed.DBM.VarRC);
    to(8, components.error, printed.DBM.VarTRC_plus_Error);
    for (const model of ['RRRC', 'FRRC', 'RRFC'] as const) {
      const [row] = obuchowskiRockette(data, { model, compat: 'iowa' }).differences;
      to(5, row!.se, printed[model].StdErr);
      to(4, row!.pValue, printed[model].p);
      to(5, row!.ci!.lower, printed[model].ci95[0]);
      to(5, row!.ci!.upper, printed[model].ci95[1]);
    }
    const fixed = obuchowskiRockette(data, { model: 'FRRC', compat: 'iowa' });
    fixed.readerDifferences.forEach((row, i) => {
      const expected = printed.FRRC.per_reader[i + 1];
      to(5, row.estimate, expected.diff);
      to(5, row.se, expected.se);
      to(2, row.statistic, expected.z);
      to(4, row.pValue, expected.p);
      to(5, row.ci!.lower, expected.ci[0]);
      to(5, row.ci!.upper, expected.ci[1]);
      to(8, row.components!.error, expected.VarError);
      to(8, row.components!.cov1, expected.Cov1);
    });
    // Intervals of single tests reach beyond 1 where they do, as Iowa prints them.
    expect(fixed.readerMeans.some((row) => row.ci!.upper > 1)).toBe(true);
  });
});

it.skipIf(sharedIsAbsent)(
  'the rest of Iowa’s output: figures, sums of squares, tests, single tests',
  () => {
    const printed = goldenJson('vandyke.iowa_ordbm251.published.json');
    const data = goldenStudy('vandyke.csv');
    const of = (model: 'RRRC' | 'FRRC' | 'RRFC') =>
      obuchowskiRockette(data, { model, compat: 'iowa' });
    const [random, fixed, cases] = [of('RRRC'), of('FRRC'), of('RRFC')];
    const to = (digits: number, actual: unknown, expected: number) =>
      expect(Math.abs(Number(actual) - expected)).toBeLessThanOrEqual(0.51 * 10 ** -digits);
    const { table, anova, components } = random;
    for (const { test, reader, value } of table.cells) {
      to(8, value, printed.auc[data.tests[test]!][reader]);
    }
    random.means.forEach((mean, i) => {
      to(8, mean.estimate, printed.means[i + 1]);
    });
    to(8, random.differences[0]!.estimate, printed.diff);
    for (const [name, line] of [
      ['T', anova.test],
      ['R', anova.reader],
      ['TR', anova.testByReader],
    ] as const) {
      to(8, line!.sumOfSquares, printed.anova.SS[name]);
      expect(line!.df).toBe(printed.anova.df[name]);
      to(8, line!.meanSquare, printed.anova.MS[name]);
    }
    anova.tests.forEach((test, i) => {
      to(8, test.meanSquare, printed.msR_single[i + 1]);
    });
    to(8, components.cov1! / components.error, printed.OR.rho1);
    to(8, components.cov2! / components.error, printed.OR.rho2);
    to(8, components.cov3! / components.error, printed.OR.rho3);
    to(2, random.equality.statistic, printed.RRRC.F);
    to(2, random.equality.df![1], printed.RRRC.ddf);
    to(8, anova.test.meanSquare! / random.equality.statistic!, printed.RRRC.errorMS);
    to(2, random.differences[0]!.statistic, printed.RRRC.t);
    to(5, fixed.equality.statistic, printed.FRRC.X2);
    expect(fixed.equality.df).toEqual([printed.FRRC.df]);
    to(2, fixed.differences[0]!.statistic, printed.FRRC.z);
    to(2, cases.equality.statistic, printed.RRFC.F);
    expect(cases.equality.df).toEqual([...printed.RRFC.df]);
    to(2, cases.differences[0]!.statistic, printed.RRFC.t);
    for (const [analysis, model] of [
      [random, 'RRRC'],
      [fixed, 'FRRC'],
      [cases, 'RRFC'],
    ] as const) {
      analysis.means.forEach((mean, i) => {
        const single = printed[model].single[i + 1];
        to(8, mean.se, single.se);
        to(8, mean.ci!.lower, single.ci[0]);
        to(8, mean.ci!.upper, single.ci[1]);
        if (single.df !== undefined) to(2, mean.df, single.df);
        if (single.auc !== undefined) to(8, mean.estimate, single.auc);
        if (single.Cov2 !== undefined) to(8, mean.components!.cov2, single.Cov2);
        if (single.VarError !== undefined) to(8, mean.components!.error, single.VarError);
      });
    }
  },
);

describe('Dorfman-Berbaum-Metz', () => {
  it('equals Obuchowski-Rockette with jackknife covariances, readers random', () => {
    const data = goldenStudy('sim_crossed_dev.csv');
    for (const model of ['RRRC', 'RRFC'] as const) {
      const dbm = dorfmanBerbaumMetz(data, { model });
      const or = obuchowskiRockette(data, { model });
      close(dbm.equality.statistic, or.equality.statistic, 'F');
      close(dbm.equality.pValue, or.equality.pValue, 'p');
      close(
        dbm.differences.map((row) => row.se),
        or.differences.map((row) => row.se),
        'se',
      );
    }
  });

  it('has the mean squares of an analysis of variance of the pseudovalues', () => {
    const data = goldenStudy('sim_crossed_dev.csv');
    const { anova } = dorfmanBerbaumMetz(data);
    const brute = pseudovalueMeanSquares(data, empiricalAuc);
    close(
      [anova.T, anova.R, anova.C, anova.TR, anova.TC, anova.RC, anova.TRC].map((l) => l.meanSquare),
      brute,
      'MS',
      1e-9,
    );
  });

  it('refuses a design that is not crossed', () => {
    expect(() => dorfmanBerbaumMetz(goldenStudy('sim_missing_dev.csv'))).toThrow(
      'dorfmanBerbaumMetz: the design must be crossed, got partial (obuchowskiRockette takes others)',
    );
  });
});

/** Mean squares of T, R, C, TR, TC, RC, TRC from pseudovalues, each case left out and recomputed. */
function pseudovalueMeanSquares(
  data: ReturnType<typeof goldenStudy>,
  figure: FigureOfMerit,
): number[] {
  const [t, r] = [data.tests.length, data.readers.length];
  const [m, n] = [data.positives.length, data.negatives.length];
  const k = m + n;
  const y: number[][][] = Array.from({ length: t }, () => []);
  for (const cell of data.cells) {
    const { positives, negatives } = {
      positives: cell.positives.ratings,
      negatives: cell.negatives.ratings,
    };
    const whole = figure.value({ positives, negatives });
    const without = (at: number) =>
      at < m
        ? { positives: positives.filter((_, i) => i !== at), negatives }
        : { positives, negatives: negatives.filter((_, i) => i !== at - m) };
    y[cell.test]![cell.reader] = Array.from(
      { length: k },
      (_, at) => k * whole - (k - 1) * figure.value(without(at)),
    );
  }
  const average = (keep: (i: number, j: number, c: number) => boolean) => {
    let [sum, count] = [0, 0];
    for (let i = 0; i < t; i++)
      for (let j = 0; j < r; j++)
        for (let c = 0; c < k; c++)
          if (keep(i, j, c)) {
            sum += y[i]![j]![c]!;
            count++;
          }
    return sum / count;
  };
  const range = (size: number) => Array.from({ length: size }, (_, index) => index);
  const g = average(() => true);
  const T = range(t).map((a) => average((i) => i === a));
  const R = range(r).map((b) => average((_, j) => j === b));
  const C = range(k).map((q) => average((_, __, c) => c === q));
  const TR = range(t).map((a) => range(r).map((b) => average((i, j) => i === a && j === b)));
  const TC = range(t).map((a) => range(k).map((q) => average((i, _, c) => i === a && c === q)));
  const RC = range(r).map((b) => range(k).map((q) => average((_, j, c) => j === b && c === q)));
  const sum = (values: number[]) => values.reduce((total, x) => total + x * x, 0);
  const trc: number[] = [];
  for (const i of range(t))
    for (const j of range(r))
      for (const c of range(k))
        trc.push(y[i]![j]![c]! - TR[i]![j]! - TC[i]![c]! - RC[j]![c]! + T[i]! + R[j]! + C[c]! - g);
  return [
    (r * k * sum(T.map((x) => x - g))) / (t - 1),
    (t * k * sum(R.map((x) => x - g))) / (r - 1),
    (t * r * sum(C.map((x) => x - g))) / (k - 1),
    (k * sum(TR.flatMap((row, i) => row.map((x, j) => x - T[i]! - R[j]! + g)))) /
      ((t - 1) * (r - 1)),
    (r * sum(TC.flatMap((row, i) => row.map((x, c) => x - T[i]! - C[c]! + g)))) /
      ((t - 1) * (k - 1)),
    (t * sum(RC.flatMap((row, j) => row.map((x, c) => x - R[j]! - C[c]! + g)))) /
      ((r - 1) * (k - 1)),
    sum(trc) / ((t - 1) * (r - 1) * (k - 1)),
  ];
}
