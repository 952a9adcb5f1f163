import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ImageFileError } from '../src/image-file-error.ts';
import { readPng, SYNTHETIC_MARK, writePng } from '../src/png.ts';
import { readShared, sha256OfWords, skipReason } from './shared-data.ts';

const anyImage = fc
  .record({
    height: fc.integer({ min: 1, max: 6 }),
    width: fc.integer({ min: 1, max: 6 }),
    channels: fc.constantFrom(1 as const, 3 as const),
    wide: fc.boolean(),
  })
  .chain(({ height, width, channels, wide }) => {
    const samples = height * width * channels;
    const length = { minLength: samples, maxLength: samples };
    const pixels = wide ? fc.uint16Array(length) : fc.uint8Array(length);
    return pixels.map((values) => ({ pixels: values, height, width, channels }));
  });

const dot = { pixels: Uint16Array.of(4660), height: 1, width: 1 };

/** A one-pixel PNG with other header bytes at `offset`, its header checksum no longer right. */
function withHeader(offset: number, ...bytes: number[]): Uint8Array {
  const png = writePng(dot);
  png.set(bytes, offset);
  return png;
}

describe('readPng', () => {
  test('reads back what writePng wrote, text included', () => {
    const text = { Synthetic: 'yes', Title: 'à 3 µm' };
    fc.assert(
      fc.property(anyImage, (image) => {
        expect(readPng(writePng({ ...image, text }))).toEqual({ ...image, text });
      }),
    );
  });

  test('a cut or changed file gives an ImageFileError or the same pixels', () => {
    fc.assert(
      fc.property(anyImage, fc.nat(), fc.nat(), fc.nat(255), (image, cut, position, value) => {
        const bytes = writePng(image);
        bytes[position % bytes.length] = value;
        try {
          const read = readPng(bytes.subarray(0, bytes.length - (cut % 3)));
          expect([...read.pixels]).toEqual([...image.pixels]);
        } catch (error) {
          expect(error).toBeInstanceOf(ImageFileError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['not a PNG file', 'invalid', Uint8Array.of(0x89, 0x50)],
    ['the file ends inside its header', 'invalid', writePng(dot).subarray(0, 30)],
    [
      'the image must have fewer than 2^28 pixels, got 1x268435456',
      'too-large',
      withHeader(16, 0x10, 0, 0, 0),
    ],
    [
      'samples must have 8 or 16 bits and no palette, got 4 bits, colour type 0',
      'unsupported',
      withHeader(24, 4),
    ],
    [
      'samples must have 8 or 16 bits and no palette, got 8 bits, colour type 3',
      'unsupported',
      withHeader(24, 8, 3),
    ],
  ])('readPng: %s', (message, code, bytes) => {
    expect(() => readPng(bytes)).toThrow(
      expect.objectContaining({ name: 'ImageFileError', code, message: `readPng: ${message}` }),
    );
  });

  test('readPng: the file is damaged or truncated', () => {
    expect(() => readPng(withHeader(16, 0, 0, 0, 2))).toThrow(
      /^readPng: the file is damaged or truncated \(Error: CRC mismatch for chunk IHDR/,
    );
  });

  test('readPng: bytes must be a Uint8Array', () => {
    expect(() => readPng(undefined as unknown as Uint8Array)).toThrow(
      new TypeError('readPng: bytes must be a Uint8Array, got undefined'),
    );
  });
});

describe('writePng', () => {
  test('writes the mark of synthetic images', () => {
    expect(readPng(writePng({ ...dot, text: SYNTHETIC_MARK })).text).toEqual(SYNTHETIC_MARK);
  });

  test.each([
    [{ ...dot, width: 2 }, 'pixels must be 1 x 2 x 1 samples, got 1'],
    [{ ...dot, channels: 3 as const }, 'pixels must be 1 x 1 x 3 samples, got 1'],
    [{ pixels: new Uint8Array(0), height: 0, width: 0 }, 'pixels must be 0 x 0 x 1 samples, got 0'],
    [
      { ...dot, text: { '': 'x' } },
      'text must be Latin-1 with keywords of 1 to 79 characters, got "": "x"',
    ],
    [
      { ...dot, text: { Author: '王' } },
      'text must be Latin-1 with keywords of 1 to 79 characters, got "Author": "王"',
    ],
  ])('%o: %s', (content, message) => {
    expect(() => writePng(content)).toThrow(new RangeError(`writePng: ${message}`));
  });
});

interface Variant {
  readonly width?: number;
  readonly height?: number;
  readonly sha_u16le?: string;
  readonly expect?: 'error';
}

describe.skipIf(skipReason)(`PNG goldens${skipReason}`, () => {
  const variants = skipReason
    ? []
    : Object.entries(
        JSON.parse(
          new TextDecoder().decode(readShared('raster-variants/gmic12_expected.json')),
        ) as Record<string, Variant>,
      ).filter(([name]) => name.endsWith('.png'));

  test.each(variants)('%s is read bit-exact or refused', (name, golden) => {
    const bytes = readShared(`raster-variants/${name}`);
    if (golden.expect === 'error') {
      expect(() => readPng(bytes)).toThrow(ImageFileError);
      return;
    }
    const { pixels, height, width, channels } = readPng(bytes);
    expect([width, height]).toEqual([golden.width, golden.height]);
    expect(sha256OfWords(pixels.filter((_, index) => index % channels === 0))).toBe(
      golden.sha_u16le,
    );
  });
});
