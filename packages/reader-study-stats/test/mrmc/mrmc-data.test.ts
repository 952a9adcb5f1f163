import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrangeReads } from '../../src/mrmc/mrmc-data.ts';
import type { MrmcOptions, ReadRow } from '../../src/mrmc/read-row.ts';
import { validateRows } from '../../src/mrmc/validate-rows.ts';
import { ReadsError } from '../../src/reads.ts';
import { sharedIsAbsent } from '../goldens.ts';
import { CODED, goldenStudy, imrmcRows } from '../mrmc-goldens.ts';

const OPTIONS: MrmcOptions = { positive: 'cancer', negative: 'healthy', direction: 'higher' };

/** Reads of readers × tests × cases; `keep` drops some. */
function table(
  size: { readers?: number; tests?: number; cases?: number } = {},
  keep: (reader: number, test: number, id: number) => boolean = () => true,
): ReadRow[] {
  const { readers = 2, tests = 2, cases = 8 } = size;
  const rows: ReadRow[] = [];
  for (let reader = 0; reader < readers; reader++) {
    for (let test = 0; test < tests; test++) {
      for (let id = 0; id < cases; id++) {
        if (!keep(reader, test, id)) continue;
        rows.push({
          reader: `r${reader}`,
          modality: `m${test}`,
          case: `c${id}`,
          truth: id % 2 ? 'cancer' : 'healthy',
          rating: (id * 7 + reader + test) % 5,
        });
      }
    }
  }
  return rows;
}

describe('validateRows', () => {
  it('reports every problem at once, by row', () => {
    const good = table({ readers: 1, tests: 1 });
    const bad: ReadRow[] = [
      ...good,
      { reader: '', case: '', modality: '', truth: '', rating: Number.NaN, cluster: '' },
      { ...good[0]! },
      { ...good[1]!, reader: 'r9', truth: 'benign', seconds: -1, order: 1.5 },
      { reader: 'r1', case: 'x', modality: 'm0', session: '2', truth: 'cancer', label: 'maybe' },
      {
        reader: 'r1',
        case: 'y',
        modality: 'm0',
        truth: 'cancer',
        rating: Number.POSITIVE_INFINITY,
      },
    ];
    const messages = validateRows(bad, OPTIONS).map(({ row, message }) => `${row}: ${message}`);
    expect(messages).toEqual([
      '10: reader must not be empty',
      '10: case must not be empty',
      '10: modality or session must not be empty',
      '10: cluster must not be empty',
      '10: has no truth',
      '10: rating must be finite, got NaN',
      '11: the read of reader, test, case r0, m0, c0 is already in row 2',
      '12: truth must be cancer or healthy, got benign',
      '12: seconds must be a number of at least 0, got -1',
      '12: order must be a whole number of at least 1, got 1.5',
      '12: truth of case c1 is benign, but cancer in row 3',
      '13: has modality and session: the option factor must say which is compared',
      '13: label "maybe" has no rating: the option labels must give one',
      '14: rating must be finite, got Infinity',
      '1: reader r9, test m0 has no case with truth cancer',
      '1: reader r9, test m0 has no case with truth healthy',
      '1: reader r1, test m0 has no case with truth healthy',
    ]);
    expect(() => arrangeReads(bad, OPTIONS)).toThrow(ReadsError);
    expect(() => arrangeReads(bad, OPTIONS)).toThrow('arrangeReads: 17 problems');
  });

  it('names what the table as a whole lacks', () => {
    const rows = table({ cases: 3 });
    const strict = { ...OPTIONS, readers: ['r0', 'r7'], tests: ['m0', 'm7'] };
    const messages = validateRows(rows, strict).map(({ message }) => message);
    expect(messages).toContain('there must be at least two positive cases (truth cancer), got 1');
    expect(messages).toContain('reader r7 has no reads');
    expect(messages).toContain('test m7 has no reads');
    expect(messages).toContain('reader r1 is not one of r0, r7');
    expect(messages).toContain('test m1 is not one of m0, m7');
    expect(validateRows([], OPTIONS)[0]).toEqual({ row: 1, message: 'the table has no reads' });
    const unclear = { positive: 'a', negative: 'a', direction: 'up' as 'higher' };
    expect(validateRows(table(), unclear).map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        'positive and negative must be two different truths, got "a" and "a"',
        'direction must be higher or lower, got up',
      ]),
    );
    expect(
      validateRows([{ reader: 'r', case: 'c', session: '1', truth: 'cancer' }], OPTIONS)[0],
    ).toEqual({ row: 2, message: 'has neither rating nor label' });
  });

  it('takes the row numbers of the file', () => {
    const [row] = table();
    const problems = validateRows([{ ...row!, rating: Number.NaN }], { ...OPTIONS, rows: [41] });
    expect(problems[0]).toEqual({ row: 41, message: 'rating must be finite, got NaN' });
  });

  it('accepts what is right', () => {
    expect(validateRows(table(), OPTIONS)).toEqual([]);
  });
});

