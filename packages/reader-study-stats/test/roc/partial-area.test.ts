import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/formats/csv.ts';
import { figureTable } from '../../src/mrmc/figure-table.ts';
import { obuchowskiRockette } from '../../src/mrmc/obuchowski-rockette.ts';
import { areaUnderCurve, type BinaryLabel } from '../../src/roc/auc.ts';
import {
  partialArea,
  partialAuc,
  sensitivityAtSpecificity,
  specificityAtSensitivity,
} from '../../src/roc/partial-area.ts';
import { relativeError, sharedFolder, sharedIsAbsent } from '../goldens.ts';
import { goldenJson, goldenStudy } from '../mrmc-goldens.ts';

const sample = fc
  .record({
    positives: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 20 }),
    negatives: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 20 }),
  })
  .map(({ positives, negatives }) => ({
    scores: [...positives, ...negatives],
    labels: [
      ...positives.map((): BinaryLabel => 'positive'),
      ...negatives.map((): BinaryLabel => 'negative'),
    ],
    ratings: { positives: Float64Array.from(positives), negatives: Float64Array.from(negatives) },
  }));

describe.skipIf(sharedIsAbsent)('goldens (skipped: ../shared/data absent)', () => {
  it('VanDyke, specificity 0.8 to 1: MRMCaov', () => {
    const expected = goldenJson('vandyke.mrmcaov.expected.json')['partial_auc_spec_0.8_1_values'];
    const figure = partialAuc({ specificity: [0.8, 1] });
    const { cells, tests, readers } = figureTable(goldenStudy('vandyke.csv'), { figure });
    for (const { test, reader, value } of cells) {
      expect(relativeError(value, expected[`${tests[test]}.${readers[reader]}`])).toBeLessThan(
        1e-10,
      );
    }
  });

  it.each(['s100b', 'ndka', 'wfns'])('aSAH, %s: pROC', (name) => {
    const [header, ...rows] = parseCsv(readFileSync(join(sharedFolder, 'asah.csv'), 'utf8'), () => {
      throw new Error('unreadable');
    });
    const column = (of: string) => rows.map(({ fields }) => fields[header!.fields.indexOf(of)]!);
    const labels = column('outcome').map(
      (outcome): BinaryLabel => (outcome === 'Poor' ? 'positive' : 'negative'),
    );
    const golden = goldenJson('asah.expected.json').auc[name];
    const scores = column(name).map(Number);
    const ofSpecificity = partialArea(scores, labels, { specificity: [0.9, 1] });
    const ofSensitivity = partialArea(scores, labels, { sensitivity: [0.9, 1] });
    expect(relativeError(ofSpecificity.area, golden.pauc_sp_90_100)).toBeLessThan(1e-10);
    expect(relativeError(ofSpecificity.standardized, golden.pauc_sp_corrected)).toBeLessThan(1e-10);
    expect(relativeError(ofSensitivity.area, golden.pauc_se_90_100)).toBeLessThan(1e-10);
  });
});

