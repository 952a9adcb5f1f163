import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ImageFileError } from '../src/image-file-error.ts';
import { decodeJpeg2000 } from '../src/jpeg2000.ts';
import { encodeJpeg2000 } from './jpeg2000-encoder.ts';

const height = 5;
const width = 6;
const samples = Uint16Array.from({ length: 30 }, (_, index) => (index * 4999) % 65536);
const image = { samples, height, width };
const codestream = encodeJpeg2000(image);

function changed(offset: number, ...bytes: number[]): Uint8Array {
  const copy = codestream.slice();
  copy.set(bytes, offset);
  return copy;
}

/** The same samples on a reference grid that is twice as fine: XRsiz = YRsiz = 2. */
function subsampled(stream: Uint8Array): Uint8Array {
  const copy = stream.slice();
  const view = new DataView(copy.buffer);
  for (const offset of [8, 12, 24, 28]) view.setUint32(offset, view.getUint32(offset) * 2);
  copy.set([2, 2], 43);
  return copy;
}

describe('decodeJpeg2000', () => {
  test.each([false, true])(
    'returns what was encoded, 8 or 16 bits; high throughput: %s',
    async (highThroughput) => {
      const anyImage = fc
        .tuple(fc.integer({ min: 4, max: 20 }), fc.integer({ min: 4, max: 20 }), fc.boolean())
        .chain(([rows, columns, wide]) => {
          const length = { minLength: rows * columns, maxLength: rows * columns };
          const pixels = wide ? fc.uint16Array(length) : fc.uint8Array(length);
          return pixels.map((values) => ({ samples: values, height: rows, width: columns }));
        });
      await fc.assert(
        fc.asyncProperty(anyImage, async (encoded) => {
          const stream = encodeJpeg2000({ ...encoded, highThroughput });
          const decoded = await decodeJpeg2000(stream, encoded);
          expect(decoded.samples).toEqual(encoded.samples);
          expect(decoded.precision).toBe(encoded.samples.BYTES_PER_ELEMENT * 8);
        }),
        { numRuns: 60 },
      );
    },
  );

  test.each([false, true])(
    'signed samples are two’s complement; high throughput: %s',
    async (highThroughput) => {
      const stream = encodeJpeg2000({ ...image, isSigned: true, highThroughput });
      expect((await decodeJpeg2000(stream, image)).samples).toEqual(samples);
    },
  );

  test('signed samples of 8 bits are two’s complement too', async () => {
    const unsigned = Uint8Array.from({ length: 30 }, (_, index) => index * 37);
    const stream = encodeJpeg2000({ ...image, samples: unsigned });
    // Unsigned samples are coded less half their range (T.800, G.1): with another sign bit the stream is that of signed ones.
    stream[42] = 0x87;
    const decoded = await decodeJpeg2000(stream, image);
    expect(decoded.samples).toEqual(unsigned.map((sample) => sample - 128));
  });

  test.each([
    { isSigned: false, lowest: 0, highest: 4095 },
    { isSigned: true, lowest: -2048, highest: 2047 },
  ])(
    'samples that lossy compression carried beyond their bits stay at the limit; signed: $isSigned',
    async ({ isSigned, lowest, highest }) => {
      const size = { height: 16, width: 16 };
      const extremes = Int16Array.from({ length: 256 }, (_, index) =>
        (index * index) % 7 < 3 ? lowest : highest,
      );
      const stream = encodeJpeg2000({
        ...size,
        samples: new Uint16Array(extremes.buffer),
        isSigned,
        highThroughput: true,
        bitsPerSample: 12,
        quantization: 0.0005,
      });
      const { samples: decoded, precision } = await decodeJpeg2000(stream, size);
      expect(precision).toBe(12);
      const values = new Int16Array(decoded.buffer, decoded.byteOffset, decoded.length);
      expect([Math.min(...values), Math.max(...values)]).toEqual([lowest, highest]);
      const half = (lowest + highest) / 2;
      for (const [index, value] of values.entries()) {
        expect(value > half, `pixel ${index}`).toBe(extremes[index]! > half);
      }
    },
  );

  test('an image decoded before is not overwritten by the next', async () => {
    const first = await decodeJpeg2000(codestream, image);
    const zeros = encodeJpeg2000({ ...image, samples: new Uint16Array(30) });
    await decodeJpeg2000(zeros, image);
    expect(first.samples).toEqual(samples);
  });

  test('subsampling of the only component changes nothing', async () => {
    const fine = subsampled(codestream);
    const before = fine.slice();
    expect((await decodeJpeg2000(fine, image)).samples).toEqual(samples);
    expect(fine).toEqual(before);
  });

  test('an image size that is not that of the only tile is mended, with a warning', async () => {
    const damaged = changed(8, 0xdd, 0xe0, 0, 6);
    const decoded = await decodeJpeg2000(damaged, image);
    expect(decoded.samples).toEqual(samples);
    expect(decoded.warnings).toEqual([
      'the JPEG 2000 image size is damaged (5x3722444806): that of its tile is used',
    ]);
    expect((await decodeJpeg2000(codestream, image)).warnings).toEqual([]);
  });

  test('a JP2 wrapper is removed', async () => {
    const box = (type: string, content: Uint8Array) => {
      const bytes = new Uint8Array(8 + content.length);
      new DataView(bytes.buffer).setUint32(0, bytes.length);
      bytes.set(new TextEncoder().encode(type), 4);
      bytes.set(content, 8);
      return [...bytes];
    };
    const start = [...box('jP  ', Uint8Array.of(0x0d, 0x0a, 0x87, 0x0a)), ...box('ftyp', samples8)];
    const wrapped = Uint8Array.from([...start, ...box('jp2c', codestream)]);
    expect((await decodeJpeg2000(wrapped, image)).samples).toEqual(samples);
    await expect(decodeJpeg2000(Uint8Array.from(start), image)).rejects.toThrow(
      'the JP2 file has no codestream',
    );
  });

  test.each([false, true])(
    'a stream cut anywhere is refused; high throughput: %s',
    async (highThroughput) => {
      const stream = encodeJpeg2000({ ...image, highThroughput });
      for (let length = 0; length < stream.length - 2; length++) {
        const cut = decodeJpeg2000(stream.slice(0, length), image);
        await expect(cut).rejects.toThrow(ImageFileError);
      }
    },
  );

  test.each([false, true])(
    'a changed stream is refused or decoded to an image of the right size; high throughput: %s',
    async (highThroughput) => {
      const stream = encodeJpeg2000({ ...image, highThroughput });
      const edits = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
        maxLength: 4,
      });
      await fc.assert(
        fc.asyncProperty(edits, async (changes) => {
          const bytes = stream.slice();
          for (const [position, value] of changes) bytes[position % bytes.length] = value;
          try {
            expect((await decodeJpeg2000(bytes, image)).samples).toHaveLength(30);
          } catch (error) {
            expect(error).toBeInstanceOf(ImageFileError);
          }
        }),
        { numRuns: 400 },
      );
      // Whatever the damage did to the decoder's memory, the next image is right.
      expect((await decodeJpeg2000(stream, image)).samples).toEqual(samples);
    },
  );

  test.each([
    ['the JPEG 2000 stream has no start marker', new Uint8Array(100)],
    ['the JPEG 2000 stream has no image size', changed(2, 0xff, 0x52)],
    ['the JPEG 2000 stream must be grey, got 3 components', changed(40, 0, 3)],
    ['the JPEG 2000 image size is damaged', changed(24, 0, 0, 0, 0)],
    ['the JPEG 2000 image must have 5x6 pixels, got 5x7', wider()],
    ['the JPEG 2000 stream is truncated', codestream.slice(0, -20)],
    ['the JPEG 2000 stream is truncated', changed(24, 0, 0, 0, 3)],
    ['tiles of the JPEG 2000 stream split its samples', oddTiles()],
    [
      'the JPEG 2000 stream is damaged (Unknown progression order in COD marker)',
      changed(codestream.indexOf(0x52) + 4, 9),
    ],
  ])('%s', async (message, stream) => {
    await expect(decodeJpeg2000(stream, image)).rejects.toThrow(
      expect.objectContaining({ name: 'ImageFileError', message }),
    );
  });

  test('a JPEG 2000 stream of 100 bytes cannot hold 65535x65535 pixels', async () => {
    const size = { height: 65535, width: 65535 };
    const stream = codestream.slice();
    const view = new DataView(stream.buffer);
    for (const offset of [8, 12, 24, 28]) view.setUint32(offset, 65535);
    await expect(decodeJpeg2000(stream, size)).rejects.toThrow(
      `a JPEG 2000 stream of ${stream.length} bytes cannot hold 65535x65535 pixels`,
    );
  });
});

