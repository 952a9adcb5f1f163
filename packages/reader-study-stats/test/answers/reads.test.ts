import { describe, expect, it } from 'vitest';
import { formatReads, parseReads } from '../../src/formats/reads-csv.ts';
import { type Read, ReadsError, validateReads } from '../../src/reads.ts';

const HEADER = 'reader,session,case,truth,appearance,label,order,seconds';

const read: Read = {
  reader: 'R1',
  session: '3',
  case: 'a',
  truth: 'fake',
  appearance: 'positive',
  label: 'unsure',
  order: 1,
  seconds: 12.5,
  simulated: false,
};

function problemsOf(csv: string): readonly string[] {
  try {
    parseReads(csv);
  } catch (error) {
    if (error instanceof ReadsError) {
      return error.problems.map(({ row, message }) => `${row}: ${message}`);
    }
  }
  return [];
}

describe('reads', () => {
  it('survive the way through CSV, awkward names too', () => {
    const reads: Read[] = [
      { ...read, reader: 'Dr "A", senior', case: 'x\ny' },
      { ...read, order: 2, case: 'b', label: 'not-real', simulated: true },
    ];
    expect(parseReads(formatReads(reads))).toEqual(reads);
  });

  it('may have answers as codes, other column names, CRLF, a byte order mark and no times', () => {
    const csv =
      '\uFEFFreader,session,image,truth,appearance,label,order\r\nR1,3,a,real,negative,3,1\r\n';
    expect(parseReads(csv, { columns: { case: 'image' } })).toEqual([
      {
        reader: 'R1',
        session: '3',
        case: 'a',
        truth: 'real',
        appearance: 'negative',
        label: 'unsure',
        order: 1,
        simulated: false,
      },
    ]);
  });

  it('all problems are named at once, by row', () => {
    const csv = `${HEADER}
R1,3,a,fake,positive,2,1,10
R1,3,a,fake,positive,4,2,-1
R2,3,a,real,positive,1,1,
R2,3,b,real
,3,c,fak,pos,1,1.5,x
R2,3,d,real,negative,1,1,5
`;
    expect(problemsOf(csv)).toEqual([
      '3: label must be real or not-real or unsure, got "4"',
      '3: seconds must be a number of at least 0, got -1',
      '3: the answer to reader, session, case R1, 3, a is already in row 2',
      '4: case a is real, positive, but was fake, positive before',
      '5: must have 8 fields, got 4',
      '6: reader must not be empty',
      '6: truth must be real or fake, got "fak"',
      '6: appearance must be positive or negative, got "pos"',
      '6: order must be a whole number of at least 1, got 1.5',
      '6: seconds must be a number of at least 0, got NaN',
      '7: the position in reader, session, order R2, 3, 1 is already in row 4',
    ]);
  });

  it('a bad header is refused', () => {
    expect(problemsOf('reader,session,case,truth,label,order,age\n')).toEqual([
      '1: column appearance is missing',
      '1: column "age" is unknown',
    ]);
    expect(problemsOf('')).toEqual(['1: the table is empty']);
    expect(problemsOf(`${HEADER},label\n`)).toEqual(['1: column label occurs twice']);
    expect(problemsOf(`${HEADER},simulated\nR1,3,a,real,negative,1,1,,maybe\n`)).toEqual([
      '2: simulated must be true or false, got maybe',
    ]);
    expect(problemsOf('a"b,c\n')).toEqual(['1: must not have a stray quote, got one in field 1']);
  });

  it('the error message lists the problems', () => {
    expect(() => parseReads(`${HEADER}\nR1,3,a,real,negative,9,1,\n`)).toThrow(
      'parseReads: 1 problem\n  row 2: label must be real or not-real or unsure, got "9"',
    );
  });

  it('records can be validated without a table', () => {
    expect(validateReads([read])).toEqual([]);
    expect(validateReads([read, { ...read, case: 'b' }])).toEqual([
      { row: 3, message: 'the position in reader, session, order R1, 3, 1 is already in row 2' },
    ]);
  });
});
