import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/formats/csv.ts';
import { randomStream } from '../../src/random.ts';
import { areaUnderCurve, type BinaryLabel } from '../../src/roc/auc.ts';
import { deLongInterval, deLongPairedTest, deLongUnpairedTest } from '../../src/roc/delong.ts';
import { rocCurve } from '../../src/roc/roc-curve.ts';
import { relativeError, sharedFolder, sharedIsAbsent } from '../goldens.ts';
import { goldenJson } from '../mrmc-goldens.ts';

const labelsOf = (text: string): BinaryLabel[] =>
  [...text].map((c) => (c === '+' ? 'positive' : 'negative'));

describe.skipIf(sharedIsAbsent)('aSAH data (skipped: ../shared/data absent)', () => {
  const load = () => {
    const [header, ...rows] = parseCsv(
      readFileSync(join(sharedFolder, 'asah.csv'), 'utf8'),
      (_, message) => {
        throw new Error(message);
      },
    );
    const column = (name: string) =>
      rows.map(({ fields }) => fields[header!.fields.indexOf(name)]!);
    const labels: BinaryLabel[] = column('outcome').map((outcome) =>
      outcome === 'Poor' ? 'positive' : 'negative',
    );
    const expected = goldenJson('asah.expected.json');
    return { scores: (name: string) => column(name).map(Number), labels, expected };
  };

  it.each(['s100b', 'ndka', 'wfns'])('AUC, variance and interval of %s agree with pROC', (name) => {
    const { scores, labels, expected } = load();
    const golden = expected.auc[name];
    const auc = deLongInterval(scores(name), labels);
    expect(relativeError(auc.estimate, golden.auc)).toBeLessThan(1e-10);
    expect(relativeError(auc.se! ** 2, golden.var)).toBeLessThan(1e-10);
    expect(relativeError(auc.ci!.lower, golden.ci95[0])).toBeLessThan(1e-10);
    expect(relativeError(auc.ci!.upper, golden.ci95[2])).toBeLessThan(1e-10);
    const ninety = deLongInterval(scores(name), labels, { level: 0.9 });
    expect(relativeError(ninety.ci!.lower, golden.ci90[0])).toBeLessThan(1e-10);
    expect(relativeError(ninety.ci!.upper, golden.ci90[2])).toBeLessThan(1e-10);
    for (const [, middle] of [golden.ci90, golden.ci95]) expect(middle).toBe(golden.auc);
  });

  it.each([0, 1, 2])('paired and unpaired tests of pair %i agree with pROC', (index) => {
    const { scores, labels, expected } = load();
    const golden = expected.test[index];
    const [a, b] = golden.pair.map(scores);
    const paired = deLongPairedTest(a, b, { labels });
    const greater = deLongPairedTest(a, b, { labels, alternative: 'greater' });
    const unpaired = deLongUnpairedTest({ scores: a, labels }, { scores: b, labels });
    if (paired.status !== 'ok' || greater.status !== 'ok' || unpaired.status !== 'ok') {
      throw new Error('zero variance');
    }
    expect(relativeError(paired.statistic, golden.Z)).toBeLessThan(1e-10);
    expect(relativeError(paired.pValue, golden.p)).toBeLessThan(1e-10);
    expect(relativeError(paired.ci.lower, golden.ci[0])).toBeLessThan(1e-9);
    expect(relativeError(paired.ci.upper, golden.ci[1])).toBeLessThan(1e-9);
    expect(relativeError(greater.pValue, golden.p_greater)).toBeLessThan(1e-10);
    expect(relativeError(unpaired.statistic, golden.unpaired.D)).toBeLessThan(1e-10);
    expect(relativeError(unpaired.df!, golden.unpaired.df)).toBeLessThan(1e-10);
    expect(relativeError(unpaired.pValue, golden.unpaired.p)).toBeLessThan(1e-10);
  });
});

