import { ImageFileError } from '../image-file-error.ts';

/** Bits of the look-ahead: a code and its difference bits that fit are decoded by one table access. */
export const LOOKAHEAD_BITS = 12;

/** A Huffman table of difference categories (0..16), ready for decoding. */
export interface HuffmanTable {
  /**
   * For each next 12 bits: `difference << 6 | bits used` where code and difference fit, `category << 6 | code length | 32`
   * where only the code fits, 0 where not even the code does.
   */
  readonly lookahead: Int32Array;
  /** Largest code of each length 1..16, -1 where there is none. */
  readonly largestCode: Int32Array;
  /** What to add to a code of each length to get its index in `symbols`. */
  readonly symbolOffset: Int32Array;
  readonly symbols: Uint8Array;
}

/** Marks a look-ahead entry that holds a category instead of a difference. */
export const CATEGORY_ONLY = 32;

/**
 * @param counts number of codes of each length 1..16
 * @param symbols categories in the order of their codes
 * @throws ImageFileError if there are more codes than bits allow, or a category above 16
 * @see ITU-T T.81, annex C and table H.2
 */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const largestCode = new Int32Array(17).fill(-1);
  const symbolOffset = new Int32Array(17);
  const lookahead = new Int32Array(2 ** LOOKAHEAD_BITS);
  if (symbols.some((symbol) => symbol > 16)) throw invalid('holds a category above 16');
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    symbolOffset[length] = index - code;
    for (let count = counts[length - 1]!; count > 0; count--) {
      if (code >= 2 ** length) throw invalid('has too many codes');
      fillLookahead(lookahead, { code, length, category: symbols[index++]! });
      largestCode[length] = code++;
    }
    code <<= 1;
  }
  return { lookahead, largestCode, symbolOffset, symbols };
}

/** Difference of a category's bits: the upper half of the values is positive, the lower half negative. */
export function extendDifference(bits: number, category: number): number {
  return bits < 1 << (category - 1) ? bits - (1 << category) + 1 : bits;
}

interface Code {
  readonly code: number;
  readonly length: number;
  readonly category: number;
}

function fillLookahead(lookahead: Int32Array, { code, length, category }: Code): void {
  const freeBits = LOOKAHEAD_BITS - length;
  if (freeBits < 0) return;
  const start = code << freeBits;
  const differenceBits = category === 16 ? 0 : category;
  for (let rest = 0; rest < 2 ** freeBits; rest++) {
    lookahead[start + rest] =
      differenceBits > freeBits
        ? (category << 6) | length | CATEGORY_ONLY
        : (difference(rest >> (freeBits - differenceBits), category) << 6) |
          (length + differenceBits);
  }
}

/** Category 16 has no bits: its difference is 32768, which is −32768 modulo 2^16. */
function difference(bits: number, category: number): number {
  if (category === 0) return 0;
  return category === 16 ? 32768 : extendDifference(bits, category);
}

function invalid(what: string): ImageFileError {
  return new ImageFileError('invalid', `a JPEG Huffman table ${what}`);
}
