import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ImageFileError } from '../src/image-file-error.ts';
import { readMammogram } from '../src/mammogram.ts';
import { readTiff } from '../src/tiff.ts';
import { readShared, sha256OfWords, skipReason } from './shared-data.ts';
import { encodeTiff, TIFF_TAG } from './tiff-encoder.ts';

interface TiffCase {
  readonly name: string;
  readonly file: string;
  readonly page: number;
  readonly height: number;
  readonly width: number;
  readonly pixels: readonly number[] | null;
  readonly sum?: number;
}

const { cases } = JSON.parse(
  readFileSync(new URL('./fixtures/tiff/data.json', import.meta.url), 'utf8'),
) as { cases: readonly TiffCase[] };

describe('readTiff reads what tifffile and libtiff wrote', () => {
  test.each(cases.map((file) => [file.name, file] as const))('%s', (_, file) => {
    const { pixels, height, width } = readTiff(Buffer.from(file.file, 'base64'), {
      page: file.page,
    });
    expect([height, width]).toEqual([file.height, file.width]);
    if (file.pixels !== null) expect([...pixels]).toEqual(file.pixels);
    else expect([...pixels].reduce((sum, v, i) => sum + v * (i % 251), 0)).toBe(file.sum);
  });

  test('says what a page is', () => {
    const file = cases.find(({ name }) => name === 'page 1 of 3 with thumbnails')!;
    const { pixels, ...rest } = readTiff(Buffer.from(file.file, 'base64'), { page: 1 });
    expect(pixels).toBeInstanceOf(Uint16Array);
    expect(rest).toMatchObject({ channels: 1, bitsPerSample: 16, sampleFormat: 'uint' });
    expect(rest).toMatchObject({ whiteIsZero: false, page: 1, pages: 3, warnings: [] });
  });

  test('a cut or changed file gives an ImageFileError, or pixels of the stated size', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...cases),
        fc.nat(),
        fc.nat(),
        fc.nat(255),
        (file, cut, at, value) => {
          const whole = new Uint8Array(Buffer.from(file.file, 'base64'));
          const bytes = whole.subarray(0, whole.length - (cut % 4 === 0 ? cut % whole.length : 0));
          bytes[at % Math.min(bytes.length, 400)] = value;
          try {
            const { pixels, height, width, channels } = readTiff(bytes);
            expect(pixels.length).toBe(height * width * channels);
          } catch (error) {
            expect(error).toBeInstanceOf(ImageFileError);
          }
        },
      ),
      { numRuns: 1500, seed: 4 },
    );
  });
});

