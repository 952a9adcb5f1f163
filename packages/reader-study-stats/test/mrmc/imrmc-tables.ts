import { expect } from 'vitest';
import { normal } from '../../src/distributions/normal.ts';
import type { ReaderFigure } from '../../src/mrmc/u-statistic-readers.ts';
import type { UStatisticAnalysis } from '../../src/mrmc/u-statistics.ts';
import { expectClose } from '../expect-close.ts';

// biome-ignore lint/suspicious/noExplicitAny: goldens are checked value by value
type Golden = any;

export interface Comparison {
  /** Degrees of freedom, p-values and intervals are left out where iMRMC's engines disagree. */
  readonly variancesOnly?: boolean;
  readonly tolerance?: number;
}

/** Compares every column of iMRMC's table of U-statistics, one row per test, then per pair. */
export function compareTable(
  result: UStatisticAnalysis,
  table: Golden,
  { variancesOnly = false, tolerance = 1e-9 }: Comparison = {},
): void {
  const column = (name: string): unknown[] =>
    [table[name]].flat().map((value) => (value === 'NA' ? null : value));
  const close = (actual: unknown, expected: unknown, what: string, tol = tolerance) =>
    expectClose(actual, expected, { what, tolerance: tol });
  const tested = [...result.means, ...result.differences].map((row) => {
    if (row.status !== 'ok') throw new Error(row.status);
    return row;
  });
  const { means, differences } = result;
  close(
    tested.map((row) => row.moments.figures[0]),
    column('AUCA'),
    'AUCA',
  );
  const variances = new Map(means.map((row) => [row.test, row.se! ** 2]));
  const names = [...means.map((row) => row.test), ...differences.map((row) => row.first)];
  close(
    names.map((test) => variances.get(test)),
    column('varAUCA'),
    'varAUCA',
  );
  const n = tested.map((row) => row.n!);
  expect(n.map((sizes) => sizes.readers)).toEqual(column('NR'));
  expect(n.map((sizes) => sizes.negatives)).toEqual(column('N0'));
  expect(n.map((sizes) => sizes.positives)).toEqual(column('N1'));
  const pairsOf = (name: string) => column(name).slice(means.length);
  const second = differences.map((row) => row.moments.figures[1]);
  close(second, pairsOf('AUCB'), 'AUCB');
  const seconds = differences.map((row) => variances.get(row.second));
  close(seconds, pairsOf('varAUCB'), 'varAUCB');
  const estimates = differences.map((row) => row.estimate);
  // A difference near 0 has the absolute accuracy of what it is a difference of.
  pairsOf('AUCAminusAUCB').forEach((value, i) => {
    expect(Math.abs(estimates[i]! - Number(value))).toBeLessThan(tolerance);
  });
  const ofDifference = differences.map((row) => row.se! ** 2);
  close(ofDifference, pairsOf('varAUCAminusAUCB'), 'varAUCAminusAUCB');
  compareNormal(tested, table, tolerance);
  if (variancesOnly) return;
  const df = tested.map((row) => row.exactDf);
  close(df, column('dfBDG'), 'dfBDG');
  const floor = tolerance > 1e-8 ? 1e-6 : 1e-9;
  tested.forEach((row, i) => {
    const golden = (name: string) => Number(column(name)[i]);
    expect(Math.abs(row.pValue - golden('pValueBDG'))).toBeLessThan(floor);
    expect(Math.abs(row.ci.lower - golden('botCIBDG'))).toBeLessThan(floor);
    expect(Math.abs(row.ci.upper - golden('topCIBDG'))).toBeLessThan(floor);
    expect(row.pValue < 0.05 ? 1 : 0).toBe(golden('rejectBDG'));
  });
}

