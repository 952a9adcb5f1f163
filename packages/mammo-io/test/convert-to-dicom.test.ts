import { describe, expect, test } from 'vitest';
import { convertToDicom } from '../src/convert-to-dicom.ts';
import { bytesSource } from '../src/dicom/byte-source.ts';
import { sequenceItems } from '../src/dicom/data-set.ts';
import { openDicomFile } from '../src/dicom/file.ts';
import { textValue, textValues } from '../src/dicom/values.ts';
import { readDicom } from '../src/dicom.ts';
import { readMammogram } from '../src/mammogram.ts';
import { writePgm } from '../src/pgm.ts';
import { SYNTHETIC_MARK, writePng } from '../src/png.ts';
import { writeSyntheticDicom } from '../src/write-synthetic-dicom.ts';
import { type ElementToWrite, greyImage, writeDicom } from './dicom/dicom-writer.ts';
import { readGoldens, readShared, sha256OfWords, skipReason } from './shared-data.ts';
import { encodeTiff, TIFF_TAG } from './tiff-encoder.ts';

const breast = { patientId: 'P7', laterality: 'R', view: 'MLO' } as const;
const pixels = Uint16Array.of(0, 1, 4095, 7, 300, 9);
const film = { pixels, height: 2, width: 3 };

function whiteIsZero(): Uint8Array {
  const words = new Uint8Array(pixels.slice().buffer);
  return encodeTiff({ [TIFF_TAG.photometric]: [0], [TIFF_TAG.bits]: [16] }, words);
}

async function dataSetOf(file: Uint8Array) {
  return (await openDicomFile(bytesSource(file))).dataSet;
}