describe('readTiff', () => {
  const page = (fields: Parameters<typeof encodeTiff>[0], data?: Uint8Array) =>
    encodeTiff(fields, data ?? Uint8Array.of(1, 2, 3, 4, 5, 6));

  test('reads a page without photometric interpretation, with a warning', () => {
    const { pixels, warnings } = readTiff(page({ [TIFF_TAG.photometric]: undefined }));
    expect([...pixels]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(warnings).toEqual(['the photometric interpretation is missing: 0 is taken for black']);
  });

  test('reads one strip whose length is not stated', () => {
    const { pixels } = readTiff(page({ [TIFF_TAG.stripBytes]: undefined }));
    expect([...pixels]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('leaves the orientation to the caller, with a warning', () => {
    expect(readTiff(page({ 274: [6] })).warnings).toEqual([
      'the file asks for orientation 6: the pixels are left as stored',
    ]);
  });

  test.each<[string, string, Uint8Array]>([
    ['not a TIFF file', 'invalid', Uint8Array.of(0x49, 0x49, 44, 0)],
    ['it ends inside its header', 'invalid', Uint8Array.of(0x49, 0x49, 42, 0, 8)],
    [
      'the header of a BigTIFF must say that offsets have 8 bytes',
      'invalid',
      Uint8Array.of(0x49, 0x49, 43, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    ],
    ['it has no page', 'invalid', Uint8Array.of(0x49, 0x49, 42, 0, 0, 0, 0, 0)],
    ['a directory lies outside it', 'invalid', Uint8Array.of(0x49, 0x49, 42, 0, 99, 0, 0, 0)],
    ['it ends inside a directory', 'invalid', Uint8Array.of(0x49, 0x49, 42, 0, 8, 0, 0, 0, 9, 0)],
    ['its pages lead back to an earlier one', 'invalid', encodeTiff({}, new Uint8Array(6), 8)],
    ['it has no page but reduced ones', 'invalid', page({ 254: [1] })],
    ['its width must be positive, got 0', 'invalid', page({ [TIFF_TAG.width]: [0] })],
    ['its height must be positive, got 0', 'invalid', page({ [TIFF_TAG.height]: undefined })],
    [
      'the image must have fewer than 2^28 samples, got 2x134217728x1',
      'too-large',
      page({ [TIFF_TAG.width]: [2 ** 27] }),
    ],
    ['it must have 2 strips, got 1', 'invalid', page({ [TIFF_TAG.rowsPerStrip]: [1] })],
    ['its strips have no rows', 'invalid', page({ [TIFF_TAG.rowsPerStrip]: [0] })],
    [
      'it is truncated: a strip or tile ends at byte 1006 of 262',
      'invalid',
      page({ [TIFF_TAG.stripOffsets]: [1000] }),
    ],
    [
      'a strip or tile has 5 bytes, its pixels need at least 6',
      'invalid',
      page({ [TIFF_TAG.stripBytes]: [5] }),
    ],
    [
      'its strips or tiles have 2100 bytes in a file of 262',
      'invalid',
      page({ [TIFF_TAG.stripBytes]: [2100] }),
    ],
    [
      'its compression Zstandard (50000) is not read',
      'unsupported',
      page({ [TIFF_TAG.compression]: [50000] }),
    ],
    [
      'its compression of another kind (9) is not read',
      'unsupported',
      page({ [TIFF_TAG.compression]: [9] }),
    ],
    [
      'it must be grey or RGB, got photometric interpretation 3 with 1 samples',
      'unsupported',
      page({ [TIFF_TAG.photometric]: [3] }),
    ],
    [
      'its channels are stored in separate planes',
      'unsupported',
      page({ [TIFF_TAG.photometric]: [2], [TIFF_TAG.samples]: [3], 284: [2] }),
    ],
    ['its bits are in reverse order', 'unsupported', page({ 266: [2] })],
    ['its samples have 24 bits of format 1', 'unsupported', page({ [TIFF_TAG.bits]: [24] })],
    ['its samples have 8 bits of format 3', 'unsupported', page({ 339: [3] })],
    ['predictor 3 of 8-bit uint samples', 'unsupported', page({ 317: [3] })],
    [
      '1 tiles of 65536x65536 are too many for its 2x3 pixels',
      'invalid',
      page({ 322: [65536], 323: [65536], 324: [8], 325: [6] }),
    ],
    [
      'its LZW data are damaged or truncated: code 300 is not in the table',
      'invalid',
      page({ [TIFF_TAG.compression]: [5] }, Uint8Array.of(0x80, 0x00, 0x65, 0x80)),
    ],
    [
      'its LZW data are damaged or truncated: they hold 1 bytes, 6 are needed',
      'invalid',
      page({ [TIFF_TAG.compression]: [5] }, Uint8Array.of(0x80, 0x01, 0x80)),
    ],
    [
      'its LZW codes are in the bit order of before TIFF 6.0',
      'unsupported',
      page({ [TIFF_TAG.compression]: [5] }, Uint8Array.of(0, 1, 0)),
    ],
    [
      'its PackBits data are damaged or truncated: they hold 3 bytes, 6 are needed',
      'invalid',
      page({ [TIFF_TAG.compression]: [32773] }, Uint8Array.of(128, 254, 7)),
    ],
    [
      'the compressed data are damaged or truncated',
      'invalid',
      page({ [TIFF_TAG.compression]: [8] }, Uint8Array.of(1, 2, 3)),
    ],
  ])('readTiff: %s', (message, code, bytes) => {
    expect(() => readTiff(bytes)).toThrow(
      expect.objectContaining({ name: 'ImageFileError', code, message: `readTiff: ${message}` }),
    );
  });

  test('readTiff: page must be an integer in 0..0, got 1', () => {
    expect(() => readTiff(page({}), { page: 1 })).toThrow(
      new RangeError('readTiff: page must be an integer in 0..0, got 1'),
    );
  });

  test('readTiff: bytes must be a Uint8Array', () => {
    expect(() => readTiff('' as unknown as Uint8Array)).toThrow(
      new TypeError('readTiff: bytes must be a Uint8Array, got string'),
    );
  });
});

interface Variant {
  readonly width: number;
  readonly height: number;
  readonly sha_u16le: string;
  readonly page_shas?: readonly string[];
}

describe.skipIf(skipReason)(`TIFF goldens${skipReason}`, () => {
  const variants = skipReason
    ? []
    : Object.entries(
        JSON.parse(
          new TextDecoder().decode(readShared('raster-variants/gmic12_expected.json')),
        ) as Record<string, Variant>,
      ).filter(([name]) => name.endsWith('.tif'));

  test.each(variants)('%s is read bit-exact or refused', async (name, golden) => {
    const bytes = readShared(`raster-variants/${name}`);
    if (name.includes('zstd')) {
      expect(() => readTiff(bytes)).toThrow(expect.objectContaining({ code: 'unsupported' }));
      return;
    }
    for (const [page, sha] of (golden.page_shas ?? [golden.sha_u16le]).entries()) {
      const { pixels, height, width, sampleFormat } = readTiff(bytes, { page });
      expect([width, height]).toEqual([golden.width, golden.height]);
      const words =
        sampleFormat === 'float'
          ? Uint16Array.from(pixels, (value) => Math.round(value * 65535))
          : (pixels as Uint16Array);
      expect(sha256OfWords(words)).toBe(sha);
    }
  });

  test('readMammogram scales integers and floats alike, and inverts MinIsWhite', async () => {
    const read = (name: string) => readMammogram(readShared(`raster-variants/gmic12_${name}.tif`));
    const { pixels } = await read('none');
    expect((await read('float32_unit')).pixels).toEqual(pixels);
    const inverted = await read('miniswhite');
    expect(inverted.pixels).toEqual(pixels.map((value) => 65535 - value));
    expect(inverted.applied.map(({ step }) => step)).toEqual(['scaling', 'inversion']);
    expect(inverted.format).toBe('tiff');
  });

  test('readMammogram wants one of several pages named', async () => {
    const bytes = readShared('raster-variants/gmic12_multipage3.tif');
    await expect(readMammogram(bytes)).rejects.toThrow(
      'readMammogram: the file has 3 pages: the option frame must name one',
    );
    expect((await readMammogram(bytes, { frame: 2 })).pixels.length).toBe(301 * 253);
  });
});
