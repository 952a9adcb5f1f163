import fc from 'fast-check';
import type { FrocStudy } from '../src/froc/froc-marks.ts';
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

/** A small free-response study; hits stand before other marks. */
export const frocStudies: fc.Arbitrary<FrocStudy> = fc
  .record({
    cases: fc.uniqueArray(
      fc.record({
        case: textId,
        lesions: fc.uniqueArray(
          textId.filter((id) => id !== '0'),
          { maxLength: 3 },
        ),
        weight: fc.option(fc.double({ min: 1e-6, max: 10, noNaN: true }), { nil: undefined }),
      }),
      { minLength: 1, maxLength: 5, selector: (one) => one.case },
    ),
    marks: fc.array(
      fc.record({
        reader: textId,
        modality: textId,
        at: fc.nat(4),
        lesion: fc.nat(3),
        rating: ratings,
      }),
      { maxLength: 8 },
    ),
  })
  .map(({ cases, marks }) => {
    const placed = marks.map(({ at, lesion, ...mark }) => {
      const one = cases[at % cases.length]!;
      const hit = one.lesions[lesion];
      return { ...mark, case: one.case, ...(hit !== undefined && { lesion: hit }) };
    });
    const hits = placed.filter((mark) => 'lesion' in mark);
    return {
      cases: cases.map(({ case: id, lesions, weight }) => ({
        case: id,
        lesions: lesions.map((lesion) => ({ lesion, ...(weight !== undefined && { weight }) })),
      })),
      marks: [...hits, ...placed.filter((mark) => !('lesion' in mark))],
    };
  });
