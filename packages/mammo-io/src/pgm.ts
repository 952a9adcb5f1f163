import { ImageFileError, MAX_PIXELS, plainBytes } from './image-file-error.ts';
import type { ImageSize } from './image-size.ts';

/** Pixels of a PGM file, row-major. */
export interface PgmImage extends ImageSize {
  /** Uint8Array for a `maxValue` up to 255, else Uint16Array. */
  readonly pixels: Uint8Array | Uint16Array;
  /** The value of white, 1 to 65535. */
  readonly maxValue: number;
}

/** What {@link writePgm} writes. */
export interface PgmContent extends ImageSize {
  /** Row-major, none above `maxValue`. */
  readonly pixels: Uint8Array | Uint16Array;
  /** The value of white. Default: 255 for a Uint8Array, 65535 for a Uint16Array. */
  readonly maxValue?: number;
}

/** Whether the bytes start as a grey PGM file does, plain (P2) or binary (P5). */
export function isPgmFile(bytes: Uint8Array): boolean {
  const [letter, kind, space = 0] = bytes;
  return letter === 0x50 && (kind === 0x32 || kind === 0x35) && (isSpace(space) || space === HASH);
}

/**
 * Reads the first image of a PGM file: plain (P2) or binary (P5), 8 or 16 bits (big endian), with comments.
 *
 * @throws TypeError if `bytes` is not a Uint8Array
 * @throws ImageFileError if the file is damaged or truncated, a value exceeds the maximum, or it has 2^28 pixels or more
 * @example
 * ```ts
 * readPgm(new TextEncoder().encode('P2 2 1 255 0 255')).pixels; // => Uint8Array.of(0, 255)
 * ```
 * @see https://netpbm.sourceforge.net/doc/pgm.html
 */
export function readPgm(bytes: Uint8Array): PgmImage {
  const plain = plainBytes('readPgm', bytes);
  if (!isPgmFile(plain)) throw invalid('not a PGM file');
  const reader: TextReader = { bytes: plain, position: 2 };
  const width = readNumber(reader, 'width');
  const height = readNumber(reader, 'height');
  const maxValue = readNumber(reader, 'maximum');
  if (width * height >= MAX_PIXELS) {
    throw new ImageFileError(
      'too-large',
      `readPgm: the image must have fewer than 2^28 pixels, got ${height}x${width}`,
    );
  }
  if (width < 1 || height < 1) throw invalid(`the image is empty, got ${height}x${width}`);
  if (maxValue < 1 || maxValue > 65535) {
    throw invalid(`the maximum must lie in 1..65535, got ${maxValue}`);
  }
  const size = { height, width, maxValue };
  const pixels = plain[1] === 0x32 ? plainPixels(reader, size) : binaryPixels(reader, size);
  const brightest = brightestOf(pixels);
  if (brightest > maxValue)
    throw invalid(`a pixel exceeds the maximum ${maxValue}, got ${brightest}`);
  return { pixels, ...size };
}

/**
 * Writes a binary PGM file (P5), 16 bits deep if `maxValue` exceeds 255.
 *
 * @throws RangeError if the number of pixels is not height × width, or `maxValue` is not in 1..65535 or is exceeded
 * @example
 * ```ts
 * readPgm(writePgm({ pixels: Uint16Array.of(0, 65535), height: 1, width: 2 })).maxValue; // => 65535
 * ```
 */
export function writePgm(content: PgmContent): Uint8Array {
  const { pixels, height, width } = content;
  const { maxValue = pixels instanceof Uint16Array ? 65535 : 255 } = content;
  if (pixels.length !== height * width || pixels.length === 0) {
    throw new RangeError(
      `writePgm: pixels must be ${height} x ${width} samples, got ${pixels.length}`,
    );
  }
  const least = Math.max(brightestOf(pixels), 1);
  if (!Number.isInteger(maxValue) || maxValue < least || maxValue > 65535) {
    throw new RangeError(
      `writePgm: maxValue must be an integer in ${least}..65535, got ${maxValue}`,
    );
  }
  const header = new TextEncoder().encode(`P5\n${width} ${height}\n${maxValue}\n`);
  const wide = maxValue > 255;
  const bytes = new Uint8Array(header.length + pixels.length * (wide ? 2 : 1));
  bytes.set(header);
  const view = new DataView(bytes.buffer, header.length);
  for (let index = 0; index < pixels.length; index++) {
    if (wide) view.setUint16(index * 2, pixels[index]!);
    else view.setUint8(index, pixels[index]!);
  }
  return bytes;
}

const HASH = 0x23;

interface TextReader {
  readonly bytes: Uint8Array;
  position: number;
}

interface PgmSize {
  readonly height: number;
  readonly width: number;
  readonly maxValue: number;
}

function readNumber(reader: TextReader, what: string): number {
  const { bytes } = reader;
  skipSpaceAndComments(reader);
  let value = 0;
  const start = reader.position;
  for (let byte = bytes[start]; isDigit(byte); byte = bytes[++reader.position]) {
    value = Math.min(value * 10 + byte - 0x30, Number.MAX_SAFE_INTEGER);
  }
  if (reader.position > start) return value;
  throw invalid(
    start < bytes.length ? `the ${what} must be a number` : `the file ends before its ${what}`,
  );
}

function skipSpaceAndComments(reader: TextReader): void {
  const { bytes } = reader;
  let comment = false;
  for (; reader.position < bytes.length; reader.position++) {
    const byte = bytes[reader.position]!;
    if (byte === HASH) comment = true;
    else if (byte === 0x0a || byte === 0x0d) comment = false;
    else if (!comment && !isSpace(byte)) return;
  }
}

function plainPixels(reader: TextReader, size: PgmSize): Uint8Array | Uint16Array {
  const { height, width, maxValue } = size;
  requireBytesLeft(reader, height * width * 2 - 1);
  const pixels = new (maxValue > 255 ? Uint16Array : Uint8Array)(height * width);
  for (let index = 0; index < pixels.length; index++) {
    const value = readNumber(reader, `pixel ${index}`);
    if (value > maxValue) throw invalid(`a pixel exceeds the maximum ${maxValue}, got ${value}`);
    pixels[index] = value;
  }
  // Cut inside its last number a file would look whole, unless that is 0, or another digit made it too large.
  const last = pixels.at(-1)!;
  if (reader.position === reader.bytes.length && last > 0 && last * 10 <= maxValue) {
    throw invalid(
      'the file ends with its last digit: white space must follow, or it may be truncated',
    );
  }
  return pixels;
}

function binaryPixels(reader: TextReader, size: PgmSize): Uint8Array | Uint16Array {
  const { height, width, maxValue } = size;
  const start = reader.position + 1;
  const length = height * width * (maxValue > 255 ? 2 : 1);
  requireBytesLeft(reader, length + 1);
  const bytes = reader.bytes.slice(start, start + length);
  if (maxValue <= 255) return bytes;
  const view = new DataView(bytes.buffer);
  return Uint16Array.from({ length: height * width }, (_, index) => view.getUint16(index * 2));
}

function requireBytesLeft({ bytes, position }: TextReader, needed: number): void {
  const left = bytes.length - position;
  if (left < needed) {
    throw invalid(`the file is truncated: the pixels need ${needed} bytes, ${left} are left`);
  }
}

function brightestOf(pixels: Uint8Array | Uint16Array): number {
  let brightest = 0;
  for (const value of pixels) if (value > brightest) brightest = value;
  return brightest;
}

function isDigit(byte: number | undefined): byte is number {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

function invalid(message: string): ImageFileError {
  return new ImageFileError('invalid', `readPgm: ${message}`);
}
