import { describe, expect, it } from 'vitest';
import { randomStream } from '../../src/random.ts';
import type { BinaryLabel } from '../../src/roc/auc.ts';
import { binormalFit } from '../../src/roc/binormal-fit.ts';
import { properBinormalAuc, properBinormalFit } from '../../src/roc/proper-binormal.ts';
import { sharedIsAbsent } from '../goldens.ts';
import { goldenJson, goldenStudy } from '../mrmc-goldens.ts';

describe('proper binormal curve', () => {
  it.skipIf(sharedIsAbsent)('VanDyke: MRMCaov (skipped: ../shared/data absent)', () => {
    const golden = goldenJson('vandyke.mrmcaov.expected.json').binormalLR_auc_values;
    const { tests, readers, cells } = goldenStudy('vandyke.csv');
    for (const { test, reader, positives, negatives } of cells) {
      const value = properBinormalAuc.value({
        positives: positives.ratings,
        negatives: negatives.ratings,
      });
      const name = `${tests[test]}.${readers[reader]}`;
      const error = value - golden[name];
      // Where four starts climb to one maximum, MRMCaov's search has ended below it.
      if (name === '1.3') expect(value).toBeCloseTo(0.928886, 5);
      else expect(Math.abs(error), name).toBeLessThan(1e-5);
    }
  });

  it('is the conventional one where the classes have equal spread', () => {
    const stream = randomStream(2, 'scores');
    const labels = Array.from(
      { length: 4000 },
      (_, i): BinaryLabel => (i % 2 ? 'positive' : 'negative'),
    );
    const scores = labels.map((label) =>
      Math.round(2 * (stream.normal() + (label === 'positive' ? 1 : 0))),
    );
    const proper = properBinormalFit(scores, labels);
    const conventional = binormalFit(scores, labels);
    expect(proper.area).toBeCloseTo(conventional.area.estimate!, 2);
    expect(Math.abs(proper.c!)).toBeLessThan(0.1);
    expect(proper.da).toBeCloseTo(1, 0);
  });

  it('never falls below chance, and says why there is none', () => {
    const labels = Array.from(
      { length: 60 },
      (_, i): BinaryLabel => (i % 2 ? 'positive' : 'negative'),
    );
    const worse = labels.map((label, i) => ((i * 7) % 5) - (label === 'positive' ? 1 : 0));
    const { area } = properBinormalFit(worse, labels);
    expect(area).toBeGreaterThanOrEqual(0.5 - 1e-9);
    const perfect = labels.map((label) => (label === 'positive' ? 1 : 0));
    expect(properBinormalFit(perfect, labels)).toMatchObject({
      status: 'no-interior-points',
      area: 1,
      da: null,
    });
  });
});
