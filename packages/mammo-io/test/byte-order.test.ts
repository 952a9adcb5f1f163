import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { HOST_IS_LITTLE_ENDIAN, swapWordBytes } from '../src/byte-order.ts';

afterEach(() => vi.restoreAllMocks());

test.each([
  ['by Buffer in Node', true],
  ['two at a time elsewhere', false],
])('swapWordBytes exchanges the bytes of every word, wherever the words lie, %s', (_, inNode) => {
  if (!inNode) vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
  fc.assert(
    fc.property(fc.uint16Array({ maxLength: 9 }), fc.nat(2), (words, start) => {
      const buffer = new Uint16Array(start + words.length + 2).fill(0x1234);
      buffer.set(words, start);
      swapWordBytes(buffer.subarray(start, start + words.length));
      const swapped = words.map((word) => (word << 8) | (word >> 8));
      expect([...buffer.subarray(start, start + words.length)]).toEqual([...swapped]);
      expect([...buffer.subarray(start + words.length)]).toEqual([0x1234, 0x1234]);
      expect([...buffer.subarray(0, start)]).toEqual(new Array(start).fill(0x1234));
    }),
  );
  expect(HOST_IS_LITTLE_ENDIAN).toBe(
    new DataView(Uint16Array.of(1).buffer).getUint16(0, true) === 1,
  );
});
