import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDicom } from '../src/dicom.ts';
import { ImageFileError } from '../src/image-file-error.ts';
import { type ElementToWrite, greyImage, writeDicom } from './dicom/dicom-writer.ts';
import { encodeJpegLossless } from './jpeg/lossless-encoder.ts';
import { readShared, skipReason } from './shared-data.ts';

const pixels = Uint16Array.of(0, 1, 4095, 65535, 300, 7);
const size = [2, 3] as const;
const jpegLossless = '1.2.840.10008.1.2.4.70';
const frames = (count: number): ElementToWrite => [0x00280008, 'IS', String(count)];

describe('readDicom', () => {
  test('reads a file with explicit VRs', async () => {
    const file = writeDicom({ elements: greyImage(pixels, size) });
    expect(await readDicom(file)).toEqual({
      storedValues: pixels,
      rows: 2,
      columns: 3,
      frames: 1,
      framesInFile: 1,
      bitsStored: 16,
      signed: false,
      photometricInterpretation: 'MONOCHROME2',
      transferSyntaxUid: '1.2.840.10008.1.2.1',
      modality: 'MG',
      warnings: [],
    });
  });

  test.each([
    ['implicit little endian', { transferSyntax: '1.2.840.10008.1.2', explicit: false }],
    ['explicit big endian', { transferSyntax: '1.2.840.10008.1.2.2', littleEndian: false }],
  ])('reads a file in %s', async (_, style) => {
    const file = writeDicom({ elements: greyImage(pixels, size), ...style });
    expect((await readDicom(file)).storedValues).toEqual(pixels);
  });

  test('swaps the bytes of 8-bit pixels in big-endian words', async () => {
    const elements = greyImage(Uint8Array.of(1, 2, 3), [1, 3], {
      set: [[0x7fe00010, 'OW', [0x0201, 0x0003]]],
    });
    const style = { transferSyntax: '1.2.840.10008.1.2.2', littleEndian: false };
    const { storedValues } = await readDicom(writeDicom({ elements, ...style }));
    expect(storedValues).toEqual(Uint8Array.of(1, 2, 3));
  });

  test('decodes all frames, or the one that is asked for', async () => {
    const images = [pixels, pixels.map((value) => value ^ 1)];
    const fragments = images.map((samples) => encodeJpegLossless({ samples, height: 2, width: 3 }));
    const file = writeDicom({
      transferSyntax: jpegLossless,
      elements: greyImage(undefined, size, { set: [frames(2)] }),
      fragments: [new Uint8Array(0), ...fragments],
    });
    const both = await readDicom(file);
    expect([both.frames, both.framesInFile]).toEqual([2, 2]);
    expect([...both.storedValues]).toEqual(images.flatMap((image) => [...image]));
    const second = await readDicom(file, { frame: 1 });
    expect([second.frames, second.framesInFile]).toEqual([1, 2]);
    expect(second.storedValues).toEqual(images[1]);
  });

  test.each([-1, 1, 0.5])('readDicom: frame must be an integer in 0..0, got %d', async (frame) => {
    const file = writeDicom({ elements: greyImage(pixels, size) });
    await expect(readDicom(file, { frame })).rejects.toThrow(
      new RangeError(`readDicom: frame must be an integer in 0..0, got ${frame}`),
    );
  });

  test('readDicom: bytes must be a Uint8Array', async () => {
    await expect(readDicom([] as unknown as Uint8Array)).rejects.toThrow(
      new TypeError('readDicom: bytes must be a Uint8Array, got object'),
    );
  });

  test('does not change the bytes that it is given, and takes a Node Buffer', async () => {
    const file = Buffer.from(writeDicom({ elements: greyImage(pixels, size) }));
    const before = Buffer.from(file);
    const { storedValues } = await readDicom(file, { copy: true });
    storedValues.fill(9);
    expect(file).toEqual(before);
  });

  test.each([
    ['16 bits', pixels, []],
    ['8 bits', Uint8Array.of(0, 1, 255, 7, 8, 9), []],
    ['16 bits with a sign', pixels, [[0x00280103, 'US', [1]]]],
  ] as const)('without a copy, %s are a view of the bytes', async (_, values, set) => {
    const file = aligned(writeDicom({ elements: greyImage(values, size, { set }) }));
    const copied = await readDicom(file, { copy: true });
    const viewed = await readDicom(file);
    expect(viewed).toEqual(copied);
    expect(copied.storedValues.buffer).not.toBe(file.buffer);
    expect(viewed.storedValues.buffer).toBe(file.buffer);
  });

  test.each([
    ['bits to take off', {}, [[0x00280101, 'US', [12]]] as const, 0],
    [
      'a sign to extend',
      {},
      [
        [0x00280101, 'US', [12]],
        [0x00280103, 'US', [1]],
      ] as const,
      0,
    ],
    ['words at odd places', {}, [], 1],
    ['bytes to swap', { transferSyntax: '1.2.840.10008.1.2.2', littleEndian: false }, [], 0],
  ])('without a copy, %s make one, and the bytes stay as they are', async (_, style, set, by) => {
    const highBit = [0x00280102, 'US', [set.length > 0 ? 11 : 15]] as const;
    const elements = greyImage(pixels, size, { set: [...set, highBit] });
    const file = aligned(writeDicom({ elements, ...style }), by);
    const before = file.slice();
    const viewed = await readDicom(file);
    expect(viewed).toEqual(await readDicom(file, { copy: true }));
    expect(viewed.storedValues.buffer).not.toBe(file.buffer);
    expect(file).toEqual(before);
  });

  test('a damaged or truncated file gives an ImageFileError or as many values as it says', async () => {
    const samples = pixels;
    const files = [
      writeDicom({ elements: greyImage(pixels, size, { set: [frames(1)] }) }),
      writeDicom({
        transferSyntax: jpegLossless,
        elements: greyImage(undefined, size),
        fragments: [new Uint8Array(0), encodeJpegLossless({ samples, height: 2, width: 3 })],
      }),
    ];
    const edits = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...files), edits, fc.nat(), async (file, changes, cut) => {
        const bytes = Uint8Array.from(file);
        for (const [at, value] of changes) bytes[128 + (at % (bytes.length - 128))] = value;
        await readsOrRefuses(bytes.subarray(0, bytes.length - (cut % 40)));
      }),
      { numRuns: 3000 },
    );
  });

  test
    .skipIf(skipReason)
    .each([
      'derived-dicom/codec_traps/j2k90_xrsiz2_yrsiz2.dcm',
      'derived-dicom/codec_traps/jpegll57_sv4_restart_16rows.dcm',
      'third-party-dicom/pydicom__MR_small_RLE.dcm',
      'third-party-dicom/fo-dicom__GH227.dcm',
    ])(`so does %s, damaged${skipReason}`, async (path) => {
    const original = Uint8Array.from(readShared(path));
    const edits = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(edits, fc.double({ min: 0, max: 1, noNaN: true }), async (changes, cut) => {
        const bytes = original.slice();
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        const kept = cut < 0.3 ? Math.floor((bytes.length * cut) / 0.3) : bytes.length;
        await readsOrRefuses(bytes.subarray(0, kept));
      }),
      { numRuns: 150 },
    );
  });
});

/** The bytes in memory of their own, `by` bytes behind a place where words can lie. */
function aligned(file: Uint8Array, by = 0): Uint8Array {
  const bytes = new Uint8Array(new ArrayBuffer(file.length + by), by);
  bytes.set(file);
  return bytes;
}

async function readsOrRefuses(bytes: Uint8Array): Promise<void> {
  try {
    const { storedValues, rows, columns } = await readDicom(bytes, { frame: 0 });
    expect(storedValues).toHaveLength(rows * columns);
  } catch (error) {
    expect(error).toBeInstanceOf(ImageFileError);
  }
}
