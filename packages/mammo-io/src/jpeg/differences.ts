import { ImageFileError } from '../image-file-error.ts';
import type { EntropySegment } from './entropy.ts';
import { extendedValue, type HuffmanTable, huffmanCode, LOOKAHEAD_BITS } from './huffman.ts';

/** A Huffman table of difference categories (0..16) and what the next 12 bits mean by it. */
export interface DifferenceTable {
  readonly codes: HuffmanTable;
  /**
   * For each next 12 bits the two differences, or the one, that lie wholly in them:
   * `second << 19 | first << 6 | (two ? 32 : 0) | bits`; 0 where not even the first does.
   */
  readonly pairs: Int32Array;
}

/** Places of samples from `from` to before `to`. */
export interface SamplePlaces {
  readonly samples: Uint16Array;
  readonly from: number;
  readonly to: number;
}

const TWO = 32;

/**
 * @throws ImageFileError if the table holds a category above 16
 * @see ITU-T T.81, table H.2
 */
export function differenceTable(codes: HuffmanTable): DifferenceTable {
  if (codes.symbols.some((symbol) => symbol > 16)) {
    throw new ImageFileError('invalid', 'a JPEG Huffman table holds a category above 16');
  }
  const pairs = new Int32Array(2 ** LOOKAHEAD_BITS);
  for (let bits = 0; bits < pairs.length; bits++) {
    const window = bits << (32 - LOOKAHEAD_BITS);
    const first = shortDifference(codes, window, LOOKAHEAD_BITS);
    if (first === undefined) continue;
    const second = shortDifference(codes, window << first.bits, LOOKAHEAD_BITS - first.bits);
    const length = first.bits + (second === undefined ? 0 : second.bits | TWO);
    pairs[bits] = ((second?.value ?? 0) << 19) | ((first.value & 0x1fff) << 6) | length;
  }
  return { codes, pairs };
}

/**
 * Decodes differences modulo 2^16 to the places of the samples that they lead to. Beyond its end the segment reads as zeros:
 * ask `isExhausted` afterwards.
 */
export function readDifferences(
  segment: EntropySegment,
  table: DifferenceTable,
  { samples, from, to }: SamplePlaces,
): void {
  const { windows } = segment;
  const { pairs } = table;
  let { position } = segment;
  let index = from;
  while (index < to - 1) {
    const window = windows[position >> 4]! << (position & 15);
    const entry = pairs[window >>> (32 - LOOKAHEAD_BITS)]!;
    if (entry !== 0) {
      samples[index] = (entry << 13) >> 19;
      samples[index + 1] = entry >> 19; // replaced by the next difference where the entry has one only
      index += (entry & TWO) === 0 ? 1 : 2;
      position += entry & 31;
    } else {
      segment.position = position;
      samples[index++] = readDifference(segment, table.codes);
      position = segment.position;
    }
  }
  segment.position = position;
  // The last difference is read alone: what follows it may be padding.
  if (index < to) samples[index] = readDifference(segment, table.codes);
}

function readDifference(segment: EntropySegment, codes: HuffmanTable): number {
  const { windows, position } = segment;
  const code = huffmanCode(codes, windows[position >> 4]! << (position & 15));
  const category = code >> 5;
  const start = position + (code & 31);
  segment.position = start + bitsOfCategory(category);
  return difference(windows[start >> 4]! << (start & 15), category);
}

interface ShortDifference {
  readonly value: number;
  /** Bits of code and difference. */
  readonly bits: number;
}

/** The difference at the top of a window if it lies in its first `available` bits. */
function shortDifference(
  { lookahead }: HuffmanTable,
  window: number,
  available: number,
): ShortDifference | undefined {
  const entry = lookahead[window >>> (32 - LOOKAHEAD_BITS)]!;
  const category = entry >> 5;
  const codeBits = entry & 31;
  const bits = codeBits + bitsOfCategory(category);
  if (entry === 0 || category === 16 || bits > available) return undefined;
  return { value: difference(window << codeBits, category), bits };
}

/** Category 16 has no bits: its difference is 32768, which is −32768 modulo 2^16. */
function bitsOfCategory(category: number): number {
  return category === 16 ? 0 : category;
}

function difference(window: number, category: number): number {
  if (category === 0) return 0;
  return category === 16 ? 32768 : extendedValue(window >>> (32 - category), category);
}
