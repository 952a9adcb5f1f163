import { describe, expect, it } from 'vitest';
import { empiricalAuc } from '../../src/mrmc/figure-of-merit.ts';
import { randomStream } from '../../src/random.ts';
import type { BinaryLabel } from '../../src/roc/auc.ts';
import { binormalAuc } from '../../src/roc/binormal-figures.ts';
import { bootstrapFigure } from '../../src/roc/bootstrap-figure.ts';
import { deLongInterval } from '../../src/roc/delong.ts';
import { partialAuc, sensitivityAtSpecificity } from '../../src/roc/partial-area.ts';

function drawn(cases: number): { scores: number[]; labels: BinaryLabel[] } {
  const stream = randomStream(4, 'scores');
  const labels = Array.from(
    { length: 2 * cases },
    (_, i): BinaryLabel => (i % 2 ? 'positive' : 'negative'),
  );
  return {
    labels,
    scores: labels.map((label) => stream.normal() + (label === 'positive' ? 1 : 0)),
  };
}

const { scores, labels } = drawn(60);
const base = { figure: empiricalAuc, unit: 'cases', stratified: true, seed: 3 } as const;

describe('bootstrapFigure', () => {
  it('has the standard error of DeLong, and nearly its interval', () => {
    const delong = deLongInterval(scores, labels);
    for (const stratified of [true, false]) {
      const boot = bootstrapFigure(scores, labels, { ...base, stratified });
      expect(boot).toMatchObject({ status: 'ok', replicates: 2000, estimate: delong.estimate });
      expect(boot.se! / delong.se!).toBeGreaterThan(0.93);
      expect(boot.se! / delong.se!).toBeLessThan(1.07);
      expect(Math.abs(boot.ci!.lower - delong.ci!.lower)).toBeLessThan(0.015);
    }
    const bca = bootstrapFigure(scores, labels, { ...base, interval: 'bca' });
    expect(bca.ci!.method).toBe('bootstrap of cases, stratified, bca');
    expect(Math.abs(bca.ci!.upper - delong.ci!.upper)).toBeLessThan(0.02);
  });

  it('is the same for the same seed, and another for another', () => {
    const run = (seed: number) =>
      bootstrapFigure(scores, labels, { ...base, seed, replicates: 200 });
    expect(run(1)).toEqual(run(1));
    expect(run(1).ci).not.toEqual(run(2).ci);
  });

  it('of clusters is that of cases if each is one, and wider if cases are copies', () => {
    const own = labels.map((_, i) => `p${i}`);
    const single = bootstrapFigure(scores, labels, { ...base, unit: 'clusters', clusters: own });
    expect(single.ci!.lower).toBe(bootstrapFigure(scores, labels, base).ci!.lower);
    const twice = { scores: [...scores, ...scores], labels: [...labels, ...labels] };
    const clustered = bootstrapFigure(twice.scores, twice.labels, {
      ...base,
      unit: 'clusters',
      clusters: [...own, ...own],
    });
    const naive = bootstrapFigure(twice.scores, twice.labels, base);
    expect(clustered.se).toBe(single.se);
    expect(naive.se! / clustered.se!).toBeCloseTo(Math.SQRT1_2, 1);
  });

  it('takes clusters with both classes, and leaves out replicates without one of them', () => {
    const mixed = labels.map((_, i) => `p${Math.floor(i / 3)}`);
    const options = { ...base, unit: 'clusters', clusters: mixed, replicates: 300 } as const;
    expect(bootstrapFigure(scores, labels, options).status).toBe('ok');
    const few = bootstrapFigure([1, 2, 3], ['positive', 'negative', 'negative'], {
      ...base,
      stratified: false,
      replicates: 300,
    });
    expect(few.replicates).toBeLessThan(300);
    expect(few.warnings[0]).toMatch(/of 300 replicates have no figure/);
  });

  it('is for every figure of merit', () => {
    for (const figure of [partialAuc({ specificity: [0.8, 1] }), sensitivityAtSpecificity(0.9)]) {
      const { ci, estimate, median } = bootstrapFigure(scores, labels, { ...base, figure });
      expect(ci!.lower).toBeLessThan(estimate!);
      expect(ci!.upper).toBeGreaterThan(estimate!);
      expect(Math.abs(median! - estimate!)).toBeLessThan(0.1);
    }
    const nothing = { ...empiricalAuc, value: () => Number.NaN };
    expect(
      bootstrapFigure(scores, labels, { ...base, figure: nothing, replicates: 5 }),
    ).toMatchObject({
      status: 'degenerate',
      se: null,
      ci: null,
      replicates: 0,
    });
  });

  it('refuses what it cannot draw', () => {
    expect(() => bootstrapFigure(scores, labels, { ...base, replicates: 1 })).toThrow(
      'bootstrapFigure: replicates must be a whole number >= 2, got 1',
    );
    expect(() => bootstrapFigure(scores, labels, { ...base, unit: 'clusters' })).toThrow(
      'bootstrapFigure: clusters must name the cluster of each of 120 cases, got none',
    );
    expect(() => bootstrapFigure(scores, labels, { ...base, clusters: ['a'] })).toThrow(
      'bootstrapFigure: cases in clusters cannot be drawn one by one, got unit cases',
    );
    expect(() => bootstrapFigure(scores, labels, { ...base, level: 0 })).toThrow('level must lie');
  });

  it('is degenerate where the figure is not defined on the cases', () => {
    const labels = ['positive', 'positive', 'negative', 'negative'] as const;
    const options = { figure: binormalAuc, unit: 'cases', stratified: true, seed: 1 } as const;
    const boot = bootstrapFigure([1, 0, 1, 0], labels, options);
    expect(boot).toMatchObject({ status: 'degenerate', estimate: null, se: null, ci: null });
    expect(boot.warnings[0]).toBe('the figure is not defined on the cases');
  });
});
