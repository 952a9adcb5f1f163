import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCsv, parseCsv } from '../../src/formats/csv.ts';
import { parseDecimal } from '../../src/formats/decimal.ts';

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
