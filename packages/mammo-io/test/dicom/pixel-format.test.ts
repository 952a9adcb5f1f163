import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDicom } from '../../src/dicom.ts';
import { encodeJpegLossless } from '../jpeg/lossless-encoder.ts';
import { type ElementToWrite, greyImage, writeDicom } from './dicom-writer.ts';

const bits = (stored: number, high = stored - 1): ElementToWrite[] => [
  [0x00280101, 'US', [stored]],
  [0x00280102, 'US', [high]],
];
const signed: ElementToWrite = [0x00280103, 'US', [1]];

async function valuesOf(words: Uint8Array | Uint16Array, set: readonly ElementToWrite[]) {
  const elements = greyImage(words, [1, words.length], { set });
  return (await readDicom(writeDicom({ elements }))).storedValues;
}

describe('stored values', () => {
  test('bits above the high bit are dropped', async () => {
    expect(await valuesOf(Uint16Array.of(0xf123, 0x1fff), bits(12))).toEqual(
      Uint16Array.of(0x123, 0xfff),
    );
  });

  test('bits below the stored ones are shifted out', async () => {
    expect(await valuesOf(Uint16Array.of(0x1239, 0xfff0), bits(12, 15))).toEqual(
      Uint16Array.of(0x123, 0xfff),
    );
  });

  test('signed values are extended from their own sign bit', async () => {
    const words = Uint16Array.of(0x0fff, 0x0800, 0x07ff, 0xf001);
    expect(await valuesOf(words, [...bits(12), signed])).toEqual(Int16Array.of(-1, -2048, 2047, 1));
  });

  test('signed 8-bit values are widened', async () => {
    const values = await valuesOf(Uint8Array.of(255, 128, 127), [signed]);
    expect(values).toEqual(Int16Array.of(-1, -128, 127));
  });

  test('8-bit values stay 8-bit', async () => {
    expect(await valuesOf(Uint8Array.of(255, 200), bits(7))).toEqual(Uint8Array.of(127, 72));
  });

  test('a codec that carries only the stored bits is not shifted', async () => {
    const samples = Uint16Array.of(0x123, 0xfff);
    const frame = encodeJpegLossless({ samples, height: 1, width: 2, precision: 12 });
    const file = writeDicom({
      transferSyntax: '1.2.840.10008.1.2.4.70',
      elements: greyImage(undefined, [1, 2], { set: bits(12, 15) }),
      fragments: [new Uint8Array(0), frame],
    });
    expect((await readDicom(file)).storedValues).toEqual(samples);
  });

  test('every word keeps its stored bits, whatever surrounds them', async () => {
    const layout = fc
      .tuple(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 0, max: 15 }))
      .map(([stored, high]) => [stored, Math.max(high, stored - 1)] as const);
    await fc.assert(
      fc.asyncProperty(layout, fc.uint16Array({ minLength: 1 }), async ([stored, high], words) => {
        const values = await valuesOf(words, bits(stored, high));
        const expected = words.map(
          (word) => Math.floor(word / 2 ** (high + 1 - stored)) % 2 ** stored,
        );
        expect(values).toEqual(expected);
      }),
    );
  });
});

describe('pixel format', () => {
  test('highBit, sign, frames, samples and photometric interpretation have defaults', async () => {
    const omit = [0x00280002, 0x00280004, 0x00280102, 0x00280103];
    const file = writeDicom({ elements: greyImage(Uint16Array.of(5), [1, 1], { omit }) });
    expect(await readDicom(file)).toMatchObject({
      storedValues: Uint16Array.of(5),
      photometricInterpretation: 'MONOCHROME2',
    });
  });

  const set = (...elements: ElementToWrite[]) =>
    greyImage(Uint16Array.of(1), [1, 1], { set: elements });

  test.each([
    [
      'the image must be grey (one sample per pixel), got 3 samples (RGB)',
      'unsupported',
      set([0x00280002, 'US', [3]], [0x00280004, 'CS', 'RGB']),
    ],
    ['BitsAllocated must be 8 or 16, got 32', 'unsupported', set([0x00280100, 'US', [32]])],
    ['BitsStored must lie in 1..16, got 0', 'invalid', set([0x00280101, 'US', [0]])],
    ['HighBit must lie in 11..15, got 16', 'invalid', set(...bits(12, 16))],
    ['HighBit must lie in 11..15, got 10', 'invalid', set(...bits(12, 10))],
    ['Rows must be positive, got 0', 'invalid', set([0x00280010, 'US', [0]])],
    ['Columns is missing', 'invalid', greyImage(Uint16Array.of(1), [1, 1], { omit: [0x00280011] })],
    ['NumberOfFrames must be a positive integer, got 0', 'invalid', set([0x00280008, 'IS', '0'])],
    [
      'the image must have fewer than 2^28 pixels, got 1000000000000 x 1x1',
      'too-large',
      set([0x00280008, 'IS', '1000000000000']),
    ],
    [
      'the image must have fewer than 2^28 pixels, got 1 x 65535x65535',
      'too-large',
      set([0x00280010, 'US', [65535]], [0x00280011, 'US', [65535]]),
    ],
  ])('readDicom: %s', async (message, code, elements) => {
    await expect(readDicom(writeDicom({ elements }))).rejects.toThrow(
      expect.objectContaining({ name: 'ImageFileError', code, message: `readDicom: ${message}` }),
    );
  });
});
