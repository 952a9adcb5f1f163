import { describe, expect, it } from 'vitest';
import {
  compareDetection,
  readerDetection,
  type UnsureAnswer,
} from '../../src/answers/reader-detection.ts';
import { signalDetection } from '../../src/answers/signal-detection.ts';
import { normal } from '../../src/distributions/normal.ts';
import { poolEstimates } from '../../src/inference/pool-estimates.ts';
import { randomStream } from '../../src/random.ts';
import { fixture, relativeError } from '../goldens.ts';
import { simulatedStudy } from '../study/simulated-study.ts';

const goldens = fixture('readerstudy_sim_dev.expected.json').sdt;
const reads = simulatedStudy();
const close = (actual: number, expected: number, tolerance = 1e-10) =>
  expect(relativeError(actual, expected)).toBeLessThan(tolerance);

describe('signal detection', () => {
  it.each([
    ['real', 'unsure_as_real'],
    ['not-real', 'unsure_as_fake'],
  ] as const)('agrees with the golden study, unsure as %s', (unsureAs, suffix) => {
    const rows = readerDetection(reads, { unsureAs });
    expect(rows.length).toBe(10);
    for (const row of rows) {
      const golden = goldens[`S${row.session}|${row.reader}|${suffix}`];
      expect(row.counts).toEqual({
        hits: golden.hits,
        fakes: golden.nFake,
        falseAlarms: golden.falseAlarms,
        reals: golden.nReal,
      });
      close(row.hitRate, golden.hitRate_loglinear);
      close(row.falseAlarmRate, golden.faRate_loglinear);
      close(row.sensitivity, golden.dprime);
      close(row.criterion, golden.criterion);
      close(row.logBias, golden.lnBeta);
      expect(row).toMatchObject({ unsureAs, simulated: false });
    }
  });

  it('has the standard error of the delta method', () => {
    // both corrected rates ½: var z = (1/4)/(n·φ(0)²) = π/(2n)
    const { tests } = signalDetection({ hits: 10, fakes: 20, falseAlarms: 10, reals: 20 });
    close(tests.sensitivity.se!, Math.sqrt(Math.PI / 21), 1e-12);
    close(tests.criterion.se!, Math.sqrt(Math.PI / 21) / 2, 1e-12);
    expect(tests.sensitivity).toMatchObject({ status: 'ok', estimate: 0, pValue: 1, df: null });
  });

  it.each([
    [0.3, 0.2],
    [2.5, 0.8],
  ])('covers a true d′ of %d and c of %d', (sensitivity, criterion) => {
    const random = randomStream(5);
    const count = (p: number): number =>
      Array.from({ length: 220 }).filter(() => random.uniform() < p).length;
    const studies = Array.from({ length: 800 }, () => {
      const hits = count(normal.cdf(sensitivity / 2 - criterion));
      const falseAlarms = count(normal.cdf(-sensitivity / 2 - criterion));
      return signalDetection({ hits, fakes: 220, falseAlarms, reals: 220 }).tests;
    });
    for (const [measure, truth] of Object.entries({ sensitivity, criterion })) {
      const covered = studies.filter((tests) => {
        const { ci } = tests[measure as 'criterion'];
        return ci!.lower <= truth && truth <= ci!.upper;
      });
      expect(covered.length / studies.length).toBeGreaterThan(0.925);
      expect(covered.length / studies.length).toBeLessThan(0.98);
    }
  });

  it('compares two sessions of a reader', () => {
    const [from, to] = ['3', '5'].map(
      (session) =>
        readerDetection(reads, { unsureAs: 'exclude' }).find(
          (row) => row.reader === 'R5' && row.session === session,
        )!,
    );
    const change = compareDetection([from!, to!], { measure: 'criterion' });
    close(change.estimate!, to!.criterion - from!.criterion, 1e-12);
    close(change.se!, Math.hypot(from!.tests.criterion.se!, to!.tests.criterion.se!), 1e-12);
    expect(change).toMatchObject({ status: 'ok', dist: 'normal', design: 'unpaired' });
  });

  it('leaves out sessions with one kind of image, and "unsure" where asked', () => {
    const rows = readerDetection(reads, { unsureAs: 'exclude' });
    expect(rows.some(({ session }) => session === '2')).toBe(false);
    expect(rows[0]!.counts.fakes).toBe(208);
  });

  it('refuses impossible counts and unknown policies', () => {
    expect(() => signalDetection({ hits: 2, fakes: 1, falseAlarms: 0, reals: 1 })).toThrow(
      'signalDetection: counts must satisfy 0 <= k <= n, got 2/1 and 0/1',
    );
    expect(() => signalDetection({ hits: 0, fakes: 0, falseAlarms: 0, reals: 1 })).toThrow(
      'signalDetection: both kinds of image are needed, got 0 fakes and 1 reals',
    );
    expect(() => readerDetection(reads, { unsureAs: 'maybe' as UnsureAnswer })).toThrow(
      'readerDetection: unsureAs must be real, not-real or exclude, got maybe',
    );
  });
});

describe('pooled estimates', () => {
  const estimates = [0.9, 0.2, 1.4, -0.1, 0.6].map((estimate, i) => ({
    estimate,
    se: [0.2, 0.25, 0.3, 0.15, 0.2][i]!,
  }));

  it('agree with statsmodels (combine_effects, Paule-Mandel, HKSJ)', () => {
    const pooled = poolEstimates(estimates);
    close(pooled.estimate!, 0.5753497809674393, 1e-8);
    close(pooled.se!, 0.2595624708227898, 1e-8);
    close(pooled.betweenVariance!, 0.2874099038926679, 1e-6);
    close(pooled.heterogeneity!, 30.028564899451553, 1e-10);
    close(pooled.ci!.lower, -0.14531117, 1e-6);
    expect(pooled).toMatchObject({ status: 'ok', dist: 't', df: 4, n: { readers: 5 } });
  });

  it('of readers who agree are the mean by precision, without variance between', () => {
    const alike = [0.5, 0.52, 0.48].map((estimate) => ({ estimate, se: 0.25 }));
    const pooled = poolEstimates(alike);
    close(pooled.estimate!, 0.5, 1e-12);
    expect(pooled.betweenVariance).toBe(0);
    // Q = Σ(y − ȳ)²/se² = 0.0008/0.0625
    close(pooled.heterogeneity!, 0.0128, 1e-9);
    const same = [0.1, 0.2, 0.3].map((se) => ({ estimate: 0.1, se }));
    expect(poolEstimates(same)).toMatchObject({ status: 'zero-variance', se: 0 });
  });

  it('of one reader have no error', () => {
    expect(poolEstimates(estimates.slice(0, 1))).toMatchObject({
      status: 'one-reader',
      estimate: 0.9,
      pValue: null,
    });
  });

  it('refuse what is not finite', () => {
    expect(() => poolEstimates([])).toThrow(
      'poolEstimates: estimates must be finite with standard errors above 0, got none',
    );
    expect(() => poolEstimates([{ estimate: 1, se: 0 }])).toThrow('got 1 and 0');
  });
});