describe('AUC', () => {
  it('counts ties half', () => {
    expect(areaUnderCurve([1, 1], labelsOf('+-'))).toBe(0.5);
    expect(areaUnderCurve([3, 2, 2, 1], labelsOf('++--'))).toBe(0.875);
  });

  it('is the share of ordered pairs, and the area under the curve', () => {
    const sample = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.boolean()), {
      minLength: 4,
    });
    fc.assert(
      fc.property(sample, (cases) => {
        const scores = cases.map(([score]) => score);
        const labels: BinaryLabel[] = cases.map(([, is]) => (is ? 'positive' : 'negative'));
        const pos = scores.filter((_, i) => labels[i] === 'positive');
        const neg = scores.filter((_, i) => labels[i] === 'negative');
        fc.pre(pos.length > 0 && neg.length > 0);
        const wins = pos.flatMap((p) => neg.map((n) => (p > n ? 1 : p === n ? 0.5 : 0)));
        const brute = wins.reduce<number>((a, b) => a + b, 0) / wins.length;
        const points = rocCurve(scores, labels);
        const area = points.slice(1).reduce((sum, point, i) => {
          const before = points[i]!;
          const height = (point.truePositiveRate + before.truePositiveRate) / 2;
          return sum + height * (point.falsePositiveRate - before.falsePositiveRate);
        }, 0);
        expect(areaUnderCurve(scores, labels)).toBeCloseTo(brute, 12);
        expect(area).toBeCloseTo(brute, 12);
        expect(points.at(-1)).toMatchObject({ falsePositiveRate: 1, truePositiveRate: 1 });
      }),
    );
  });

  it('has the variance of a hand-computed example', () => {
    const auc = deLongInterval([3, 1, 2, 0], labelsOf('++--'));
    // V10 = [1, .5], V01 = [.5, 1]: both sample variances are 1/8
    expect(auc.estimate).toBe(0.75);
    expect(auc.se! ** 2).toBeCloseTo(0.125, 14);
    expect(auc.ci!.upper).toBe(1);
    const logit = deLongInterval([3, 1, 2, 0], labelsOf('++--'), { transform: 'logit' });
    const half = (1.959963984540054 * Math.sqrt(0.125)) / (0.75 * 0.25);
    expect(logit.ci!.lower).toBeCloseTo(1 / (1 + Math.exp(half - Math.log(3))), 12);
    expect(logit.ci!.upper).toBeLessThan(1);
  });

  it.each(['none', 'logit'] as const)(
    'perfect separation is a status, not certainty (%s)',
    (transform) => {
      const auc = deLongInterval([5, 4, 6, 1, 2, 3, 0], labelsOf('+++----'), { transform });
      expect(auc).toMatchObject({ status: 'zero-variance', estimate: 1, se: 0 });
      expect(auc.ci).toMatchObject({ lower: 1, upper: 1 });
    },
  );

  it('tests of a score with itself have no variance', () => {
    const labels = labelsOf('++--');
    const scores = [3, 1, 2, 0];
    expect(deLongPairedTest(scores, scores, { labels })).toMatchObject({
      status: 'zero-variance',
      estimate: 0,
    });
    const perfect = { scores: [3, 2, 1, 0], labels };
    expect(deLongUnpairedTest(perfect, perfect).status).toBe('zero-variance');
  });

  it('takes 200,000 scores in well under a second', () => {
    const scores = Float64Array.from(
      { length: 200_000 },
      (_, i) => Math.sin(i * 7.3) + (i % 2) * 0.4,
    );
    const labels = Array.from(scores, (_, i): BinaryLabel => (i % 2 ? 'positive' : 'negative'));
    const start = performance.now();
    expect(deLongInterval(scores, labels).status).toBe('ok');
    expect(performance.now() - start).toBeLessThan(1500);
  });

  it('with clusters has Obuchowski’s variance: DeLong’s if each case is one, the jackknife’s nearly', () => {
    const stream = randomStream(2, 'clusters');
    const labels = Array.from(
      { length: 160 },
      (_, i): BinaryLabel => (i % 3 ? 'negative' : 'positive'),
    );
    const patient = labels.map((_, i) => String(Math.floor(i / 4)));
    const common = Array.from({ length: 40 }, () => stream.normal());
    const [a, b] = [0, 1].map(() =>
      labels.map(
        (l, i) => common[Math.floor(i / 4)]! + stream.normal() + (l === 'positive' ? 1 : 0),
      ),
    ) as [number[], number[]];
    const alone = labels.map((_, i) => `case ${i}`);
    const plain = deLongInterval(a, labels);
    expect(deLongInterval(a, labels, { clusters: alone }).se).toBeCloseTo(plain.se!, 12);
    const paired = deLongPairedTest(a, b, { labels });
    expect(deLongPairedTest(a, b, { labels, clusters: alone }).se).toBeCloseTo(paired.se!, 12);
    // Twice every case in one cluster: as many patients, the same error.
    const doubled = deLongInterval([...a, ...a], [...labels, ...labels], {
      clusters: [...alone, ...alone],
    });
    expect(doubled.se).toBeCloseTo(plain.se!, 12);
    const area = (keep: (i: number) => boolean, scores: readonly number[]) =>
      areaUnderCurve(
        scores.filter((_, i) => keep(i)),
        labels.filter((_, i) => keep(i)),
      );
    const jackknife = (figure: (keep: (i: number) => boolean) => number) => {
      const left = [...new Set(patient)].map((out) => figure((i) => patient[i] !== out));
      const center = left.reduce((x, y) => x + y, 0) / left.length;
      return Math.sqrt(
        (left.reduce((x, y) => x + (y - center) ** 2, 0) * (left.length - 1)) / left.length,
      );
    };
    const one = deLongInterval(a, labels, { clusters: patient });
    expect(one).toMatchObject({ method: 'delong, clustered', estimate: plain.estimate });
    expect(one.se! / jackknife((keep) => area(keep, a))).toBeCloseTo(1, 1);
    const both = deLongPairedTest(a, b, { labels, clusters: patient });
    expect(both.se! / jackknife((keep) => area(keep, a) - area(keep, b))).toBeCloseTo(1, 1);
    expect(() => deLongInterval(a, labels, { clusters: ['x'] })).toThrow(
      'deLongInterval: clusters must name the cluster of each of 160 cases, got 1',
    );
    expect(() => deLongPairedTest(a, b, { labels, clusters: labels })).toThrow(
      'deLongPairedTest: positive cases must lie in at least two clusters, got one',
    );
  });

  it('gives an area without an interval where a class has a single case', () => {
    expect(deLongInterval([3, 1, 4], labelsOf('+--'))).toMatchObject({
      status: 'single-case',
      estimate: 0.5,
      se: null,
      ci: null,
      n: { positives: 1, negatives: 2 },
      method: 'delong',
    });
  });

  it('refuses bad input', () => {
    expect(() => deLongInterval([1, 2], labelsOf('+'))).toThrow(
      'scores and labels must have one length, got 2 and 1',
    );
    expect(() => deLongInterval([1, Number.NaN], labelsOf('+-'))).toThrow(
      'scores must be finite, got NaN at index 1',
    );
    expect(() => deLongInterval([1, 2], labelsOf('--'))).toThrow(
      'deLongInterval: each class must have at least 1 case, got 0 positive and 2 negative',
    );
    expect(() => deLongPairedTest([1, 2, 3], [1, 2, 3], { labels: labelsOf('+--') })).toThrow(
      'at least 2 cases, got 1 positive and 2 negative',
    );
    expect(() => rocCurve([1], labelsOf('+'))).toThrow(
      'rocCurve: each class must have at least 1 case,',
    );
    expect(() => areaUnderCurve([1], ['cancer' as BinaryLabel])).toThrow(
      "labels must be 'positive' or 'negative', got cancer",
    );
    expect(() => deLongInterval([1, 2], labelsOf('+-'), { level: 1 })).toThrow(
      'level must lie between 0 and 1',
    );
  });
});
