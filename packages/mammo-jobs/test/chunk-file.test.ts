import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chunkKey, chunksOf, type ImageOutcome } from '../src/chunks/chunk.ts';
import { decodeChunk, encodeChunk } from '../src/chunks/chunk-file.ts';

const outcomes: readonly ImageOutcome[] = [
  { record: { caseId: 'a', score: 0.25 } },
  { problem: { code: 'invalid', message: 'line\nbreak' } },
];
const identity = { job: 'j', index: 3, images: 2 };

test('what is written is read', () => {
  expect(decodeChunk(Buffer.from(encodeChunk(outcomes, identity)), identity)).toEqual(outcomes);
});

test('a single flipped bit, wherever it is, is found', () => {
  const bytes = Buffer.from(encodeChunk(outcomes, identity));
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const damaged = Uint8Array.from(bytes);
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    expect(decodeChunk(damaged, identity), `bit ${bit}`).toBeUndefined();
  }
});

test('a file cut anywhere, or longer than it was, is found', () => {
  const bytes = Buffer.from(encodeChunk(outcomes, identity));
  for (let length = 0; length < bytes.length; length++) {
    expect(decodeChunk(bytes.subarray(0, length), identity)).toBeUndefined();
  }
  expect(decodeChunk(Buffer.concat([bytes, Buffer.from('\n')]), identity)).toBeUndefined();
});

test('bytes of any kind are no chunk', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(decodeChunk(bytes, identity)).toBeUndefined();
    }),
  );
});

test('the file of another job, chunk or number of images is not taken', () => {
  const bytes = Buffer.from(encodeChunk(outcomes, identity));
  expect(decodeChunk(bytes, { ...identity, job: 'k' })).toBeUndefined();
  expect(decodeChunk(bytes, { ...identity, index: 4 })).toBeUndefined();
  expect(decodeChunk(bytes, { ...identity, images: 3 })).toBeUndefined();
});

test('there must be one outcome for each image', () => {
  expect(() => encodeChunk(outcomes, { ...identity, images: 3 })).toThrow(
    'encodeChunk: there must be 3 outcomes, one for each image, got 2',
  );
});

test('chunks hold all images once, in their order', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.integer({ min: 1, max: 50 }), (count, size) => {
      const images = Array.from({ length: count }, (_, row) => ({ row }) as never);
      const chunks = chunksOf(images, size);
      expect(chunks.flatMap((chunk) => chunk.images)).toEqual(images);
      expect(chunks.map(({ index }) => index)).toEqual([...chunks.keys()]);
    }),
  );
  expect(() => chunksOf([], 0)).toThrow('chunksOf: size must be a positive integer, got 0');
});

test('a thousand chunks lie in a folder', () => {
  expect(chunkKey(0)).toBe('chunks/000000/000000.jsonl');
  expect(chunkKey(312_499)).toBe('chunks/000312/312499.jsonl');
});