/** iMRMC's tests against the normal distribution, whatever the degrees of freedom. */
function compareNormal(
  tested: readonly { readonly estimate: number; readonly se: number; readonly test?: string }[],
  table: Golden,
  tolerance: number,
): void {
  const floor = tolerance > 1e-8 ? 1e-6 : 1e-9;
  tested.forEach(({ estimate, se, test }, i) => {
    const golden = (name: string) => Number([table[name]].flat()[i]);
    const p = 2 * normal.sf(Math.abs(estimate - (test === undefined ? 0 : 0.5)) / se);
    expect(Math.abs(p - golden('pValueNormal'))).toBeLessThan(floor);
    const half = normal.quantile(0.975) * se;
    expect(Math.abs(estimate - half - golden('botCInormal'))).toBeLessThan(floor);
    expect(Math.abs(estimate + half - golden('topCInormal'))).toBeLessThan(floor);
    expect(p < 0.05 ? 1 : 0).toBe(golden('rejectNormal'));
  });
}

/** Every reader's figures, and their differences. */
export function compareReaders(result: UStatisticAnalysis, golden: Golden, tolerance = 1e-9): void {
  // Java's targets have 9 digits, or 8 decimals.
  const absolute = tolerance > 1e-8 ? 6e-9 : 1e-15;
  const compareFigure = (own: ReaderFigure, figure: number | null, variance: number | null) => {
    const what = `${own.reader} ${own.first} ${own.second}`;
    if (figure !== null) expect(Math.abs(own.estimate - figure), what).toBeLessThan(tolerance);
    // No common case: NaN in R, the sum of the variances here.
    if (variance === null) return;
    expect(Math.abs(own.variance! - variance), what).toBeLessThan(
      Math.max(absolute, tolerance * Math.abs(variance)),
    );
  };
  for (const row of readerRows(golden)) {
    const own = (first: string, second: string | null) =>
      result.readers.find(
        (r) => r.reader === row.readerID && r.first === first && r.second === second,
      );
    const { modalityA, modalityB, N0, N1 } = row;
    const single = own(modalityA, null)!;
    compareFigure(single, row.AUCA, row.varAUCA);
    if (modalityB === 'NO_MOD') {
      expect([single.negatives, single.positives]).toEqual([N0, N1]);
      continue;
    }
    compareFigure(own(modalityB, null)!, row.AUCB, row.varAUCB);
    const difference = own(modalityA, modalityB);
    if (difference === undefined) throw new Error(`no row of ${row.readerID}`);
    expect([difference.negatives, difference.positives]).toEqual([N0, N1]);
    compareFigure(difference, row.AUCAminusAUCB, row.varAUCAminusAUCB);
  }
}

/** iMRMC's table of readers, row by row. */
function readerRows(golden: Golden): readonly Golden[] {
  return golden.readerID.map((_: unknown, i: number) =>
    Object.fromEntries(Object.keys(golden).map((name) => [name, cellOf(golden[name][i])])),
  );
}

/** R writes NA and NaN where there is nothing. */
function cellOf(value: string | number | null): string | number | null {
  if (value === 'NA' || value === 'NaN') return null;
  return typeof value === 'string' ? value.replace('session', '') : value;
}

/** Moments, components and their coefficients; moments are below 1. */
export function compareDecomposition(result: UStatisticAnalysis, golden: Golden): void {
  const rows = [...result.means, ...result.differences];
  for (const [kind, key] of [
    ['MLE', 'mle'],
    ['Ustat', 'unbiased'],
  ] as const) {
    rows.forEach(({ moments, decomposition }, row) => {
      const expected = (table: Golden, name: string) => Number([table[name]].flat()[row]);
      for (let k = 0; k < 8; k++) {
        const { comp, coeff } = golden.BDG[kind];
        const moment = [comp[`M${k + 1}`]].flat()[row];
        if (moment === null) expect(moments[key][k]).toBeNull();
        else expect(moments[key][k]).toBeCloseTo(moment, 10);
        expect(moments.coefficients[k]).toBeCloseTo(expected(coeff, `M${k + 1}`), 12);
      }
      for (const source of ['N', 'D', 'ND', 'R', 'NR', 'DR', 'RND'] as const) {
        const { comp, coeff } = golden.BCK[kind];
        expect(decomposition.coefficients[source]).toBeCloseTo(expected(coeff, source), 12);
        expect(decomposition[key][source]).toBeCloseTo(expected(comp, source), 10);
      }
    });
  }
}
