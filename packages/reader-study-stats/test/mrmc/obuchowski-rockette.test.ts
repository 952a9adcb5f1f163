import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  empiricalAuc,
  type FigureOfMerit,
  sensitivityAt,
  specificityAt,
} from '../../src/mrmc/figure-of-merit.ts';
import { type CovarianceMethod, figureTable } from '../../src/mrmc/figure-table.ts';
import { jackknifeCovariance } from '../../src/mrmc/jackknife.ts';
import { arrangeReads, type MrmcData } from '../../src/mrmc/mrmc-data.ts';
import { analyzeFigures, obuchowskiRockette } from '../../src/mrmc/obuchowski-rockette.ts';
import type { ReadRow } from '../../src/mrmc/read-row.ts';
import { CODED, goldenRows, goldenStudy } from '../mrmc-goldens.ts';

/** A study from ratings[test][reader] = [positives, negatives]. */
function study(ratings: readonly (readonly (readonly [number[], number[]])[])[]): MrmcData {
  const rows: ReadRow[] = [];
  ratings.forEach((readers, test) => {
    readers.forEach(([positives, negatives], reader) => {
      const add = (values: number[], truth: string) =>
        values.forEach((rating, id) => {
          rows.push({
            reader: `${reader}`,
            modality: `${test}`,
            case: `${truth}.${id}`,
            truth,
            rating,
          });
        });
      add(positives, '1');
      add(negatives, '0');
    });
  });
  return arrangeReads(rows, CODED);
}

/** Paths of numbers in a result that are not finite. */
function notFinite(value: unknown, path = ''): readonly string[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [path];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, part]) => notFinite(part, `${path}.${key}`));
}

const only = (keep: (row: ReadRow) => boolean): MrmcData =>
  arrangeReads(goldenRows('sim_crossed_dev.csv').filter(keep), CODED);

