import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boschlooTest } from '../src/two-by-two/boschloo.ts';
import { fisherExactTest } from '../src/two-by-two/fisher-exact.ts';
import { mcNemarTest } from '../src/two-by-two/mcnemar.ts';
import {
  miettinenNurminenInterval,
  miettinenNurminenTest,
} from '../src/two-by-two/miettinen-nurminen.ts';
import { newcombeInterval, newcombePairedInterval } from '../src/two-by-two/newcombe.ts';
import { oddsRatioInterval, rateRatioInterval } from '../src/two-by-two/ratio-intervals.ts';
import { tangoInterval, tangoTest } from '../src/two-by-two/tango.ts';
import { fixture, relativeError } from './goldens.ts';

const goldens = fixture('proportions.expected.json');
const close = (actual: number, expected: number, tolerance = 1e-10) =>
  expect(
    Math.min(relativeError(actual, expected), Math.abs(actual - expected) * 1e4),
    `got ${actual}, golden ${expected}`,
  ).toBeLessThan(tolerance);
const closeInterval = (
  { lower, upper }: { readonly lower: number; readonly upper: number },
  expected: readonly number[],
) => {
  close(lower, expected[0]!);
  close(upper, expected[1]!);
};
const count = fc
  .tuple(fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 1e9 })), fc.nat(1000))
  .map(([n, share]) => ({ k: Math.floor((n * share) / 1000), n }));
const cell = fc.oneof(fc.constant(0), fc.nat(30), fc.nat(1e9));
const expectFinite = (...values: readonly (number | null)[]) => {
  for (const value of values) {
    if (value !== null) expect(Number.isFinite(value)).toBe(true);
  }
};

