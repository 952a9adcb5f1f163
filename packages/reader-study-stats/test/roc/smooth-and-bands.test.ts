import { describe, expect, it } from 'vitest';
import { empiricalAuc } from '../../src/mrmc/figure-of-merit.ts';
import { randomStream } from '../../src/random.ts';
import type { BinaryLabel } from '../../src/roc/auc.ts';
import { binormalFit } from '../../src/roc/binormal-fit.ts';
import { bootstrapDifference } from '../../src/roc/bootstrap-difference.ts';
import { bootstrapFigure } from '../../src/roc/bootstrap-figure.ts';
import { deLongPairedTest } from '../../src/roc/delong.ts';
import { sensitivityAtSpecificity } from '../../src/roc/partial-area.ts';
import { binormalBand, rocBand } from '../../src/roc/roc-band.ts';
import { smoothCurve } from '../../src/roc/smooth-curve.ts';

const stream = randomStream(9, 'smooth');
const labels = Array.from(
  { length: 120 },
  (_, i): BinaryLabel => (i % 2 ? 'positive' : 'negative'),
);
const shift = labels.map((label) => (label === 'positive' ? 1.3 : 0));
const first = shift.map((mean) => mean + stream.normal());
const second = first.map((score, i) => (score + shift[i]! * 0.2 + stream.normal()) / 1.4);
const draw = { unit: 'cases', stratified: true, seed: 2 } as const;

describe('smoothCurve', () => {
  it('by kernels is the mean over pairs, near the empirical area', () => {
    const few = smoothCurve([1, 0], ['positive', 'negative'], {
      method: 'kernel',
      bandwidth: { positives: 3, negatives: 4 },
    });
    expect(few.area).toBeCloseTo(0.5792597094391, 12); // Φ(1/5)
    const curve = smoothCurve(first, labels, { method: 'kernel', points: 400 });
    const { points } = curve;
    const trapezoid = points.slice(1).reduce((sum, point, i) => {
      const before = points[i]!;
      const width = point.falsePositiveRate - before.falsePositiveRate;
      expect(width).toBeGreaterThanOrEqual(0);
      return sum + (width * (point.truePositiveRate + before.truePositiveRate)) / 2;
    }, 0);
    expect(trapezoid).toBeCloseTo(curve.area!, 3);
  });

  it('by the straight line goes through points that lie on one', () => {
    // Points (0.2, 0.5) and (0.5, 0.8): lines through two points are exact.
    const counts = { positives: [2, 3, 5], negatives: [5, 3, 2] };
    const scores = (of: readonly number[]) => of.flatMap((n, i) => Array<number>(n).fill(i));
    const curve = smoothCurve(
      [...scores(counts.positives), ...scores(counts.negatives)],
      [...Array<BinaryLabel>(10).fill('positive'), ...Array<BinaryLabel>(10).fill('negative')],
      { method: 'binormal', points: 9 },
    );
    expect(
      curve.points.find((p) => Math.abs(p.falsePositiveRate - 0.5) < 1e-9)!.truePositiveRate,
    ).toBeCloseTo(0.8, 10);
    expect(
      curve.points.find((p) => Math.abs(p.falsePositiveRate - 0.2) < 1e-9)!.truePositiveRate,
    ).toBeCloseTo(0.5, 10);
    expect(curve.points).toHaveLength(11);
  });

  it('is degenerate where there is nothing to smooth', () => {
    const separated = ['positive', 'positive', 'negative', 'negative'] as const;
    for (const method of ['binormal', 'kernel'] as const) {
      expect(smoothCurve([1, 1, 0, 0], separated, { method })).toEqual({
        status: 'degenerate',
        area: null,
        points: [],
      });
    }
    expect(() =>
      smoothCurve([1, 0], ['positive', 'negative'], {
        method: 'kernel',
        bandwidth: { positives: 0, negatives: 1 },
      }),
    ).toThrow('smoothCurve: bandwidth must be above 0, got 0 and 1');
  });
});

describe('bands', () => {
  it('of the empirical curve are the intervals of the sensitivities', () => {
    const band = rocBand(first, labels, { ...draw, specificities: [0.5, 0.9], replicates: 300 });
    expect(band.map((point) => point.falsePositiveRate)).toEqual([1 - 0.9, 0.5]);
    const figure = sensitivityAtSpecificity(0.9);
    const own = bootstrapFigure(first, labels, { ...draw, figure, replicates: 300 });
    expect(band[0]).toMatchObject({
      truePositiveRate: own.estimate,
      lower: own.ci!.lower,
      upper: own.ci!.upper,
    });
    expect(rocBand(first, labels, { ...draw, replicates: 20 })).toHaveLength(21);
  });

  it('of the binormal curve: the whole needs more than each place', () => {
    const fit = binormalFit(first, labels);
    if (fit.status !== 'ok') throw new Error(fit.status);
    const at = { falsePositiveRates: [0.1, 0.5] };
    const pointwise = binormalBand(fit, { ...at, coverage: 'pointwise' });
    const whole = binormalBand(fit, { ...at, coverage: 'simultaneous' });
    pointwise.forEach((point, i) => {
      expect(point.truePositiveRate).toBe(whole[i]!.truePositiveRate);
      expect(whole[i]!.lower).toBeLessThan(point.lower);
      expect(whole[i]!.upper).toBeGreaterThan(point.upper);
    });
    expect(binormalBand(fit, { coverage: 'pointwise' })).toHaveLength(99);
    expect(() => binormalBand(fit, { coverage: 'pointwise', level: 1 })).toThrow('level must lie');
  });
});

describe('bootstrapDifference', () => {
  it('is close to DeLong’s test for the area', () => {
    const delong = deLongPairedTest(first, second, { labels });
    const boot = bootstrapDifference(first, second, { ...draw, labels, figure: empiricalAuc });
    expect(boot.estimate).toBeCloseTo(delong.estimate!, 14);
    expect(boot.se! / delong.se!).toBeGreaterThan(0.9);
    expect(boot.se! / delong.se!).toBeLessThan(1.1);
    expect(boot.ci!.method).toBe('bootstrap of cases, stratified, percentile');
  });

  it('of a score with itself has no variance, and of no figure no result', () => {
    const options = { ...draw, labels, figure: empiricalAuc, replicates: 10 };
    expect(bootstrapDifference(first, first, options).status).toBe('zero-variance');
    const figure = { ...empiricalAuc, value: () => Number.NaN };
    expect(() => bootstrapDifference(first, second, { ...options, figure })).toThrow(
      'bootstrapDifference: at least 2 replicates must be finite, got 0',
    );
  });
});
