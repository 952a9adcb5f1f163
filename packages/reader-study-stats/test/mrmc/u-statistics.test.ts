import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrangeReads, type MrmcData } from '../../src/mrmc/mrmc-data.ts';
import type { ReadRow } from '../../src/mrmc/read-row.ts';
import { simulateRoeMetz } from '../../src/mrmc/roe-metz.ts';
import { type UStatisticAnalysis, uStatisticAnalysis } from '../../src/mrmc/u-statistics.ts';
import { unbiasedCovariance } from '../../src/mrmc/unbiased-covariance.ts';
import { CODED, goldenRows, goldenStudy } from '../mrmc-goldens.ts';

const only = (keep: (row: ReadRow) => boolean): MrmcData =>
  arrangeReads(goldenRows('sim_crossed_dev.csv').filter(keep), CODED);

/** The unbiased variance of one test's mean AUC, straight from its definition, O(r²m²n²). */
function bruteVariance(data: MrmcData): number {
  const score = (cell: MrmcData['cells'][number], i: number, j: number): number => {
    const [x, y] = [cell.positives.ratings[i]!, cell.negatives.ratings[j]!];
    return x > y ? 1 : x === y ? 0.5 : 0;
  };
  const [m, n] = [data.positives.length, data.negatives.length];
  const all: { r: number; i: number; j: number; s: number }[] = data.cells.flatMap((cell, r) =>
    Array.from({ length: m * n }, (_, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      return { r, i, j, s: score(cell, i, j) };
    }),
  );
  const mean = all.reduce((sum, { s }) => sum + s, 0) / all.length;
  let [sum, count] = [0, 0];
  for (const a of all) {
    for (const b of all) {
      if (a.r === b.r || a.i === b.i || a.j === b.j) continue;
      sum += a.s * b.s;
      count++;
    }
  }
  return mean ** 2 - sum / count;
}

function notFinite(value: unknown, path = ''): readonly string[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [path];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, part]) => notFinite(part, `${path}.${key}`));
}

/** Two tests, readers × (positives, negatives); null: not read. */
function small(table: (number | null)[][][]): MrmcData | null {
  const rows: ReadRow[] = table.flatMap((readers, test) =>
    readers.flatMap((ratings, reader) =>
      ratings.flatMap((rating, id) =>
        rating === null
          ? []
          : [
              {
                reader: `${reader}`,
                modality: `${test}`,
                case: `${id}`,
                truth: `${id % 2}`,
                rating,
              },
            ],
      ),
    ),
  );
  try {
    return arrangeReads(rows, CODED);
  } catch {
    return null;
  }
}

