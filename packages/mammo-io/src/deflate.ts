import { unzlibSync, zlibSync } from 'fflate';
import { ImageFileError } from './image-file-error.ts';
import { nodeZlib } from './node-builtins.ts';

/** Deflate expands a byte to at most this many. */
const LARGEST_RATIO = 1032;

/** How much a compressed stream holds. */
export interface InflatedSize {
  /** Bytes that are needed. */
  readonly length: number;
  /** Bytes that a sound stream may hold. Default: `length`. */
  readonly most?: number;
}

/**
 * Inflates a zlib stream at native speed in Node, else with fflate; what it allocates is bounded by `most`, and a stream too
 * short to hold `length` bytes is refused before anything is allocated.
 *
 * @throws ImageFileError if the stream is damaged, or holds fewer than `length` or more than `most` bytes
 * @see RFC 1950, RFC 1951
 */
export function inflateZlib(
  bytes: Uint8Array,
  { length, most = length }: InflatedSize,
): Uint8Array {
  if (bytes.length * LARGEST_RATIO + LARGEST_RATIO < length) {
    throw invalid(`the compressed data are truncated: ${bytes.length} bytes cannot hold ${length}`);
  }
  const inflated = nativeInflate(bytes, most) ?? portableInflate(bytes, most);
  if (inflated === 'too long') throw invalid(`the compressed data hold more than ${most} bytes`);
  if (inflated.length >= length) return inflated;
  throw invalid(`the compressed data hold ${inflated.length} bytes, ${length} are needed`);
}

/** Deflates to a zlib stream. */
export function deflateZlib(bytes: Uint8Array): Uint8Array {
  const zlib = nodeZlib();
  if (zlib === undefined) return zlibSync(bytes);
  return zlib.deflateSync(bytes);
}

/** CRC-32 of ISO/IEC 15948, annex D. */
export function crc32(bytes: Uint8Array): number {
  const native = nodeZlib()?.crc32;
  if (native !== undefined) return native(bytes);
  let crc = 0xffffffff;
  for (let index = 0; index < bytes.length; index++) {
    crc = CRC_TABLE[(crc ^ bytes[index]!) & 0xff]! ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 1 ? 0xedb88320 ^ (remainder >>> 1) : remainder >>> 1;
  }
  return remainder;
});

type Inflated = Uint8Array | 'too long';

function nativeInflate(bytes: Uint8Array, most: number): Inflated | undefined {
  const zlib = nodeZlib();
  if (zlib === undefined) return undefined;
  // One chunk, a little larger than the result, so that nothing is joined afterwards.
  const chunkSize = Math.min(most, bytes.length * LARGEST_RATIO) + 64;
  try {
    const { buffer, byteOffset, length } = zlib.inflateSync(bytes, {
      chunkSize,
      maxOutputLength: most,
    });
    return new Uint8Array(buffer, byteOffset, length); // a Buffer's slice would not copy
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') return 'too long';
    throw damaged(error);
  }
}

function portableInflate(bytes: Uint8Array, most: number): Inflated {
  const target = new Uint8Array(Math.min(most, bytes.length * LARGEST_RATIO) + 1);
  let inflated: Uint8Array;
  try {
    inflated = unzlibSync(bytes, { out: target });
  } catch (error) {
    throw damaged(error);
  }
  if (inflated.length > most) return 'too long';
  const end = bytes.subarray(-4);
  const stated = new DataView(end.buffer, end.byteOffset, 4).getUint32(0);
  if (adler32(inflated) !== stated) throw invalid('the compressed data are damaged or truncated');
  return inflated;
}

function adler32(bytes: Uint8Array): number {
  let [low, high] = [1, 0];
  for (let index = 0; index < bytes.length; index++) {
    low = (low + bytes[index]!) % 65521;
    high = (high + low) % 65521;
  }
  return high * 65536 + low;
}

function damaged(cause: unknown): ImageFileError {
  const message = 'the compressed data are damaged or truncated';
  return new ImageFileError('invalid', message, { cause });
}

function invalid(message: string): ImageFileError {
  return new ImageFileError('invalid', message);
}
