import { describe, expect, it } from 'vitest';
import { empiricalAuc } from '../../src/mrmc/figure-of-merit.ts';
import { randomStream } from '../../src/random.ts';
import type { BinaryLabel } from '../../src/roc/auc.ts';
import { bootstrapUnpairedDifference } from '../../src/roc/bootstrap-difference.ts';
import { deLongUnpairedTest } from '../../src/roc/delong.ts';
import { sensitivityInterval, specificityInterval } from '../../src/roc/operating-point.ts';
import { venkatramanTest } from '../../src/roc/venkatraman.ts';

function drawn(seed: number, [cases, shift, spread]: readonly [number, number, number]) {
  const stream = randomStream(seed, 'scores');
  const labels = Array.from(
    { length: cases },
    (_, i): BinaryLabel => (i % 2 ? 'positive' : 'negative'),
  );
  return {
    labels,
    scores: labels.map((label) =>
      label === 'positive' ? shift + spread * stream.normal() : stream.normal(),
    ),
  };
}

describe('bootstrapUnpairedDifference', () => {
  const [a, b] = [drawn(1, [120, 1.2, 1]), drawn(2, [160, 0.7, 1])];
  const options = { figure: empiricalAuc, stratified: true, seed: 5 } as const;

  it('has the standard error of DeLong’s unpaired test', () => {
    const boot = bootstrapUnpairedDifference(a, b, options);
    const delong = deLongUnpairedTest(a, b);
    expect(boot).toMatchObject({ status: 'ok', design: 'unpaired', estimate: delong.estimate });
    expect(boot.se! / delong.se!).toBeGreaterThan(0.93);
    expect(boot.se! / delong.se!).toBeLessThan(1.07);
    expect(bootstrapUnpairedDifference(a, b, options)).toEqual(boot);
  });

  it('draws clusters where there are any, and refuses those that do not fit', () => {
    const clusters = a.labels.map((_, i) => `p${Math.floor(i / 4)}`);
    const boot = bootstrapUnpairedDifference({ ...a, clusters }, b, {
      ...options,
      replicates: 200,
    });
    expect(boot.method).toBe('bootstrap of clusters, stratified');
    expect(() => bootstrapUnpairedDifference({ ...a, clusters: ['p'] }, b, options)).toThrow(
      'bootstrapUnpairedDifference: clusters must name the cluster of each of 120 cases, got 1',
    );
  });
});

describe('venkatramanTest', () => {
  it('counts the errors at every rank', () => {
    const labels = ['positive', 'negative', 'positive', 'negative'] as const;
    // In order of score: N N P P against P P N N; errors differ by 2, 4, 2, 0.
    const { statistic } = venkatramanTest([3, 1, 4, 2], [1, 3, 2, 4], { labels, seed: 1 });
    expect(statistic).toBe(8);
  });

  it('sees crossing curves of equal area, and little in equal ones', () => {
    const { labels, scores } = drawn(3, [300, 1, 1]);
    const stream = randomStream(8, 'noise');
    const same = scores.map((score) => score + 0.1 * stream.normal());
    expect(
      venkatramanTest(scores, same, { labels, seed: 1, permutations: 300 }).pValue,
    ).toBeGreaterThan(0.05);
    const wide = labels.map((label) =>
      label === 'positive' ? 1.6 + 2.4 * stream.normal() : stream.normal(),
    );
    expect(
      venkatramanTest(scores, wide, { labels, seed: 1, permutations: 300 }).pValue,
    ).toBeLessThan(0.05);
  });

  it('rejects 5 % of equal curves, with ties', () => {
    let rejected = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const stream = randomStream(seed, 'pairs');
      const labels = Array.from(
        { length: 60 },
        (_, i): BinaryLabel => (i % 2 ? 'positive' : 'negative'),
      );
      const common = labels.map((label) => stream.normal() + (label === 'positive' ? 1 : 0));
      const rate = (value: number) => Math.round(2 * (value + stream.normal()));
      const [a, b] = [common.map(rate), common.map(rate)];
      if (venkatramanTest(a, b, { labels, seed, permutations: 39 }).pValue <= 0.05) rejected++;
    }
    // 200 · 0.05 = 10, with a standard deviation of 3.1
    expect(rejected).toBeGreaterThanOrEqual(2);
    expect(rejected).toBeLessThanOrEqual(20);
  });

  it('refuses no permutations', () => {
    const labels = ['positive', 'negative'] as const;
    expect(() => venkatramanTest([1, 0], [1, 0], { labels, seed: 1, permutations: 0 })).toThrow(
      'venkatramanTest: permutations must be a whole number >= 1, got 0',
    );
  });
});

describe('sensitivityInterval', () => {
  it('holds the true sensitivity in about 95 % of samples', () => {
    // Se at Sp 0.8 of N(1.5, 1) against N(0, 1) is Φ(1.5 − 0.8416)
    const truth = 0.7448;
    let held = 0;
    for (let seed = 1; seed <= 400; seed++) {
      const { scores, labels } = drawn(seed, [120, 1.5, 1]);
      const { ci } = sensitivityInterval(scores, labels, { specificity: 0.8 });
      if (ci!.lower <= truth && truth <= ci!.upper) held++;
    }
    // standard deviation 4.4
    expect(held).toBeGreaterThanOrEqual(365);
    expect(held).toBeLessThanOrEqual(397);
  });

  it('mirrors the specificity at a sensitivity, and has width at the edge', () => {
    const { scores, labels } = drawn(4, [80, 1, 1]);
    const turned = labels.map(
      (label): BinaryLabel => (label === 'positive' ? 'negative' : 'positive'),
    );
    const own = specificityInterval(scores, labels, { sensitivity: 0.8 });
    const mirrored = sensitivityInterval(
      scores.map((x) => -x),
      turned,
      { specificity: 0.8 },
    );
    expect(own.estimate).toBeCloseTo(mirrored.estimate, 12);
    expect(own.ci!.lower).toBeCloseTo(mirrored.ci!.lower, 12);
    const far = scores.map((score, i) => score + (labels[i] === 'positive' ? 50 : 0));
    const edge = sensitivityInterval(far, labels, { specificity: 0.9 });
    expect(edge.estimate).toBe(1);
    expect(edge.ci!.lower).toBeLessThan(0.97);
  });

  it('says when there is no slope, and refuses what is outside', () => {
    const labels = ['positive', 'positive', 'negative', 'negative'] as const;
    expect(sensitivityInterval([1, 1, 0, 0], labels, { specificity: 0.5 })).toMatchObject({
      status: 'no-slope',
      se: null,
      ci: null,
    });
    expect(() => sensitivityInterval([1, 2, 0, 1], labels, { specificity: 1 })).toThrow(
      'sensitivityInterval: must be given a share inside (0, 1), got 1',
    );
    expect(() => specificityInterval([1, 2, 0, 1], labels, { sensitivity: 0.5, level: 1 })).toThrow(
      'specificityInterval: level must lie between 0 and 1, got 1',
    );
  });
});
