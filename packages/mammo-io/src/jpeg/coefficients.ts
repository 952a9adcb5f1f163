import { ImageFileError } from '../image-file-error.ts';
import type { EntropySegment } from './entropy.ts';
import { extendedValue, type HuffmanTable, huffmanCode, LOOKAHEAD_BITS } from './huffman.ts';

/** The tables that the blocks of a scan are decoded by. */
export interface CoefficientTables {
  readonly dc: HuffmanTable;
  readonly ac: HuffmanTable;
  /**
   * The run of zeros and the coefficient, or the end of the block, that lie wholly in the next 12 bits:
   * `coefficient << 16 | run << 5 | bits`; 0 where they take more.
   */
  readonly shortRuns: Int32Array;
  /** Divisors in zigzag order. */
  readonly quantisation: Uint16Array;
}

/** Place in rows of 8 of each coefficient of the zigzag sequence (figure A.6). */
const ZIGZAG = Uint8Array.from([
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
  13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52,
  45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
]);

const ZERO_RUN_OF_16 = 15;

/** @throws ImageFileError if a table holds categories that no sample of 8 or 12 bits leads to */
export function coefficientTables(
  dc: HuffmanTable,
  ac: HuffmanTable,
  quantisation: Uint16Array,
): CoefficientTables {
  if (dc.symbols.some((category) => category > 15)) {
    throw new ImageFileError('invalid', 'a JPEG Huffman table holds a category above 15');
  }
  const shortRuns = Int32Array.from(ac.lookahead, (entry, bits) => {
    const codeBits = entry & 31;
    const symbol = entry >> 5;
    const category = symbol & 15;
    if (entry === 0 || codeBits + category > LOOKAHEAD_BITS) return 0;
    const window = bits << (32 - LOOKAHEAD_BITS + codeBits);
    const value = category === 0 ? 0 : extendedValue(window >>> (32 - category), category);
    return (value << 16) | ((symbol >> 4) << 5) | (codeBits + category);
  });
  return { dc, ac, shortRuns, quantisation };
}

/**
 * Decodes the first coefficient of the next block, as its difference from that of the block before.
 *
 * @see ITU-T T.81, F.2.2.1
 */
export function readDcDifference(segment: EntropySegment, { dc }: CoefficientTables): number {
  const { windows, position } = segment;
  const code = huffmanCode(dc, windows[position >> 4]! << (position & 15));
  const category = code >> 5;
  const start = position + (code & 31);
  segment.position = start + category;
  if (category === 0) return 0;
  const window = windows[start >> 4]! << (start & 15);
  return extendedValue(window >>> (32 - category), category);
}

/**
 * Decodes the other 63 coefficients, dequantised, into a block of zeros in rows of 8.
 *
 * @returns whether any of them is not zero
 * @throws ImageFileError if there are more than 63
 * @see ITU-T T.81, F.2.2.2
 */
export function readAcCoefficients(
  segment: EntropySegment,
  { ac, shortRuns, quantisation }: CoefficientTables,
  block: Int32Array,
): boolean {
  const { windows } = segment;
  let { position } = segment;
  let index = 0;
  let any = false;
  for (;;) {
    const window = windows[position >> 4]! << (position & 15);
    let entry = shortRuns[window >>> (32 - LOOKAHEAD_BITS)]!;
    if (entry === 0) entry = longRun(ac, windows, position);
    position += entry & 31;
    const value = entry >> 16;
    const run = (entry >> 5) & 15;
    if (value === 0 && run !== ZERO_RUN_OF_16) break;
    index += run + 1;
    if (index > 63)
      throw new ImageFileError('invalid', 'a JPEG block has more than 64 coefficients');
    block[ZIGZAG[index]!] = Math.imul(value, quantisation[index]!);
    any = true;
    if (index === 63) break;
  }
  segment.position = position;
  return any;
}

/** As an entry of `shortRuns`, of code and coefficient that take 13 to 31 bits. */
function longRun(ac: HuffmanTable, windows: Int32Array, position: number): number {
  const code = huffmanCode(ac, windows[position >> 4]! << (position & 15));
  const codeBits = code & 31;
  const symbol = code >> 5;
  const category = symbol & 15;
  if (category === 0) return ((symbol >> 4) << 5) | codeBits;
  const start = position + codeBits;
  const window = windows[start >> 4]! << (start & 15);
  const value = extendedValue(window >>> (32 - category), category);
  return (value << 16) | ((symbol >> 4) << 5) | (codeBits + category);
}
