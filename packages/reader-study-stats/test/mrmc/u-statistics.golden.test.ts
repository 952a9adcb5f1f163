import { describe, expect, it } from 'vitest';
import { arrangeReads, type MrmcData } from '../../src/mrmc/mrmc-data.ts';
import type { SuccessKernel } from '../../src/mrmc/success-matrix.ts';
import { type UStatisticAnalysis, uStatisticAnalysis } from '../../src/mrmc/u-statistics.ts';
import { expectClose } from '../expect-close.ts';
import { sharedIsAbsent } from '../goldens.ts';
import {
  CODED,
  goldenJson,
  goldenRows,
  goldenStudy,
  imrmcRows,
  realOrFakeStudy,
} from '../mrmc-goldens.ts';

// biome-ignore lint/suspicious/noExplicitAny: goldens are checked value by value
type Golden = any;

interface Comparison {
  /** Degrees of freedom, p-values and intervals are left out where iMRMC's engines disagree. */
  readonly variancesOnly?: boolean;
  readonly tolerance?: number;
}

/** Compares every column of iMRMC's table of U-statistics, one row per test, then per pair. */
function compareTable(
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
  if (variancesOnly) return;
  const df = tested.map((row) => row.exactDf);
  close(df, column('dfBDG'), 'dfBDG');
  const floor = tolerance > 1e-8 ? 1e-6 : 1e-9;
  tested.forEach((row, i) => {
    const golden = (name: string) => Number(column(name)[i]);
    expect(Math.abs(row.pValue - golden('pValueBDG'))).toBeLessThan(floor);
    expect(Math.abs(row.ci.lower - golden('botCIBDG'))).toBeLessThan(floor);
    expect(Math.abs(row.ci.upper - golden('topCIBDG'))).toBeLessThan(floor);
  });
}

function compareReaders(result: UStatisticAnalysis, golden: Golden, tolerance = 1e-9): void {
  const rows = golden.readerID.map((reader: string, i: number) => {
    const second = golden.modalityB[i] === 'NO_MOD' ? null : golden.modalityB[i];
    return { reader, first: golden.modalityA[i], second, i };
  });
  for (const { reader, first, second, i } of rows) {
    const own = result.readers.find(
      (row) => row.reader === reader && row.first === first && row.second === second,
    );
    const what = `${reader} ${first} ${second}`;
    const name = second === null ? 'AUCA' : 'AUCAminusAUCB';
    const estimate = golden[name][i];
    const variance = golden[second === null ? 'varAUCA' : 'varAUCAminusAUCB'][i];
    expect([own?.negatives, own?.positives], what).toEqual([golden.N0[i], golden.N1[i]]);
    expect(Math.abs(own!.estimate - estimate), what).toBeLessThan(tolerance);
    // No common case: NaN in R, the sum of the variances here.
    if (variance === null) continue;
    // Java's targets have 9 digits, or 8 decimals.
    const absolute = tolerance > 1e-8 ? 6e-9 : 1e-15;
    expect(Math.abs(own!.variance! - variance), what).toBeLessThan(
      Math.max(absolute, tolerance * Math.abs(variance)),
    );
  }
}

