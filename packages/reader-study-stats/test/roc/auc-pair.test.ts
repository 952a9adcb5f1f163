import { describe, expect, it } from 'vitest';
import { randomStream } from '../../src/random.ts';
import type { BinaryLabel } from '../../src/roc/auc.ts';
import { aucPair, aucPairPower, aucPairSampleSize } from '../../src/roc/auc-pair.ts';
import { deLongPairedTest } from '../../src/roc/delong.ts';
import { youdenPoints } from '../../src/roc/youden.ts';
import { relativeError, sharedIsAbsent } from '../goldens.ts';
import { goldenJson } from '../mrmc-goldens.ts';
import { asah } from './asah.ts';

const close = (own: number | null, golden: number, tolerance = 1e-10) =>
  expect(relativeError(own ?? Number.NaN, golden), `got ${own}, golden ${golden}`).toBeLessThan(
    tolerance,
  );

describe.skipIf(sharedIsAbsent)('aSAH: pROC (skipped: ../shared/data absent)', () => {
  it('variances and covariances, DeLong and Obuchowski', () => {
    const { scores, labels } = asah();
    const golden = goldenJson('asah.expected.json');
    for (const { pair, cov, cov_obuchowski } of golden.cov) {
      const [a, b] = [...pair].map(String);
      const delong = aucPair(scores(a!), scores(b!), { labels });
      close(delong.covariance, cov);
      close(delong.first.variance, golden.auc[a!].var);
      const planned = aucPair(scores(a!), scores(b!), {
        labels,
        method: 'obuchowski',
        compat: 'proc',
      });
      close(planned.covariance, cov_obuchowski, 1e-8);
      close(planned.first.variance, golden.auc[a!].var_obuchowski);
      close(planned.second.variance, golden.auc[b!].var_obuchowski);
    }
  });

  it('power of two curves', () => {
    const { scores, labels } = asah();
    const { two, two_obuchowski } = goldenJson('asah.expected.json').power;
    const [a, b] = TWO;
    close(aucPairPower(aucPair(scores(a), scores(b), { labels })), two);
    const planned = aucPair(scores(a), scores(b), { labels, method: 'obuchowski', compat: 'proc' });
    close(aucPairPower(planned), two_obuchowski);
    const { positives, negatives } = aucPairSampleSize(planned, { power: two_obuchowski });
    close(positives, 41, 1e-8);
    close(negatives, 72, 1e-8);
  });

  it.each(['s100b', 'ndka', 'wfns'])('Youden points of %s', (name) => {
    const { scores, labels } = asah();
    const golden = goldenJson('asah.expected.json').auc[name].youden;
    const [best, ...others] = youdenPoints(scores(name), labels);
    expect(others).toEqual([]);
    close(best!.threshold, golden.threshold);
    close(best!.sensitivity, golden.sensitivity);
    close(best!.specificity, golden.specificity);
    close(best!.accuracy, golden.accuracy);
    close(best!.positivePredictiveValue, golden.ppv);
    close(best!.negativePredictiveValue, golden.npv);
  });
});

/** The pair of the golden's power. */
const TWO = ['ndka', 'wfns'] as const;

const labels = [...Array<'positive'>(8).fill('positive'), ...Array<'negative'>(8).fill('negative')];
const first = [5, 9, 3, 7, 8, 6, 9, 4, 1, 5, 2, 3, 0, 6, 2, 1];
const second = [4, 6, 5, 3, 8, 2, 7, 9, 3, 1, 6, 4, 2, 5, 0, 7];

/** 60 positives of twice the spread and 120 negatives, two scores. */
const simulated = (() => {
  const stream = randomStream(5, 'pairs');
  const truth = Array.from(
    { length: 180 },
    (_, i): BinaryLabel => (i % 3 ? 'negative' : 'positive'),
  );
  const common = truth.map((label) =>
    label === 'positive' ? 1.5 + 2 * stream.normal() : stream.normal(),
  );
  const noisy = () => common.map((x) => x + 0.7 * stream.normal());
  return { labels: truth, scores: [noisy(), noisy()] as [number[], number[]] };
})();

