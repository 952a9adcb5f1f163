import { concatenateBytes } from './bytes.ts';

const HEADER_BYTES = 64;
const LONGEST = 128;

/**
 * Encodes a frame as DICOM RLE: one PackBits segment for each byte of a sample, the most significant first, each row by
 * itself.
 *
 * @see DICOM PS3.5 annex G
 */
export function encodeRle(
  samples: Uint8Array | Uint16Array | Int16Array,
  columns: number,
): Uint8Array {
  const shifts = samples instanceof Uint8Array ? [0] : [8, 0];
  const segments = shifts.map((shift) => {
    const plane = Uint8Array.from(samples, (sample) => (sample >> shift) & 0xff);
    return packRows(plane, columns);
  });
  const header = new DataView(new ArrayBuffer(HEADER_BYTES));
  header.setUint32(0, segments.length, true);
  let offset = HEADER_BYTES;
  for (const [index, segment] of segments.entries()) {
    header.setUint32(4 + index * 4, offset, true);
    offset += segment.length;
  }
  return concatenateBytes([new Uint8Array(header.buffer), ...segments]);
}

/** A segment of even length. */
function packRows(plane: Uint8Array, columns: number): Uint8Array {
  // a run of three or more takes 2 bytes, 128 others at most take one byte more
  const rows = plane.length / columns;
  const packed = new Uint8Array(plane.length + rows * (Math.ceil(columns / LONGEST) + 1) + 1);
  let written = 0;
  for (let start = 0; start < plane.length; start += columns) {
    written = packRow(plane.subarray(start, start + columns), packed, written);
  }
  return packed.slice(0, written + (written % 2));
}

function packRow(row: Uint8Array, packed: Uint8Array, start: number): number {
  let written = start;
  let read = 0;
  while (read < row.length) {
    const run = runLength(row, read);
    if (run > 2) {
      packed[written++] = 257 - run;
      packed[written++] = row[read]!;
      read += run;
      continue;
    }
    const literal = literalLength(row, read);
    packed[written++] = literal - 1;
    packed.set(row.subarray(read, read + literal), written);
    written += literal;
    read += literal;
  }
  return written;
}

function runLength(row: Uint8Array, start: number): number {
  const most = Math.min(row.length - start, LONGEST);
  let length = 1;
  while (length < most && row[start + length] === row[start]) length++;
  return length;
}

/** Bytes up to where a run of three begins. */
function literalLength(row: Uint8Array, start: number): number {
  const most = Math.min(row.length - start, LONGEST);
  let length = 1;
  while (length < most) {
    const at = start + length;
    if (row[at] === row[at + 1] && row[at] === row[at + 2] && at + 2 < row.length) break;
    length++;
  }
  return length;
}
