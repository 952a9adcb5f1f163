import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatImrmc } from '../../src/formats/format-imrmc.ts';
import { parseImrmc } from '../../src/formats/parse-imrmc.ts';
import type { ReadRow } from '../../src/mrmc/read-row.ts';
import { crossedRows, plainId, ratings } from '../format-arbitraries.ts';
import { sharedIsAbsent, sharedText } from '../goldens.ts';
import { imrmcRows } from '../mrmc-goldens.ts';
import { problemsOf } from './problems-of.ts';

describe('.imrmc', () => {
  const text = `Pilot study
of two readers
N0: 1
NR: 3
BEGIN DATA:
-1, h1 ,any,0
r1, c1, A, 4.5
truth,c1,truth,1
r2,h1,A,-2e-1

truth,c2,truth,1
`;

  it('gives rows, lines, description, unread cases and warnings', () => {
    expect(parseImrmc(text)).toEqual({
      rows: [
        { reader: 'r1', case: 'c1', modality: 'A', truth: '1', rating: 4.5 },
        { reader: 'r2', case: 'h1', modality: 'A', truth: '0', rating: -0.2 },
      ],
      lines: [7, 9],
      description: 'Pilot study\nof two readers',
      unread: [{ case: 'c2', truth: '1' }],
      warnings: [{ row: 4, message: 'NR is 3, but the data have 2' }],
    });
  });

  it('names every problem with its line', () => {
    const broken = `BEGIN DATA:
truth,c1,truth,1
truth,c1,truth,1
truth,c2,truth,2
r1,c1,A
,c1,A,1
r1,c1,,1
r1,c1,A,high
r1,c3,A,1
`;
    expect(problemsOf(() => parseImrmc(broken))).toEqual([
      '3: the truth of case c1 is already in line 2',
      '4: truth must be 0 or 1, got 2',
      '5: must have 4 fields (reader, case, modality, score), got 3',
      '6: reader and case must not be empty',
      '7: modality must not be empty',
      '8: score must be a finite number, got high',
      '9: case c3 has no truth',
    ]);
    expect(problemsOf(() => parseImrmc('r1,c1,A,1'))).toEqual([
      '1: the line BEGIN DATA: is missing',
    ]);
    expect(() => parseImrmc(broken)).toThrow('line 3: the truth of case c1');
  });

  it('gives back what was written', () => {
    const id = plainId.filter((name) => !/^(truth|-1)$/i.test(name));
    fc.assert(
      fc.property(crossedRows(id, ratings), fc.array(id), (rows, others) => {
        const cases = new Set(rows.map((row) => row.case));
        const unread = [...new Set(others)]
          .filter((name) => !cases.has(name))
          .map((name) => ({ case: name, truth: '0' }));
        const description = 'Two lines\nof text';
        const coding = { positive: '1', negative: '0', description, unread };
        expect(parseImrmc(formatImrmc(rows, coding))).toMatchObject({
          rows,
          description,
          unread,
          warnings: [],
        });
      }),
    );
  });

  it('refuses to write what it could not give back', () => {
    const coding = { positive: 'ill', negative: 'well' };
    const row: ReadRow = { reader: 'r', case: 'c', modality: 'A', truth: 'ill', rating: 1 };
    const refused = (rows: readonly ReadRow[], more: object = {}) =>
      expect(() => formatImrmc(rows, { ...coding, ...more }));
    refused([{ ...row, reader: 'truth' }]).toThrow('reader must not be called truth or -1');
    refused([{ ...row, case: 'a,b' }]).toThrow('case must be a plain word, got "a,b"');
    refused([{ ...row, session: 's' }]).toThrow('must have modality or session, got both');
    refused([{ ...row, truth: 'odd' }]).toThrow('truth must be ill or well, got odd');
    refused([{ ...row, rating: Number.NaN }]).toThrow('rating must be finite, got NaN');
    refused([row, { ...row, truth: 'well' }]).toThrow('case "c" must have one truth, got two');
    refused([row], { description: 'BEGIN DATA:' }).toThrow('description must have no line');
    refused([row], { unread: [{ case: '', truth: '3' }] }).toThrow(
      'unread case must be a plain word, got ""; unread truth must be 0 or 1, got 3',
    );
  });

  it.skipIf(sharedIsAbsent)('holds what iMRMC wrote, with truths between the reads', () => {
    for (const name of ['vandyke.imrmc', 'imrmc_R1.imrmc', 'imrmc_R2.imrmc']) {
      const { rows, warnings } = parseImrmc(sharedText(name));
      expect(rows).toEqual(imrmcRows(name));
      expect(warnings).toEqual([]);
    }
  });
});
