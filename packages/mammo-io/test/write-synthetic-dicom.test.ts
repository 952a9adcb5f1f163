import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesSource } from '../src/dicom/byte-source.ts';
import { sequenceItems } from '../src/dicom/data-set.ts';
import { openDicomFile } from '../src/dicom/file.ts';
import { textValue, textValues, valueBytes } from '../src/dicom/values.ts';
import { readDicom } from '../src/dicom.ts';
import { readMammogram } from '../src/mammogram.ts';
import {
  type SyntheticDicomOptions,
  type SyntheticPixels,
  writeSyntheticDicom,
} from '../src/write-synthetic-dicom.ts';
import { type ElementToWrite, greyImage, writeDicom } from './dicom/dicom-writer.ts';
import { readShared, sha256OfWords, skipReason } from './shared-data.ts';

const mark = { program: 'gan-attack', version: '1.2', description: 'lesion removed' };
const breast = { patientId: 'P1', laterality: 'L', view: 'MLO' } as const;
const ramp = { pixels: Uint16Array.of(0, 1, 4000, 4095, 7, 9), height: 2, width: 3 };
const python = process.env.MAMMO_PYTHON;

function write(image: SyntheticPixels, options: Partial<SyntheticDicomOptions> = {}) {
  return writeSyntheticDicom(image, { mark, ...(options.source ? {} : { breast }), ...options });
}

const pixelsOf = fc
  .record({
    kind: fc.constantFrom('u8', 'u16', 's16'),
    height: fc.integer({ min: 1, max: 9 }),
    width: fc.integer({ min: 1, max: 200 }),
    bits: fc.integer({ min: 1, max: 16 }),
    runs: fc.boolean(),
    seed: fc.integer({ min: 1, max: 2 ** 30 }),
  })
  .map(({ kind, height, width, bits, runs, seed }) => {
    const bitsStored = kind === 'u8' ? Math.min(bits, 8) : bits;
    const lowest = kind === 's16' ? -(2 ** (bitsStored - 1)) : 0;
    const values = Array.from({ length: height * width }, (_, index) => {
      const step = runs ? index >> 3 : index;
      return lowest + (Math.imul(seed, step * step + 1) >>> (32 - bitsStored));
    });
    const Stored = { u8: Uint8Array, u16: Uint16Array, s16: Int16Array }[kind] ?? Uint8Array;
    return { pixels: Stored.from(values), height, width, bitsStored };
  });

