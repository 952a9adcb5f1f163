import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ImageFileError } from '../src/image-file-error.ts';
import { readPgm, writePgm } from '../src/pgm.ts';
import { readGoldens, readShared, sha256OfWords, skipReason } from './shared-data.ts';

const text = (content: string) => new TextEncoder().encode(content);

const anyImage = fc
  .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }), fc.boolean())
  .chain(([height, width, wide]) => {
    const length = { minLength: height * width, maxLength: height * width };
    const pixels = wide ? fc.uint16Array(length) : fc.uint8Array(length);
    return pixels.map((values) => ({ pixels: values, height, width }));
  });

describe('readPgm', () => {
  test('reads plain and binary files with comments', () => {
    const expected = { height: 1, width: 2, maxValue: 300, pixels: Uint16Array.of(1, 258) };
    expect(readPgm(text('P2#one\n2 # two\n1\n300\n1 258'))).toEqual(expected);
    const binary = Uint8Array.of(...text('P5\n#c 9 9\n2 1 300\n'), 0, 1, 1, 2);
    expect(readPgm(binary)).toEqual(expected);
    expect(readPgm(text('P5 2 1 255 AB')).pixels).toEqual(Uint8Array.of(65, 66));
    expect(readPgm(text('P2 2 1 255 7 0')).pixels).toEqual(Uint8Array.of(7, 0));
  });

  test('reads back what writePgm wrote', () => {
    fc.assert(
      fc.property(anyImage, (image) => {
        expect(readPgm(writePgm(image))).toMatchObject(image);
      }),
    );
  });

  test('a cut or changed file gives an ImageFileError or as many pixels as it says', () => {
    fc.assert(
      fc.property(anyImage, fc.nat(), fc.nat(), fc.nat(255), (image, cut, position, value) => {
        const bytes = writePgm(image);
        bytes[position % 12] = value;
        try {
          const read = readPgm(bytes.subarray(0, bytes.length - (cut % 4)));
          expect(read.pixels).toHaveLength(read.height * read.width);
        } catch (error) {
          expect(error).toBeInstanceOf(ImageFileError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['not a PGM file', 'P6 1 1 255 abc', 'invalid'],
    ['the width must be a number', 'P5 x', 'invalid'],
    ['the file ends before its maximum', 'P5 3 4 ', 'invalid'],
    ['the image is empty, got 0x3', 'P5 3 0 255 ', 'invalid'],
    ['the maximum must lie in 1..65535, got 65536', 'P5 1 1 65536 ab', 'invalid'],
    ['the file is truncated: the pixels need 7 bytes, 3 are left', 'P5 2 3 255 ab', 'invalid'],
    ['the file is truncated: the pixels need 5 bytes, 4 are left', 'P2 1 3 9 1 2', 'invalid'],
    [
      'the file ends with its last digit: white space must follow, or it may be truncated',
      'P2 1 2 99 17 9',
      'invalid',
    ],
    ['the file ends before its pixel 2', 'P2 1 3 9 1 2  ', 'invalid'],
    ['the pixel 1 must be a number', 'P2 1 3 9 1 -2 5', 'invalid'],
    ['a pixel exceeds the maximum 9, got 70000', 'P2 1 1 9 70000', 'invalid'],
    ['a pixel exceeds the maximum 64, got 65', 'P5 1 1 64 A', 'invalid'],
    [
      'the image must have fewer than 2^28 pixels, got 99999x99999',
      'P5 99999 99999 9 ',
      'too-large',
    ],
  ])('readPgm: %s', (message, content, code) => {
    expect(() => readPgm(text(content))).toThrow(
      expect.objectContaining({ name: 'ImageFileError', code, message: `readPgm: ${message}` }),
    );
  });

  test('readPgm: bytes must be a Uint8Array', () => {
    expect(() => readPgm('P5' as unknown as Uint8Array)).toThrow(
      new TypeError('readPgm: bytes must be a Uint8Array, got string'),
    );
  });
});

describe('writePgm', () => {
  test.each([
    [{ pixels: new Uint8Array(3), height: 2, width: 2 }, 'pixels must be 2 x 2 samples, got 3'],
    [{ pixels: new Uint8Array(0), height: 0, width: 2 }, 'pixels must be 0 x 2 samples, got 0'],
    [
      { pixels: Uint8Array.of(9), height: 1, width: 1, maxValue: 8 },
      'maxValue must be an integer in 9..65535, got 8',
    ],
    [
      { pixels: Uint16Array.of(0), height: 1, width: 1, maxValue: 0.5 },
      'maxValue must be an integer in 1..65535, got 0.5',
    ],
  ])('%o: %s', (image, message) => {
    expect(() => writePgm(image)).toThrow(new RangeError(`writePgm: ${message}`));
  });
});

interface Variant {
  readonly width: number;
  readonly height: number;
  readonly sha_u16le: string;
}

describe.skipIf(skipReason)(`PGM goldens${skipReason}`, () => {
  const variants = skipReason
    ? []
    : Object.entries(
        JSON.parse(
          new TextDecoder().decode(readShared('raster-variants/gmic12_expected.json')),
        ) as Record<string, Variant>,
      ).filter(([name]) => name.endsWith('.pgm'));

  test.each(variants)('%s is read bit-exact', (name, { width, height, sha_u16le }) => {
    const image = readPgm(readShared(`raster-variants/${name}`));
    expect([image.width, image.height]).toEqual([width, height]);
    expect(sha256OfWords(image.pixels)).toBe(sha_u16le);
  });

  test('reads a mini-MIAS film', () => {
    const { pixels } = readPgm(readShared('mammograms/pgm/mini-mias/mdb028.pgm'));
    const goldens = readGoldens<{ data: Record<string, { source_sha_u16le: string }> }>(
      'goldens/resize.json',
    );
    const golden = goldens.data['mammograms/pgm/mini-mias/mdb028.pgm -> 1024x832'];
    expect(sha256OfWords(pixels)).toBe(golden?.source_sha_u16le);
  });
});
