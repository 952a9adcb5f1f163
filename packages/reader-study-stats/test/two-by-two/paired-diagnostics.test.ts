import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PairedCounts } from '../../src/two-by-two/count.ts';
import { mcNemarTest } from '../../src/two-by-two/mcnemar.ts';
import {
  compareLikelihoodRatios,
  comparePredictiveValues,
  type DiagnosticComparison,
  type DiagnosticResult,
} from '../../src/two-by-two/paired-diagnostics.ts';
import { tangoInterval } from '../../src/two-by-two/tango.ts';
import { sharedIsAbsent } from '../goldens.ts';
import { goldenJson } from '../mrmc-goldens.ts';
import { cell, closeAll, expectFinite } from './count-checks.ts';

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
