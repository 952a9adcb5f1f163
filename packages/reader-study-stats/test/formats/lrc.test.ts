import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatImrmc } from '../../src/formats/format-imrmc.ts';
import { formatLrc } from '../../src/formats/format-lrc.ts';
import { parseImrmc } from '../../src/formats/parse-imrmc.ts';
import { parseLrc } from '../../src/formats/parse-lrc.ts';
import { arrangeReads } from '../../src/mrmc/mrmc-data.ts';
import { obuchowskiRockette } from '../../src/mrmc/obuchowski-rockette.ts';
import type { ReadRow } from '../../src/mrmc/read-row.ts';
import { crossedRows, lineId, ratings } from '../format-arbitraries.ts';
import { sharedIsAbsent } from '../goldens.ts';
import { CODED, goldenRows } from '../mrmc-goldens.ts';
import { problemsOf } from './problems-of.ts';

describe('.lrc', () => {
  const text = `Pilot
reader 1
"test A" "B"
L L
1 2 h1
3.5 -4 the second
*
5 5 c1
*

reader 2
1 1
2 2 the second
*
4 4
*
#
`;

  it('gives rows, lines, description and direction; a name of a case is needed once', () => {
    const file = parseLrc(text);
    expect(file.direction).toBe('higher');
    expect(file.description).toBe('Pilot');
    expect(file.rows.length).toBe(12);
    expect(file.rows[2]).toEqual({
      reader: 'reader 1',
      case: 'the second',
      modality: 'test A',
      truth: '0',
      rating: 3.5,
    });
    expect(file.rows.at(-1)).toEqual({
      reader: 'reader 2',
      case: 'c1',
      modality: 'B',
      truth: '1',
      rating: 4,
    });
    expect(file.lines.slice(-2)).toEqual([15, 15]);
  });

  it('calls cases without names by class and place; S means that small ratings are positive', () => {
    const { rows, direction } = parseLrc('x\nr\nA\nsmall\n1\n2\n*\n3\n*\n#');
    expect(rows.map((row) => row.case)).toEqual(['0-1', '0-2', '1-1']);
    expect(direction).toBe('lower');
  });

  it('names every problem with its line', () => {
    const head = 'x\nr1\n"A" "B"\nL L\n';
    expect(problemsOf(() => parseLrc(`${head}1 2 h\n1 b c\n*\n1 1 h\n*\nr1\n2 2 g\n*\n`))).toEqual([
      '6: must have a finite rating for each of 2 tests',
      '9: case h occurs twice',
      '10: reader r1 occurs twice',
      '11: case must be h as for the first reader, got g',
      '12: reader r1 must have 2 cases, got 1',
      '12: the line * is missing after the cases of reader r1',
    ]);
    expect(problemsOf(() => parseLrc(`${head}1 2\n*\n3 4\n*\n`))).toEqual([
      '8: the line # is missing at the end: the file is cut off',
    ]);
    expect(problemsOf(() => parseLrc('x\nr\n"A" "A\nL L\n#'))).toEqual([
      '3: must name the tests, each in quotes, got "A" "A',
    ]);
    expect(problemsOf(() => parseLrc('x\nr\n"A" "A"\nL S\n*\n*\n#'))).toEqual([
      '3: tests must differ, got "A" "A"',
      '4: tests must be all L or all S, got both',
    ]);
    expect(problemsOf(() => parseLrc('x\nr\n"A" "B"\nL\n*\n*\n#'))).toEqual([
      '4: must have L or S for each of 2 tests, got L',
    ]);
    expect(problemsOf(() => parseLrc('x'))).toEqual([
      '1: must have a reader, tests and ratings, got none',
    ]);
  });

  it('gives back what was written', () => {
    const key = (row: ReadRow) => JSON.stringify([row.reader, row.modality, row.case]);
    const sorted = (rows: readonly ReadRow[]) =>
      [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1));
    const id = lineId.filter((name) => !/^[*#]/.test(name) && !name.includes('"'));
    fc.assert(
      fc.property(
        crossedRows(id, ratings),
        fc.constantFrom('higher', 'lower'),
        (rows, direction) => {
          const coding = {
            positive: '1',
            negative: '0',
            direction,
            description: 'A study',
          } as const;
          const file = parseLrc(formatLrc(rows, coding));
          expect(sorted(file.rows)).toEqual(sorted(rows));
          expect(file).toMatchObject({ direction, description: 'A study' });
        },
      ),
    );
  });

  it('refuses to write what it could not give back', () => {
    const coding = { positive: '1', negative: '0', direction: 'higher' } as const;
    const row: ReadRow = { reader: 'r', case: 'c', modality: 'A', truth: '1', rating: 1 };
    const refused = (rows: readonly ReadRow[], more: object = {}) =>
      expect(() => formatLrc(rows, { ...coding, ...more }));
    refused([]).toThrow('there must be at least one read, got 0');
    refused([row, row]).toThrow('1 reads are given twice');
    refused([row, { ...row, reader: 's', case: 'd' }]).toThrow('2 reads are missing');
    refused([{ ...row, reader: '#1' }]).toThrow('reader cannot be written in this format: "#1"');
    refused([{ ...row, modality: 'a"b' }]).toThrow('modality cannot be written');
    refused([{ ...row, case: ' c' }]).toThrow('case cannot be written in this format: " c"');
    refused([{ ...row, session: 's' }]).toThrow('must have modality or session, got both');
    refused([{ ...row, truth: '2' }]).toThrow('truth must be 1 or 0, got 2');
    refused([{ ...row, rating: Number.NaN }]).toThrow('rating must be finite, got NaN');
    refused([row], { description: 'a\nb' }).toThrow('description must be one line');
  });

  it.skipIf(sharedIsAbsent)('carries the Van Dyke study through to the same F', () => {
    const rows = goldenRows('vandyke.csv');
    const { rows: read } = parseLrc(formatLrc(rows, CODED));
    const F = (some: readonly ReadRow[]) =>
      obuchowskiRockette(arrangeReads(some, CODED)).equality.statistic;
    expect(F(read)).toBeCloseTo(4.45631869315726, 12);
    expect(parseImrmc(formatImrmc(rows, CODED)).rows).toEqual(rows);
  });
});