describe('partial areas', () => {
  it('are what a hand computes', () => {
    const labels = ['positive', 'positive', 'negative', 'negative'] as const;
    // Points (0, ½), (½, ½), (½, 1), (1, 1).
    const scores = [3, 1, 2, 0];
    expect(partialArea(scores, labels, { specificity: [0.5, 1] }).area).toBe(0.25);
    expect(partialArea(scores, labels, { specificity: [0, 0.5] }).area).toBe(0.5);
    expect(partialArea(scores, labels, { sensitivity: [0.5, 1] }).area).toBe(0.25);
    const { standardized } = partialArea(scores, labels, { specificity: [0.5, 1] });
    expect(standardized).toBeCloseTo((1 + (0.25 - 0.125) / (0.5 - 0.125)) / 2, 14);
    const ratings = { positives: Float64Array.of(3, 1), negatives: Float64Array.of(2, 0) };
    expect(sensitivityAtSpecificity(0.75).value(ratings)).toBe(0.5);
    expect(sensitivityAtSpecificity(0.5).value(ratings)).toBe(1);
    expect(specificityAtSensitivity(0.5).value(ratings)).toBe(1);
    expect(specificityAtSensitivity(0.75).value(ratings)).toBe(0.5);
  });

  it('add up to the whole area, over specificities and over sensitivities', () => {
    const cut = fc.double({ min: 0.05, max: 0.95, noNaN: true });
    fc.assert(
      fc.property(sample, cut, ({ scores, labels }, at) => {
        const whole = areaUnderCurve(scores, labels);
        const of = (range: Parameters<typeof partialArea>[2]) =>
          partialArea(scores, labels, range).area;
        expect(of({ specificity: [0, at] }) + of({ specificity: [at, 1] })).toBeCloseTo(whole, 12);
        expect(of({ sensitivity: [0, at] }) + of({ sensitivity: [at, 1] })).toBeCloseTo(whole, 12);
        expect(partialArea(scores, labels, { specificity: [0, 1] }).standardized).toBeCloseTo(
          whole,
          12,
        );
      }),
    );
  });

  it('do not change under rising transformations; turned over, the axes change places', () => {
    fc.assert(
      fc.property(sample, ({ scores, labels }) => {
        const range = { specificity: [0.3, 0.9] } as const;
        const cubed = scores.map((score) => score ** 3 + 2);
        expect(partialArea(cubed, labels, range)).toEqual(partialArea(scores, labels, range));
        const turned = labels.map((l): BinaryLabel => (l === 'positive' ? 'negative' : 'positive'));
        const lowered = scores.map((score) => -score);
        expect(partialArea(lowered, turned, { sensitivity: [0.3, 0.9] }).area).toBeCloseTo(
          partialArea(scores, labels, range).area,
          13,
        );
      }),
    );
  });

  it('operating points fall with the specificity and span the curve', () => {
    fc.assert(
      fc.property(sample, ({ ratings }) => {
        const at = [0, 0.2, 0.5, 0.8, 1].map((x) => sensitivityAtSpecificity(x).value(ratings));
        expect(at[0]).toBe(1);
        for (let i = 1; i < at.length; i++) expect(at[i]!).toBeLessThanOrEqual(at[i - 1]! + 1e-15);
        expect(specificityAtSensitivity(0).value(ratings)).toBe(1);
      }),
    );
  });

  it('work in a study of readers', () => {
    const study = goldenStudy('sim_crossed_dev.csv');
    for (const figure of [
      partialAuc({ sensitivity: [0.8, 1] }, 'standardized'),
      sensitivityAtSpecificity(0.9),
    ]) {
      expect(obuchowskiRockette(study, { figure }).differences[0]!.status).toBe('ok');
    }
  });

  it('refuse impossible ranges', () => {
    expect(() => partialAuc({ sensitivity: [-0.1, 1] })).toThrow(
      'partialAuc: sensitivity must be a range [lower, upper] within [0, 1], got [-0.1, 1]',
    );
    expect(() => sensitivityAtSpecificity(1.5)).toThrow(
      'sensitivityAtSpecificity: must be given a number between 0 and 1, got 1.5',
    );
    expect(() => specificityAtSensitivity(Number.NaN)).toThrow('specificityAtSensitivity: must be');
    expect(partialAuc({ sensitivity: [0.75, 1] }, 'standardized').name).toBe(
      'standardized partial AUC, sensitivity 0.75 to 1',
    );
  });
});

describe('the logit interval of a mean', () => {
  const study = goldenStudy('sim_crossed_dev.csv');

  it('is the delta method by hand, within the range', () => {
    const [plain] = obuchowskiRockette(study).means;
    const [logit] = obuchowskiRockette(study, { meanInterval: 'logit' }).means;
    const { estimate, ci } = plain!;
    const half = (ci!.upper - estimate!) / (estimate! * (1 - estimate!));
    const center = Math.log(estimate! / (1 - estimate!));
    expect(logit!.ci!.upper).toBeCloseTo(1 / (1 + Math.exp(-center - half)), 12);
    expect(logit!.ci!.lower).toBeCloseTo(1 / (1 + Math.exp(-center + half)), 12);
    expect(logit!.ci!.method).toMatch(/, logit$/);
    expect(logit!.se).toBe(plain!.se);
  });

  it('needs a range with two ends', () => {
    const figure = {
      ...partialAuc({ specificity: [0, 1] }),
      name: 'open',
      range: [0, Number.POSITIVE_INFINITY] as const,
    };
    expect(() => obuchowskiRockette(study, { figure, meanInterval: 'logit' })).toThrow(
      'obuchowskiRockette: meanInterval logit needs a figure with a finite range, got open',
    );
  });
});