describe('convertToDicom', () => {
  const acquired = (...more: ElementToWrite[]): Uint8Array =>
    writeDicom({
      transferSyntax: '1.2.840.10008.1.2.2',
      littleEndian: false,
      elements: greyImage(pixels, [2, 3], {
        set: [
          [0x00080008, 'CS', 'ORIGINAL\\PRIMARY'],
          [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.1.2'],
          [0x00080018, 'UI', '1.2.3'],
          [0x00100020, 'LO', 'P9'],
          [0x00281050, 'DS', '2000'],
          [0x00281051, 'DS', '400'],
          [0x00280101, 'US', [12]],
          [0x00280102, 'US', [11]],
          ...more,
        ],
      }),
    });

  test.each(['none', 'rle'] as const)(
    'a DICOM file keeps values, windows and patient, and says that it is derived, compression %s',
    async (compression) => {
      const file = await convertToDicom(acquired(), { compression });
      const read = await readDicom(file);
      expect(read.storedValues).toEqual(pixels);
      expect(read.transferSyntaxUid).toBe(
        compression === 'rle' ? '1.2.840.10008.1.2.5' : '1.2.840.10008.1.2.1',
      );
      expect(read.bitsStored).toBe(12);
      expect(read.voiWindows?.[0]?.value).toMatchObject({ center: 2000, width: 400 });
      expect(read.synthetic).toBeUndefined();
      const dataSet = await dataSetOf(file);
      expect(textValues(dataSet, 0x00080008)).toEqual(['DERIVED', 'SECONDARY']);
      expect(textValue(dataSet, 0x00080018)).toMatch(/^2\.25\./);
      expect(textValue(dataSet, 0x00082111)).toBe(
        'mammo-io convert: stored values unchanged, encoding changed',
      );
      expect(textValue(dataSet, 0x00100020)).toBe('P9');
      const [source] = sequenceItems(dataSet, 0x00082112);
      expect(source && textValue(source, 0x00081155)).toBe('1.2.3');
    },
  );

  test('a fake stays one, by all parts of the mark, and by the name of who made it', async () => {
    const mark = { program: 'gan-attack', version: '1.2', description: 'lesion removed' };
    const fake = await writeSyntheticDicom(film, { mark, breast });
    const dataSet = await dataSetOf(await convertToDicom(fake));
    expect(textValue(dataSet, 0x0008001c)).toBe('YES');
    expect(textValue(dataSet, 0x0008103e)).toBe('SYNTHETIC by gan-attack');
    expect(textValue(dataSet, 0x00082111)).toMatch(/^lesion removed\. Made by a program/);
    expect(textValue(dataSet, 0x00204000)).toMatch(/^Made by a program/);
    const equipment = sequenceItems(dataSet, 0x0018a001).map((item) => textValue(item, 0x00081090));
    expect(equipment).toEqual(['gan-attack', 'mammo-io convert']);
  });

  test.each<[string, ElementToWrite]>([
    ['SyntheticData', [0x0008001c, 'CS', 'YES']],
    ['the comment', [0x00204000, 'LT', SYNTHETIC_MARK.Synthetic]],
  ])('a fake of whose mark only %s is left has all of it again', async (_, element) => {
    const file = await convertToDicom(acquired(element));
    const dataSet = await dataSetOf(file);
    expect(textValue(dataSet, 0x0008001c)).toBe('YES');
    expect(sequenceItems(dataSet, 0x00089215)).toHaveLength(1);
    expect(textValue(dataSet, 0x00204000)).toContain(SYNTHETIC_MARK.Synthetic);
    expect((await readMammogram(file)).synthetic).toBe(true);
  });

  test.each([
    ['PGM', writePgm({ ...film, maxValue: 4095 }), 'MONOCHROME2', undefined],
    ['PNG', writePng(film), 'MONOCHROME2', undefined],
    ['marked PNG', writePng({ ...film, text: SYNTHETIC_MARK }), 'MONOCHROME2', true],
    ['TIFF with 0 as white', whiteIsZero(), 'MONOCHROME1', undefined],
  ])('a %s file becomes a secondary capture', async (_, bytes, photometric, synthetic) => {
    const file = await convertToDicom(bytes, { breast, bitsStored: 12, uidSeed: 'a' });
    const read = await readDicom(file);
    expect(read).toMatchObject({
      storedValues: pixels,
      bitsStored: 12,
      photometricInterpretation: photometric,
      laterality: { value: 'R' },
      view: { value: 'MLO' },
    });
    expect(read.synthetic?.value).toBe(synthetic);
    const dataSet = await dataSetOf(file);
    expect(textValue(dataSet, 0x00080016)).toBe('1.2.840.10008.5.1.4.1.1.7');
    expect(textValue(dataSet, 0x00080064)).toBe('WSD');
    expect(textValue(dataSet, 0x00100020)).toBe('P7');
    expect(await convertToDicom(bytes, { breast, bitsStored: 12, uidSeed: 'a' })).toEqual(file);
  });

  test('names wrong arguments', async () => {
    await expect(convertToDicom(writePgm(film), { breast, bitsStored: 11 })).rejects.toThrow(
      new RangeError('convertToDicom: stored values must be below 2^11 (bitsStored), got 4095'),
    );
    const colour = { pixels: Uint8Array.of(1, 2, 3), height: 1, width: 1, channels: 3 } as const;
    await expect(convertToDicom(writePng(colour), { breast })).rejects.toThrow(
      'convertToDicom: the PNG must be grey',
    );
    await expect(convertToDicom(writePng(film))).rejects.toThrow(
      new TypeError('convertToDicom: breast must be given for PNG, TIFF and PGM files'),
    );
    await expect(convertToDicom(acquired(), { breast })).rejects.toThrow(
      new TypeError('convertToDicom: breast must not be given for a DICOM file, which has one'),
    );
    await expect(
      convertToDicom(acquired([0x00280004, 'CS', 'PALETTE COLOR'])),
    ).rejects.toMatchObject({
      code: 'unsupported',
      message: 'convertToDicom: the image must be MONOCHROME1 or MONOCHROME2, got PALETTE COLOR',
    });
    const nobody = { ...breast, patientId: '' };
    await expect(convertToDicom(writePng(film), { breast: nobody })).rejects.toThrow(
      'convertToDicom: patientId must be 1 to 64 characters without backslash, got ""',
    );
  });
});

interface Golden {
  readonly sha256_stored_u16le?: string;
  readonly tolerance?: number;
}

const lossless = Object.entries(
  readGoldens<{ data: Record<string, Golden> }>('goldens/decode.json').data,
).filter(
  ([path, golden]) =>
    /^derived-dicom\/(ts12|ts8_odd|multiframe|codec_traps)\//.test(path) &&
    golden.sha256_stored_u16le !== undefined &&
    golden.tolerance === undefined,
);

test.skipIf(skipReason).each(lossless)(
  `%s is converted bit-exact${skipReason}`,
  async (path, golden) => {
    const { storedValues } = await readDicom(await convertToDicom(readShared(path)));
    expect(sha256OfWords(storedValues)).toBe(golden.sha256_stored_u16le);
  },
);