describe('obuchowskiRockette', () => {
  it('has the mean squares and components of an example computed by hand', () => {
    // AUCs: test 0: 1, 0.75; test 1: 0.5, 0.75
    const data = study([
      [
        [
          [3, 4],
          [1, 2],
        ],
        [
          [3, 1],
          [0, 2],
        ],
      ],
      [
        [
          [1, 1],
          [1, 1],
        ],
        [
          [2, 4],
          [3, 1],
        ],
      ],
    ]);
    const { table, anova, means } = obuchowskiRockette(data);
    expect(table.cells.map(({ value }) => value)).toEqual([1, 0.75, 0.5, 0.75]);
    // grand mean .75; tests .875, .625; readers .75, .75; interaction ±.125
    expect(anova.test).toEqual({ df: 1, sumOfSquares: 0.0625, meanSquare: 0.0625 });
    expect(anova.reader.sumOfSquares).toBe(0);
    expect(anova.testByReader).toEqual({ df: 1, sumOfSquares: 0.0625, meanSquare: 0.0625 });
    expect(means.map(({ estimate }) => estimate)).toEqual([0.875, 0.625]);
  });

  it('with fixed readers and two tests is the exact variance of the mean difference', () => {
    const data = only((row) => row.modality !== 'm3');
    const { table, differences } = obuchowskiRockette(data, { model: 'FRRC' });
    const readers = table.readers.length;
    const signs = table.cells.map(({ test }) => (test === 0 ? 1 : -1) / readers);
    let variance = 0;
    signs.forEach((a, i) => {
      signs.forEach((b, j) => {
        variance += a * b * table.covariance[i]![j]!;
      });
    });
    expect(differences[0]!.se! ** 2).toBeCloseTo(variance, 14);
  });

  it('does not depend on the order or the names of rows, readers and cases', () => {
    const rows = goldenRows('sim_splitplot_dev.csv');
    const [expected] = obuchowskiRockette(arrangeReads(rows, CODED)).differences;
    const renamed = [...rows]
      .reverse()
      .map((row) => ({ ...row, reader: `x${row.reader}`, case: `y${row.case}` }));
    const [actual] = obuchowskiRockette(arrangeReads(renamed, CODED)).differences;
    expect(actual!.estimate).toBeCloseTo(expected!.estimate!, 14);
    expect(actual!.se).toBeCloseTo(expected!.se!, 14);
    expect(actual!.df).toBeCloseTo(expected!.df!, 9);
  });

  it('is unchanged by increasing transformations of ratings, reversed by the direction', () => {
    const rows = goldenRows('sim_crossed_dev.csv');
    const p = (options = CODED, change = (x: number) => x) =>
      obuchowskiRockette(
        arrangeReads(
          rows.map((row) => ({ ...row, rating: change(row.rating!) })),
          options,
        ),
      ).equality.pValue!;
    expect(p(CODED, (x) => Math.exp(x) + 3)).toBe(p());
    expect(p({ ...CODED, direction: 'lower' }, (x) => -x)).toBe(p());
  });

  it('takes one test: means only', () => {
    const result = obuchowskiRockette(only((row) => row.modality === 'm1'));
    expect(result.means).toHaveLength(1);
    expect(result.means[0]!.status).toBe('ok');
    expect(result.differences).toEqual([]);
    expect(result.equality).toMatchObject({ status: 'one-test', pValue: null, statistic: null });
    expect(result.components.testByReader).toBeNull();
    // the same as from all tests
    const all = obuchowskiRockette(goldenStudy('sim_crossed_dev.csv'));
    expect(result.means[0]!.se).toBeCloseTo(all.means[0]!.se!, 14);
  });

  it('takes one reader if readers are fixed; otherwise that is a status', () => {
    const data = only((row) => row.reader === 'r1');
    const random = obuchowskiRockette(data);
    expect(random.equality.status).toBe('one-reader');
    expect(random.differences.map((row) => [row.status, row.pValue, row.ci])).toEqual(
      Array(3).fill(['one-reader', null, null]),
    );
    expect(random.means[0]).toMatchObject({ status: 'one-reader', se: null });
    expect(random.components).toMatchObject({ reader: null, testByReader: null });
    const fixed = obuchowskiRockette(data, { model: 'FRRC' });
    expect(fixed.equality.status).toBe('ok');
    expect(fixed.differences[0]!.se).toBeCloseTo(fixed.readerDifferences[0]!.se!, 14);
  });

  it('without any variance has a status, never NaN', () => {
    const perfect: readonly [number[], number[]] = [
      [3, 4, 5],
      [0, 1, 2],
    ];
    const data = study([
      [perfect, perfect],
      [perfect, perfect],
    ]);
    for (const model of ['RRRC', 'FRRC', 'RRFC'] as const) {
      const result = obuchowskiRockette(data, { model });
      expect(result.equality.status).toBe('zero-variance');
      expect(result.differences[0]).toMatchObject({ status: 'zero-variance', estimate: 0, se: 0 });
      expect(result.means[0]).toMatchObject({ status: 'zero-variance', estimate: 1 });
      expect(notFinite(result)).toEqual([]);
    }
  });

  it('gives finite numbers or a status for any small study', () => {
    const ratings = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 3, maxLength: 3 });
    const cell = fc.tuple(ratings, ratings);
    const readers = fc.tuple(cell, cell, cell);
    fc.assert(
      fc.property(fc.tuple(readers, readers), (table) => {
        const data = study(table);
        for (const model of ['RRRC', 'FRRC', 'RRFC'] as const) {
          for (const covariance of ['jackknife', 'delong', 'unbiased'] as const) {
            const result = obuchowskiRockette(data, { model, covariance });
            expect(notFinite(result)).toEqual([]);
            expect(result.equality.pValue ?? 1).toBeGreaterThan(0);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('gives plain JSON', () => {
    const result = obuchowskiRockette(goldenStudy('sim_crossed_dev.csv'), { model: 'FRRC' });
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it('compat changes what the programs do differently, nothing else', () => {
    const data = goldenStudy('sim_crossed_dev.csv');
    const [plain] = obuchowskiRockette(data).differences;
    const floored = obuchowskiRockette(data, { compat: 'imrmc' }).differences[0]!;
    expect(floored.se).toBe(plain!.se);
    expect(floored.df).toBe(Math.floor(plain!.df!));
    expect(() => obuchowskiRockette(data, { compat: 'sas' as 'iowa' })).toThrow(
      'compat must be imrmc, mrmcaov or iowa, got sas',
    );
  });

  it('refuses readers that lack a test, naming one', () => {
    const data = only((row) => !(row.reader === 'r2' && row.modality === 'm3'));
    expect(() => obuchowskiRockette(data)).toThrow(
      'obuchowskiRockette: every reader must read under every test, or each under one only; reader r2 has no reads under test m3',
    );
  });

  it('refuses a level outside (0, 1)', () => {
    const data = goldenStudy('sim_crossed_dev.csv');
    expect(() => obuchowskiRockette(data, { level: 1 })).toThrow('level must lie between 0 and 1');
  });
});

describe('figureTable', () => {
  const data = goldenStudy('sim_crossed_dev.csv');

  it('jackknife: leaving out and computing anew gives what the shortcut gives', () => {
    for (const figure of [empiricalAuc, sensitivityAt(4), specificityAt(4)]) {
      const { leaveOneOut: _, ...slow } = figure;
      const fast = figureTable(data, { figure });
      const anew = figureTable(data, { figure: slow });
      fast.covariance.forEach((row, a) => {
        row.forEach((value, b) => {
          expect(anew.covariance[a]![b]).toBeCloseTo(value, 14);
        });
      });
    }
  });

  it.each(['jackknife', 'delong', 'probit'] as const)(
    '%s covariances are semi-definite',
    (method) => {
      const { covariance } = figureTable(data, { covariance: method });
      fc.assert(
        fc.property(
          fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
            minLength: covariance.length,
            maxLength: covariance.length,
          }),
          (x) => {
            let form = 0;
            covariance.forEach((row, a) => {
              row.forEach((value, b) => {
                form += value * x[a]! * x[b]!;
              });
            });
            expect(form).toBeGreaterThan(-1e-14);
          },
        ),
      );
    },
  );

  it('probit covariances are close to the plain jackknife’s, away from 0 and 1', () => {
    const plain = figureTable(data).covariance;
    figureTable(data, { covariance: 'probit' }).covariance.forEach((row, a) => {
      expect(Math.abs(row[a]! / plain[a]![a]! - 1)).toBeLessThan(0.15);
    });
  });

  it('DeLong covariances of cells with different cases use the shared ones', () => {
    const missing = goldenStudy('sim_missing_dev.csv');
    const delong = figureTable(missing, { covariance: 'delong' }).covariance;
    const jackknife = figureTable(missing).covariance;
    delong.forEach((row, a) => {
      expect(row[a]! / jackknife[a]![a]!).toBeCloseTo(1, 1);
    });
  });

  it('takes a figure of merit from elsewhere, and says when it fails', () => {
    const youden: FigureOfMerit = {
      name: 'Youden index at 4',
      range: [-1, 1],
      cases: 'both',
      value: (ratings) => sensitivityAt(4).value(ratings) + specificityAt(4).value(ratings) - 1,
    };
    const result = obuchowskiRockette(data, { figure: youden });
    const sensitivity = obuchowskiRockette(data, { figure: sensitivityAt(4) });
    const specificity = obuchowskiRockette(data, { figure: specificityAt(4) });
    const sum = sensitivity.means[0]!.estimate! + specificity.means[0]!.estimate! - 1;
    expect(result.means[0]!.estimate).toBeCloseTo(sum, 14);
    const broken = { ...youden, value: () => Number.NaN };
    expect(() => figureTable(data, { figure: broken })).toThrow(
      'figureTable: Youden index at 4 of reader r1, test m1 must be finite, got NaN',
    );
    expect(() => figureTable(data, { figure: youden, covariance: 'delong' })).toThrow(
      'figureTable: covariance delong is defined for the empirical AUC only, got Youden index at 4',
    );
    expect(() => figureTable(data, { covariance: 'hanley' as CovarianceMethod })).toThrow(
      'covariance must be jackknife, delong, unbiased or probit, got hanley',
    );
    expect(() => sensitivityAt(Number.NaN)).toThrow('threshold must be finite, got NaN');
  });

  it('needs two cases of each class in every cell', () => {
    const lacking = only((row) => row.reader !== 'r1' || row.truth === '0' || row.case === 'c046');
    expect(() => figureTable(lacking)).toThrow(
      'figureTable: reader r1, test m1 must have at least two positives for empirical AUC, got 1',
    );
    expect(figureTable(lacking, { figure: specificityAt(4) }).cells).toHaveLength(18);
  });

  it('probit covariances refuse figures at 0 and 1', () => {
    const perfect = study([
      [
        [
          [2, 3],
          [0, 1],
        ],
      ],
    ]);
    expect(() => figureTable(perfect, { covariance: 'probit' })).toThrow(
      'probitCovariance: figures must lie inside (0, 1), got 1',
    );
    const cells = [{ value: 0.5, cases: [0, 1], deleted: [0.5, Number.NaN] }];
    expect(() => jackknifeCovariance({ cases: 2, cells })).toThrow(
      'jackknifeCovariance: every figure must be finite, got NaN of 0.5 without case 1',
    );
  });
});

describe('analyzeFigures', () => {
  it('says what a negative variance is', () => {
    const table = figureTable(only((row) => row.modality !== 'm3'));
    const covariance = table.covariance.map((row, a) =>
      row.map((value, b) => (table.cells[a]!.reader === table.cells[b]!.reader ? 1e-3 : value)),
    );
    const shrunk = covariance.map((row, a) =>
      row.map((value, b) =>
        a === b ? value : table.cells[a]!.reader === table.cells[b]!.reader ? 2e-2 : value,
      ),
    );
    const result = analyzeFigures({ ...table, covariance: shrunk }, { model: 'FRRC' });
    expect(result.equality).toMatchObject({ status: 'negative-variance', pValue: null });
    expect(result.differences[0]).toMatchObject({ status: 'negative-variance', se: null });
    expect(result.readerDifferences[0]!.status).toBe('negative-variance');
  });
});
