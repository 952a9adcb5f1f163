import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatManifest, parseManifest } from '../src/manifest.ts';
import { ManifestError } from '../src/manifest-error.ts';

const header = 'path,patient_id,laterality,view,label';
const full = `${header},image_id,split,lesion_type,bits_stored`;

function problemsOf(csv: string): readonly string[] {
  try {
    parseManifest(csv);
  } catch (error) {
    if (error instanceof ManifestError) return error.problems;
    throw error;
  }
  return [];
}

describe('parseManifest', () => {
  test('reads the required columns', () => {
    expect(parseManifest(`${header}\na.dcm,P1,L,CC,positive\n`)).toEqual([
      {
        imageId: 'a.dcm',
        patientId: 'P1',
        laterality: 'L',
        view: 'CC',
        label: 'positive',
        path: 'a.dcm',
        row: 2,
      },
    ]);
  });

  test('reads all columns, in any order and any capitals', () => {
    const csv =
      'BITS_STORED,label,View,laterality,patient_id,path,lesion_type,split,image_id\n' +
      '12,Positive,mlo,r,P1,a.png,Mass,TEST,i1\n';
    expect(parseManifest(csv)).toEqual([
      {
        imageId: 'i1',
        patientId: 'P1',
        laterality: 'R',
        view: 'MLO',
        label: 'positive',
        lesionType: 'mass',
        path: 'a.png',
        row: 2,
        split: 'test',
        bitsStored: 12,
      },
    ]);
  });

  test('understands a byte order mark, Windows line ends, quotes, line breaks in quotes and empty lines', () => {
    const csv = `\uFEFF${header}\r\n"a, b.png",P1,L,CC,negative\r\n\r\n"c\nd ""e"".png",P2,R,MLO,negative\r\n`;
    const rows = parseManifest(csv);
    expect(rows.map(({ path }) => path)).toEqual(['a, b.png', 'c\nd "e".png']);
    expect(rows.map(({ row }) => row)).toEqual([2, 4]);
  });

  test('leaves empty optional cells out', () => {
    const [row] = parseManifest(`${full}\na.png,P1,L,CC,negative,,,,\n`);
    expect(Object.keys(row ?? {}).sort()).toEqual(
      ['imageId', 'label', 'laterality', 'path', 'patientId', 'row', 'view'].sort(),
    );
  });

  test('lists all problems in the order of the rows', () => {
    const csv = [
      full,
      'a.png,P1,left,CC,positive,,training,,',
      'b.png,P1,L,XCCL,positive,,test,tumour,17',
      ',P2,R,MLO,,,,,x',
      'c.png,,R,MLO,negative,b.png,,mass,',
      'a.png,P3,R,MLO,negative,,,,12',
      'd.png,P3,R,MLO,negative',
    ].join('\n');
    expect(problemsOf(csv)).toEqual([
      'row 2: laterality must be L or R, got "left"',
      'row 3: lesion_type must be mass or calcifications, got "tumour"',
      'row 3: view must be CC or MLO, got "XCCL"',
      'row 3: bits_stored must be an integer in [1, 16], got "17"',
      'row 3: patient P1 must be in one split, got test here and training in row 2',
      'row 4: path must not be empty',
      'row 4: label must not be empty',
      'row 4: bits_stored must be an integer in [1, 16], got "x"',
      'row 5: patient_id must not be empty',
      'row 5: lesion_type must be empty for a negative image, got "mass"',
      'row 5: image_id b.png is that of row 3 already',
      'row 6: path a.png is that of row 2 already',
      'row 7: must have 9 cells, got 5',
    ]);
    expect(() => parseManifest(csv)).toThrow(/^parseManifest: 13 problems\n {2}row 2: laterality/);
  });

  test('names the columns that it knows', () => {
    expect(problemsOf('path,patient_id,view,label,years,view\na,b,CC,positive,50,CC')).toEqual([
      'row 1: the column laterality is missing',
      'row 1: the column "years" is not one of path, patient_id, laterality, view, label, image_id, split, lesion_type, bits_stored, exam_id, finding, density, birads, age',
      'row 1: the column view comes twice',
    ]);
  });

  test('rejects what is no table', () => {
    expect(problemsOf('')).toHaveLength(5);
    expect(problemsOf(`${header}\n`)).toEqual([
      'row 2: the manifest must name at least one image, got none',
    ]);
    expect(problemsOf(`${header}\n"a.png,P1,L,CC,negative`)[0]).toMatch(
      /^the file must be comma-separated text: Quote Not Closed/,
    );
  });

  test('reads back any text that is quoted', () => {
    const text = fc
      .string({ minLength: 1 })
      .filter((value) => value.trim() === value && !/^'+[=+\-@]/.test(value));
    fc.assert(
      fc.property(fc.uniqueArray(text, { minLength: 1, maxLength: 5 }), (ids) => {
        const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
        const lines = ids.map((id, i) => `${i}.png,${quoted(id)},L,CC,negative`);
        const rows = parseManifest([header, ...lines].join('\n'));
        expect(rows.map(({ patientId }) => patientId)).toEqual(ids);
      }),
    );
  });

  test('reads JSON Lines, null and numbers included', () => {
    const lines = [
      '\uFEFF{"path":"a.png","patient_id":"P1","laterality":"l","view":"CC","label":"positive","age":50,"split":null}',
      '',
      '{"path":"b.png","patient_id":17,"laterality":"R","view":"MLO","label":"negative","density":"c","birads":"2"}',
    ].join('\r\n');
    expect(parseManifest(lines)).toMatchObject([
      { row: 1, patientId: 'P1', laterality: 'L', age: 50 },
      { row: 3, patientId: '17', density: 'C', birads: 2 },
    ]);
  });

  test('lists all problems of JSON Lines, and no name reaches a prototype', () => {
    const lines = [
      '{"path":"a.png","patient_id":"P1","laterality":"L","view":"CC","label":"positive"}',
      '{"__proto__":{"laterality":"L"},"constructor":1,"path":["b"],"patient_id":true}',
      '[1]',
      '{"path":',
      '{"path":"a.png","patient_id":"P2","laterality":"L","view":"CC","label":"positive","birads":7}',
    ].join('\n');
    const columns =
      'path, patient_id, laterality, view, label, image_id, split, lesion_type, bits_stored, exam_id, finding, density, birads, age';
    expect(problemsOf(lines)).toEqual([
      `row 2: the column "__proto__" is not one of ${columns}`,
      `row 2: the column "constructor" is not one of ${columns}`,
      'row 2: path must be a text or a number',
      'row 2: patient_id must be a text or a number',
      'row 2: path must not be empty',
      'row 2: patient_id must not be empty',
      'row 2: laterality must not be empty',
      'row 2: view must not be empty',
      'row 2: label must not be empty',
      'row 3: the line must be a JSON object',
      'row 4: the line must be JSON',
      'row 5: birads must be an integer in [0, 6], got "7"',
      'row 5: path a.png is that of row 1 already',
    ]);
    expect(({} as Record<string, unknown>).laterality).toBeUndefined();
  });

  test('refuses paths out of the folder, addresses, and fields that are too long', () => {
    const rowsOf = (...paths: string[]) =>
      problemsOf([header, ...paths.map((path, i) => `${path},P${i},L,CC,negative`)].join('\n'));
    expect(
      rowsOf('../a.png', 'x/../../a.png', 'x\\..\\..\\a.png', 'x/../a.png', '/abs/a.png'),
    ).toEqual([
      `row 2: path must not lead out of the manifest's folder, got "../a.png"`,
      `row 3: path must not lead out of the manifest's folder, got "x/../../a.png"`,
      `row 4: path must not lead out of the manifest's folder, got "x\\\\..\\\\..\\\\a.png"`,
    ]);
    expect(rowsOf('https://example.org/a.png')).toEqual([
      'row 2: path must name a file, not an address, got "https://example.org/a.png"',
    ]);
    expect(rowsOf('a'.repeat(5000))).toEqual([
      'row 2: path must have at most 4096 characters, got 5000',
    ]);
    expect(rowsOf('a\0.png')).toEqual([
      'row 2: path must have no zero character, got "a\\u0000.png"',
    ]);
    expect(problemsOf(`${header}\na.png,${'p'.repeat(300)},L,CC,negative`)).toEqual([
      'row 2: patient_id must have at most 256 characters, got 300',
    ]);
    expect(problemsOf(`${header}\na.png,"a\nb",L,CC,negative`)).toEqual([
      'row 2: patient_id must have no control characters, got "a\\nb"',
    ]);
    expect(problemsOf(`${header}\n${'x'.repeat(2 ** 20 + 100)}`)[0]).toMatch(
      /^the file must be comma-separated text: Max Record Size/,
    );
  });

  test('the message shows the first 200 problems', () => {
    const lines = Array.from({ length: 250 }, (_, i) => `${i}.png,P,X,CC,negative`);
    try {
      parseManifest([header, ...lines].join('\n'));
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ManifestError);
      expect((error as ManifestError).problems).toHaveLength(250);
      expect((error as ManifestError).message).toMatch(
        /^parseManifest: 250 problems\n.*\n {2}and 50 more$/s,
      );
    }
  });

  test('no bytes make it fail otherwise than with a ManifestError', () => {
    const pieces = fc.constantFrom(
      ...'",\n\r\t\0\\{}[]:\uFEFF\u2028=+-@é'.split(''),
      'path',
      'P1',
      'L',
      'CC',
      'negative',
      header,
      '__proto__',
      '"path"',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(pieces, fc.string({ unit: 'binary' })), { maxLength: 40 }),
        (parts) => {
          try {
            parseManifest(parts.join(''));
          } catch (error) {
            expect(error).toBeInstanceOf(ManifestError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

const id = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((value) => value.trim() === value && !/\p{Cc}/u.test(value));
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const rowOf = fc
  .record({
    patientId: id,
    laterality: fc.constantFrom('L' as const, 'R' as const),
    view: fc.constantFrom('CC' as const, 'MLO' as const),
    positive: fc.boolean(),
    lesionType: optional(fc.constantFrom('mass' as const, 'calcifications' as const)),
    examId: optional(id),
    bitsStored: optional(fc.integer({ min: 1, max: 16 })),
    density: optional(fc.constantFrom('A' as const, 'D' as const)),
    birads: optional(fc.integer({ min: 0, max: 6 })),
    age: optional(fc.integer({ min: 0, max: 130 })),
    guarded: fc.constantFrom('', '=', "'=", '+', '-1', '@x', "''@"),
  })
  .map(({ positive, lesionType, guarded, patientId, ...rest }) => ({
    ...rest,
    patientId: guarded + patientId,
    label: positive ? ('positive' as const) : ('negative' as const),
    lesionType: positive ? lesionType : undefined,
  }));

describe('formatManifest', () => {
  test('is read back as it was, in both formats', () => {
    fc.assert(
      fc.property(
        fc.array(rowOf, { minLength: 1, maxLength: 6 }),
        fc.constantFrom('csv' as const, 'jsonl' as const),
        (drawn, format) => {
          const rows = drawn.map((row, i) =>
            JSON.parse(JSON.stringify({ ...row, imageId: `i${i}`, path: `f${i}/"a", b.png` })),
          );
          const read = parseManifest(formatManifest(rows, { format }));
          expect(read.map(({ row: _, ...rest }) => rest)).toEqual(rows);
        },
      ),
    );
  });

  test('guards what a spreadsheet would take for a formula', () => {
    const row = {
      imageId: '=1+1',
      patientId: '@SUM(A1)',
      laterality: 'L',
      view: 'CC',
      label: 'negative',
      path: 'a.png',
    } as const;
    const csv = formatManifest([row]);
    expect(csv).toBe(
      `path,patient_id,laterality,view,label,image_id\na.png,'@SUM(A1),L,CC,negative,'=1+1\n`,
    );
    expect(parseManifest(csv)[0]).toMatchObject(row);
  });

  test('refuses what parseManifest refuses', () => {
    const row = {
      imageId: 'a',
      patientId: 'P',
      laterality: 'L',
      view: 'CC',
      label: 'negative',
      path: '../a',
    } as const;
    expect(() => formatManifest([row])).toThrow(
      `formatManifest: 1 problem\n  row 2: path must not lead out of the manifest's folder, got "../a"`,
    );
    expect(() => formatManifest([])).toThrow(
      'row 2: the manifest must name at least one image, got none',
    );
  });
});