test('where OpenJPH cannot be loaded OpenJPEG decodes High-Throughput JPEG 2000, and the next image tries it again', async () => {
  const openJph = '@cornerstonejs/codec-openjph/wasmjs';
  const load = vi.fn(() => Promise.reject(new Error('no such file')));
  vi.resetModules();
  vi.doMock(openJph, () => ({ default: load }));
  onTestFinished(() => {
    vi.doUnmock(openJph);
    vi.resetModules(); // for the tests of other files
  });
  const { decodeJpeg2000: decode } = await import('../src/jpeg2000.ts');
  const stream = encodeJpeg2000({ ...image, highThroughput: true });
  for (const times of [1, 2]) {
    expect((await decode(stream, image)).samples).toEqual(samples);
    expect(load).toHaveBeenCalledTimes(times);
  }
});

/** Image and tile of 7 columns. */
function wider(): Uint8Array {
  const bytes = changed(8, 0, 0, 0, 7);
  bytes.set([0, 0, 0, 7], 24);
  return bytes;
}

const samples8 = new TextEncoder().encode('jp2 ');

/** Two tiles of 7 columns on a grid whose samples are 2 columns wide. */
function oddTiles(): Uint8Array {
  const stream = subsampled(codestream);
  const start = stream.findIndex((byte, index) => byte === 0xff && stream[index + 1] === 0x90);
  const second = stream.slice(start, -2);
  second[5] = 1;
  const bytes = Uint8Array.from([...stream.slice(0, -2), ...second, 0xff, 0xd9]);
  new DataView(bytes.buffer).setUint32(24, 7);
  return bytes;
}
