import fc from 'fast-check';
import type { ReadRow } from '../src/mrmc/read-row.ts';

/** Names that break careless programs. */
const HOSTILE = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '0', '-0', '1e3', 'é'];

/** Any text but the empty one. */
export const textId: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.string({ minLength: 1 }),
  fc.constantFrom(...HOSTILE, ' a ', '"', 'a\r\nb', ',', '=1+1'),
);

/** What fits on one line without white space around it. */
export const lineId: fc.Arbitrary<string> = fc
  .oneof(fc.string({ unit: 'grapheme' }), fc.string(), fc.constantFrom(...HOSTILE, 'a b', '5 6'))
  .map((text) => text.replace(/[\r\n]/g, '').trim())
  .filter((text) => text !== '');

/** What fits between commas. */
export const plainId: fc.Arbitrary<string> = lineId
  .map((text) => text.replaceAll(',', ';').trim())
  .filter((text) => text !== '');

/** Finite numbers, −0 and the smallest included. */
export const ratings: fc.Arbitrary<number> = fc.double({ noNaN: true, noDefaultInfinity: true });

/** A small crossed study; truths are '1' and '0'. */
export function crossedRows(
  id: fc.Arbitrary<string>,
  rating: fc.Arbitrary<number>,
): fc.Arbitrary<readonly ReadRow[]> {
  const ids = (maxLength: number) => fc.uniqueArray(id, { minLength: 1, maxLength });
  return fc
    .record({ readers: ids(3), tests: ids(3), cases: ids(5), positives: fc.nat(5) })
    .chain(({ readers, tests, cases, positives }) => {
      const cells = readers.flatMap((reader) =>
        tests.flatMap((modality) =>
          cases.map((name, index) => ({
            reader,
            case: name,
            modality,
            truth: index < positives ? '1' : '0',
          })),
        ),
      );
      const count = { minLength: cells.length, maxLength: cells.length };
      return fc
        .array(rating, count)
        .map((given) => cells.map((cell, i) => ({ ...cell, rating: given[i]! })));
    });
}