describe('uStatisticAnalysis', () => {
  it('has the variance that its definition has', () => {
    const keep = new Set(['c001', 'c002', 'c003', 'c004', 'c046', 'c047', 'c048', 'c049', 'c050']);
    const data = only((row) => row.modality === 'm1' && keep.has(row.case));
    expect(data.positives.length).toBe(5);
    const [mean] = uStatisticAnalysis(data).means;
    expect(mean!.moments.covariance).toBeCloseTo(bruteVariance(data), 14);
  });

  it('adds up: variance = Σ coefficient · component = Σ coefficient · moment', () => {
    for (const name of ['crossed', 'splitplot', 'missing']) {
      const { means } = uStatisticAnalysis(goldenStudy(`sim_${name}_dev.csv`));
      for (const { moments, decomposition } of means) {
        const { unbiased, coefficients } = decomposition;
        const keys = Object.keys(unbiased) as (keyof typeof unbiased)[];
        const sum = keys.reduce((total, key) => total + unbiased[key] * coefficients[key], 0);
        expect(sum).toBeCloseTo(moments.covariance!, 13);
        const ofMoments = moments.unbiased.reduce<number>(
          (total, moment, k) => total + (moment ?? 0) * moments.coefficients[k]!,
          0,
        );
        expect(ofMoments).toBeCloseTo(moments.covariance!, 13);
      }
    }
  });

  it('of each reader has the unbiased covariances of the figures', () => {
    const data = goldenStudy('sim_missing_dev.csv');
    const covariance = unbiasedCovariance(data);
    const { readers } = uStatisticAnalysis(data);
    data.cells.forEach((_, index) => {
      expect(readers[index]!.variance).toBeCloseTo(covariance[index]![index]!, 15);
    });
  });

  it('weights readers by pairs of cases, or equally, when reads are missing', () => {
    const data = goldenStudy('sim_missing_dev.csv');
    const areas = uStatisticAnalysis(data).readers.filter(
      (row) => row.first === 'm1' && row.second === null,
    );
    const equal = areas.reduce((sum, row) => sum + row.estimate, 0) / areas.length;
    const pairs = areas.reduce((sum, row) => sum + row.positives * row.negatives, 0);
    const weighted =
      areas.reduce((sum, row) => sum + row.estimate * row.positives * row.negatives, 0) / pairs;
    expect(uStatisticAnalysis(data).means[0]!.estimate).toBeCloseTo(weighted, 14);
    expect(uStatisticAnalysis(data, { compat: 'mrmcaov' }).means[0]!.estimate).toBeCloseTo(
      equal,
      14,
    );
    expect(uStatisticAnalysis(data).warnings[0]).toMatch(/reads are missing/);
  });

  it('one reader is a status; the reader’s own variance is still given', () => {
    const result = uStatisticAnalysis(only((row) => row.reader === 'r1'));
    expect(result.means.map(({ status, pValue }) => [status, pValue])).toEqual(
      Array(3).fill(['one-reader', null]),
    );
    expect(result.differences[0]).toMatchObject({ status: 'one-reader', ci: null });
    expect(result.readers[0]!.variance).toBeGreaterThan(0);
    const mle = uStatisticAnalysis(
      only((row) => row.reader === 'r1'),
      { estimator: 'mle' },
    );
    expect(mle.differences[0]!.status).toBe('one-reader');
  });

  it('a single case of a class under a test is a status', () => {
    const data = only(
      ({ modality, truth, case: id }) =>
        modality !== 'm3' && (truth === '0' || id === (modality === 'm1' ? 'c046' : 'c047')),
    );
    const { means, differences, readers } = uStatisticAnalysis(data);
    expect(means[0]).toMatchObject({ status: 'single-case', variance: null, exactDf: null });
    expect(differences[0]!.status).toBe('single-case');
    expect(readers[0]!.variance).toBeNull();
  });

  it('gives plain JSON', () => {
    const result = uStatisticAnalysis(goldenStudy('sim_casesnested_dev.csv'));
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it('one test has a mean and no difference', () => {
    const result = uStatisticAnalysis(only((row) => row.modality === 'm2'));
    expect(result.means[0]!.status).toBe('ok');
    expect(result.differences).toEqual([]);
  });

  it('without variance, or with a negative one, has a status, never NaN', () => {
    const perfect = [0, 1, 0, 1, 0, 1];
    const data = small([
      [perfect, perfect],
      [perfect, perfect],
    ])!;
    const result = uStatisticAnalysis(data);
    expect(result.means[0]).toMatchObject({ status: 'zero-variance', estimate: 1, se: 0 });
    expect(result.differences[0]).toMatchObject({ status: 'zero-variance', pValue: null });
    const statuses = new Set<string>();
    const rating = fc.option(fc.integer({ min: 0, max: 2 }), { freq: 8 });
    const reader = fc.array(rating, { minLength: 8, maxLength: 8 });
    const test = fc.array(reader, { minLength: 3, maxLength: 3 });
    const check = (analysis: UStatisticAnalysis) => {
      expect(notFinite(analysis)).toEqual([]);
      for (const row of [...analysis.means, ...analysis.differences]) {
        statuses.add(row.status);
        expect(row.pValue ?? 1).toBeGreaterThan(0);
      }
    };
    fc.assert(
      fc.property(test, test, (a, b) => {
        const study = small([a, b]);
        if (study === null) return;
        check(uStatisticAnalysis(study));
        check(uStatisticAnalysis(study, { compat: 'imrmc' }));
        check(uStatisticAnalysis(study, { compat: 'mrmcaov', estimator: 'mle' }));
      }),
      { numRuns: 150, seed: 5 },
    );
    expect([...statuses].sort()).toContain('negative-variance');
  });

  it('takes 5 readers and 1,000 cases in well under a second', () => {
    const variances = {
      reader: 0.01,
      case: 0.3,
      testByReader: 0.01,
      testByCase: 0.3,
      readerByCase: 0.2,
      error: 0.2,
    };
    const sizes = { readers: 5, positives: 500, negatives: 500 };
    const rows = simulateRoeMetz({ ...sizes, separations: [1.5, 1.7], variances, seed: 1 });
    const data = arrangeReads(rows, CODED);
    const start = performance.now();
    expect(uStatisticAnalysis(data).differences[0]!.status).toBe('ok');
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it('refuses bad options', () => {
    const data = goldenStudy('sim_crossed_dev.csv');
    expect(() => uStatisticAnalysis(data, { level: 0 })).toThrow('level must lie between 0 and 1');
    expect(() =>
      uStatisticAnalysis(data, { kernel: { kind: 'sensitivity', threshold: Number.NaN } }),
    ).toThrow('uStatisticAnalysis: threshold must be finite, got NaN');
  });
});