describe('arrangeReads', () => {
  it('turns low ratings into high ones where low means positive', () => {
    const up = arrangeReads(table(), OPTIONS).cells[0]!;
    const down = arrangeReads(table(), { ...OPTIONS, direction: 'lower' }).cells[0]!;
    expect([...down.positives.ratings]).toEqual([...up.positives.ratings].map((x) => -x));
  });

  it('scores labels as the options say', () => {
    const labels = { no: 1, unsure: 2, yes: 3 };
    const rows = table().map(({ rating: _, ...row }, i) => ({
      ...row,
      label: ['no', 'unsure', 'yes'][i % 3]!,
    }));
    const { cells } = arrangeReads(rows, { ...OPTIONS, labels });
    expect([...cells[0]!.negatives.ratings]).toEqual([1, 3, 2, 1]);
  });

  it('sorts identifiers that are numbers by value', () => {
    const rows = table().map((row) => ({ ...row, reader: row.reader === 'r0' ? '10' : '9' }));
    expect(arrangeReads(rows, OPTIONS).readers).toEqual(['9', '10']);
    expect(arrangeReads(rows, { ...OPTIONS, readers: ['10', '9'] }).readers).toEqual(['10', '9']);
  });

  it('does not depend on the order of the rows', () => {
    const rows = table({ readers: 3, cases: 12 }, (r, t, c) => (r + t + c) % 4 !== 0);
    const shape = (given: readonly ReadRow[]) => {
      const { cells, design, ...rest } = arrangeReads(given, OPTIONS);
      const sums = cells.map(({ reader, test, positives }) => [
        reader,
        test,
        positives.ratings.reduce((a, b) => a + b, 0),
      ]);
      return { sums, design, readers: rest.readers, tests: rest.tests };
    };
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: rows.length }), (shuffled) => {
        expect(shape(shuffled)).toEqual(shape(rows));
      }),
      { numRuns: 20 },
    );
  });
});

describe('the design', () => {
  const kindOf = (keep: (r: number, t: number, c: number) => boolean, size = {}) =>
    arrangeReads(table({ readers: 4, tests: 2, cases: 16, ...size }, keep), OPTIONS).design;

  it.each([
    ['crossed', () => true, 0, 1],
    ['cases-nested-in-tests', (_: number, t: number, c: number) => c >> 3 === t, 0, 1],
    ['cases-nested-in-readers', (r: number, _: number, c: number) => c >> 2 === r, 0, 1],
    ['readers-nested-in-tests', (r: number, t: number) => r >> 1 === t, 0, 1],
    ['split-plot', (r: number, _: number, c: number) => r >> 1 === c >> 3, 0, 2],
    ['partial', (r: number, t: number, c: number) => !(r === 0 && t === 1 && c === 5), 1, 1],
    ['partial', (r: number, t: number) => !(r === 0 && t === 1), 16, 1],
  ] as const)('%s is found', (kind, keep, missingReads, blocks) => {
    expect(kindOf(keep)).toEqual({ kind, missingReads, blocks });
  });

  it('counts what is missing in a nested design', () => {
    const keep = (r: number, t: number, c: number) => c >> 3 === t && !(r === 1 && c === 3);
    expect(kindOf(keep)).toEqual({ kind: 'cases-nested-in-tests', missingReads: 1, blocks: 1 });
  });

  it.each([
    ['sim_crossed_dev.csv', 'crossed'],
    ['sim_casesnested_dev.csv', 'cases-nested-in-tests'],
    ['sim_readersnested_dev.csv', 'readers-nested-in-tests'],
    ['sim_splitplot_dev.csv', 'split-plot'],
    ['sim_missing_dev.csv', 'partial'],
  ])('%s is %s', (file, kind) => {
    expect(goldenStudy(file).design.kind).toBe(kind);
  });

  it.skipIf(sharedIsAbsent)('of studies of others (skipped: ../shared/data absent)', () => {
    expect(goldenStudy('vandyke.csv').design.kind).toBe('crossed');
    expect(arrangeReads(imrmcRows('imrmc_R1.imrmc'), CODED).design.kind).toBe('partial');
  });
});
