import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ImageFileError } from '../../src/image-file-error.ts';
import { decodeJpeg } from '../../src/jpeg.ts';
import { type CoefficientsToEncode, encodeCoefficients } from './dct-encoder.ts';

const flat = Array<number>(64).fill(1);
const block = (...values: number[]) => [...values, ...Array<number>(64 - values.length).fill(0)];
const one: CoefficientsToEncode = { blocks: [block(80)], height: 8, width: 8, quantisation: flat };

/** Row and column of each place of the zigzag sequence, walked as figure A.6 draws it. */
const zigzag = Array.from({ length: 64 }, (_, place) => [place >> 3, place & 7] as const).sort(
  ([rowA, columnA], [rowB, columnB]) =>
    rowA + columnA - rowB - columnB || ((rowA + columnA) % 2 === 0 ? rowB - rowA : rowA - rowB),
);

/** s(x, y) = ¼ Σ C(u) C(v) S(u, v) cos((2x + 1) uπ/16) cos((2y + 1) vπ/16), A.3.3, in float64. */
function inverse(coefficients: readonly number[], row: number, column: number): number {
  const cosine = (at: number, frequency: number) =>
    (frequency === 0 ? Math.SQRT1_2 : 1) * Math.cos(((2 * at + 1) * frequency * Math.PI) / 16);
  const terms = coefficients.map((value, index) => {
    const [v, u] = zigzag[index]!;
    return value === 0 ? 0 : (value * cosine(row, v) * cosine(column, u)) / 4;
  });
  return terms.reduce((sum, term) => sum + term, 0);
}

function expectedSample(image: CoefficientsToEncode, row: number, column: number): number {
  const { width, quantisation, precision = 8, blocks } = image;
  const index = (row >> 3) * Math.ceil(width / 8) + (column >> 3);
  const coefficients = blocks[index]!.map((value, place) => value * quantisation[place]!);
  const sample = inverse(coefficients, row & 7, column & 7) + 2 ** (precision - 1);
  return Math.min(Math.max(sample, 0), 2 ** precision - 1);
}

const anyImage = fc
  .record({
    height: fc.integer({ min: 1, max: 17 }),
    width: fc.integer({ min: 1, max: 17 }),
    precision: fc.constantFrom<8 | 12>(8, 12),
    restartInterval: fc.integer({ min: 0, max: 4 }),
    dnl: fc.boolean(),
    quantisation: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 64, maxLength: 64 }),
  })
  .chain((options) => {
    const count = Math.ceil(options.height / 8) * Math.ceil(options.width / 8);
    const largest = options.precision === 8 ? 60 : 900;
    const value = fc.oneof(
      { weight: 5, arbitrary: fc.constant(0) },
      fc.integer({ min: -largest, max: largest }),
    );
    const blocks = fc.array(fc.array(value, { minLength: 64, maxLength: 64 }), {
      minLength: count,
      maxLength: count,
    });
    return blocks.map((all): CoefficientsToEncode => ({ ...options, blocks: all }));
  });

function decode(image: CoefficientsToEncode) {
  return decodeJpeg(encodeCoefficients(image), image);
}

describe('decodeJpeg of a cosine transform', () => {
  test('a block of one coefficient has one grey level: 128 + 80 / 8', () => {
    const { samples, precision, process } = decode(one);
    expect(samples).toEqual(new Uint8Array(64).fill(138));
    expect([precision, process]).toEqual([8, 'dct']);
  });

  test('12-bit samples are words about 2048', () => {
    const { samples, precision } = decode({ ...one, precision: 12 });
    expect(samples).toEqual(new Uint16Array(64).fill(2058));
    expect(precision).toBe(12);
  });

  test('samples are limited to their range', () => {
    expect(decode({ ...one, blocks: [block(2000)] }).samples[0]).toBe(255);
    expect(decode({ ...one, blocks: [block(-2000)] }).samples[0]).toBe(0);
  });

  test('is within 1 of the transform in float64: both precisions, odd sizes, restarts, DNL', () => {
    fc.assert(
      fc.property(anyImage, (image) => {
        const { samples } = decode(image);
        for (const [index, sample] of samples.entries()) {
          const row = Math.floor(index / image.width);
          const expected = expectedSample(image, row, index % image.width);
          expect(Math.abs(sample - expected)).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('a damaged or truncated stream gives an ImageFileError or an image of the right size', () => {
    const edits = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 });
    fc.assert(
      fc.property(anyImage, edits, fc.nat(), (image, changes, cut) => {
        const bytes = encodeCoefficients(image);
        for (const [position, value] of changes) bytes[position % bytes.length] = value;
        try {
          const kept = bytes.subarray(0, bytes.length - (cut % 20));
          expect(decodeJpeg(kept, image).samples).toHaveLength(image.height * image.width);
        } catch (error) {
          expect(error).toBeInstanceOf(ImageFileError);
        }
      }),
      { numRuns: 300 },
    );
  });

  const bytesWith = (change: (bytes: number[]) => void) => {
    const bytes = [...encodeCoefficients(one)];
    change(bytes);
    return Uint8Array.from(bytes);
  };
  const payloadOf = (bytes: readonly number[], marker: number) =>
    bytes.findIndex((byte, index) => byte === 0xff && bytes[index + 1] === marker) + 4;

  test.each([
    [
      'JPEG precision must be 8 or 12 bits, got 9',
      bytesWith((bytes) => bytes.splice(payloadOf(bytes, 0xc0), 1, 9)),
    ],
    [
      'a JPEG quantisation table is truncated',
      bytesWith((bytes) => bytes.splice(payloadOf(bytes, 0xdb) - 1, 1, 129)),
    ],
    ['the JPEG stream lacks its quantisation table', encodeCoefficients({ ...one, omit: 'dqt' })],
    [
      'the JPEG stream lacks the DC Huffman table of its scan',
      encodeCoefficients({ ...one, omit: 'dc' }),
    ],
    [
      'the JPEG stream lacks the AC Huffman table of its scan',
      encodeCoefficients({ ...one, omit: 'ac' }),
    ],
    [
      'a JPEG Huffman table holds a category above 15',
      bytesWith((bytes) => bytes.splice(payloadOf(bytes, 0xc4) + 17, 1, 16)),
    ],
    [
      'a JPEG block has more than 64 coefficients',
      encodeCoefficients({ ...one, blocks: [[...block(), ...Array(8).fill(0), 1]] }),
    ],
    [
      'the JPEG scan ends in block 2 of 2',
      encodeCoefficients({ ...one, blocks: [block(0, 1, 1), block()], width: 16 }).subarray(0, -4),
      { height: 8, width: 16 },
    ],
    [
      'the JPEG scan has 32 bits for 64 blocks',
      encodeCoefficients({ ...one, width: 512 }),
      { height: 8, width: 512 },
    ],
  ])('%s', (message, bytes, size = { height: 8, width: 8 }) => {
    expect(() => decodeJpeg(bytes, size)).toThrow(
      expect.objectContaining({ name: 'ImageFileError', message }),
    );
  });
});
