import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normal } from '../../src/distributions/normal.ts';
import { simulateRoeMetz } from '../../src/mrmc/roe-metz.ts';
import { randomStream } from '../../src/random.ts';
import type { BinaryLabel } from '../../src/roc/auc.ts';
import {
  binormalArea,
  binormalPartialArea,
  binormalSensitivity,
  binormalSpecificity,
} from '../../src/roc/binormal-curve.ts';
import { binormalPartialAuc } from '../../src/roc/binormal-figures.ts';
import { type BinormalFit, binormalFit } from '../../src/roc/binormal-fit.ts';
import { sharedIsAbsent } from '../goldens.ts';
import { goldenJson, goldenStudy } from '../mrmc-goldens.ts';

type Fitted = Extract<BinormalFit, { status: 'ok' }>;
const labelsOf = (positives: number, negatives: number): BinaryLabel[] => [
  ...Array<BinaryLabel>(positives).fill('positive'),
  ...Array<BinaryLabel>(negatives).fill('negative'),
];
/** A fit of the numbers of cases in each category, from the lowest. */
function fitCounts(positives: readonly number[], negatives: readonly number[]): BinormalFit {
  const ratings = [positives, negatives].flatMap((counts) =>
    counts.flatMap((count, category) => Array<number>(count).fill(category)),
  );
  const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
  return binormalFit(ratings, labelsOf(total(positives), total(negatives)));
}

function drawn(seed: number, cases: number, categories: number | null): BinormalFit {
  const stream = randomStream(seed, 'binormal');
  const score = (shift: number, spread: number) => {
    const value = shift + spread * stream.normal();
    return categories === null ? value : Math.min(categories, Math.max(1, Math.round(value + 2)));
  };
  const positives = Array.from({ length: cases }, () => score(1.2, 1.4));
  const negatives = Array.from({ length: cases }, () => score(0, 1));
  return binormalFit([...positives, ...negatives], labelsOf(cases, cases));
}

describe.skipIf(sharedIsAbsent)('VanDyke (skipped: ../shared/data absent)', () => {
  const golden = sharedIsAbsent ? null : goldenJson('vandyke.mrmcaov.expected.json');
  const rjafroc = sharedIsAbsent ? null : goldenJson('vandyke.rjafroc.expected.json').binormal_MLE;

  it('every reader’s curve is that of MRMCaov and of RJafroc', () => {
    const study = goldenStudy('vandyke.csv');
    const { treatment, reader, a, b } = golden.binormal_params;
    for (const cell of study.cells) {
      const [test, own] = [study.tests[cell.test]!, study.readers[cell.reader]!];
      const fit = binormalFit(
        [...cell.positives.ratings, ...cell.negatives.ratings],
        labelsOf(45, 69),
      );
      const at = treatment.findIndex((t: string, i: number) => t === test && reader[i] === own);
      if (a[at] === null) {
        const estimate = golden.binormal_auc_values[`${test}.${own}`];
        expect(fit).toMatchObject({ status: 'no-interior-points', area: { estimate } });
        continue;
      }
      if (fit.status !== 'ok') throw new Error(fit.status);
      const areas = golden.binormal_auc_values;
      expect(Math.abs(fit.area.estimate - areas[`${test}.${own}.(Intercept)`])).toBeLessThan(2e-6);
      expect(Math.abs(fit.a - a[at])).toBeLessThan(1e-4);
      expect(Math.abs(fit.b - b[at])).toBeLessThan(1e-4);
      const other = rjafroc[`t${test}r${own}`];
      expect(Math.abs(fit.area.estimate - other.AUC)).toBeLessThan(1e-4);
      expect(Math.abs(fit.a - other.a)).toBeLessThan(1e-3);
      expect(Math.abs(fit.b - other.b)).toBeLessThan(1e-3);
      // RJafroc's is from the observed information, ours from the expected one.
      expect(Math.abs(fit.area.se - other.stdAUC[0][0])).toBeLessThan(1e-3);
    }
  });
});

