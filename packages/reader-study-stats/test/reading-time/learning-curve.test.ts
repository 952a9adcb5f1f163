import { describe, expect, it } from 'vitest';
import { randomStream } from '../../src/random.ts';
import { type LearningCurveOptions, learningCurve } from '../../src/reading-time/learning-curve.ts';
import type { Read } from '../../src/reads.ts';
import { simulatedStudy } from '../study/simulated-study.ts';

const reads = simulatedStudy();

const OPTIONS = {
  truth: 'fake',
  sessions: ['3'],
  unsure: 'incorrect',
  model: { kind: 'gee', correlation: 'exchangeable', correction: 'none' },
} as const satisfies LearningCurveOptions;

/** 5 readers × 400 images in an order of their own each; log odds rise by `slope` per 100. */
function study(slope: number, seed: number): readonly Read[] {
  const random = randomStream(seed);
  return ['a', 'b', 'c', 'd', 'e'].flatMap((reader, r) =>
    random.shuffle(Array.from({ length: 400 }, (_, i) => i)).map((image, position): Read => {
      const eta = -0.6 + 0.2 * r + (slope * (position + 1)) / 100;
      const label = random.uniform() < 1 / (1 + Math.exp(-eta)) ? 'not-real' : 'real';
      const shared = { truth: 'fake', appearance: 'positive', simulated: true } as const;
      return { reader, session: '3', case: `i${image}`, label, order: position + 1, ...shared };
    }),
  );
}

describe('a learning curve', () => {
  it.each([
    { kind: 'gee', correlation: 'exchangeable', correction: 'none' },
    { kind: 'glmm' },
  ] as const)('finds the trend that was put in: $kind', (model) => {
    const rising = learningCurve(study(0.4, 1), { ...OPTIONS, model });
    expect(rising.status).toMatch(/ok|singular/);
    expect(rising.trend.ci!.lower).toBeLessThan(0.4);
    expect(rising.trend.ci!.upper).toBeGreaterThan(0.4);
    expect(rising.trend.pValue!).toBeLessThan(1e-8);
    expect(rising.oddsRatioPer100).toBeCloseTo(Math.exp(rising.trend.estimate!), 12);
    expect(rising.simulated).toBe(true);
    const flat = learningCurve(study(0, 2), { ...OPTIONS, model });
    expect(flat.trend.pValue!).toBeGreaterThan(0.01);
  });

  it('of one reader is the straight line in log odds, with its band', () => {
    const { curve, fit } = learningCurve(reads, { ...OPTIONS, readers: ['R2'], points: 3 });
    const [intercept, slope] = fit.coefficients.map(({ estimate }) => estimate!);
    const [[a, b], [, c]] = fit.covariance as unknown as [[number, number], [number, number]];
    const logit = (p: number): number => Math.log(p / (1 - p));
    for (const { order, estimate, lower, upper } of curve) {
      const x = order / 100;
      const se = Math.sqrt(a + 2 * x * b + x * x * c);
      expect(logit(estimate)).toBeCloseTo(intercept! + slope! * x, 10);
      expect((logit(upper) - logit(lower)) / 2).toBeCloseTo(1.959963984540054 * se, 10);
    }
    expect(curve[0]!.order).toBeLessThan(curve[1]!.order);
  });

  it('of several sessions has a level for each and one slope', () => {
    const { curve, fit } = learningCurve(reads, { ...OPTIONS, sessions: ['3', '5'], points: 5 });
    expect(fit.coefficients.map(({ term }) => term)).toEqual([
      '(Intercept)',
      'hundreds',
      'session5',
      'readerR2',
      'readerR3',
      'readerR4',
      'readerR5',
    ]);
    expect(curve.map(({ session }) => session)).toEqual([...'33333', ...'55555']);
    for (const { lower, estimate, upper } of curve) {
      expect(0 < lower && lower < estimate && estimate < upper && upper < 1).toBe(true);
    }
  });

  it('has a status, and no curve, where answers are separated', () => {
    const perfect = reads.map((read) => ({ ...read, label: 'not-real' as const }));
    expect(learningCurve(perfect, OPTIONS)).toMatchObject({
      status: 'separated',
      oddsRatioPer100: null,
      curve: [],
      trend: { status: 'separated', pValue: null },
    });
  });

  it('refuses what is not valid', () => {
    const wrong = (options: object) =>
      expect(() => learningCurve(reads, { ...OPTIONS, ...options }));
    wrong({ points: 1 }).toThrow(
      'learningCurve: points must be a whole number of at least 2, got 1',
    );
    wrong({ sessions: ['9'] }).toThrow(
      'learningCurve: session 9 must have answers to fake images, got none',
    );
    wrong({ sessions: [] }).toThrow('learningCurve: sessions must name one, got none');
    wrong({ model: { kind: 'glmm' }, readers: ['R1'] }).toThrow(
      'learningCurve: the glmm needs two or more readers, got R1; use the gee for one',
    );
  });
});
