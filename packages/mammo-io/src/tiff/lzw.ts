import { ImageFileError } from '../image-file-error.ts';

const CLEAR = 256;
const END = 257;
const FIRST_STRING = 258;
const MOST_STRINGS = 4096;

/**
 * Decodes the LZW of TIFF: codes of 9 to 12 bits, most significant first, which widen one code early.
 *
 * Every string of the table is the output from where the code before it began, up to and with the first byte of what
 * followed: the table is a list of places in the output.
 *
 * @param length bytes that are needed; what follows them is not decoded
 * @throws ImageFileError if a code is not in the table, or the data end early
 * @see TIFF 6.0 section 13
 */
export function decodeLzw(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes[0] === 0 && (bytes[1]! & 1) === 1) {
    throw new ImageFileError(
      'unsupported',
      'its LZW codes are in the bit order of before TIFF 6.0',
    );
  }
  const output = new Uint8Array(length);
  const table = emptyTable();
  const reader: CodeReader = { bytes, position: 0, buffer: 0, held: 0 };
  let previous = -1; // where the string of the last code begins, if one came since the table was cleared
  let filled = 0;
  while (filled < length) {
    const code = readCode(reader, table.width);
    if (code === END || code < 0) break;
    if (code === CLEAR) {
      clear(table);
      previous = -1;
      continue;
    }
    if (previous >= 0) addString(table, previous, filled);
    if (code >= table.next) throw damaged(`code ${code} is not in the table`);
    previous = filled;
    filled = copyString({ output, filled, code, table });
  }
  if (filled === length) return output;
  throw damaged(`they hold ${filled} bytes, ${length} are needed`);
}

interface StringTable {
  /** First byte in the output, and number of bytes, of the string of each code from 258 on. */
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
  /** Code of the next string. */
  next: number;
  /** Bits of the next code. */
  width: number;
}

function emptyTable(): StringTable {
  const starts = new Int32Array(MOST_STRINGS);
  const lengths = new Int32Array(MOST_STRINGS);
  return { starts, lengths, next: FIRST_STRING, width: 9 };
}

function clear(table: StringTable): void {
  table.next = FIRST_STRING;
  table.width = 9;
}

function addString(table: StringTable, start: number, end: number): void {
  if (table.next === MOST_STRINGS) return;
  table.starts[table.next] = start;
  table.lengths[table.next] = end - start + 1;
  table.next++;
  if (table.next === 2 ** table.width - 1 && table.width < 12) table.width++;
}

interface CodeReader {
  readonly bytes: Uint8Array;
  position: number;
  buffer: number;
  held: number;
}

/** The next code, or −1 at the end of the data. */
function readCode(reader: CodeReader, width: number): number {
  while (reader.held < width) {
    if (reader.position === reader.bytes.length) return -1;
    reader.buffer = ((reader.buffer << 8) | reader.bytes[reader.position++]!) & 0xffffff;
    reader.held += 8;
  }
  reader.held -= width;
  return (reader.buffer >> reader.held) & (2 ** width - 1);
}

interface StringToCopy {
  readonly output: Uint8Array;
  readonly filled: number;
  readonly code: number;
  readonly table: StringTable;
}

/** A string may run into what is being written: its last byte is then its own first. */
function copyString({ output, filled, code, table }: StringToCopy): number {
  if (code < CLEAR) {
    output[filled] = code;
    return filled + 1;
  }
  const end = Math.min(filled + table.lengths[code]!, output.length);
  for (let to = filled, from = table.starts[code]!; to < end; to++, from++) {
    output[to] = output[from]!;
  }
  return end;
}

function damaged(message: string): ImageFileError {
  return new ImageFileError('invalid', `its LZW data are damaged or truncated: ${message}`);
}
