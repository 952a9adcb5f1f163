import { ImageFileError } from '../image-file-error.ts';

/** Rows of bytes, each behind its filter type. */
export interface FilteredRows {
  readonly bytes: Uint8Array;
  /** First byte: the filter type of the first row. */
  readonly start: number;
  readonly height: number;
  readonly rowBytes: number;
  /** Bytes of a pixel, at least 1. */
  readonly pixelBytes: number;
}

/**
 * Undoes the filters of a pass; `target` gets its rows without their filter types. It may be the same memory: rows only move towards its
 * beginning.
 *
 * @throws ImageFileError if a filter type is none of 0..4
 * @see ISO/IEC 15948 section 9
 */
export function unfilter(rows: FilteredRows, target: Uint8Array): void {
  const { bytes, start, height, rowBytes, pixelBytes } = rows;
  let above = new Uint8Array(rowBytes);
  for (let row = 0; row < height; row++) {
    const at = start + row * (rowBytes + 1);
    const line = target.subarray(row * rowBytes, (row + 1) * rowBytes) as Uint8Array<ArrayBuffer>;
    const type = bytes[at]!;
    line.set(bytes.subarray(at + 1, at + 1 + rowBytes));
    unfilterRow(type, { line, above, pixelBytes });
    above = line;
  }
}

/** The five filters applied to a row; the difference is taken modulo 256. */
export function filterRow(type: number, row: FilterRow, target: Uint8Array): void {
  const { line, above, pixelBytes } = row;
  for (let index = 0; index < line.length; index++) {
    const left = index < pixelBytes ? 0 : line[index - pixelBytes]!;
    const corner = index < pixelBytes ? 0 : above[index - pixelBytes]!;
    target[index] = line[index]! - predicted(type, left, above[index]!, corner);
  }
}

/** A row and the one above it, which is 0 above the first. */
export interface FilterRow {
  readonly line: Uint8Array;
  readonly above: Uint8Array;
  readonly pixelBytes: number;
}

function predicted(type: number, left: number, above: number, corner: number): number {
  if (type === 0) return 0;
  if (type === 1) return left;
  if (type === 2) return above;
  return type === 3 ? (left + above) >> 1 : paeth(left, above, corner);
}

function unfilterRow(type: number, row: FilterRow): void {
  if (type === 0) return;
  const inPairs = row.pixelBytes === 2 && row.line.byteOffset % 2 === 0;
  if (type === 1 && inPairs) addLeftPairs(row.line);
  else if (type === 1) addLeft(row);
  else if (type === 2) addAbove(row);
  else if (type === 3) addAverage(row);
  else if (type === 4) addPaeth(row);
  else throw new ImageFileError('invalid', `a row has an unknown filter, got ${type}`);
}

/** Byte by byte of a pixel, so that the neighbours stay in registers; left of the first pixel is 0. */
function addLeft({ line, pixelBytes }: FilterRow): void {
  for (let byte = 0; byte < pixelBytes; byte++) {
    let left = 0;
    for (let index = byte; index < line.length; index += pixelBytes) {
      left = (line[index]! + left) & 255;
      line[index] = left;
    }
  }
}

/** Two bytes in one word: their lower bits are added, and the highest, which must not carry over, by exclusive or. */
function addLeftPairs({ buffer, byteOffset, length }: Uint8Array): void {
  const pairs = new Uint16Array(buffer, byteOffset, length >> 1);
  let left = 0;
  for (let index = 0; index < pairs.length; index++) {
    const pair = pairs[index]!;
    left = ((pair & 0x7f7f) + (left & 0x7f7f)) ^ ((pair ^ left) & 0x8080);
    pairs[index] = left;
  }
}

/** Four bytes in one word, where both rows lie so, as {@link addLeftPairs} adds two. */
function addAbove({ line, above }: FilterRow): void {
  const aligned = line.byteOffset % 4 === 0 && above.byteOffset % 4 === 0;
  const fours = aligned ? line.length >> 2 : 0;
  const words = new Int32Array(line.buffer, aligned ? line.byteOffset : 0, fours);
  const wordsAbove = new Int32Array(above.buffer, aligned ? above.byteOffset : 0, fours);
  for (let index = 0; index < fours; index++) {
    const word = words[index]!;
    const up = wordsAbove[index]!;
    words[index] = ((word & 0x7f7f7f7f) + (up & 0x7f7f7f7f)) ^ ((word ^ up) & 0x80808080);
  }
  for (let index = fours * 4; index < line.length; index++) {
    line[index] = line[index]! + above[index]!;
  }
}

function addAverage({ line, above, pixelBytes }: FilterRow): void {
  for (let byte = 0; byte < pixelBytes; byte++) {
    let left = 0;
    for (let index = byte; index < line.length; index += pixelBytes) {
      left = (line[index]! + ((left + above[index]!) >> 1)) & 255;
      line[index] = left;
    }
  }
}

function addPaeth({ line, above, pixelBytes }: FilterRow): void {
  for (let byte = 0; byte < pixelBytes; byte++) {
    let left = 0;
    let corner = 0;
    for (let index = byte; index < line.length; index += pixelBytes) {
      const up = above[index]!;
      left = (line[index]! + paeth(left, up, corner)) & 255;
      line[index] = left;
      corner = up;
    }
  }
}

/** Whichever of the three is nearest to left + above − corner; ties in this order. */
function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