describe('aucPair', () => {
  it('has the variance of DeLong’s paired test, and power and size are inverse', () => {
    const pair = aucPair(first, second, { labels });
    const difference = pair.first.variance + pair.second.variance - 2 * pair.covariance;
    expect(Math.sqrt(difference)).toBeCloseTo(deLongPairedTest(first, second, { labels }).se!, 12);
    const size = aucPairSampleSize(pair, { power: 0.8, alternative: 'one-sided' });
    expect(size.negatives).toBeCloseTo(size.positives, 10);
    expect(aucPairPower(pair, { positives: size.positives, alternative: 'one-sided' })).toBeCloseTo(
      0.8,
      10,
    );
  });

  it('Obuchowski’s variance does not depend on which class is called positive, pROC’s does', () => {
    const { scores, labels: truth } = simulated;
    const turned = truth.map(
      (label): BinaryLabel => (label === 'positive' ? 'negative' : 'positive'),
    );
    const falling = scores.map((own) => own.map((x) => -x)) as [number[], number[]];
    const options = { labels: truth, method: 'obuchowski' } as const;
    const own = aucPair(...scores, options);
    const mirrored = aucPair(...falling, { ...options, labels: turned });
    const ratio = mirrored.first.variance / own.first.variance;
    expect(Math.abs(ratio - 1)).toBeLessThan(0.02);
    // of DeLong's size
    expect(own.covariance / aucPair(...scores, { labels: truth }).covariance).toBeGreaterThan(0.5);
    expect(own.covariance / aucPair(...scores, { labels: truth }).covariance).toBeLessThan(2);
  });

  it('refuses what has no answer', () => {
    const pair = aucPair(first, second, { labels });
    expect(() => aucPairPower(pair, { alpha: 1 })).toThrow('alpha must lie between 0 and 1, got 1');
    expect(() => aucPairPower(pair, { positives: 0 })).toThrow('positives must be above 0, got 0');
    expect(() => aucPairPower(aucPair(first, first, { labels }))).toThrow(
      'aucPairPower: the difference must have a variance, got 0 and 0',
    );
    expect(() => aucPairSampleSize(pair, { power: 1 })).toThrow('power must lie between 0 and 1');
    const equal = { ...pair, second: { ...pair.second, auc: pair.first.auc } };
    expect(() => aucPairSampleSize(equal, { power: 0.5 })).toThrow('the areas must differ');
    const perfect = labels.map((label) => (label === 'positive' ? 1 : 0));
    expect(() => aucPair(perfect, first, { labels, method: 'obuchowski' })).toThrow(
      'aucPair: the curve must rise through at least two points',
    );
  });
});

describe('youdenPoints', () => {
  it('ties are all given, and costs move the threshold', () => {
    const truth = ['positive', 'positive', 'negative', 'negative'] as const;
    const points = youdenPoints([3, 1, 2, 0], truth);
    expect(points.map(({ threshold }) => threshold)).toEqual([2.5, 0.5]);
    const [strict] = youdenPoints([3, 1, 2, 0], truth, { prevalence: 0.1 });
    expect(strict).toMatchObject({
      threshold: 2.5,
      specificity: 1,
      negativePredictiveValue: 2 / 3,
    });
    const [lax] = youdenPoints([3, 1, 2, 0], truth, { missCost: 10 });
    expect(lax!.sensitivity).toBe(1);
    const [nothing] = youdenPoints([0, 0, 1, 1], truth);
    expect(nothing).toMatchObject({
      threshold: Number.POSITIVE_INFINITY,
      positivePredictiveValue: null,
    });
  });

  it('refuses impossible options', () => {
    const truth = ['positive', 'negative'] as const;
    expect(() => youdenPoints([1, 0], truth, { prevalence: 0 })).toThrow(
      'youdenPoints: prevalence must lie inside (0, 1), got 0',
    );
    expect(() => youdenPoints([1, 0], truth, { missCost: 0 })).toThrow('missCost must be above 0');
  });
});
