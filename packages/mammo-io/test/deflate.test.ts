import { deflateSync, crc32 as nodeCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { crc32, deflateZlib, inflateZlib } from '../src/deflate.ts';

afterEach(() => vi.unstubAllGlobals());

describe.each(['Node', 'a browser'])('in %s', (place) => {
  const enter = () => {
    if (place === 'a browser') vi.stubGlobal('process', undefined);
  };

  test('what was deflated inflates to itself', () => {
    enter();
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 3000 }), (bytes) => {
        const { length } = bytes;
        expect([...inflateZlib(deflateZlib(bytes), { length })]).toEqual([...bytes]);
      }),
    );
  });

  test('crc32 is that of zlib', () => {
    const bytes = Uint8Array.from({ length: 1000 }, (_, index) => index * 7);
    const expected = nodeCrc32(bytes);
    enter();
    expect(crc32(bytes)).toBe(expected);
    expect(crc32(new TextEncoder().encode('IEND'))).toBe(0xae426082);
  });

  const stream = deflateSync(new Uint8Array(5000).fill(7));
  const flipped = Uint8Array.from(stream, (byte, index) =>
    index === stream.length - 1 ? byte ^ 1 : byte,
  );

  test.each<[string, Uint8Array, { length: number; most?: number }]>([
    ['the compressed data hold 5000 bytes, 5001 are needed', stream, { length: 5001 }],
    ['the compressed data hold more than 4999 bytes', stream, { length: 4000, most: 4999 }],
    ['the compressed data are damaged or truncated', stream.subarray(0, 12), { length: 5000 }],
    ['the compressed data are damaged or truncated', flipped, { length: 5000 }],
    [
      'the compressed data are truncated: 4 bytes cannot hold 5161',
      stream.subarray(0, 4),
      { length: 5161 },
    ],
  ])('%s', (message, bytes, size) => {
    enter();
    expect(() => inflateZlib(bytes, size)).toThrow(
      expect.objectContaining({ name: 'ImageFileError', code: 'invalid', message }),
    );
  });
});
