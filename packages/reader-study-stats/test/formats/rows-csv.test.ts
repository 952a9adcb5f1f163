import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRows, parseRows } from '../../src/formats/rows-csv.ts';
import type { ReadRow } from '../../src/mrmc/read-row.ts';
import { textId } from '../format-arbitraries.ts';
import { problemsOf } from './problems-of.ts';

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
