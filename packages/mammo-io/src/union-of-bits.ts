/** Bits that are set in any of the values, taken four bytes at a time where they are aligned so. */
export function unionOfBits(values: Uint8Array | Uint16Array): number {
  const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT } = values;
  const unaligned = ((4 - (byteOffset % 4)) % 4) / BYTES_PER_ELEMENT;
  const before = Math.min(values.length, unaligned);
  const fours = (byteLength - before * BYTES_PER_ELEMENT) >> 2;
  const start = byteOffset + before * BYTES_PER_ELEMENT;
  let union = fours === 0 ? 0 : unionOf(new Int32Array(buffer, start, fours));
  union |= union >>> 16;
  if (values instanceof Uint8Array) union |= union >>> 8;
  const after = before + fours * (4 / BYTES_PER_ELEMENT);
  for (let index = 0; index < before; index++) union |= values[index]!;
  for (let index = after; index < values.length; index++) union |= values[index]!;
  return union & (2 ** (BYTES_PER_ELEMENT * 8) - 1);
}

/** Eight at a time up to an end that the compiler knows to lie inside: several times as fast as one after the other. */
function unionOf(words: Int32Array): number {
  const end = words.length & ~7;
  let even = 0;
  let odd = 0;
  for (let index = 0; index < end; index += 8) {
    even |= words[index]! | words[index + 2]! | words[index + 4]! | words[index + 6]!;
    odd |= words[index + 1]! | words[index + 3]! | words[index + 5]! | words[index + 7]!;
  }
  for (let index = end; index < words.length; index++) even |= words[index]!;
  return even | odd;
}
