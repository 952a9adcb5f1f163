import { describe, expect, test } from 'vitest';
import { readDicom } from '../../src/dicom.ts';
import { encodeJpegLossless } from '../jpeg/lossless-encoder.ts';
import { encodeJpeg2000 } from '../jpeg2000-encoder.ts';
import { type ElementToWrite, greyImage, writeDicom } from './dicom-writer.ts';

const size = [8, 8] as const;
const images = [3, 40, 500].map((factor) => Uint16Array.from({ length: 64 }, (_, i) => i * factor));
const frames = images.map((samples) => encodeJpegLossless({ samples, height: 8, width: 8 }));
const [first, second, third] = frames.map((frame) =>
  frame.length % 2 ? Uint8Array.of(...frame, 0) : frame,
) as [Uint8Array, Uint8Array, Uint8Array];
const none = new Uint8Array(0);

function uint32(...values: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer);
}

function uint64(...values: number[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values, BigInt).buffer);
}

function read(fragments: readonly Uint8Array[], count = 3, more: readonly ElementToWrite[] = []) {
  const set: ElementToWrite[] = [[0x00280008, 'IS', String(count)], ...more];
  const elements = greyImage(undefined, size, { set });
  const transferSyntax = '1.2.840.10008.1.2.4.70';
  return readDicom(writeDicom({ transferSyntax, elements, fragments }));
}

const halves = [first.subarray(0, 90), first.subarray(90), second, third];
const starts = [0, first.length + 16, first.length + second.length + 24];

/** A codestream behind the signature box of a JP2 file, in a box that reaches to the end. */
function inJp2(codestream: Uint8Array): Uint8Array {
  const signature = [0, 0, 0, 12, 0x6a, 0x50, 0x20, 0x20, 0x0d, 0x0a, 0x87, 0x0a];
  return Uint8Array.of(...signature, 0, 0, 0, 0, 0x6a, 0x70, 0x32, 0x63, ...codestream);
}

describe('compressed frames', () => {
  test.each([
    ['one fragment each, no offset table', [none, first, second, third], []],
    ['fragments found by their start markers', [none, ...halves], []],
    ['fragments found by the offset table', [uint32(...starts), ...halves], []],
    [
      'fragments found by the extended offset table',
      [none, ...halves],
      [
        [0x7fe00001, 'OV', uint64(...starts)],
        [0x7fe00002, 'OV', uint64(1, 2, 3)],
      ] as const,
    ],
    ['an offset table that is wrong', [uint32(0, 5, 9), ...halves], []],
    ['an offset table that is not in order', [uint32(0, 0, 0), ...halves], []],
  ])('%s', async (_, fragments, more) => {
    const { storedValues, frames: count } = await read(fragments, 3, more);
    expect(count).toBe(3);
    expect([...storedValues]).toEqual(images.flatMap((image) => [...image]));
  });

  test('JP2 files in fragments are found by their first box', async () => {
    const jp2 = images.map((samples) => inJp2(encodeJpeg2000({ samples, height: 8, width: 8 })));
    const fragments = jp2.flatMap((file) => [file.subarray(0, 60), file.subarray(60)]);
    const elements = greyImage(undefined, size, { set: [[0x00280008, 'IS', '3']] });
    const transferSyntax = '1.2.840.10008.1.2.4.90';
    const file = writeDicom({ transferSyntax, elements, fragments: [none, ...fragments] });
    const { storedValues } = await readDicom(file);
    expect([...storedValues]).toEqual(images.flatMap((image) => [...image]));
  });

  test('all fragments of a single frame are one stream', async () => {
    const pieces = [none, first.subarray(0, 30), first.subarray(30, 100), first.subarray(100)];
    expect((await read(pieces, 1)).storedValues).toEqual(images[0]);
  });

  test('a missing delimiter at the end is let pass', async () => {
    const elements = greyImage(undefined, size);
    const transferSyntax = '1.2.840.10008.1.2.4.70';
    const file = writeDicom({ transferSyntax, elements, fragments: [none, first] });
    expect((await readDicom(file.subarray(0, -8))).storedValues).toEqual(images[0]);
  });

  test.each([
    ['the pixel data is empty', [none], 1],
    ['the pixel data is truncated: 2 fragments for 3 frames', [none, first, second], 3],
    ['cannot tell which of 4 fragments belong to which of 2 frames', [none, ...halves], 2],
  ])('readDicom: %s', async (message, fragments, count) => {
    await expect(read(fragments, count)).rejects.toThrow(`readDicom: ${message}`);
  });
});

describe('uncompressed frames', () => {
  const elements = (set: readonly ElementToWrite[]) =>
    greyImage(Uint16Array.of(1, 2, 3, 4, 5, 6), [1, 3], { set });

  test('stand one behind the other', async () => {
    const file = writeDicom({ elements: elements([[0x00280008, 'IS', '2']]) });
    expect([...(await readDicom(file, { frame: 1 })).storedValues]).toEqual([4, 5, 6]);
  });

  test.each([
    [
      'the pixel data is truncated: 3 x 1x3 pixels need 18 bytes, got 12',
      writeDicom({ elements: elements([[0x00280008, 'IS', '3']]) }),
    ],
    [
      'the pixel data is not encapsulated, but the transfer syntax is RLE Lossless',
      writeDicom({ elements: elements([]), transferSyntax: '1.2.840.10008.1.2.5' }),
    ],
    [
      'the pixel data is compressed, but the transfer syntax is Explicit VR Little Endian',
      writeDicom({ elements: greyImage(undefined, [1, 3]), fragments: [none, first] }),
    ],
  ])('readDicom: %s', async (message, file) => {
    await expect(readDicom(file)).rejects.toThrow(`readDicom: ${message}`);
  });
});
