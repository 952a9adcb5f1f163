import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ImageFileError } from '../../src/image-file-error.ts';
import { decodeJpeg } from '../../src/jpeg.ts';
import { encodeJpegLossless, type ImageToEncode } from './lossless-encoder.ts';

const anyImage = fc
  .record({
    height: fc.integer({ min: 1, max: 9 }),
    width: fc.integer({ min: 1, max: 9 }),
    precision: fc.integer({ min: 2, max: 16 }),
    predictor: fc.integer({ min: 1, max: 7 }),
    restartRows: fc.integer({ min: 0, max: 3 }),
    codes: fc.constantFrom('flat' as const, 'skewed' as const),
  })
  .chain((options) =>
    fc
      .uint16Array({
        minLength: options.height * options.width,
        maxLength: options.height * options.width,
        max: 2 ** options.precision - 1,
      })
      .map((samples): ImageToEncode => ({ ...options, samples })),
  );

const small: ImageToEncode = { samples: Uint16Array.of(5, 7, 6, 0, 65535, 3), height: 2, width: 3 };

function bytesWith(change: (bytes: number[]) => void): Uint8Array {
  const bytes = [...encodeJpegLossless(small)];
  change(bytes);
  return Uint8Array.from(bytes);
}

/** First byte of the payload of the segment with this marker. */
function payloadOf(bytes: readonly number[], marker: number): number {
  return bytes.findIndex((byte, index) => byte === 0xff && bytes[index + 1] === marker) + 4;
}

