import { describe, expect, it } from 'vitest';
import { randomStream } from '../../src/random.ts';
import type { BinaryLabel } from '../../src/roc/auc.ts';
import { binormalFit } from '../../src/roc/binormal-fit.ts';
import { properBinormalAuc, properBinormalFit } from '../../src/roc/proper-binormal.ts';
import { properLikelihood } from '../../src/roc/proper-likelihood.ts';
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
      expect(Math.abs(value - golden[name]), name).toBeLessThan(1e-5);
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
    expect(proper.se! / conventional.area.se!).toBeCloseTo(1, 1);
    expect(proper.ci!.lower).toBeLessThan(proper.area!);
    expect(proper.ci!.upper).toBeGreaterThan(proper.area!);
  });

  it('of two maxima is the higher one', () => {
    // test 1, reader 3 of VanDyke: at c = −0.23 and at −0.745, the first lower
    const counts = { positive: [0, 8, 1, 2, 34], negative: [21, 35, 5, 6, 2] };
    const of = (label: 'positive' | 'negative') =>
      counts[label].flatMap((count, k) => Array.from({ length: count }, () => ({ label, k })));
    const cases = [...of('positive'), ...of('negative')];
    const fit = properBinormalFit(
      cases.map(({ k }) => k),
      cases.map(({ label }) => label),
    );
    expect(fit.c).toBeCloseTo(-0.745, 2);
    expect(fit.logLikelihood).toBeGreaterThan(-119.9);
    expect(fit.area).toBeCloseTo(0.9078, 3);
  });

  it('has the standard error that its areas have over many studies', () => {
    const areas: number[] = [];
    const errors: number[] = [];
    for (let seed = 1; seed <= 60; seed++) {
      const stream = randomStream(seed, 'proper');
      const labels = Array.from(
        { length: 120 },
        (_, i): BinaryLabel => (i % 2 ? 'positive' : 'negative'),
      );
      const scores = labels.map((label) => {
        const score = label === 'positive' ? 1.4 + 1.3 * stream.normal() : stream.normal();
        return Math.min(3, Math.max(-1, Math.round(score)));
      });
      const fit = properBinormalFit(scores, labels);
      if (fit.status !== 'ok' || fit.se === null) continue;
      areas.push(fit.area);
      errors.push(fit.se);
    }
    expect(areas.length).toBeGreaterThan(55);
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const spread = Math.sqrt(mean(areas.map((area) => (area - mean(areas)) ** 2)));
    expect(mean(errors) / spread).toBeGreaterThan(0.75);
    expect(mean(errors) / spread).toBeLessThan(1.33);
  });

  it('has the slopes of its likelihood', () => {
    const counts = { positives: [2, 4, 6, 9, 14], negatives: [12, 9, 6, 3, 1] };
    for (const c of [-0.2, -0.1, 0, 0.1, 0.5]) {
      const cutoffs = Float64Array.of(-0.8, -0.5, -0.2, 0.1);
      const at = (da: number, own: number, moved: Float64Array) =>
        properLikelihood(counts, { da, c: own, cutoffs: moved });
      const { score } = at(1.3, c, cutoffs);
      const step = 1e-6;
      const slopes = [
        (at(1.3 + step, c, cutoffs).value - at(1.3 - step, c, cutoffs).value) / (2 * step),
        (at(1.3, c + step, cutoffs).value - at(1.3, c - step, cutoffs).value) / (2 * step),
        ...Array.from(cutoffs, (_, k) => {
          const moved = (by: number) => cutoffs.map((v, i) => (i === k ? v + by : v));
          return (at(1.3, c, moved(step)).value - at(1.3, c, moved(-step)).value) / (2 * step);
        }),
      ];
      slopes.forEach((slope, i) => {
        expect(score[i]!).toBeCloseTo(slope, 4);
      });
    }
  });

  it('through one operating point there are many, and no area is known', () => {
    const scores = [1, 1, 0, 1, 0, 0];
    const labels = scores.map((_, i): BinaryLabel => (i < 3 ? 'positive' : 'negative'));
    expect(properBinormalFit(scores, labels)).toMatchObject({
      status: 'one-operating-point',
      area: null,
      se: null,
    });
  });

  it('refuses a level outside (0, 1)', () => {
    expect(() => properBinormalFit([1, 2], ['negative', 'positive'], { level: 1 })).toThrow(
      'properBinormalFit: level must lie between 0 and 1',
    );
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
