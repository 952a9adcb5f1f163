import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32 } from '../src/crc32.ts';
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from '../src/index.ts';

const TENSORS = { x: { shape: [3], data: Float32Array.of(1, -2, 0.5) } };

test('the CRC-32 of the check value, and of any bytes in any parts, is that of zlib', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926); // the catalogue's check value
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (one, other) => {
      expect(crc32(other, crc32(one))).toBe(zlibCrc32(other, zlibCrc32(one)));
    }),
  );
});

test('a file with a checksum is read, and says it', () => {
  const { metadata, tensors, hasChecksum } = decodeSafetensors(
    encodeSafetensors(TENSORS, { step: '7' }, { checksum: true }),
  );
  expect(hasChecksum).toBe(true);
  expect(metadata).toEqual({ checksum: expect.stringMatching(/^crc32:[0-9a-f]{8}$/), step: '7' });
  expect(tensors.x?.data).toEqual(TENSORS.x.data);
});

test('every flipped bit is found, or leaves the file without a checksum', () => {
  const bytes = encodeSafetensors(TENSORS, { step: '7' }, { checksum: true });
  const unknown: number[] = [];
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const damaged = Uint8Array.from(bytes);
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    try {
      expect(decodeSafetensors(damaged).hasChecksum, `bit ${bit}`).toBe(false);
      unknown.push(bit >> 3);
    } catch (error) {
      expect(error).toBeInstanceOf(SafetensorsError);
    }
  }
  const name = new TextDecoder().decode(bytes).indexOf('checksum":"crc32:');
  expect(Math.min(...unknown)).toBeGreaterThanOrEqual(name); // only bits of its name do that
  expect(Math.max(...unknown)).toBeLessThan(name + 'checksum":"crc32:'.length);
});

test('the message says both checksums', () => {
  const bytes = encodeSafetensors(TENSORS, {}, { checksum: true });
  bytes[bytes.length - 1]! ^= 1;
  expect(() => decodeSafetensors(bytes)).toThrow(
    /^decodeSafetensors: checksum of the file must be crc32:[0-9a-f]{8}, as its metadata say, got crc32:[0-9a-f]{8}$/,
  );
});

test('texts that look like a checksum do not mislead', () => {
  const metadata = {
    'a"checksum': 'crc32:00000000',
    note: '"checksum":"crc32:12345678"',
  };
  const bytes = encodeSafetensors({}, metadata, { checksum: true });
  expect(decodeSafetensors(bytes).metadata).toMatchObject(metadata);
});

test('a checksum in a header that another program has written anew is refused', () => {
  const header = '{"__metadata__": {"checksum": "crc32:12345678"}}';
  const bytes = new Uint8Array(8 + header.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(new TextEncoder().encode(header), 8);
  expect(() => decodeSafetensors(bytes)).toThrow(
    'decodeSafetensors: checksum must be as it was written, got the header written anew',
  );
});

test('a checksum that is not ours is a text like any other', () => {
  const metadata = { checksum: 'md5:d41d8cd98f00b204e9800998ecf8427e' };
  expect(decodeSafetensors(encodeSafetensors({}, metadata)).metadata).toEqual(metadata);
});