describe('decodeJpeg', () => {
  test('decodes a stream written by hand', () => {
    // One row of 2 samples of 8 bits: 128 + 1 and 129 − 2, with codes 0 → category 1 and 10 → category 2.
    const stream = [
      ...[0xff, 0xd8],
      ...[0xff, 0xc4, 0, 21, 0, 1, 1, ...Array(14).fill(0), 1, 2],
      ...[0xff, 0xc3, 0, 11, 8, 0, 1, 0, 2, 1, 1, 0x11, 0],
      ...[0xff, 0xda, 0, 8, 1, 1, 0, 1, 0, 0],
      0b0_1_10_01_11,
      ...[0xff, 0xd9],
    ];
    const { samples, precision } = decodeJpeg(Uint8Array.from(stream), {
      height: 1,
      width: 2,
    });
    expect([...samples]).toEqual([129, 127]);
    expect(precision).toBe(8);
  });

  test('returns what was encoded: every predictor, precision, restart interval and code length', () => {
    fc.assert(
      fc.property(anyImage, (image) => {
        const { samples } = decodeJpeg(encodeJpegLossless(image), image);
        expect([...samples]).toEqual([...image.samples]);
      }),
      { numRuns: 300 },
    );
  });

  test('shifts back a point transform', () => {
    const image = { ...small, pointTransform: 3 };
    const { samples } = decodeJpeg(encodeJpegLossless(image), image);
    expect([...samples]).toEqual([...small.samples].map((value) => (value >> 3) << 3));
  });

  test('lets fill bytes before markers and bytes after the end pass', () => {
    const bytes = [...encodeJpegLossless(small)];
    const filled = Uint8Array.from([...bytes.slice(0, 2), 0xff, 0xff, ...bytes.slice(2), 0, 0]);
    expect([...decodeJpeg(filled, small).samples]).toEqual([...small.samples]);
  });

  test('a damaged or truncated stream gives an ImageFileError or an image of the right size', () => {
    const edits = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 });
    fc.assert(
      fc.property(anyImage, edits, fc.nat(), (image, changes, cut) => {
        const bytes = encodeJpegLossless(image);
        for (const [position, value] of changes) bytes[position % bytes.length] = value;
        try {
          const kept = bytes.subarray(0, bytes.length - (cut % 20));
          expect(decodeJpeg(kept, image).samples).toHaveLength(image.samples.length);
        } catch (error) {
          expect(error).toBeInstanceOf(ImageFileError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['the JPEG stream has no start marker', () => bytesWith((bytes) => bytes.shift())],
    ['a JPEG marker must follow at byte 2', () => bytesWith((bytes) => bytes.splice(2, 1, 0))],
    ['the JPEG stream has no scan', () => Uint8Array.of(0xff, 0xd8, 0xff, 0xd9)],
    ['the JPEG stream ends inside its header', () => bytesWith((bytes) => bytes.splice(9))],
    [
      'the JPEG scan precedes its frame header',
      () => bytesWith((bytes) => bytes.splice(payloadOf(bytes, 0xc3) - 3, 1, 0xe0)),
    ],
    [
      'the JPEG stream must be sequential or lossless with Huffman codes (SOF0, SOF1, SOF3), got SOF2',
      () => encodeJpegLossless({ ...small, frameMarker: 0xc2 }),
    ],
    [
      'the JPEG stream must be grey, got 3 components',
      () => encodeJpegLossless({ ...small, components: 3 }),
    ],
    [
      'JPEG precision must lie in 2..16 bits, got 17',
      () => encodeJpegLossless({ ...small, precision: 17 }),
    ],
    [
      'the JPEG image must have 2x3 pixels, got 0x3',
      () => encodeJpegLossless({ ...small, height: 0 }),
    ],
    [
      'the JPEG scan must have the one component of its frame',
      () => bytesWith((bytes) => bytes.splice(payloadOf(bytes, 0xda), 1, 2)),
    ],
    [
      'the JPEG predictor must lie in 1..7, got 0',
      () => encodeJpegLossless({ ...small, predictor: 0 }),
    ],
    [
      'the JPEG point transform must be below 4, got 15',
      () => encodeJpegLossless({ ...small, precision: 4, pointTransform: 15 }),
    ],
    [
      'the JPEG stream lacks the DC Huffman table of its scan',
      () => bytesWith((bytes) => bytes.splice(payloadOf(bytes, 0xda) + 2, 1, 0x10)),
    ],
    [
      'a JPEG Huffman table is truncated',
      () => bytesWith((bytes) => bytes.splice(payloadOf(bytes, 0xc4) + 16, 1, 9)),
    ],
    [
      'a JPEG Huffman table holds a category above 16',
      () => bytesWith((bytes) => bytes.splice(payloadOf(bytes, 0xc4) + 17, 1, 17)),
    ],
    [
      'a JPEG Huffman table has too many codes',
      () => bytesWith((bytes) => bytes.splice(payloadOf(bytes, 0xc4) + 1, 5, 17, 0, 0, 0, 0)),
    ],
    [
      'the JPEG restart interval must be whole rows of 3, got 4',
      () => bytesWith((bytes) => bytes.splice(2, 0, 0xff, 0xdd, 0, 4, 0, 4)),
    ],
    [
      'the JPEG restart markers are out of order',
      () => {
        const bytes = encodeJpegLossless({ ...small, restartRows: 1 });
        bytes[bytes.lastIndexOf(0xd0)] = 0xd3;
        return bytes;
      },
    ],
    [
      'the JPEG scan ends in row 2 of 2',
      () => encodeJpegLossless({ ...small, restartRows: 1 }).subarray(0, -4),
    ],
    [
      'the JPEG scan has 8 bits for 200 samples',
      () => {
        const bytes = encodeJpegLossless({ samples: new Uint16Array(200), height: 2, width: 100 });
        return bytes.subarray(0, payloadOf([...bytes], 0xda) + 6 + 1);
      },
      { height: 2, width: 100 },
    ],
    [
      'the JPEG scan holds a code that its Huffman table lacks',
      () => bytesWith((bytes) => bytes.splice(payloadOf(bytes, 0xda) + 6, 2, 0xfe, 0xfe)),
    ],
    [
      'the JPEG image must have 2x3 pixels, got 3x2',
      () => encodeJpegLossless({ ...small, height: 3, width: 2 }),
    ],
  ])('%s', (message, bytes, size = small) => {
    expect(() => decodeJpeg(bytes(), size)).toThrow(
      expect.objectContaining({ name: 'ImageFileError', message }),
    );
  });
});
