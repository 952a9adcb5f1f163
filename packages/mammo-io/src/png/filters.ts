import { ImageFileError } from '../image-file-error.ts';

/** Rows of bytes, each behind its filter type. */
export interface FilteredRows {
  /** First byte: the filter type of the first row. */
  readonly start: number;
  readonly height: number;
  readonly rowBytes: number;
  /** Bytes of a pixel, at least 1. */
  readonly pixelBytes: number;
}

/**
 * Undoes the filters of a pass where it lies.
 *
 * @throws ImageFileError if a filter type is none of 0..4
 * @see ISO/IEC 15948 section 9
 */
export function unfilter(bytes: Uint8Array, rows: FilteredRows): void {
  const { start, height, rowBytes, pixelBytes } = rows;
  let above = new Uint8Array(rowBytes);
  for (let row = 0; row < height; row++) {
    const at = start + row * (rowBytes + 1);
    const line = bytes.subarray(at + 1, at + 1 + rowBytes) as Uint8Array<ArrayBuffer>;
    unfilterRow(bytes[at]!, { line, above, pixelBytes });
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
  if (type === 1) addLeft(row);
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

function addAbove({ line, above }: FilterRow): void {
  for (let index = 0; index < line.length; index++) line[index] = line[index]! + above[index]!;
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
