import { ImageFileError } from '../image-file-error.ts';

/** Bits of the look-ahead: shorter codes are found by one table access. */
export const LOOKAHEAD_BITS = 12;

/** A Huffman table, ready for decoding. */
export interface HuffmanTable {
  /** For each next 12 bits `symbol << 5 | code length`, 0 where the code is longer. */
  readonly lookahead: Uint16Array;
  /** Largest code of each length 1..16, -1 where there is none. */
  readonly largestCode: Int32Array;
  /** What to add to a code of each length to get its index in `symbols`. */
  readonly symbolOffset: Int32Array;
  readonly symbols: Uint8Array;
}

/**
 * @param counts number of codes of each length 1..16
 * @param symbols in the order of their codes
 * @throws ImageFileError if there are more codes than bits allow
 * @see ITU-T T.81, annex C
 */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const largestCode = new Int32Array(17).fill(-1);
  const symbolOffset = new Int32Array(17);
  const lookahead = new Uint16Array(2 ** LOOKAHEAD_BITS);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    symbolOffset[length] = index - code;
    for (let count = counts[length - 1]!; count > 0; count--) {
      if (code >= 2 ** length) {
        throw new ImageFileError('invalid', 'a JPEG Huffman table has too many codes');
      }
      const entry = (symbols[index++]! << 5) | length;
      const free = LOOKAHEAD_BITS - length;
      if (free >= 0) lookahead.fill(entry, code << free, (code + 1) << free);
      largestCode[length] = code++;
    }
    code <<= 1;
  }
  return { lookahead, largestCode, symbolOffset, symbols };
}

/**
 * The code at the top of a window, as `symbol << 5 | code length`.
 *
 * @throws ImageFileError if the table has no such code
 */
export function huffmanCode(table: HuffmanTable, window: number): number {
  const entry = table.lookahead[window >>> (32 - LOOKAHEAD_BITS)]!;
  return entry !== 0 ? entry : longCode(table, window);
}

/** The value of a category's bits: the upper half of them is positive, the lower half negative (table F.1). */
export function extendedValue(bits: number, category: number): number {
  return bits < 1 << (category - 1) ? bits - (1 << category) + 1 : bits;
}

function longCode({ largestCode, symbolOffset, symbols }: HuffmanTable, window: number): number {
  for (let length = LOOKAHEAD_BITS + 1; length <= 16; length++) {
    const code = window >>> (32 - length);
    if (code <= largestCode[length]!) {
      return (symbols[code + symbolOffset[length]!]! << 5) | length;
    }
  }
  throw new ImageFileError('invalid', 'the JPEG scan holds a code that its Huffman table lacks');
}
