import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { obuchowskiRockette } from '../../src/mrmc/obuchowski-rockette.ts';
import { mrmcPower, mrmcSampleSize, pilotComponents } from '../../src/mrmc/power.ts';
import { uStatisticPower } from '../../src/mrmc/u-statistic-power.ts';
import { uStatisticAnalysis } from '../../src/mrmc/u-statistics.ts';
import { expectClose } from '../expect-close.ts';
import { relativeError, sharedIsAbsent } from '../goldens.ts';
import { goldenJson, goldenStudy } from '../mrmc-goldens.ts';

// biome-ignore lint/suspicious/noExplicitAny: goldens are checked value by value
type Golden = any;

const PILOT = {
  testByReader: 0.0002,
  error: 0.0008,
  cov1: 0.00035,
  cov2: 0.00034,
  cov3: 0.00024,
  cases: 114,
};

describe.skipIf(sharedIsAbsent)(
  'RJafroc, VanDyke as pilot (skipped: ../shared/data absent)',
  () => {
    const golden: Golden = sharedIsAbsent
      ? null
      : goldenJson('vandyke.rjafroc.expected.json').VanDyke;
    const pilot = sharedIsAbsent
      ? PILOT
      : pilotComponents(obuchowskiRockette(goldenStudy('vandyke.csv')));

    it('power in every model', () => {
      for (const { J, K, effectSize, RRRC, FRRC, RRFC } of golden.power) {
        const at = (model: 'RRRC' | 'FRRC' | 'RRFC') =>
          mrmcPower({ pilot, effect: effectSize, readers: J, cases: K, model });
        const close = (actual: unknown, expected: unknown, what: string) =>
          expectClose(actual, expected, {
            what: `${J} readers, ${K} cases, ${what}`,
            tolerance: 1e-8,
          });
        const random = at('RRRC');
        close(random.noncentrality, RRRC.ncpRRRC, 'ncp');
        close(random.denominatorDf, RRRC.df2RRRC, 'df');
        close(random.critical, RRRC.fRRRC, 'critical');
        close(random.power, RRRC.powerRRRC, 'power');
        close(at('FRRC').noncentrality, FRRC.ncpFRRC, 'FRRC ncp');
        close(at('FRRC').critical, FRRC.chsqFRRC, 'FRRC critical');
        close(at('FRRC').power, FRRC.powerFRRC, 'FRRC power');
        const fixedCases = at('RRFC');
        close(fixedCases.noncentrality, RRFC.ncpRRFC, 'RRFC ncp');
        close(fixedCases.denominatorDf, RRFC.df2RRFC, 'RRFC df');
        close(fixedCases.critical, RRFC.fRRFC, 'RRFC critical');
        close(fixedCases.power, RRFC.powerRRFC, 'RRFC power');
      }
    });

    it('least number of cases', () => {
      for (const { J, effectSize, result } of golden.sampleSizeKGivenJ) {
        const size = mrmcSampleSize({ pilot, effect: effectSize, readers: J });
        if (size.status !== 'ok') throw new Error(size.status);
        expect(size.cases).toBe(result.KRRRC);
        expect(relativeError(size.power, result.powerRRRC)).toBeLessThan(1e-9);
      }
    });
  },
);

