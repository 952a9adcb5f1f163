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
  const state: LzwState = {
    bytes,
    output: new Uint8Array(length),
    starts: new Int32Array(MOST_STRINGS + 1),
    lengths: new Int32Array(MOST_STRINGS + 1),
    position: 0,
    buffer: 0,
    held: 0,
    filled: 0,
  };
  let last = CLEAR;
  while (last === CLEAR && state.filled < length) last = decodeRun(state);
  if (state.filled === length) return state.output;
  throw damaged(`they hold ${state.filled} bytes, ${length} are needed`);
}

interface LzwState {
  readonly bytes: Uint8Array;
  readonly output: Uint8Array;
  /** First byte in the output, and number of bytes, of the string of each code from 258 on. */
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
  position: number;
  /** Bits that were read and not yet used: the lowest `held` of `buffer`. */
  buffer: number;
  held: number;
  /** Bytes of the output that are there. */
  filled: number;
}

/** Decodes with an empty table up to the next clear code, the end, or the last byte that is needed; returns the last code. */
function decodeRun(state: LzwState): number {
  const { bytes, output, starts, lengths } = state;
  let { position, buffer, held, filled } = state;
  let next = FIRST_STRING - 1; // the first code makes no string: what it adds falls on END, which nobody looks up
  let previous = 0;
  let code = END;
  while (filled < output.length) {
    const width = widthOf(next);
    while (held < width) {
      buffer = ((buffer << 8) | bytes[position++]!) & 0xffffff; // behind the end come zeros
      held += 8;
    }
    held -= width;
    code = position > bytes.length ? END : (buffer >> held) & (2 ** width - 1);
    if (code === CLEAR || code === END) break;
    starts[next] = previous;
    lengths[next] = filled - previous + 1;
    next = Math.min(next + 1, MOST_STRINGS);
    if (code >= next) throw damaged(`code ${code} is not in the table`);
    previous = filled;
    filled = appendString(state, code, filled);
  }
  Object.assign(state, { position, buffer, held, filled });
  return code;
}

/** Bits of a code that is read while the next string will have the code `next`: TIFF widens one code early. */
function widthOf(next: number): number {
  if (next < 511) return 9;
  if (next < 1023) return 10;
  return next < 2047 ? 11 : 12;
}

/** A string may run into what is being written: its last byte is then its own first. */
function appendString({ output, starts, lengths }: LzwState, code: number, filled: number): number {
  if (code < CLEAR) {
    output[filled] = code;
    return filled + 1;
  }
  const end = Math.min(filled + lengths[code]!, output.length);
  for (let to = filled, from = starts[code]!; to < end; to++, from++) output[to] = output[from]!;
  return end;
}

function damaged(message: string): ImageFileError {
  return new ImageFileError('invalid', `its LZW data are damaged or truncated: ${message}`);
}
