import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ImageFileError } from '../src/image-file-error.ts';
import { chunkBytes } from '../src/png/chunks.ts';
import { readPng, SYNTHETIC_MARK, writePng } from '../src/png.ts';
import { randomStream } from '../src/random.ts';
import { encodePng } from './png-encoder.ts';
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

/** A one-pixel PNG with other header bytes at `offset`. */
function withHeader(offset: number, ...bytes: number[]): Uint8Array {
  const header = Uint8Array.from([0, 0, 0, 1, 0, 0, 0, 1, 16, 0, 0, 0, 0]);
  header.set(bytes, offset);
  return assemble(['IHDR', header], ['IDAT', deflateSync(Uint8Array.of(0, 1, 2))], ['IEND', '']);
}

function assemble(...chunks: (readonly [string, Uint8Array | string])[]): Uint8Array {
  return Buffer.concat([
    writePng(dot).subarray(0, 8),
    ...chunks.map(([type, data]) => chunkBytes(type, Buffer.from(data))),
  ]);
}

const header = withHeader(0).subarray(16, 29);

const COLOUR_TYPES = [
  [0, 1, [1, 2, 4, 8, 16]],
  [2, 3, [8, 16]],
  [4, 2, [8, 16]],
  [6, 4, [8, 16]],
] as const;

describe('readPng', () => {
  test('reads back what writePng wrote, text included', () => {
    const text = { Synthetic: 'yes', Title: 'à 3 µm' };
    fc.assert(
      fc.property(anyImage, (image) => {
        const bitDepth = image.pixels instanceof Uint16Array ? 16 : 8;
        expect(readPng(writePng({ ...image, text }))).toEqual({ ...image, bitDepth, text });
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

  const kinds = COLOUR_TYPES.flatMap(([colourType, channels, depths]) =>
    depths.flatMap((bitDepth) =>
      [false, true].map((interlaced) => ({ colourType, channels, bitDepth, interlaced })),
    ),
  );

  test.each(kinds)('%o, any size, filters and number of IDAT chunks', (kind) => {
    const { channels, bitDepth } = kind;
    const side = fc.integer({ min: 1, max: 11 });
    const filters = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 5 });
    const parts = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(side, side, filters, parts, fc.nat(), (height, width, types, count, seed) => {
        const random = randomStream(seed);
        const samples = Array.from({ length: height * width * channels }, () =>
          Math.floor(random.uniform() * 2 ** bitDepth),
        );
        const file = { ...kind, samples, height, width, filters: types, parts: count };
        const image = readPng(encodePng(file));
        expect([...image.pixels]).toEqual(samples);
        expect(image).toMatchObject({ height, width, channels, bitDepth, text: {} });
      }),
      { numRuns: 40 },
    );
  });

  test('replaces palette indices by colours, with their alpha', () => {
    const palette = Uint8Array.of(1, 2, 3, 40, 50, 60);
    const file = { samples: [1, 0], height: 1, width: 2, bitDepth: 1, colourType: 3 } as const;
    const colours = readPng(encodePng({ ...file, chunks: [['PLTE', palette]] }));
    expect([...colours.pixels]).toEqual([40, 50, 60, 1, 2, 3]);
    expect(colours).toMatchObject({ channels: 3, bitDepth: 8 });
    const chunks = [['PLTE', palette] as const, ['tRNS', Uint8Array.of(9)] as const];
    expect([...readPng(encodePng({ ...file, chunks })).pixels]).toEqual([
      40, 50, 60, 255, 1, 2, 3, 9,
    ]);
  });

  test('tells the transparent level', () => {
    const file = { samples: [1, 0], height: 1, width: 2, bitDepth: 16, colourType: 0 } as const;
    const { transparent } = readPng(
      encodePng({ ...file, chunks: [['tRNS', Uint8Array.of(1, 2)]] }),
    );
    expect(transparent).toEqual([258]);
  });

  test.each([
    ['not a PNG file', 'invalid', Uint8Array.of(0x89, 0x50)],
    ['the file ends inside its IHDR chunk', 'invalid', writePng(dot).subarray(0, 30)],
    ['the file ends before its IEND chunk', 'invalid', writePng(dot).subarray(0, -12)],
    ['the file ends before its IEND chunk', 'invalid', writePng(dot).subarray(0, 8)],
    [
      'the image must have fewer than 2^28 pixels, got 1x268435456',
      'too-large',
      withHeader(0, 0x10, 0, 0, 0),
    ],
    ['the image is empty, got 1x0', 'invalid', withHeader(3, 0)],
    ['no PNG has 3 bits with colour type 0', 'invalid', withHeader(8, 3)],
    ['no PNG has 16 bits with colour type 3', 'invalid', withHeader(9, 3)],
    ['no PNG has 16 bits with colour type 7', 'invalid', withHeader(9, 7)],
    [
      'compression and filter must be 0 and interlace 0 or 1, got 0, 0 and 2',
      'invalid',
      withHeader(12, 2),
    ],
    ['the compressed data hold 3 bytes, 5 are needed', 'invalid', withHeader(3, 2)],
    [
      'the compressed data are truncated: 11 bytes cannot hold 12582912',
      'invalid',
      withHeader(4, 0, 0x40, 0, 0),
    ],
    ['the compressed data hold more than 2 bytes', 'invalid', withHeader(8, 8)],
    [
      'the compressed data are damaged or truncated',
      'invalid',
      assemble(['IHDR', header], ['IDAT', 'x'], ['IEND', '']),
    ],
    ['the file must start with a header of 13 bytes', 'invalid', assemble(['IEND', ''])],
    ['the file has no IDAT chunk', 'invalid', assemble(['IHDR', header], ['IEND', ''])],
    [
      'a row has an unknown filter, got 5',
      'invalid',
      assemble(['IHDR', header], ['IDAT', deflateSync(Uint8Array.of(5, 1, 2))], ['IEND', '']),
    ],
    [
      'its palette is missing or damaged',
      'invalid',
      encodePng({ samples: [1], height: 1, width: 1, bitDepth: 8, colourType: 3 }),
    ],
    [
      'a pixel has colour 1 of a palette of 1',
      'invalid',
      encodePng({
        samples: [1],
        height: 1,
        width: 1,
        bitDepth: 8,
        colourType: 3,
        chunks: [['PLTE', Uint8Array.of(1, 2, 3)]],
      }),
    ],
  ])('readPng: %s', (message, code, bytes) => {
    expect(() => readPng(bytes)).toThrow(
      expect.objectContaining({ name: 'ImageFileError', code, message: `readPng: ${message}` }),
    );
  });

  test('readPng: the checksum of its IHDR chunk is wrong', () => {
    const bytes = writePng(dot);
    bytes[20] = 9;
    expect(() => readPng(bytes)).toThrow('readPng: the checksum of its IHDR chunk is wrong');
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
