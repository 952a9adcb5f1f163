import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hypergeometric } from '../src/distributions/hypergeometric.ts';
import { agrestiCaffoInterval } from '../src/two-by-two/agresti-caffo.ts';
import { boschlooTest } from '../src/two-by-two/boschloo.ts';
import { chiSquareTest } from '../src/two-by-two/chi-square.ts';
import { conditionalOddsRatio } from '../src/two-by-two/conditional-odds-ratio.ts';
import type { PairedCounts } from '../src/two-by-two/count.ts';
import { fisherExactTest } from '../src/two-by-two/fisher-exact.ts';
import { mcNemarTest } from '../src/two-by-two/mcnemar.ts';
import {
  miettinenNurminenInterval,
  miettinenNurminenTest,
} from '../src/two-by-two/miettinen-nurminen.ts';
import { newcombeInterval, newcombePairedInterval } from '../src/two-by-two/newcombe.ts';
import {
  compareLikelihoodRatios,
  comparePredictiveValues,
  type DiagnosticComparison,
  type DiagnosticResult,
} from '../src/two-by-two/paired-diagnostics.ts';
import { oddsRatioInterval, rateRatioInterval } from '../src/two-by-two/ratio-intervals.ts';
import { tangoInterval, tangoTest } from '../src/two-by-two/tango.ts';
import { fixture, relativeError, sharedIsAbsent } from './goldens.ts';
import { goldenJson } from './mrmc-goldens.ts';

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

// DTComPair has the first test in columns, the second in rows, with margins
const countsOf = ([both, bottom, total]: number[][]): PairedCounts => {
  const counts = {
    both: both![0]!,
    secondOnly: both![1]!,
    firstOnly: bottom![0]!,
    neither: bottom![1]!,
  };
  const { firstOnly, secondOnly, neither } = counts;
  expect(both![2]).toBe(counts.both + secondOnly);
  expect(bottom![2]).toBe(firstOnly + neither);
  expect(total).toEqual([
    counts.both + firstOnly,
    secondOnly + neither,
    counts.both + firstOnly + secondOnly + neither,
  ]);
  return counts;
};

const turned = (c: PairedCounts): PairedCounts => ({
  both: c.neither,
  firstOnly: c.secondOnly,
  secondOnly: c.firstOnly,
  neither: c.both,
});

function compared(result: DiagnosticResult): DiagnosticComparison {
  if (result.status !== 'ok') throw new Error(result.status);
  return result;
}

describe.skipIf(sharedIsAbsent)(
  'two tests of the same cases (skipped: ../shared/data absent)',
  () => {
    it('agree with DTComPair', () => {
      const golden = goldenJson('paired_diagnostic.expected.json');
      const positives = countsOf(golden.table.diseased);
      const negatives = countsOf(golden.table.non);
      for (const [counts, name] of [
        [positives, 'sensitivity'],
        [turned(negatives), 'specificity'],
      ] as const) {
        const { both, firstOnly, secondOnly, neither } = counts;
        const cases = both + firstOnly + secondOnly + neither;
        const rates = [(both + firstOnly) / cases, (both + secondOnly) / cases];
        const [first, second, difference, statistic, pValue] = golden.sesp_mcnemar[name];
        closeAll([...rates, rates[1]! - rates[0]!], [first, second, difference]);
        const chiSquare = mcNemarTest(firstOnly, secondOnly, { method: 'asymptotic' });
        closeAll([chiSquare.statistic, chiSquare.pValue], [statistic, pValue]);
        closeAll(
          [...rates, rates[1]! - rates[0]!, mcNemarTest(firstOnly, secondOnly).pValue],
          golden.sesp_exact[name],
        );
        const ci = tangoInterval(counts);
        const [first2, second2, difference2, , lower, upper] = golden.sesp_ci_tango[name];
        // Tango's interval of first − second; DTComPair's is of second − first, searched to 1e-7
        closeAll([...rates, -ci.estimate], [first2, second2, difference2]);
        closeAll([-ci.upper, -ci.lower], [lower, upper], 1e-6);
      }
      for (const [statistic, name] of [
        ['generalized', 'pv_gs'],
        ['weighted', 'pv_wgs'],
      ] as const) {
        const own = comparePredictiveValues({ positives, negatives }, { statistic });
        for (const [result, expected] of [
          [own.positive, golden[name].ppv],
          [own.negative, golden[name].npv],
        ] as const) {
          const { first, second, estimate, pValue, statistic: score } = compared(result);
          closeAll([first, second, estimate, score, pValue], expected);
        }
      }
      const level = 1 - golden.dlr.alpha;
      expect(golden.sesp_ci_tango.alpha).toBe(0.05);
      const ratios = compareLikelihoodRatios({ positives, negatives }, { level });
      for (const [result, expected] of [
        [ratios.positive, golden.dlr.pdlr],
        [ratios.negative, golden.dlr.ndlr],
      ] as const) {
        const { first, second, estimate, se, statistic, pValue, ci } = compared(result);
        closeAll(
          [first, second, estimate, se, statistic, pValue, ci!.lower, ci!.upper],
          [
            expected.test1,
            expected.test2,
            expected.ratio,
            expected['se.log'],
            expected['test.statistic'],
            expected['p.value'],
            expected.lcl,
            expected.ucl,
          ],
        );
      }
    });
  },
);

describe('two tests of the same cases', () => {
  it('without calls, or without differences, have no comparison', () => {
    const none = { both: 0, firstOnly: 0, secondOnly: 0, neither: 5 };
    const calls = { positives: none, negatives: none };
    expect(comparePredictiveValues(calls).positive).toMatchObject({
      status: 'undefined',
      pValue: null,
    });
    expect(compareLikelihoodRatios(calls).positive.status).toBe('undefined');
    const empty = { ...none, neither: 0 };
    expect(() => comparePredictiveValues({ positives: empty, negatives: none })).toThrow(
      'comparePredictiveValues: counts must be whole, >= 0 and not all 0, got 0, 0, 0, 0',
    );
    expect(() => compareLikelihoodRatios(calls, { level: 2 })).toThrow('level must lie between');
  });

  it('never give NaN', () => {
    const some = fc.record({ both: cell, firstOnly: cell, secondOnly: cell, neither: cell });
    fc.assert(
      fc.property(some, some, (positives, negatives) => {
        const total = (c: PairedCounts) => c.both + c.firstOnly + c.secondOnly + c.neither;
        fc.pre(total(positives) > 0 && total(negatives) > 0);
        for (const { positive, negative } of [
          comparePredictiveValues({ positives, negatives }),
          comparePredictiveValues({ positives, negatives }, { statistic: 'generalized' }),
          compareLikelihoodRatios({ positives, negatives }),
        ]) {
          expectFinite(positive.estimate, positive.statistic, positive.pValue);
          expectFinite(negative.estimate, negative.statistic, negative.pValue);
          if (positive.pValue !== null) expect(positive.pValue).toBeGreaterThan(0);
        }
      }),
    );
  });
});

const closeAll = (
  own: readonly (number | null)[],
  golden: readonly number[],
  tolerance = 1e-10,
) => {
  expect(own.length).toBe(golden.length);
  own.forEach((value, i) => {
    close(value!, golden[i]!, tolerance);
  });
};
