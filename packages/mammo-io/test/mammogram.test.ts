import { describe, expect, test } from 'vitest';
import { readDicom } from '../src/dicom.ts';
import { readMammogram } from '../src/mammogram.ts';
import { writePgm } from '../src/pgm.ts';
import { SYNTHETIC_MARK, writePng } from '../src/png.ts';
import { type ElementToWrite, greyImage, writeDicom } from './dicom/dicom-writer.ts';
import { encodePng } from './png-encoder.ts';
import { readShared, skipReason } from './shared-data.ts';

const twelveBits = Uint16Array.of(0, 1, 2047, 2048, 4095);
const scaled = [0, 16, 32759, 32776, 65535];

function dicom(...set: ElementToWrite[]): Uint8Array {
  const bits: ElementToWrite[] = [
    [0x00280101, 'US', [12]],
    [0x00280102, 'US', [11]],
  ];
  return writeDicom({ elements: greyImage(twelveBits, [1, 5], { set: [...bits, ...set] }) });
}

describe('readMammogram', () => {
  test('scales DICOM pixels to 16 bits and gives the facts', async () => {
    const file = dicom(
      [0x00200062, 'CS', 'L'],
      [0x00185101, 'CS', 'CC'],
      [0x00181164, 'DS', '.07\\.07'],
    );
    expect(await readMammogram(file)).toEqual({
      pixels: Uint16Array.from(scaled),
      height: 1,
      width: 5,
      bitsStored: 12,
      format: 'dicom',
      laterality: 'L',
      view: 'CC',
      pixelSpacingMm: { row: 0.07, column: 0.07 },
      synthetic: false,
      applied: [{ step: 'scaling', description: '12 bits to 0..65535', source: 'file' }],
      warnings: [],
    });
  });

  test('inverts MONOCHROME1, and says so', async () => {
    const { pixels, applied } = await readMammogram(dicom([0x00280004, 'CS', 'MONOCHROME1']));
    expect([...pixels]).toEqual([65535, 65519, 32776, 32759, 0]);
    const source = 'PhotometricInterpretation (0028,0004)';
    expect(applied[1]).toEqual({ step: 'inversion', description: '0 is white', source });
  });

  test('warns of pixels that are no presentation image, of text in them, and of another modality', async () => {
    const file = dicom(
      [0x00080060, 'CS', 'CT'],
      [0x00080068, 'CS', 'FOR PROCESSING'],
      [0x00280301, 'CS', 'YES'],
      [0x00200062, 'CS', 'B'],
    );
    expect((await readMammogram(file)).warnings).toEqual([
      'ImageLaterality (0020,0062) must be L or R, got B',
      'the modality must be MG for a mammogram, got CT',
      'the pixels are FOR PROCESSING: raw detector values, not what a reader looks at',
      'text is burned into the pixels',
    ]);
  });

  test('reads the frame of a multi-frame file that is asked for', async () => {
    const set: ElementToWrite[] = [[0x00280008, 'IS', '5']];
    const file = writeDicom({ elements: greyImage(twelveBits, [1, 1], { set }) });
    const { pixels } = await readMammogram(file, { frame: 3, bitsStored: 12 });
    expect([...pixels]).toEqual([32776]);
    await expect(readMammogram(file)).rejects.toMatchObject({
      code: 'unsupported',
      message: 'readMammogram: the file has 5 frames: the option frame must name one',
    });
  });

  test('reads 12-bit values of a 16-bit PNG by the option bitsStored', async () => {
    const png = writePng({ pixels: twelveBits, height: 1, width: 5 });
    const { pixels, bitsStored, warnings } = await readMammogram(png, { bitsStored: 12 });
    expect([...pixels]).toEqual(scaled);
    expect([bitsStored, warnings]).toEqual([12, []]);
    const unscaled = await readMammogram(png);
    expect(unscaled.pixels).toEqual(twelveBits);
    expect(unscaled.warnings).toEqual([
      'no 16-bit value exceeds 4095: pass bitsStored: 12 if it has 12 bits',
    ]);
  });

  test('recognises the mark of synthetic images', async () => {
    const image = { pixels: Uint16Array.of(65535), height: 1, width: 1, text: SYNTHETIC_MARK };
    const { synthetic, warnings } = await readMammogram(writePng(image));
    expect(synthetic).toBe(true);
    expect(warnings).toEqual(['the file is marked as made by a program']);
  });

  test('takes a colour PNG whose channels are equal', async () => {
    const pixels = Uint8Array.of(9, 9, 9, 255, 255, 255);
    const image = { height: 1, width: 2, channels: 3 as const };
    expect([...(await readMammogram(writePng({ ...image, pixels }))).pixels]).toEqual([
      2313, 65535,
    ]);
    await expect(
      readMammogram(writePng({ ...image, pixels: Uint8Array.of(9, 9, 8, 0, 0, 0) })),
    ).rejects.toThrow('readMammogram: the PNG must be grey');
  });

  test('takes the bits of a PGM file from its maximum', async () => {
    const pgm = writePgm({ pixels: Uint16Array.of(0, 300), height: 1, width: 2, maxValue: 1000 });
    const { pixels, bitsStored, format } = await readMammogram(pgm);
    expect([...pixels]).toEqual([0, Math.round((300 * 65535) / 1023)]);
    expect([bitsStored, format]).toEqual([10, 'pgm']);
  });

  test('raises signed values by half their range, which is recorded', async () => {
    const signed = dicom([0x00280103, 'US', [1]]);
    expect([...(await readDicom(signed)).storedValues]).toEqual([0, 1, 2047, -2048, -1]);
    const { pixels, applied } = await readMammogram(signed);
    expect([...pixels]).toEqual([32776, 32792, 65535, 0, 32759]);
    expect(applied).toEqual([
      {
        step: 'raising',
        description: 'signed values plus 2048',
        source: 'PixelRepresentation (0028,0103)',
      },
      { step: 'scaling', description: '12 bits to 0..65535', source: 'file' },
    ]);
    await expect(readMammogram(signed, { bitsStored: 11 })).rejects.toThrow(
      'readMammogram: stored values must be below 2^11 (bitsStored), got 4095',
    );
  });

  test.each([
    ['bitsStored must be an integer in 1..16, got 17', { bitsStored: 17 }],
    ['stored values must be below 2^11 (bitsStored), got 4095', { bitsStored: 11 }],
  ])('readMammogram: %s', async (message, options) => {
    await expect(readMammogram(dicom(), options)).rejects.toThrow(
      new RangeError(`readMammogram: ${message}`),
    );
  });

  test.each([
    [
      'the image must be MONOCHROME1 or MONOCHROME2, got PALETTE COLOR',
      dicom([0x00280004, 'CS', 'PALETTE COLOR']),
    ],
    ['the file must be DICOM, PNG, TIFF or PGM, got an empty file', new Uint8Array(0)],
    ['the file must be DICOM, PNG, TIFF or PGM, got JPEG', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)],
    [
      'the file must be DICOM, PNG, TIFF or PGM, got a file that starts 50 4b',
      Uint8Array.of(0x50, 0x4b),
    ],
  ])('readMammogram: %s', async (message, bytes) => {
    await expect(readMammogram(bytes)).rejects.toMatchObject({
      name: 'ImageFileError',
      code: 'unsupported',
      message: `readMammogram: ${message}`,
    });
  });

  test('readMammogram: bytes must be a Uint8Array', async () => {
    await expect(readMammogram(null as unknown as Uint8Array)).rejects.toThrow(
      new TypeError('readMammogram: bytes must be a Uint8Array, got object'),
    );
  });
});

test('a PNG that is not opaque is refused', async () => {
  const png = encodePng({ samples: [9, 128], height: 1, width: 1, bitDepth: 8, colourType: 4 });
  await expect(readMammogram(png)).rejects.toThrow('readMammogram: the PNG must be opaque');
});

describe.skipIf(skipReason)(`readMammogram on real files${skipReason}`, () => {
  test('an opaque 16-bit colour PNG is grey', async () => {
    const grey = await readMammogram(readShared('raster-variants/gmic12_gray16.png'));
    const rgba = await readMammogram(readShared('raster-variants/gmic12_rgba16.png'));
    expect(rgba).toEqual(grey);
  });

  test('the mini-MIAS films span the full scale', async () => {
    const film = await readMammogram(readShared('mammograms/pgm/mini-mias/mdb028.pgm'));
    expect(film).toMatchObject({ height: 1024, width: 1024, bitsStored: 8, format: 'pgm' });
    expect(film.pixels.every((value) => value % 257 === 0)).toBe(true);
  });
});
