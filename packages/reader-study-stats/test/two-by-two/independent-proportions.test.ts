import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hypergeometric } from '../../src/distributions/hypergeometric.ts';
import { agrestiCaffoInterval } from '../../src/two-by-two/agresti-caffo.ts';
import { boschlooTest } from '../../src/two-by-two/boschloo.ts';
import { chiSquareTest } from '../../src/two-by-two/chi-square.ts';
import { conditionalOddsRatio } from '../../src/two-by-two/conditional-odds-ratio.ts';
import { fisherExactTest } from '../../src/two-by-two/fisher-exact.ts';
import {
  miettinenNurminenInterval,
  miettinenNurminenTest,
} from '../../src/two-by-two/miettinen-nurminen.ts';
import { newcombeInterval } from '../../src/two-by-two/newcombe.ts';
import { oddsRatioInterval, rateRatioInterval } from '../../src/two-by-two/ratio-intervals.ts';
import { fixture } from '../goldens.ts';
import { close, closeAll, closeInterval, count, expectFinite } from './count-checks.ts';

const goldens = fixture('proportions.expected.json');

/** k1, n1, k2, n2, estimate, lower and upper of R 4.2's fisher.test. */
const FISHER_ODDS = [
  [3, 4, 1, 4, 6.40830886700579, 0.211732915305503, 621.933750545417],
  [9, 10, 3, 10, 17.2758680539422, 1.3871270224585, 1039.29096760222],
  [56, 70, 48, 80, 2.64919027064138, 1.20911815005875, 6.04056145383802],
  [1, 29, 7, 31, 0.126152842371598, 0.00263051766234124, 1.09451638025565],
  [120, 300, 90, 310, 1.62827345544182, 1.14747195873811, 2.31611757339884],
] as const;
/** statsmodels 0.14 confint_proportions_2indep(56, 70, 48, 80, method='score', compare=…, correction=True). */
const RATIO = [1.0790471195344218, 1.6721453590897675];
const ODDS = [1.2815731932629748, 5.540202222190739];

describe('two independent proportions', () => {
  it.each(Object.keys(goldens.differences))('%s agrees with R', (key) => {
    const golden = goldens.differences[key];
    const first = { k: golden.x1, n: golden.n1 };
    const second = { k: golden.x2, n: golden.n2 };
    const newcombe = newcombeInterval(first, second);
    close(newcombe.estimate, golden.diff);
    closeInterval(newcombe, golden.newcombe_wilson);
    closeInterval(newcombeInterval(first, second, { correction: true }), golden.newcombe_wilson_cc);
    closeInterval(agrestiCaffoInterval(first, second, { clip: false }), golden.agresti_caffo);
    for (const [correction, expected] of [
      [false, golden.chisq_p],
      [true, golden.chisq_yates_p],
    ] as const) {
      const test = chiSquareTest(first, second, { correction });
      if (expected === 'NaN') expect(test.status).toBe('zero-variance');
      else close(test.pValue!, expected);
    }
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
      const [z, pValue, above] = golden.ztest_pooled;
      if (z === 'NaN') {
        expect([z, pValue, above]).toEqual(['NaN', 'NaN', 'NaN']);
        expect(test.status).toBe('zero-variance');
      } else {
        close(test.statistic!, z);
        close(test.pValue!, pValue);
        const oneSided = miettinenNurminenTest(
          { k: golden.x1, n: golden.n1 },
          { k: golden.x2, n: golden.n2 },
          { correction: false, alternative: 'greater' },
        );
        close(oneSided.pValue!, above);
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

  it('the conditional odds ratio agrees with R', () => {
    for (const [k1, n1, k2, n2, estimate, lower, upper] of FISHER_ODDS) {
      const odds = conditionalOddsRatio({ k: k1, n: n1 }, { k: k2, n: n2 });
      // R's uniroot stops at 1e-4 of ψ, or of 1/ψ above 1; the definition is met to 1e-12
      closeAll([odds.estimate, odds.lower, odds.upper], [estimate, lower, upper], 1e-2);
      const { pmf } = hypergeometric({ population: n1 + n2, successes: k1 + k2, draws: n1 });
      const sums = (ratio: number) => {
        const weights = Array.from({ length: n1 + 1 }, (_, i) => pmf(i) * ratio ** (i - k1));
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const share = (of: (i: number) => number) =>
          weights.reduce((sum, weight, i) => sum + (weight / total) * of(i), 0);
        return {
          mean: share((i) => i),
          atLeast: share((i) => Number(i >= k1)),
          atMost: share((i) => Number(i <= k1)),
        };
      };
      close(sums(odds.estimate!).mean, k1, 1e-11);
      close(sums(odds.lower).atLeast, 0.025, 1e-11);
      close(sums(odds.upper!).atMost, 0.025, 1e-11);
    }
    expect(conditionalOddsRatio({ k: 4, n: 4 }, { k: 0, n: 4 })).toMatchObject({
      status: 'unbounded',
      estimate: null,
      upper: null,
    });
    expect(conditionalOddsRatio({ k: 0, n: 4 }, { k: 3, n: 4 })).toMatchObject({
      estimate: 0,
      lower: 0,
    });
    expect(conditionalOddsRatio({ k: 0, n: 4 }, { k: 0, n: 4 }).status).toBe('undefined');
    const large = conditionalOddsRatio({ k: 6e5, n: 1e6 }, { k: 5e5, n: 1e6 });
    close(large.estimate!, 1.5, 1e-5);
    const greater = conditionalOddsRatio(
      { k: 3, n: 4 },
      { k: 1, n: 4 },
      { alternative: 'greater' },
    );
    expect(greater.upper).toBeNull();
  });

  it('the conditional interval holds 1 where Fisher’s two one-sided tests do', () => {
    fc.assert(
      fc.property(count, count, (first, second) => {
        fc.pre(first.n < 1e6 && second.n < 1e6);
        const { status, lower, upper, estimate } = conditionalOddsRatio(first, second);
        if (status === 'undefined') return;
        const p = (alternative: 'less' | 'greater') =>
          fisherExactTest(first, second, { alternative }).pValue;
        if (Math.abs(p('greater') - 0.025) > 1e-9) expect(lower > 1).toBe(p('greater') < 0.025);
        if (upper !== null && Math.abs(p('less') - 0.025) > 1e-9) {
          expect(upper < 1).toBe(p('less') < 0.025);
        }
        if (estimate !== null) expect(lower).toBeLessThanOrEqual(estimate);
      }),
    );
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
