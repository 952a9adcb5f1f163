import { ImageFileError } from '../image-file-error.ts';
import { CATEGORY_ONLY, extendDifference, type HuffmanTable, LOOKAHEAD_BITS } from './huffman.ts';

const LOOKAHEAD_MASK = (1 << LOOKAHEAD_BITS) - 1;

/** Entropy-coded bytes between two restart markers, without stuffing, and how far they have been read. */
export interface BitSource {
  readonly bytes: Uint8Array;
  /** Next byte to take in. */
  position: number;
  /** Bits taken in and not yet used, in the low `available` bits. */
  pending: number;
  available: number;
}

/**
 * Splits a scan at its restart markers and removes the stuffed zero bytes.
 *
 * @throws ImageFileError if the restart markers do not count 0, 1, … 7, 0, …
 * @see ITU-T T.81, B.1.1.5 and F.1.2.3
 */
export function entropySegments(scan: Uint8Array): readonly BitSource[] {
  const plain = new Uint8Array(scan.length);
  const sources: BitSource[] = [];
  let start = 0;
  let length = 0;
  for (let position = 0; position < scan.length; position++) {
    const byte = scan[position]!;
    if (byte !== 0xff) {
      plain[length++] = byte;
      continue;
    }
    const marker = scan[position + 1];
    if (marker === 0xff) continue;
    position++;
    if (marker === 0) {
      plain[length++] = byte;
      continue;
    }
    if (marker === undefined || marker >> 3 !== 0xd0 >> 3) break;
    if ((marker & 7) !== sources.length % 8) {
      throw new ImageFileError('invalid', 'the JPEG restart markers are out of order');
    }
    sources.push(bitSource(plain.subarray(start, length)));
    start = length;
  }
  sources.push(bitSource(plain.subarray(start, length)));
  return sources;
}

/** Whether more bits have been used than the source holds. */
export function isExhausted(source: BitSource): boolean {
  return source.position * 8 - source.available > source.bytes.length * 8;
}

/**
 * Decodes the next differences, one for each place of `differences`. Beyond its end the source reads as zeros: ask
 * {@link isExhausted} afterwards.
 */
export function readDifferences(
  source: BitSource,
  table: HuffmanTable,
  differences: Int32Array,
): void {
  const { bytes } = source;
  const { lookahead } = table;
  let { position, pending, available } = source;
  for (let index = 0; index < differences.length; index++) {
    while (available <= 24) {
      pending = (pending << 8) | bytes[position++]!;
      available += 8;
    }
    const next = (pending >>> (available - LOOKAHEAD_BITS)) & LOOKAHEAD_MASK;
    const entry = lookahead[next]!;
    const used = entry & 63;
    if (used !== 0 && used < CATEGORY_ONLY) {
      available -= used;
      differences[index] = entry >> 6;
      continue;
    }
    let category: number;
    if (used === 0) {
      const code = longCode(table, pending, available);
      category = code & 31;
      available -= code >> 5;
    } else {
      category = entry >> 6;
      available -= used - CATEGORY_ONLY;
    }
    if (category === 16 || category === 0) {
      differences[index] = category << 11;
      continue;
    }
    while (available <= 24) {
      pending = (pending << 8) | bytes[position++]!;
      available += 8;
    }
    available -= category;
    differences[index] = extendDifference(
      (pending >>> available) & ((1 << category) - 1),
      category,
    );
  }
  source.position = position;
  source.pending = pending;
  source.available = available;
}

/** A code longer than the look-ahead, as `length << 5 | category`. */
function longCode(table: HuffmanTable, pending: number, available: number): number {
  for (let length = LOOKAHEAD_BITS + 1; length <= 16; length++) {
    const code = (pending >>> (available - length)) & ((1 << length) - 1);
    if (code <= table.largestCode[length]!) {
      const category = table.symbols[code + table.symbolOffset[length]!]!;
      return (length << 5) | category;
    }
  }
  throw new ImageFileError('invalid', 'the JPEG scan holds a code that its Huffman table lacks');
}

function bitSource(bytes: Uint8Array): BitSource {
  return { bytes, position: 0, pending: 0, available: 0 };
}
