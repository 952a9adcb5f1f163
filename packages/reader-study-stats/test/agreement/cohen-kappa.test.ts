import { describe, expect, it } from 'vitest';
import { agreementTable, cohenKappa } from '../../src/agreement/cohen-kappa.ts';
import { stuartMaxwellTest } from '../../src/agreement/stuart-maxwell.ts';
import { normal } from '../../src/distributions/normal.ts';
import { sharedIsAbsent, sharedText } from '../goldens.ts';
import { close, goldens, parseRatings } from './agreement-goldens.ts';

describe("Cohen's kappa", () => {
  const tables = Object.entries<{
    table_rows: number[][];
    unweighted: number[];
    linear: number[];
    quadratic: number[];
    stuart_maxwell: { chisq: number[][]; p: number[][] };
  }>(goldens.kappa_tables);

  it.each(tables)('%s: Stuart and Maxwell agree with irr', (_, { table_rows, stuart_maxwell }) => {
    const { statistic, pValue } = stuartMaxwellTest(table_rows);
    close(statistic, stuart_maxwell.chisq[0]![0]!);
    close(pValue, stuart_maxwell.p[0]![0]!);
  });

  it.each(tables)('%s agrees with R', (_, golden) => {
    for (const weights of ['unweighted', 'linear', 'quadratic'] as const) {
      const { estimate, se } = cohenKappa(golden.table_rows, { weights });
      close(estimate, golden[weights][0]!);
      close(se, golden[weights][1]!);
    }
  });

  it('with own weights is the weighted one', () => {
    const [, golden] = tables[0]!;
    const weights = [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => 1 - Math.abs(i - j) / 3));
    close(cohenKappa(golden.table_rows, { weights }).estimate, golden.linear[0]!);
  });

  it('is 2(ad − bc)/(…) for two categories', () => {
    const { estimate, ci, seNull } = cohenKappa([
      [20, 5],
      [10, 15],
    ]) as { estimate: number; ci: { lower: number }; seNull: number };
    expect(estimate).toBeCloseTo(0.4, 14);
    close(
      ci.lower,
      0.4 - normal.quantile(0.975) * goldens.kappa_tables.fleiss_cohen_2x2.unweighted[1],
    );
    expect(seNull).toBeGreaterThan(0.1);
  });

  it.skipIf(sharedIsAbsent)('tests with the null standard error, as irr', () => {
    const ratings = parseRatings(sharedText('fleiss1971_diagnoses.csv'));
    const golden = goldens.fleiss1971_diagnoses.irr;
    for (const [first, key] of [
      [0, 'cohen12'],
      [1, 'cohen23'],
    ] as const) {
      const pair = ratings.map((row) => [row[first]!, row[first + 1]!]);
      const { estimate, statistic, pValue } = cohenKappa(agreementTable(pair).counts);
      close(estimate, golden[key].kappa);
      close(statistic, golden[key].z);
      // irr's p is 2(1 − Φ), which keeps 4 digits here
      if (golden[key].p) close(pValue, golden[key].p, 1e-4);
    }
  });
});
