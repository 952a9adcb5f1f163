import { describe, expect, it } from 'vitest';
import { arrangeReads, type MrmcData } from '../../src/mrmc/mrmc-data.ts';
import type { SuccessKernel } from '../../src/mrmc/success-matrix.ts';
import { type UStatisticAnalysis, uStatisticAnalysis } from '../../src/mrmc/u-statistics.ts';
import { sharedIsAbsent } from '../goldens.ts';
import {
  CODED,
  goldenJson,
  goldenRows,
  goldenStudy,
  imrmcRows,
  realOrFakeStudy,
} from '../mrmc-goldens.ts';
import { compareCrossed, compareHillis, compareJavaDecomposition } from './imrmc-java-tables.ts';
import { compareDecomposition, compareReaders, compareTable } from './imrmc-tables.ts';

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
    const result = asImrmc(data, AUC);
    compareTable(result, golden.mrmc_auc_ordinal.Ustat);
    compareReaders(result, golden.mrmc_auc_ordinal.perReader);
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
    const biased = asImrmc(data, AUC, 'mle');
    compareTable(biased, java.MLEstat, { tolerance: 1e-7 });
    compareReaders(result, java.perReader, 1e-7);
    compareJavaDecomposition(result, java.varDecomp);
    if (data.design.missingReads > 0) return;
    compareHillis(result, [result, java.Ustat]);
    // Java takes the unbiased degrees of freedom for both.
    compareHillis(result, [biased, java.MLEstat]);
    compareCrossed(result, java.varDecomp);
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
      const binary = asImrmc(calls, kernel);
      compareTable(binary, golden.stored[name].Ustat, { tolerance: 1e-7 });
      compareReaders(binary, golden.stored[name].perReader, 1e-7);
      compareTable(asImrmc(calls, kernel, 'mle'), golden.stored[name].MLEstat, { tolerance: 1e-7 });
    }
    const { cancer, nonCancer, ...birads } = golden.nCases;
    expect([data.positives.length, data.negatives.length]).toEqual([cancer, nonCancer]);
    const nonCancers = [
      birads.birads0ffdm,
      birads.birads0sfm,
      birads.birads12ffdm,
      birads.birads12sfm,
    ];
    expect(nonCancers.reduce((sum, count) => sum + count, 0)).toBe(nonCancer);
    const reads = data.cells.map((c) => c.positives.cases.length + c.negatives.cases.length);
    expect([reads.reduce((sum, count) => sum + count, 0), data.readers.length]).toEqual([
      golden.nObs,
      golden.nReaders,
    ]);
    // iMRMC's switch to the normal distribution at 50 degrees of freedom is what makes .047 of .052
    expect(result.differences[0]!.pValue).toBeCloseTo(0.047, 4);
    expect(uStatisticAnalysis(data).differences[0]!.pValue).toBeCloseTo(0.052, 3);
  });
});
