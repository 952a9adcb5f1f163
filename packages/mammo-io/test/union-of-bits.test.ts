import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unionOfBits } from '../src/union-of-bits.ts';

test.each([Uint8Array, Uint16Array])('is the bits of all values, wherever %o lies', (Values) => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(2 ** (Values.BYTES_PER_ELEMENT * 8) - 1), { maxLength: 40 }),
      fc.nat(7),
      (values, before) => {
        const memory = new ArrayBuffer((before + values.length) * Values.BYTES_PER_ELEMENT);
        const placed = new Values(memory, before * Values.BYTES_PER_ELEMENT);
        placed.set(values);
        expect(unionOfBits(placed)).toBe(values.reduce((union, value) => union | value, 0));
      },
    ),
  );
});
