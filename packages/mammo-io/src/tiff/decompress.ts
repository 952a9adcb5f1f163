import { inflateZlib } from '../deflate.ts';
import { ImageFileError } from '../image-file-error.ts';
import { decodeLzw } from './lzw.ts';
import { decodePackBits } from './pack-bits.ts';

/** A compression that is read. */
interface Compression {
  /** At most this many bytes come from one. */
  readonly largestRatio: number;
  decode(bytes: Uint8Array, size: { readonly length: number; readonly most: number }): Uint8Array;
}

const DEFLATE: Compression = { largestRatio: 1032, decode: inflateZlib };

const READ: Readonly<Record<number, Compression>> = {
  1: { largestRatio: 1, decode: (bytes) => bytes },
  // A code of 12 bits stands for a string of at most 3838 bytes.
  5: { largestRatio: 2560, decode: (bytes, { length }) => decodeLzw(bytes, length) },
  8: DEFLATE,
  32773: { largestRatio: 64, decode: (bytes, { length }) => decodePackBits(bytes, length) },
  32946: DEFLATE,
};

const NAMES: Readonly<Record<number, string>> = {
  2: 'CCITT RLE',
  3: 'CCITT Group 3',
  4: 'CCITT Group 4',
  6: 'JPEG of TIFF 6.0',
  7: 'JPEG',
  34712: 'JPEG 2000',
  34887: 'LERC',
  34925: 'LZMA',
  50000: 'Zstandard',
  50001: 'WebP',
};

/** The decoder of a compression. @throws ImageFileError if it is not one that is read */
export function compressionOf(code: number): Compression {
  const compression = READ[code];
  if (compression !== undefined) return compression;
  throw new ImageFileError(
    'unsupported',
    `its compression ${NAMES[code] ?? 'of another kind'} (${code}) is not read`,
  );
}