describe('writeSyntheticDicom', () => {
  test('what it writes is read back bit by bit, uncompressed and as RLE', async () => {
    await fc.assert(
      fc.asyncProperty(
        pixelsOf,
        fc.constantFrom('none' as const, 'rle' as const),
        fc.constantFrom('MONOCHROME1' as const, 'MONOCHROME2' as const),
        async (image, compression, photometricInterpretation) => {
          const file = await write({ ...image, photometricInterpretation }, { compression });
          const read = await readDicom(file);
          expect(read.storedValues).toEqual(image.pixels);
          expect(read).toMatchObject({
            rows: image.height,
            columns: image.width,
            bitsStored: image.bitsStored,
            signed: image.pixels instanceof Int16Array,
            photometricInterpretation,
            warnings: [],
          });
          expect(read.synthetic).toEqual({ value: true, source: 'SyntheticData (0008,001C)' });
        },
      ),
      { numRuns: 60 },
    );
  });

  test('the reader reports the mark, also where a program dropped some of it', async () => {
    const file = await write(ramp);
    const mammogram = await readMammogram(file);
    expect(mammogram.synthetic).toBe(true);
    expect(mammogram.warnings).toContain('the file is marked as made by a program');
    const sourceOf = async (...dropped: number[]) =>
      (await readDicom(withoutElements(file, dropped))).synthetic?.source;
    expect(await sourceOf(0x0008001c)).toBe('DerivationCodeSequence (0008,9215)');
    expect(await sourceOf(0x0008001c, 0x00089215)).toBe('ImageComments (0020,4000)');
    expect(await sourceOf(0x0008001c, 0x00089215, 0x00204000)).toBeUndefined();
    const acquired = greyImage(ramp.pixels, [2, 3], { set: [[0x0008001c, 'CS', 'NO']] });
    expect((await readDicom(writeDicom({ elements: acquired }))).synthetic?.value).toBe(false);
  });

  test('keeps what the source says of patient and acquisition and nothing that its pixels alone have', async () => {
    const nested = [
      [0x00080100, 'SH', '399368009'],
      [0x00091001, 'LO', 'private'],
    ] as const;
    const source = writeDicom({
      elements: greyImage(Uint16Array.of(1, 2, 3, 4, 5, 6), [2, 3], {
        set: [
          [0x00080008, 'CS', 'ORIGINAL\\PRIMARY\\\\RIGHT'],
          [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.1.2.1'],
          [0x00080018, 'UI', '1.2.3.4'],
          [0x00090010, 'LO', 'a private creator'],
          [0x00100020, 'LO', 'patient 7'],
          [0x00181164, 'DS', '0.07\\0.07'],
          [0x0020000d, 'UI', '1.2.3'],
          [0x0020000e, 'UI', '1.2.3.9'],
          [0x00280301, 'CS', 'YES'],
          [0x00281050, 'DS', '2000'],
          [0x00540220, 'SQ', [nested]],
          [0x00880200, 'SQ', [[[0x00280010, 'US', [1]]]]],
        ],
      }),
    });
    const same = await dataSetOf(await write(ramp, { source }));
    expect(textValues(same, 0x00080008)).toEqual(['DERIVED', 'SECONDARY', '', 'RIGHT']);
    expect(textValue(same, 0x00080016)).toBe('1.2.840.10008.5.1.4.1.1.1.2.1');
    expect(textValue(same, 0x00080018)).toMatch(/^2\.25\.\d{30,39}$/);
    expect(textValue(same, 0x0020000d)).toBe('1.2.3');
    expect(textValue(same, 0x0020000e)).toMatch(/^2\.25\./);
    expect(textValue(same, 0x00100020)).toBe('patient 7');
    expect(textValue(same, 0x00280301)).toBe('YES');
    expect(textValues(same, 0x00181164)).toEqual(['0.07', '0.07']);
    expect(textValue(same, 0x00281050)).toBe('2000');
    expect([0x00090010, 0x00880200].some((tag) => same.elements.has(tag))).toBe(false);
    const [view] = sequenceItems(same, 0x00540220);
    expect([...(view?.elements.keys() ?? [])]).toEqual([0x00080100]);
    const [reference] = sequenceItems(same, 0x00082112);
    expect(reference && textValue(reference, 0x00081155)).toBe('1.2.3.4');
    const [equipment] = sequenceItems(same, 0x0018a001);
    expect(equipment && textValue(equipment, 0x00081090)).toBe('gan-attack');

    const smaller = await dataSetOf(
      await write(
        { pixels: Uint16Array.of(1, 2), height: 1, width: 2, bitsStored: 10 },
        { source },
      ),
    );
    expect(smaller.elements.has(0x00181164)).toBe(false);
    expect(smaller.elements.has(0x00281050)).toBe(false);
  });

  const groups = (laterality: string, spacing: string): readonly ElementToWrite[] => [
    [0x00209071, 'SQ', [[[0x00209072, 'CS', laterality]]]],
    [0x00289110, 'SQ', [[[0x00280030, 'DS', spacing]]]],
  ];
  const tomosynthesis = writeDicom({
    elements: greyImage(Uint16Array.of(1, 2, 3, 4, 5, 6), [1, 3], {
      set: [
        [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.13.1.3'],
        [0x00080018, 'UI', '1.2.3.4'],
        [0x00181063, 'DS', '40'],
        [0x00280008, 'IS', '2'],
        [0x52009229, 'SQ', [[[0x00289132, 'SQ', [[[0x00281050, 'DS', '9']]]]]]],
        [0x52009230, 'SQ', [groups('L', '0.1\\0.1'), groups('R', '0.2\\0.3')]],
      ],
    }),
  });
  const twoFrames = { pixels: Uint16Array.of(7, 7, 7, 8, 9, 10), height: 1, width: 3, frames: 2 };

  test.each(['none', 'rle'] as const)(
    'all frames of a tomosynthesis keep its class and functional groups, compression %s',
    async (compression) => {
      const file = await write(twoFrames, { source: tomosynthesis, compression });
      const read = await readDicom(file);
      expect(read.frames).toBe(2);
      expect(read.storedValues).toEqual(twoFrames.pixels);
      expect((await readDicom(file, { frame: 1 })).storedValues).toEqual(Uint16Array.of(8, 9, 10));
      const dataSet = await dataSetOf(file);
      expect(textValue(dataSet, 0x00080016)).toBe('1.2.840.10008.5.1.4.1.1.13.1.3');
      expect(textValue(dataSet, 0x00181063)).toBe('40');
      expect(sequenceItems(dataSet, 0x52009230)).toHaveLength(2);
      expect(read.synthetic?.value).toBe(true);
    },
  );

  test('one frame becomes an image of its own, of which its functional groups are true', async () => {
    const file = await write(
      { pixels: Uint16Array.of(1, 2, 3), height: 1, width: 3 },
      { source: tomosynthesis, sourceFrame: 1 },
    );
    expect(await readDicom(file)).toMatchObject({
      frames: 1,
      laterality: { value: 'R', source: 'ImageLaterality (0020,0062)' },
      pixelSpacingMm: { value: { row: 0.2, column: 0.3 } },
    });
    const dataSet = await dataSetOf(file);
    expect(textValue(dataSet, 0x00080016)).toBe('1.2.840.10008.5.1.4.1.1.1.2');
    expect(textValue(dataSet, 0x00281050)).toBe('9');
    expect(dataSet.elements.has(0x52009230)).toBe(false);
    const [reference] = sequenceItems(dataSet, 0x00082112);
    expect(reference && textValue(reference, 0x00081150)).toBe('1.2.840.10008.5.1.4.1.1.13.1.3');
    expect(reference && textValue(reference, 0x00081160)).toBe('2');
  });

  test('keeps the values of a source in any encoding, also numbers and nested ones', async () => {
    for (const style of [
      { transferSyntax: '1.2.840.10008.1.2', explicit: false },
      { transferSyntax: '1.2.840.10008.1.2.2', littleEndian: false },
      { delimited: true },
    ]) {
      const source = writeDicom({
        ...style,
        elements: greyImage(ramp.pixels, [2, 3], {
          set: [
            [0x00281041, 'SS', [0xffff]],
            [
              0x00283010,
              'SQ',
              [
                [
                  [0x00283002, 'US', [3, 0, 12]],
                  [0x00283006, 'US', [1, 515, 4095]],
                ],
              ],
            ],
          ],
        }),
      });
      const dataSet = await dataSetOf(await write(ramp, { source }));
      const sign = dataSet.elements.get(0x00281041);
      expect(sign && [...valueBytes(dataSet, sign)]).toEqual([0xff, 0xff]);
      const [lut] = sequenceItems(dataSet, 0x00283010);
      const data = lut?.elements.get(0x00283006);
      expect(lut && data && [...valueBytes(lut, data)]).toEqual([1, 0, 3, 2, 0xff, 0x0f]);
    }
  });

  test('the padding of signed pixels is signed, also from an implicit file', async () => {
    const source = writeDicom({
      transferSyntax: '1.2.840.10008.1.2',
      explicit: false,
      elements: greyImage(new Uint16Array(6), [2, 3], {
        set: [
          [0x00280103, 'US', [1]],
          [0x00280120, 'SS', [0xf830]],
        ],
      }),
    });
    const file = await write({ pixels: new Int16Array(6), height: 2, width: 3 }, { source });
    const dataSet = await dataSetOf(file);
    expect(dataSet.elements.get(0x00280120)?.vr).toBe('SS');
    expect((await readDicom(file)).paddingRange?.value).toEqual({ from: -2000, to: -2000 });
  });

  test('UIDs follow from the seed if there is one', async () => {
    const uids = async (options: Partial<SyntheticDicomOptions>, image = ramp) => {
      const dataSet = await dataSetOf(await write(image, options));
      return [0x0020000d, 0x0020000e, 0x00080018].map((tag) => textValue(dataSet, tag));
    };
    const first = await uids({ uidSeed: 'a' });
    expect(await uids({ uidSeed: 'a' })).toEqual(first);
    const other = await uids({ uidSeed: 'a', breast: { ...breast, view: 'CC' } });
    expect(other.slice(0, 2)).toEqual(first.slice(0, 2)); // one study, one series
    expect(other[2]).not.toBe(first[2]);
    const changed = await uids({ uidSeed: 'a' }, { ...ramp, pixels: new Uint16Array(6) });
    expect(changed[2]).not.toBe(first[2]);
    expect((await uids({ uidSeed: 'b' }))[1]).not.toBe(first[1]);
    expect((await uids({}))[2]).not.toBe((await uids({}))[2]);
  });

  test('the breast that a fake shows is read back', async () => {
    const spaced = { ...breast, pixelSpacingMm: { row: 0.07, column: 0.1 / 3 } };
    const read = await readMammogram(await write(ramp, { breast: spaced }));
    expect(read).toMatchObject({
      laterality: 'L',
      view: 'MLO',
      pixelSpacingMm: { row: 0.07, column: 0.03333333333 },
    });
  });

  test.skipIf(skipReason)(
    `a real source gives a file that only its pixels tell apart${skipReason}`,
    async () => {
      const source = readShared('mammograms/dicom/ge_essential_R_MLO_jpegll70.dcm');
      const { storedValues, rows, columns } = await readDicom(source);
      const pixels = Uint16Array.from(storedValues, (value) => 4095 - value);
      const file = await write({ pixels, height: rows, width: columns }, { source });
      const before = await readDicom(source);
      const after = await readDicom(file);
      expect(sha256OfWords(after.storedValues)).toBe(sha256OfWords(pixels));
      for (const fact of [
        'laterality',
        'view',
        'pixelSpacingMm',
        'paddingRange',
        'manufacturer',
        'burnedInAnnotation',
        'presentationIntent',
      ] as const) {
        expect(after[fact], fact).toEqual(before[fact]);
      }
      expect(after.bitsStored).toBe(12);
    },
  );

  test.skipIf(!python)(
    `pydicom reads it${python ? '' : ' (skipped: MAMMO_PYTHON names no Python)'}`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'synthetic-'));
      const images: SyntheticPixels[] = [
        ramp,
        { pixels: Int16Array.of(-2048, 0, 2047), height: 3, width: 1, bitsStored: 12 },
        {
          pixels: Uint8Array.of(255, 0, 3),
          height: 1,
          width: 3,
          photometricInterpretation: 'MONOCHROME1',
        },
      ];
      try {
        for (const [index, image] of images.entries()) {
          for (const compression of ['none', 'rle'] as const) {
            const path = join(folder, `${index}.dcm`);
            writeFileSync(path, await write(image, { compression }));
            const output = execFileSync(python ?? '', ['-c', READ_WITH_PYDICOM, path], {
              encoding: 'utf8',
            });
            expect(JSON.parse(output)).toEqual({
              pixels: [...image.pixels],
              synthetic: 'YES',
              type: ['DERIVED', 'SECONDARY'],
              purpose: 'Processing Equipment',
              view: 'MLO',
            });
          }
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});

const READ_WITH_PYDICOM = `
import json, sys, pydicom
pydicom.config.settings.reading_validation_mode = pydicom.config.RAISE
d = pydicom.dcmread(sys.argv[1])
for e in d.iterall(): e.value
q = d.ContributingEquipmentSequence[-1].PurposeOfReferenceCodeSequence[0].CodeMeaning
print(json.dumps(dict(pixels=d.pixel_array.ravel().tolist(), synthetic=d.SyntheticData,
  type=list(d.ImageType), purpose=q, view=d.ViewPosition)))
`;

async function dataSetOf(file: Uint8Array) {
  return (await openDicomFile(bytesSource(file))).dataSet;
}

/** Cuts elements out of an explicit little endian file by turning them into private text. */
function withoutElements(file: Uint8Array, tags: readonly number[]): Uint8Array {
  const changed = file.slice();
  const view = new DataView(changed.buffer);
  for (const tag of tags) {
    for (let at = 132; at < changed.length - 8; at++) {
      if (
        view.getUint16(at, true) !== tag >>> 16 ||
        view.getUint16(at + 2, true) !== (tag & 0xffff)
      )
        continue;
      view.setUint16(at, 0x0009, true);
      break;
    }
  }
  return changed;
}
