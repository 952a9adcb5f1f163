import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ManifestError, parseManifest } from '../src/manifest.ts';

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
      'row 3: bits_stored must be an integer in [1, 16], got "17"',
      'row 3: view must be CC or MLO, got "XCCL"',
      'row 3: patient P1 must be in one split, got test here and training in row 2',
      'row 4: path must not be empty',
      'row 4: label must not be empty',
      'row 4: bits_stored must be an integer in [1, 16], got "x"',
      'row 5: lesion_type must be empty for a negative image, got "mass"',
      'row 5: patient_id must not be empty',
      'row 5: image_id b.png is that of row 3 already',
      'row 6: path a.png is that of row 2 already',
      'row 7: must have 9 cells, got 5',
    ]);
    expect(() => parseManifest(csv)).toThrow(/^parseManifest: 13 problems\n {2}row 2: laterality/);
  });

  test('names the columns that it knows', () => {
    expect(problemsOf('path,patient_id,view,label,age,view\na,b,CC,positive,50,CC')).toEqual([
      'row 1: the column laterality is missing',
      'row 1: the column "age" is not one of path, patient_id, laterality, view, label, image_id, split, lesion_type, bits_stored',
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
    const text = fc.string({ minLength: 1 }).filter((value) => value.trim() === value);
    fc.assert(
      fc.property(fc.uniqueArray(text, { minLength: 1, maxLength: 5 }), (ids) => {
        const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
        const lines = ids.map((id, i) => `${i}.png,${quoted(id)},L,CC,negative`);
        const rows = parseManifest([header, ...lines].join('\n'));
        expect(rows.map(({ patientId }) => patientId)).toEqual(ids);
      }),
    );
  });
});
