import { describe, expect, it } from 'vitest';
import { arrangeReads } from '../../src/mrmc/mrmc-data.ts';
import { obuchowskiRockette } from '../../src/mrmc/obuchowski-rockette.ts';
import { compareStandalone } from '../../src/mrmc/standalone.ts';
import { deLongPairedTest } from '../../src/roc/delong.ts';
import { CODED, goldenRows } from '../mrmc-goldens.ts';

const rows = goldenRows('sim_crossed_dev.csv');
/** Reader r1 of test m2 plays the system that stands alone; the others read under m1. */
const withSystem = (readers: (reader: string) => boolean) =>
  arrangeReads(
    [
      ...rows.filter((row) => row.modality === 'm1' && readers(row.reader)),
      ...rows
        .filter((row) => row.modality === 'm2' && row.reader === 'r1')
        .map((row) => ({ ...row, reader: 'AI', modality: 'alone' })),
    ],
    CODED,
  );

describe('compareStandalone', () => {
  it('against one fixed reader is DeLong’s test of two correlated areas', () => {
    const data = withSystem((reader) => reader === 'r2');
    const options = { standalone: 'AI', standaloneTest: 'alone', covariance: 'delong' } as const;
    const result = compareStandalone(data, { ...options, model: 'FRRC' });
    const ratings = (reader: string) => {
      const cell = data.cells.find((c) => data.readers[c.reader] === reader)!;
      return [...cell.positives.ratings, ...cell.negatives.ratings];
    };
    const [m, n] = [data.positives.length, data.negatives.length];
    const labels = [...Array(m).fill('positive'), ...Array(n).fill('negative')];
    const delong = deLongPairedTest(ratings('AI'), ratings('r2'), { labels });
    expect(result.estimate).toBeCloseTo(delong.estimate!, 14);
    expect(result.se).toBeCloseTo(delong.se!, 14);
    expect(result.pValue).toBeCloseTo(delong.pValue!, 12);
    expect(compareStandalone(data, options).status).toBe('one-reader');
  });

  it('with a system that never errs is the analysis of the readers alone', () => {
    const data = arrangeReads(
      [
        ...rows.filter((row) => row.modality === 'm1'),
        ...rows
          .filter((row) => row.modality === 'm1' && row.reader === 'r1')
          .map((row) => ({ ...row, reader: 'AI', rating: Number(row.truth) })),
      ],
      CODED,
    );
    const readers = arrangeReads(
      rows.filter((row) => row.modality === 'm1'),
      CODED,
    );
    for (const model of ['RRRC', 'FRRC', 'RRFC'] as const) {
      const result = compareStandalone(data, { standalone: 'AI', test: 'm1', model });
      const [alone] = obuchowskiRockette(readers, { model }).means;
      expect(result.standalone).toBe(1);
      expect(result.estimate).toBeCloseTo(1 - alone!.estimate!, 14);
      expect(result.se).toBeCloseTo(alone!.se!, 14);
      expect(result.df ?? 0).toBeCloseTo(alone!.df ?? 0, 9);
    }
  });

  it('says what is missing', () => {
    const data = withSystem(() => true);
    expect(() => compareStandalone(data, { standalone: 'AI', test: 'm1' })).toThrow(
      'compareStandalone: reader AI must have reads under test m1, got none',
    );
    expect(() => compareStandalone(data, { standalone: 'AI', test: 'm7' })).toThrow(
      'compareStandalone: test must be one that readers used (m1), got m7',
    );
    const both = arrangeReads(rows, CODED);
    expect(() => compareStandalone(both, { standalone: 'r1' })).toThrow(
      'test must be one that readers used (m1, m2, m3), got none',
    );
  });
});