describe('binormalFit', () => {
  it('goes exactly through two points', () => {
    // FPF ½, 0.1; TPF 0.9, 0.6
    const fit = fitCounts([10, 30, 60], [50, 40, 10]) as Fitted;
    const b = (normal.quantile(0.9) - normal.quantile(0.6)) / (0 - normal.quantile(0.1));
    expect(fit.b).toBeCloseTo(b, 6);
    expect(fit.a).toBeCloseTo(normal.quantile(0.9), 6);
    expect(fit.cutoffs[0]).toBeCloseTo(0, 6);
    expect(fit.cutoffs[1]).toBeCloseTo(normal.quantile(0.9), 6);
  });

  it('finds the truth in many cases, and says how well', () => {
    const fit = drawn(5, 4000, 6) as Fitted;
    expect(Math.abs(fit.b - 1 / 1.4)).toBeLessThan(4 * Math.sqrt(fit.covariance.b));
    expect(Math.abs(fit.a - 1.2 / 1.4)).toBeLessThan(4 * Math.sqrt(fit.covariance.a));
    expect(fit.area.se).toBeGreaterThan(0.003);
    expect(fit.area.se).toBeLessThan(0.01);
    // Continuous scores are fitted through their truth-state runs.
    const continuous = drawn(5, 400, null) as Fitted;
    expect(Math.abs(continuous.b - 1 / 1.4)).toBeLessThan(4 * Math.sqrt(continuous.covariance.b));
  });

  it('changes as it should when ratings are transformed or classes exchanged', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), (seed) => {
        const stream = randomStream(seed);
        const counts = () => Array.from({ length: 5 }, () => 3 + stream.integer(20));
        const [positives, negatives] = [counts(), counts()];
        const fit = fitCounts(positives, negatives);
        fc.pre(fit.status === 'ok');
        const { a, b, area } = fit as Fitted;
        // Turned over, negatives are found: a/b and 1/b.
        const turned = fitCounts([...negatives].reverse(), [...positives].reverse()) as Fitted;
        expect(turned.a).toBeCloseTo(a / b, 5);
        expect(turned.b).toBeCloseTo(1 / b, 5);
        expect(turned.area.estimate).toBeCloseTo(area.estimate, 7);
        expect(turned.area.se).toBeCloseTo(area.se, 6);
        // Exchanged: the area is one less.
        const exchanged = fitCounts(negatives, positives) as Fitted;
        expect(exchanged.area.estimate).toBeCloseTo(1 - area.estimate, 7);
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    ['no-interior-points', 1, [0, 0, 9], [5, 4, 0]],
    ['no-interior-points', 0, [5, 4, 0], [0, 0, 9]],
    ['no-interior-points', 1, [1, 9], [9, 0]],
    ['no-interior-points', null, [9], [9]],
    ['one-operating-point', null, [3, 6], [6, 3]],
  ] as const)('%s: area %s', (status, estimate, positives, negatives) => {
    expect(fitCounts(positives, negatives)).toMatchObject({
      status,
      a: null,
      b: null,
      area: { estimate, se: null, ci: null },
    });
  });

  it('does not invent a curve where the likelihood rises without end', () => {
    // Two points with the same TPF: b falls to 0, and the area to that TPF.
    const fit = fitCounts([4, 0, 6], [5, 3, 2]);
    expect(fit.status).toBe('no-maximum');
    expect(fit.area.estimate).toBeCloseTo(0.6, 14);
    // Two points with the same FPF: b rises without end.
    const upright = fitCounts([2, 3, 5], [6, 0, 4]);
    expect(upright).toMatchObject({ status: 'no-maximum', a: null });
    expect(upright.area.estimate).toBeCloseTo(0.6, 14);
  });

  it('refuses bad input', () => {
    expect(() => binormalFit([1], ['positive'])).toThrow('binormalFit: each class must have');
    expect(() => binormalFit([1, 2], labelsOf(1, 1), { level: 2 })).toThrow(
      'binormalFit: level must lie between 0 and 1',
    );
  });

  it('finds the maximum where full steps overshoot it by less than the likelihood can tell', () => {
    const design = { readers: 5, positives: 30, negatives: 30, separations: [1.5, 1.8] } as const;
    const errors = { testByReader: 0.03, testByCase: 0.1, readerByCase: 0.2, error: 0.6 };
    const variances = { reader: 0.03, case: 0.1, ...errors };
    const rows = simulateRoeMetz({ ...design, variances, seed: 1 });
    const series = new Set(rows.map(({ reader, modality }) => `${reader} ${modality}`));
    expect(series.size).toBe(10);
    for (const name of series) {
      const own = rows.filter(({ reader, modality }) => `${reader} ${modality}` === name);
      const fit = binormalFit(
        own.map(({ rating }) => rating!),
        own.map(({ truth }): BinaryLabel => (truth === '1' ? 'positive' : 'negative')),
      );
      expect(fit.status, name).toBe('ok');
    }
  });
});