describe('two independent proportions', () => {
  it.each(Object.keys(goldens.differences))('%s agrees with R', (key) => {
    const golden = goldens.differences[key];
    const first = { k: golden.x1, n: golden.n1 };
    const second = { k: golden.x2, n: golden.n2 };
    const newcombe = newcombeInterval(first, second);
    close(newcombe.estimate, golden.diff);
    closeInterval(newcombe, golden.newcombe_wilson);
    closeInterval(miettinenNurminenInterval(first, second), golden.miettinen_nurminen);
    closeInterval(miettinenNurminenInterval(first, second, { correction: false }), golden.mee);
    close(fisherExactTest(first, second).pValue, golden.fisher_p);
    close(fisherExactTest(first, second, { alternative: 'less' }).pValue, golden.fisher_less);
    const boschloo = boschlooTest(first, second, { ordering: 'fisher-mid-p' });
    expect(Math.abs(boschloo.pValue - golden.boschloo)).toBeLessThan(1e-4);
  });

  it.each(Object.keys(goldens.differences))(
    '%s: the score test is the z-test without its correction',
    (key) => {
      const golden = goldens.differences[key];
      const test = miettinenNurminenTest(
        { k: golden.x1, n: golden.n1 },
        { k: golden.x2, n: golden.n2 },
        { correction: false },
      );
      if (golden.ztest_pooled[0] === 'NaN') expect(test.status).toBe('zero-variance');
      else {
        close(test.statistic!, golden.ztest_pooled[0]);
        close(test.pValue!, golden.ztest_pooled[1]);
      }
    },
  );

  it('one-sided Fisher tests are two ends of one distribution', () => {
    const greater = fisherExactTest({ k: 3, n: 4 }, { k: 1, n: 4 }, { alternative: 'greater' });
    close(greater.pValue, 17 / 70);
    const less = fisherExactTest({ k: 3, n: 4 }, { k: 1, n: 4 }, { alternative: 'less' });
    close(less.pValue, 69 / 70);
  });

  it('score intervals of ratios agree with statsmodels', () => {
    const ratio = rateRatioInterval({ k: 56, n: 70 }, { k: 48, n: 80 });
    close(ratio.estimate!, 4 / 3);
    close(ratio.lower, RATIO[0]!, 1e-8);
    close(ratio.upper!, RATIO[1]!, 1e-8);
    const odds = oddsRatioInterval({ k: 56, n: 70 }, { k: 48, n: 80 });
    close(odds.estimate!, (56 * 32) / (48 * 14));
    close(odds.lower, ODDS[0]!, 1e-8);
    close(odds.upper!, ODDS[1]!, 1e-8);
  });

  it('ratios with an empty denominator are unbounded, 0/0 is undefined', () => {
    const unbounded = rateRatioInterval({ k: 3, n: 9 }, { k: 0, n: 9 });
    expect(unbounded).toMatchObject({ status: 'unbounded', estimate: null, upper: null });
    expect(unbounded.lower).toBeGreaterThan(0);
    expect(oddsRatioInterval({ k: 0, n: 9 }, { k: 0, n: 9 }).status).toBe('undefined');
    expect(rateRatioInterval({ k: 0, n: 9 }, { k: 3, n: 9 })).toMatchObject({
      estimate: 0,
      lower: 0,
    });
  });

  it('know no NaN, and intervals contain their estimate', () => {
    fc.assert(
      fc.property(count, count, (first, second) => {
        const fisher = fisherExactTest(first, second);
        expect(fisher.pValue).toBeGreaterThan(0);
        expect(fisher.pValue).toBeLessThanOrEqual(1);
        const newcombe = newcombeInterval(first, second);
        const score = miettinenNurminenInterval(first, second);
        for (const { estimate, lower, upper } of [newcombe, score]) {
          expect(lower).toBeLessThanOrEqual(estimate);
          expect(upper).toBeGreaterThanOrEqual(estimate);
          expect(lower).toBeGreaterThanOrEqual(-1);
          expect(upper).toBeLessThanOrEqual(1);
        }
        const mirrored = miettinenNurminenInterval(second, first);
        expect(mirrored.lower).toBeCloseTo(-score.upper, 9);
        const test = miettinenNurminenTest(first, second, { nullValue: 0.1, alternative: 'less' });
        expectFinite(test.statistic, test.pValue, test.se);
        for (const interval of [
          rateRatioInterval(first, second),
          oddsRatioInterval(first, second),
        ]) {
          expectFinite(interval.estimate, interval.lower, interval.upper);
          if (interval.status === 'ok') {
            expect(interval.lower).toBeLessThanOrEqual(interval.estimate! * (1 + 1e-9));
            expect(interval.upper!).toBeGreaterThanOrEqual(interval.estimate! * (1 - 1e-9));
          }
        }
      }),
    );
  });

  it('Boschloo agrees with scipy', () => {
    const { rows } = fixture('paper_text_checkvalues.json').inferred_counts_reanalysis;
    expect(rows.length).toBe(9);
    const parse = (text: string) => {
      const [k, n] = text.split('/').map(Number);
      return { k: k!, n: n! };
    };
    for (const { s3, s5, boschloo_two_sided: expected } of rows) {
      close(boschlooTest(parse(s3), parse(s5)).pValue, expected, 1e-8);
    }
  });

  it('Boschloo is never above Fisher', () => {
    const small = fc
      .tuple(fc.integer({ min: 1, max: 12 }), fc.nat(12))
      .map(([n, k]) => ({ k: Math.min(k, n), n }));
    fc.assert(
      fc.property(small, small, (first, second) => {
        const alternative = 'greater';
        const { pValue } = boschlooTest(first, second, { alternative });
        expect(pValue).toBeGreaterThan(0);
        expect(pValue).toBeLessThanOrEqual(
          fisherExactTest(first, second, { alternative }).pValue * (1 + 1e-9),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('refuse what is no count', () => {
    const none = { k: 1, n: 0 };
    const ok = { k: 1, n: 2 };
    expect(() => fisherExactTest(none, ok)).toThrow(
      'fisherExactTest: counts must be whole with 0 <= k <= n and n >= 1, got 1 of 0',
    );
    expect(() => boschlooTest(ok, none)).toThrow('boschlooTest: counts must be whole');
    expect(() => boschlooTest(ok, { k: 1, n: 30_000 })).toThrow(
      'boschlooTest: there must be at most 20000 trials, got 30002',
    );
    expect(() => miettinenNurminenInterval(ok, ok, { level: 1 })).toThrow('level must lie between');
    expect(() => miettinenNurminenTest(ok, ok, { nullValue: 1 })).toThrow(
      'miettinenNurminenTest: nullValue must lie between -1 and 1, got 1',
    );
  });
});

/** statsmodels 0.14 confint_proportions_2indep(56, 70, 48, 80, method='score', compare=…, correction=True). */
const RATIO = [1.0790471195344218, 1.6721453590897675];
const ODDS = [1.2815731932629748, 5.540202222190739];

describe('two paired proportions', () => {
  it.each(Object.keys(goldens.paired))('%s agrees with R', (key) => {
    const golden = goldens.paired[key];
    const { a, b, c, d } = golden;
    const counts = { both: a, firstOnly: b, secondOnly: c, neither: d };
    const exact = mcNemarTest(b, c);
    close(exact.pValue, golden.exact_p);
    close(exact.midPValue, golden.midp);
    close(mcNemarTest(b, c, { method: 'mid-p' }).pValue, golden.midp);
    const asymptotic = mcNemarTest(b, c, { method: 'asymptotic' });
    close(asymptotic.statistic!, golden.mcnemar_chisq);
    close(asymptotic.pValue, golden.mcnemar_p);
    close(mcNemarTest(b, c, { method: 'asymptotic-corrected' }).pValue, golden.mcnemar_cc_p);
    closeInterval(newcombePairedInterval(counts), golden.newcombe_paired_m10);
    const tango = tangoTest(counts);
    closeInterval(tango.ci!, golden['tango_for_(b-c)/n']);
    close(tango.pValue!, golden.mcnemar_p);
  });

  it('know no NaN, and intervals contain their estimate', () => {
    fc.assert(
      fc.property(cell, cell, cell, cell, (both, firstOnly, secondOnly, neither) => {
        const counts = { both, firstOnly, secondOnly, neither };
        if (both + firstOnly + secondOnly + neither === 0) return;
        for (const { estimate, lower, upper } of [
          newcombePairedInterval(counts),
          tangoInterval(counts),
        ]) {
          expect(lower).toBeLessThanOrEqual(estimate);
          expect(upper).toBeGreaterThanOrEqual(estimate);
          expect(lower).toBeGreaterThanOrEqual(-1 - 1e-12);
          expect(upper).toBeLessThanOrEqual(1 + 1e-12);
        }
        const test = tangoTest(counts, { nullValue: -0.1, alternative: 'greater' });
        expectFinite(test.statistic, test.pValue);
        for (const method of ['exact', 'mid-p', 'asymptotic', 'asymptotic-corrected'] as const) {
          const { pValue, midPValue, estimate } = mcNemarTest(firstOnly, secondOnly, { method });
          expect(pValue).toBeGreaterThan(0);
          expect(pValue).toBeLessThanOrEqual(1);
          expect(midPValue).toBeGreaterThan(0);
          expectFinite(estimate);
        }
      }),
    );
  });

  it('nothing discordant says so', () => {
    expect(mcNemarTest(0, 0)).toMatchObject({
      status: 'no-discordant-pairs',
      pValue: 1,
      estimate: null,
    });
    const same = { both: 3, firstOnly: 0, secondOnly: 0, neither: 4 };
    expect(tangoTest(same)).toMatchObject({ status: 'zero-variance', estimate: 0, pValue: null });
    expect(tangoInterval(same).upper).toBeGreaterThan(0);
  });

  it('refuse what is no count', () => {
    expect(() => mcNemarTest(-1, 0)).toThrow('counts must be whole and >= 0, got -1 and 0');
    const empty = { both: 0, firstOnly: 0, secondOnly: 0, neither: 0 };
    expect(() => newcombePairedInterval(empty)).toThrow(
      'newcombePairedInterval: counts must be whole, >= 0 and not all 0, got 0, 0, 0, 0',
    );
    expect(() => tangoTest({ ...empty, both: 1 }, { nullValue: -1 })).toThrow('nullValue must lie');
  });
});