/** Moments, components and their coefficients; moments are below 1. */
function compareDecomposition(result: UStatisticAnalysis, golden: Golden): void {
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

const AUC: SuccessKernel = { kind: 'auc' };

function asImrmc(
  data: MrmcData,
  kernel: SuccessKernel,
  estimator: 'unbiased' | 'mle' = 'unbiased',
): UStatisticAnalysis {
  return uStatisticAnalysis(data, { kernel, estimator, compat: 'imrmc' });
}

describe('iMRMC, simulated studies', () => {
  it.each(['crossed', 'splitplot', 'casesnested', 'readersnested', 'missing'])(
    'simulated, %s',
    (name) => {
      const data = goldenStudy(`sim_${name}_dev.csv`);
      const golden = goldenJson(`sim_${name}_dev.expected.json`);
      const variancesOnly = name === 'readersnested';
      const result = asImrmc(data, AUC);
      compareTable(result, golden.imrmc_auc.Ustat, { variancesOnly });
      compareReaders(result, golden.imrmc_auc.perReader);
      compareDecomposition(result, golden.imrmc_auc.varDecomp);
      const threshold = 4;
      compareTable(asImrmc(data, { kind: 'sensitivity', threshold }), golden.imrmc_tpf_ge4.Ustat, {
        variancesOnly,
      });
      compareTable(asImrmc(data, { kind: 'specificity', threshold }), golden.imrmc_fpf_ge4.Ustat, {
        variancesOnly,
      });
    },
  );

  it('real or fake, cases nested in sessions', () => {
    const golden = goldenJson('readerstudy_sim_dev.mrmc.json');
    const data = realOrFakeStudy();
    compareTable(asImrmc(data, AUC), golden.mrmc_auc_ordinal.Ustat);
    for (const threshold of [1.5, 2.5]) {
      const { sens, one_minus_spec } = golden[`mrmc_binary_thr${threshold}`];
      compareTable(asImrmc(data, { kind: 'sensitivity', threshold }), sens);
      compareTable(asImrmc(data, { kind: 'specificity', threshold }), one_minus_spec);
    }
  });
});

describe.skipIf(sharedIsAbsent)('iMRMC, public data (skipped: ../shared/data absent)', () => {
  it('VanDyke: AUC, readers, moments and components', () => {
    const data = arrangeReads(imrmcRows('vandyke.imrmc'), CODED);
    const golden = goldenJson('vandyke.imrmc.expected.json');
    const result = asImrmc(data, AUC);
    compareTable(result, golden.Ustat);
    compareReaders(result, golden.perReader);
    compareDecomposition(result, golden.varDecomp);
  });

  it('VanDyke: binary outcomes', () => {
    const data = arrangeReads(imrmcRows('vandyke.imrmc'), CODED);
    const golden = goldenJson('vandyke.imrmc_binary.expected.json');
    const { threshold } = golden;
    compareTable(asImrmc(data, { kind: 'sensitivity', threshold }), golden.tpf);
    compareTable(asImrmc(data, { kind: 'specificity', threshold }), golden.fpf);
  });

  it.each(['R1', 'R2'])('%s, incomplete reads: R and Java engines', (name) => {
    const data = arrangeReads(imrmcRows(`imrmc_${name}.imrmc`), CODED);
    const { r_2_1_2: r, java_4_0_3: java } = goldenJson(`imrmc_${name}.expected.json`);
    const result = asImrmc(data, AUC);
    compareTable(result, r.Ustat);
    compareReaders(result, r.perReader);
    compareDecomposition(result, r.varDecomp);
    compareTable(result, java.Ustat, { tolerance: 1e-7 });
    compareTable(asImrmc(data, AUC, 'mle'), java.MLEstat, { tolerance: 1e-7 });
  });

  it('VIPER, split-plot with 20 readers: stored by Java, recomputed by R', () => {
    const columns = { test: 'modality', rating: 'score' };
    const data = arrangeReads(goldenRows('viper_challengeHighP.csv', columns), CODED);
    const golden = goldenJson('viper_challengeHighP.expected.json');
    const result = asImrmc(data, AUC);
    compareTable(result, golden.recomputed_iMRMC_R_2_1_2.Ustat);
    compareTable(result, golden.stored.auc.Ustat, { tolerance: 1e-7 });
    compareTable(asImrmc(data, AUC, 'mle'), golden.stored.auc.MLEstat, { tolerance: 1e-7 });
    compareReaders(result, golden.stored.auc.perReader, 1e-7);
    const calls = arrangeReads(
      goldenRows('viper_challengeHighP.csv', { test: 'modality', rating: 'recall' }),
      CODED,
    );
    for (const [kind, name] of [
      ['sensitivity', 'tpf'],
      ['specificity', 'tnf'],
    ] as const) {
      const kernel = { kind, threshold: 0.5 };
      compareTable(asImrmc(calls, kernel), golden.stored[name].Ustat, { tolerance: 1e-7 });
      compareTable(asImrmc(calls, kernel, 'mle'), golden.stored[name].MLEstat, { tolerance: 1e-7 });
    }
    // iMRMC's switch to the normal distribution at 50 degrees of freedom is what makes .047 of .052
    expect(result.differences[0]!.pValue).toBeCloseTo(0.047, 4);
    expect(uStatisticAnalysis(data).differences[0]!.pValue).toBeCloseTo(0.052, 3);
  });
});
