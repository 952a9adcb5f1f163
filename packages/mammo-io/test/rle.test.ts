import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeRle } from '../src/rle.ts';

/** Packs runs of three and more as repetitions and everything else as literals. */
function packBits(bytes: readonly number[]): number[] {
  const packed: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    let run = 1;
    while (run < 128 && at + run < bytes.length && bytes[at + run] === bytes[at]) run++;
    if (run > 2) packed.push(257 - run, bytes[at]!);
    else packed.push(run - 1, ...bytes.slice(at, at + run));
    at += run;
  }
  return packed;
}

function rleFrame(...segments: number[][]): Uint8Array {
  const frame = new Uint8Array(64 + segments.flat().length);
  const header = new DataView(frame.buffer);
  header.setUint32(0, segments.length, true);
  let offset = 64;
  for (const [index, segment] of segments.entries()) {
    header.setUint32(4 + index * 4, offset, true);
    frame.set(segment, offset);
    offset += segment.length;
  }
  return frame;
}

describe('decodeRle', () => {
  test('decodes literals, repetitions and no-operations', () => {
    const packed = [2, 10, 20, 30, 128, 254, 7, 0, 99];
    const samples = decodeRle(rleFrame(packed), { samples: 7, bytesPerSample: 1 });
    expect([...samples]).toEqual([10, 20, 30, 7, 7, 7, 99]);
  });

  test('puts the high bytes of 16-bit samples first', () => {
    const frame = rleFrame(packBits([1, 2]), packBits([3, 4]));
    expect([...decodeRle(frame, { samples: 2, bytesPerSample: 2 })]).toEqual([0x103, 0x204]);
  });

  test('returns what was packed, from a stream that is padded or not', () => {
    const values = fc.array(fc.constantFrom(0, 1, 255, 256, 4095, 65535), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.nat(3), (samples, padding) => {
        const high = packBits(samples.map((value) => value >> 8));
        const low = packBits(samples.map((value) => value & 255));
        const frame = rleFrame(high, [...low, ...Array(padding).fill(0)]);
        const decoded = decodeRle(frame, { samples: samples.length, bytesPerSample: 2 });
        expect([...decoded]).toEqual(samples);
      }),
    );
  });

  test.each([
    ['the RLE frame ends inside its header', new Uint8Array(63)],
    ['the RLE frame must have 1 segments, got 2', rleFrame([0, 0], [0, 0])],
    ['RLE segment 1 of 1 lies outside the frame', rleFrame([]).fill(200, 4, 8)],
    ['an RLE segment ends after at most 2 of 7 samples', rleFrame([1, 5, 5])],
    ['an RLE segment ends after at most 0 of 7 samples', rleFrame([6, 5, 5])],
    ['an RLE segment ends after at most 0 of 7 samples', rleFrame([])],
  ])('%s', (message, frame) => {
    expect(() => decodeRle(frame, { samples: 7, bytesPerSample: 1 })).toThrow(
      expect.objectContaining({ name: 'ImageFileError', message }),
    );
  });
});
