import { describe, expect, it } from 'vitest';
import { bootstrapMrmc } from '../../src/mrmc/bootstrap.ts';
import { dorfmanBerbaumMetz } from '../../src/mrmc/dorfman-berbaum-metz.ts';
import { specificityAt } from '../../src/mrmc/figure-of-merit.ts';
import { figureTable } from '../../src/mrmc/figure-table.ts';
import { arrangeReads } from '../../src/mrmc/mrmc-data.ts';
import { obuchowskiRockette } from '../../src/mrmc/obuchowski-rockette.ts';
import type { ReadRow } from '../../src/mrmc/read-row.ts';
import { uStatisticAnalysis } from '../../src/mrmc/u-statistics.ts';
import { CODED, goldenRows } from '../mrmc-goldens.ts';

const rows = goldenRows('sim_crossed_dev.csv');
const clustered = (cluster: (row: ReadRow) => string | undefined) =>
  arrangeReads(
    rows.map((row) => {
      const name = cluster(row);
      return name === undefined ? row : { ...row, cluster: name };
    }),
    CODED,
  );
/** Every case twice, the copy in the cluster of the original: no information is added. */
const doubled = arrangeReads(
  rows.flatMap((row) => [
    { ...row, cluster: row.case },
    { ...row, cluster: row.case, case: `${row.case} again` },
  ]),
  CODED,
);

describe('clusters of cases', () => {
  it('of one case each are no clusters', () => {
    expect(clustered((row) => `patient of ${row.case}`).clusters).toBeNull();
    expect(clustered(() => undefined).clusters).toBeNull();
  });

  it('with every case twice, the analysis is that of the cases once', () => {
    const once = obuchowskiRockette(arrangeReads(rows, CODED));
    const twice = obuchowskiRockette(doubled);
    expect(doubled.clusters!.count).toBe(once.table.cells[0]!.cases);
    expect(twice.table.covarianceMethod).toBe('jackknife over clusters');
    twice.differences.forEach((row, i) => {
      expect(row.se).toBeCloseTo(once.differences[i]!.se!, 12);
      expect(row.df).toBeCloseTo(once.differences[i]!.df!, 8);
    });
    // As if they were independent, the standard error would be too small.
    const wrong = obuchowskiRockette({ ...doubled, clusters: null }, { model: 'FRRC' });
    const right = obuchowskiRockette(doubled, { model: 'FRRC' });
    expect(wrong.differences[0]!.se! / right.differences[0]!.se!).toBeCloseTo(Math.SQRT1_2, 1);
  });

  it('may hold both classes, and cases without one', () => {
    const data = clustered((row) =>
      Number(row.case.slice(1)) % 3 ? `p${Number(row.case.slice(1)) % 20}` : undefined,
    );
    const result = obuchowskiRockette(data, { figure: specificityAt(4) });
    expect(result.differences.every((row) => row.status === 'ok')).toBe(true);
    expect(obuchowskiRockette(data).differences[0]!.status).toBe('ok');
  });

  it('are refused, or warned of, where cases have to be independent', () => {
    expect(() => figureTable(doubled, { covariance: 'delong' })).toThrow(
      'figureTable: covariance delong takes independent cases; with clusters use jackknife or probit',
    );
    expect(() => dorfmanBerbaumMetz(doubled)).toThrow(
      'dorfmanBerbaumMetz: cases must be independent, got clusters',
    );
    expect(() => bootstrapMrmc(doubled, { unit: 'cases', seed: 1, compute: () => [1] })).toThrow(
      'bootstrapMrmc: cases in clusters cannot be drawn one by one, got unit cases',
    );
    expect(uStatisticAnalysis(doubled).warnings[0]).toMatch(/count as independent/);
    const one = clustered((row) => (row.truth === '1' ? 'all' : undefined));
    expect(() => figureTable(one)).toThrow(
      'must have cases of each class in two clusters, got one',
    );
  });
});