describe('mrmcPower', () => {
  it('grows with the effect, readers and cases, from alpha', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.005, max: 0.1, noNaN: true }),
        fc.integer({ min: 3, max: 20 }),
        fc.integer({ min: 30, max: 500 }),
        (effect, readers, cases) => {
          const base = { pilot: PILOT, effect, readers, cases };
          const { power } = mrmcPower(base);
          expect(power).toBeGreaterThan(0.05);
          expect(mrmcPower({ ...base, effect: effect * 1.2 }).power).toBeGreaterThan(power - 1e-12);
          expect(mrmcPower({ ...base, readers: readers + 2 }).power).toBeGreaterThan(power - 1e-12);
          expect(mrmcPower({ ...base, effect: -effect }).power).toBe(power);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('the least number of cases is the least, and may not exist', () => {
    const options = { pilot: PILOT, effect: 0.05, readers: 6 };
    const size = mrmcSampleSize({ ...options, power: 0.9 });
    if (size.status !== 'ok') throw new Error(size.status);
    expect(size.power).toBeGreaterThanOrEqual(0.9);
    expect(mrmcPower({ ...options, cases: size.cases - 1 }).power).toBeLessThan(0.9);
    const noisy = { ...PILOT, testByReader: 0.01 };
    const none = mrmcSampleSize({ pilot: noisy, effect: 0.05, readers: 3 });
    expect(none.status).toBe('not-reachable');
    if (none.status === 'not-reachable') expect(none.limit).toBeLessThan(0.8);
  });

  it('refuses what is outside its range', () => {
    const good = { pilot: PILOT, effect: 0.05, readers: 5, cases: 100 };
    expect(() => mrmcPower({ ...good, readers: 1 })).toThrow(
      'mrmcPower: readers must be a whole number >= 2, got 1',
    );
    expect(() => mrmcPower({ ...good, cases: 1 })).toThrow(
      'cases must be at least 2, got 1 and 114',
    );
    expect(() => mrmcPower({ ...good, effect: 0 })).toThrow(
      'effect must be finite and not 0, got 0',
    );
    expect(() => mrmcPower({ ...good, alpha: 2 })).toThrow('alpha must lie between 0 and 1, got 2');
    expect(() => mrmcPower({ ...good, pilot: { ...PILOT, cov1: 1 } })).toThrow(
      'error - cov1 - (cov2 - cov3) must be positive',
    );
    expect(() => mrmcSampleSize({ ...good, power: 1 })).toThrow(
      'mrmcSampleSize: power must lie between 0 and 1, got 1',
    );
    const oneTest = { ...obuchowskiRockette(goldenStudy('sim_crossed_dev.csv')) };
    const lacking = { ...oneTest, components: { ...oneTest.components, testByReader: null } };
    expect(() => pilotComponents(lacking)).toThrow('must have at least two readers');
  });
});

describe('uStatisticPower', () => {
  it('at the pilot’s own size has the pilot’s variance', () => {
    const data = goldenStudy('sim_crossed_dev.csv');
    const [difference] = uStatisticAnalysis(data).differences;
    const { N, D, ND, R, NR, DR, RND } = difference!.components as Record<string, number>;
    const components = { N: N!, D: D!, ND: ND!, R: R!, NR: NR!, DR: DR!, RND: RND! };
    const planned = uStatisticPower({
      components,
      effect: 0.05,
      readers: data.readers.length,
      positives: data.positives.length,
      negatives: data.negatives.length,
    });
    if (planned.status !== 'ok') throw new Error(planned.status);
    expect(relativeError(planned.variance, difference!.se! ** 2)).toBeLessThan(1e-10);
    expect(planned.power).toBeGreaterThan(0.05);
    expect(planned.power).toBeLessThan(1);
  });

  it('says when the components add up to nothing, and refuses bad sizes', () => {
    const zero = { N: 0, D: 0, ND: 0, R: 0, NR: 0, DR: 0, RND: 0 };
    const options = { components: zero, effect: 0.1, readers: 5, positives: 9, negatives: 9 };
    expect(uStatisticPower(options)).toEqual({ status: 'zero-variance', variance: 0 });
    expect(uStatisticPower({ ...options, components: { ...zero, R: -1 } }).status).toBe(
      'negative-variance',
    );
    expect(() => uStatisticPower({ ...options, readers: 1.5 })).toThrow(
      'uStatisticPower: readers must be a whole number >= 2, got 1.5',
    );
    expect(() => uStatisticPower({ ...options, alpha: 0 })).toThrow('alpha between 0 and 1');
  });
});
