import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCsv, parseCsv } from '../src/csv.ts';
import { parseDecimal } from '../src/formats/decimal.ts';
import { formatImrmc } from '../src/formats/format-imrmc.ts';
import { formatJafroc } from '../src/formats/format-jafroc.ts';
import { formatLrc } from '../src/formats/format-lrc.ts';
import { parseImrmc } from '../src/formats/parse-imrmc.ts';
import { parseJafroc } from '../src/formats/parse-jafroc.ts';
import { parseLrc } from '../src/formats/parse-lrc.ts';
import { formatRows, parseRows } from '../src/formats/rows-csv.ts';
import { arrangeReads } from '../src/mrmc/mrmc-data.ts';
import { obuchowskiRockette } from '../src/mrmc/obuchowski-rockette.ts';
import type { ReadRow } from '../src/mrmc/read-row.ts';
import { ReadsError } from '../src/reads.ts';
import {
  crossedRows,
  frocStudies,
  lineId,
  plainId,
  ratings,
  textId,
} from './format-arbitraries.ts';
import { sharedFolder, sharedIsAbsent } from './goldens.ts';
import { CODED, goldenRows, imrmcRows } from './mrmc-goldens.ts';

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ReadsError) {
      return error.problems.map(({ row, message }) => `${row}: ${message}`);
    }
    throw error;
  }
  return [];
}

const sharedText = (name: string) => readFileSync(join(sharedFolder, name), 'utf8');

describe('a CSV text', () => {
  const cell = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"', ',', '\n', ' a ', ''));

  it('gives back every table of at least two columns', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 2, max: 4 })
          .chain((width) =>
            fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 5 }),
          ),
        (rows) => {
          const read = parseCsv(formatCsv(rows), (row, message) => {
            throw new Error(`row ${row}: ${message}`);
          });
          expect(read.map(({ fields }) => fields)).toEqual(rows);
        },
      ),
    );
  });

  it('guards formulas where told, and leaves numbers alone', () => {
    const row = ['=1+1', '+x', '-x', '@x', '\tx', 'x=1', -5];
    expect(formatCsv([row])).toBe('=1+1,+x,-x,@x,"\tx",x=1,-5\n');
    expect(formatCsv([row], { guardFormulas: true })).toBe("'=1+1,'+x,'-x,'@x,'\tx,x=1,-5\n");
  });

  it('takes time in proportion to the text', () => {
    const started = performance.now();
    parseCsv(`${'"'.repeat(1e6)}\n${'a,'.repeat(5e5)}`, () => {
      throw new Error('unexpected');
    });
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

describe('a number', () => {
  it('is decimal digits, and nothing else', () => {
    for (const text of ['1', '-1.5', '+.5', '5.', '1e3', '2E-3']) {
      expect(parseDecimal(text)).toBe(Number(text));
    }
    for (const text of ['', ' ', '0x10', '1_000', 'NA', 'Infinity', '1,5', '--1', '1e']) {
      expect(parseDecimal(text)).toBeNaN();
    }
  });
});

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

describe('a table of reads', () => {
  it('has columns by name, others are named', () => {
    const csv = 'reader,treatment,case,truth,rating,x\nr1,A,07,1,4,\n';
    expect(parseRows(csv, { columns: { modality: 'treatment' } })).toEqual({
      rows: [{ reader: 'r1', case: '07', modality: 'A', truth: '1', rating: 4 }],
      lines: [2],
      ignoredColumns: ['x'],
      warnings: [],
    });
  });

  it('names every problem with its row', () => {
    expect(problemsOf(() => parseRows(''))).toEqual(['1: the table is empty']);
    expect(problemsOf(() => parseRows('a"b\n'))).toEqual([
      '1: must not have a stray quote, got one in field 1',
    ]);
    expect(problemsOf(() => parseRows('reader,reader\n'))).toEqual([
      '1: column case is missing',
      '1: column truth is missing',
      '1: column modality or session is missing',
      '1: column rating or label is missing',
      '1: column reader occurs twice',
    ]);
    const header = 'reader,case,session,truth,rating,seconds\n';
    expect(problemsOf(() => parseRows(`${header},c,3,1,0x1,NA\nr1,c\n`))).toEqual([
      '2: rating must be a finite number, got "0x1"',
      '2: seconds must be a finite number, got "NA"',
      '2: reader must not be empty',
      '3: must have 6 fields, got 2',
    ]);
  });

  it('gives back what was written', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    const row = fc.record(
      {
        reader: textId,
        case: textId,
        truth: textId,
        modality: textId,
        session: textId,
        label: textId,
        cluster: textId,
        rating: number,
        seconds: number,
        order: number,
      },
      { requiredKeys: ['reader', 'case', 'truth', 'modality', 'rating'] },
    );
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), (rows) => {
        expect(parseRows(formatRows(rows as ReadRow[])).rows).toEqual(rows);
      }),
    );
  });

  it('refuses to write what it could not give back', () => {
    const row = { reader: '', case: 'c', truth: '1', rating: Number.POSITIVE_INFINITY };
    expect(() => formatRows([row])).toThrow(
      'formatRows: read 1: reader must not be empty; read 1: rating must be finite, got Infinity',
    );
    const many = Array.from({ length: 25 }, () => ({ ...row, rating: 1 }));
    expect(() => formatRows(many)).toThrow('5 more');
  });
});

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