describe('numbers read off a binormal curve', () => {
  const curve = { a: 1.3, b: 0.7 };
  const covariance = { a: 0.04, b: 0.02, ab: 0.01 };

  it('partial areas add up to the whole, whichever way it is cut', () => {
    const whole = binormalArea(curve).estimate;
    for (const name of ['specificity', 'sensitivity'] as const) {
      const part = (lower: number, upper: number) =>
        binormalPartialArea(curve, { [name]: [lower, upper] } as { specificity: [number, number] })
          .estimate;
      expect(part(0, 1)).toBeCloseTo(whole, 12);
      expect(part(0, 0.3) + part(0.3, 0.9) + part(0.9, 1)).toBeCloseTo(whole, 12);
    }
    const chance = binormalPartialArea({ a: 0, b: 1 }, { specificity: [0.8, 1] });
    expect(chance.standardized).toBeCloseTo(0.5, 12);
  });

  it('errors are those of the delta method with numeric slopes', () => {
    const step = 1e-5;
    const check = (
      of: (c: typeof curve, e?: object) => { estimate: number; se: number | null },
    ) => {
      const slope = (name: 'a' | 'b') =>
        (of({ ...curve, [name]: curve[name] + step }).estimate -
          of({ ...curve, [name]: curve[name] - step }).estimate) /
        (2 * step);
      const [a, b] = [slope('a'), slope('b')];
      const variance = a * a * covariance.a + b * b * covariance.b + 2 * a * b * covariance.ab;
      expect(of(curve, { covariance }).se).toBeCloseTo(Math.sqrt(variance), 7);
    };
    check((c, e) => binormalArea(c, e));
    check((c, e) => binormalSensitivity(c, 0.9, e));
    check((c, e) => binormalSpecificity(c, 0.85, e));
    check((c, e) => binormalPartialArea(c, { specificity: [0.8, 0.95] }, e));
    check((c, e) => binormalPartialArea(c, { sensitivity: [0.8, 0.95] }, e));
  });

  it('sensitivity and specificity are two ways to read one point', () => {
    const { estimate } = binormalSensitivity(curve, 0.9);
    expect(estimate).toBeCloseTo(normal.cdf(1.3 - 0.7 * normal.quantile(0.9)), 14);
    expect(binormalSpecificity(curve, estimate).estimate).toBeCloseTo(0.9, 12);
    const { ci } = binormalSensitivity(curve, 0.9, { covariance, level: 0.9 });
    expect(ci!.lower).toBeLessThan(estimate);
    expect(ci!.upper).toBeLessThan(1);
  });

  it('refuse what is not on the curve', () => {
    expect(() => binormalSensitivity(curve, 1)).toThrow(
      'binormalSensitivity: must be given a number inside (0, 1), got 1',
    );
    expect(() => binormalSpecificity(curve, 0)).toThrow('binormalSpecificity: must be given');
    expect(() => binormalPartialArea(curve, { specificity: [0.9, 0.8] })).toThrow(
      'binormalPartialArea: specificity must be a range [lower, upper] within [0, 1], got [0.9, 0.8]',
    );
  });

  it('as figures of merit have names, ranges and values', () => {
    const figure = binormalPartialAuc({ specificity: [0.8, 1] });
    expect(figure.name).toBe('binormal partial AUC, specificity 0.8 to 1');
    const ratings = {
      positives: Float64Array.from([1, 2, 2, 3, 3, 3, 4, 4, 1, 4]),
      negatives: Float64Array.from([1, 1, 1, 2, 2, 3, 1, 4, 2, 1]),
    };
    expect(figure.value(ratings)).toBeGreaterThan(0.02);
    expect(figure.value({ ...ratings, positives: Float64Array.from([9, 9]) })).toBeNaN();
  });
});
