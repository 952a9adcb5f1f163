import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mcNemarTest } from '../../src/two-by-two/mcnemar.ts';
import { newcombePairedInterval } from '../../src/two-by-two/newcombe.ts';
import { tangoInterval, tangoTest } from '../../src/two-by-two/tango.ts';
import { fixture } from '../goldens.ts';
import { cell, close, closeInterval, expectFinite } from './count-checks.ts';

const goldens = fixture('proportions.expected.json');

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