describe('JAFROC sheets', () => {
  const sheets = {
    truth: 'CaseID,LesionID,Weight,Paradigm\nn1,0,0,FROC\nd1,1,0.25,\nd1,2,0.75,\nd2,1,0,\n',
    tp: 'ReaderID,ModalityID,CaseID,LesionID,LLRating\nr1,A,d1,2,4\n',
    fp: 'Reader ID,Modality ID,Case ID,NL_Rating\nr1,A,n1,2.5\nr2,A,d1,1\n',
  };
  const study = {
    cases: [
      { case: 'n1', lesions: [] },
      {
        case: 'd1',
        lesions: [
          { lesion: '1', weight: 0.25 },
          { lesion: '2', weight: 0.75 },
        ],
      },
      { case: 'd2', lesions: [{ lesion: '1' }] },
    ],
    marks: [
      { reader: 'r1', modality: 'A', case: 'd1', rating: 4, lesion: '2' },
      { reader: 'r1', modality: 'A', case: 'n1', rating: 2.5 },
      { reader: 'r2', modality: 'A', case: 'd1', rating: 1 },
    ],
  };

  it('give cases, lesions and marks, with their rows', () => {
    expect(parseJafroc(sheets)).toEqual({ ...study, caseRows: [2, 3, 5], markRows: [2, 2, 3] });
  });

  it('may be one JSON text, as libraries of spreadsheets give it', () => {
    const json = JSON.stringify({
      TRUTH: [
        { CaseID: 'n1', LesionID: 0, Weight: 0 },
        { CaseID: 'd1', LesionID: 1, Weight: 0.25 },
        { CaseID: 'd1', LesionID: 2, Weight: 0.75 },
        { CaseID: 'd2', LesionID: 1, Weight: 0 },
      ],
      LL: [{ ReaderID: 'r1', ModalityID: 'A', CaseID: 'd1', LesionID: 2, TP_Rating: 4 }],
      fp: [
        { ReaderID: 'r1', ModalityID: 'A', CaseID: 'n1', FP_Rating: 2.5 },
        { ReaderID: 'r2', ModalityID: 'A', CaseID: 'd1', FP_Rating: 1 },
      ],
    });
    expect(parseJafroc(json)).toMatchObject(study);
  });

  it('have all their problems named, with sheet and row', () => {
    const truth = 'CaseID,LesionID,Weight\nn1,0,0\nn1,1,x\nd1,1,1\nd1,0,0\n,1,1\n';
    expect(problemsOf(() => parseJafroc({ truth, tp: '', fp: 'ReaderID\n' }))).toEqual([
      '1: TP: the sheet is empty',
      '1: FP: column ModalityID is missing',
      '1: FP: column CaseID is missing',
      '1: FP: column FP_Rating is missing',
      '3: TRUTH: Weight must be a number of at least 0, got "x"',
      '3: TRUTH: case n1 is normal and has another row',
      '5: TRUTH: case d1 is normal and has another row',
      '6: TRUTH: CaseID must not be empty',
    ]);
    const fp = `${sheets.fp}r1,A,n1,high\n`;
    expect(problemsOf(() => parseJafroc({ ...sheets, fp }))).toEqual([
      '4: FP: rating must be a finite number, got "high"',
    ]);
    expect(problemsOf(() => parseJafroc({ ...sheets, tp: 'a"b' }))).toEqual([
      '1: TP: must not have a stray quote, got one in field 1',
    ]);
    expect(problemsOf(() => parseJafroc('{"TP":[1]}')).length).toBe(3);
    expect(problemsOf(() => parseJafroc('{')).length).toBe(3);
  });

  it('give back what was written', () => {
    fc.assert(
      fc.property(frocStudies, (some) => {
        const { cases, marks } = parseJafroc(formatJafroc(some));
        expect({ cases, marks }).toEqual(some);
      }),
    );
  });

  it('refuse to be written where they could not give it back', () => {
    const refused = (some: object) => expect(() => formatJafroc({ ...study, ...some }));
    refused({ cases: [...study.cases, study.cases[0]] }).toThrow('cases must differ');
    refused({ cases: [{ case: '', lesions: [] }], marks: [] }).toThrow('case must not be empty');
    refused({ cases: [{ case: 'd', lesions: [{ lesion: '0', weight: 0 }] }], marks: [] }).toThrow(
      'lesion of case d must not be called "0"; weight of lesion 0 of case d must be above 0, got 0',
    );
    const mark = { reader: '', modality: 'A', case: 'x', rating: Number.NaN, lesion: '' };
    refused({ marks: [mark] }).toThrow(
      'mark 1: reader and modality must not be empty; mark 1: case x is unknown; ' +
        'mark 1: lesion must not be empty; mark 1: rating must be finite, got NaN',
    );
  });
});
