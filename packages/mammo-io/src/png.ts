import { concatenateBytes } from './bytes.ts';
import { ImageFileError, namedAfter, plainBytes } from './image-file-error.ts';
import type { ImageSize } from './image-size.ts';
import { chunkBytes, type PngChunk, readChunks } from './png/chunks.ts';
import { decodePixels } from './png/decode-pixels.ts';
import { encodePixels } from './png/encode-pixels.ts';
import { readHeader } from './png/header.ts';
import { expandPalette } from './png/palette.ts';
import { SYNTHETIC_STATEMENT } from './synthetic-mark.ts';

/** Pixels of a PNG file, interleaved and row-major. */
export interface PngImage extends ImageSize {
  /** 16-bit samples are a Uint16Array, others a Uint8Array: grey levels of 1 to 4 bits as stored, palettes as 8-bit colours. */
  readonly pixels: Uint8Array | Uint16Array;
  /** 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha. */
  readonly channels: 1 | 2 | 3 | 4;
  /** Bits of a sample in `pixels`. */
  readonly bitDepth: 1 | 2 | 4 | 8 | 16;
  /** The grey level or RGB colour that the file wants to be transparent, if any; `pixels` have it as it is. */
  readonly transparent?: readonly number[];
  /** What the tEXt chunks say, by keyword. */
  readonly text: Readonly<Record<string, string>>;
}

/** What {@link writePng} writes. */
export interface PngContent extends ImageSize {
  /** Uint16Array for 16-bit samples, Uint8Array for 8-bit ones. */
  readonly pixels: Uint8Array | Uint16Array;
  /** 1 grey (default) or 3 colour. */
  readonly channels?: 1 | 3;
  /** Written as tEXt chunks: keywords of 1 to 79 characters, all in Latin-1. */
  readonly text?: Readonly<Record<string, string>>;
}

/**
 * The tEXt entry that marks every image made by a program: `writePng({ ...image, text: SYNTHETIC_MARK })`. readMammogram
 * recognises its keyword.
 */
export const SYNTHETIC_MARK: Readonly<Record<'Synthetic', string>> = {
  Synthetic: SYNTHETIC_STATEMENT,
};

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Whether the bytes start as a PNG file does. */
export function isPngFile(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, index) => bytes[index] === byte);
}

/**
 * Reads a PNG file of any colour type and bit depth, interlaced or not; every checksum is verified.
 *
 * @throws TypeError if `bytes` is not a Uint8Array
 * @throws ImageFileError if the file is damaged or truncated, or of 2^28 pixels or more
 * @example
 * ```ts
 * const file = writePng({ pixels: Uint16Array.of(0, 65535), height: 1, width: 2, text: SYNTHETIC_MARK });
 * const { bitDepth, text } = readPng(file);
 * [bitDepth, Object.keys(text)]; // => [16, ['Synthetic']]
 * ```
 * @see ISO/IEC 15948 (PNG, third edition)
 */
export function readPng(bytes: Uint8Array): PngImage {
  const plain = plainBytes('readPng', bytes);
  try {
    return decodePng(plain);
  } catch (error) {
    throw namedAfter('readPng', error);
  }
}

/**
 * Writes grey or colour pixels as a PNG file, 16 bits deep for a Uint16Array, 8 for a Uint8Array.
 *
 * @throws RangeError if the number of pixels is not height × width × channels, or a text cannot be written
 * @example
 * ```ts
 * const file = writePng({ pixels: Uint8Array.of(255, 0, 0), height: 1, width: 1, channels: 3 });
 * readPng(file).channels; // => 3
 * ```
 */
export function writePng(content: PngContent): Uint8Array {
  const { pixels, height, width, channels = 1, text = {} } = content;
  if (pixels.length !== height * width * channels || pixels.length === 0) {
    throw new RangeError(
      `writePng: pixels must be ${height} x ${width} x ${channels} samples, got ${pixels.length}`,
    );
  }
  for (const [keyword, value] of Object.entries(text)) checkText(keyword, value);
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([pixels instanceof Uint16Array ? 16 : 8, channels === 1 ? 0 : 2], 8);
  return concatenateBytes([
    Uint8Array.from(SIGNATURE),
    chunkBytes('IHDR', header),
    ...Object.entries(text).map(([keyword, value]) =>
      chunkBytes('tEXt', latin1Bytes(`${keyword}\0${value}`)),
    ),
    chunkBytes('IDAT', encodePixels({ pixels, height, width, channels })),
    chunkBytes('IEND', new Uint8Array(0)),
  ]);
}

function decodePng(bytes: Uint8Array): PngImage {
  if (!isPngFile(bytes)) throw new ImageFileError('invalid', 'not a PNG file');
  const chunks = readChunks(bytes);
  const header = readHeader(chunks[0]);
  const { height, width, bitDepth, samples, indexed } = header;
  const decoded = decodePixels(header, chunks);
  const size = { height, width, text: readText(chunks) };
  if (indexed) {
    return { ...expandPalette(decoded as Uint8Array, chunks), bitDepth: 8, ...size };
  }
  const transparent = readTransparent(chunks, samples);
  return {
    pixels: decoded,
    channels: samples,
    bitDepth,
    ...size,
    ...(transparent && { transparent }),
  };
}

function readText(chunks: readonly PngChunk[]): Readonly<Record<string, string>> {
  const decoder = new TextDecoder('latin1');
  const entries = chunks
    .filter(({ type, data }) => type === 'tEXt' && data.includes(0))
    .map(({ data }) => {
      const end = data.indexOf(0);
      return [decoder.decode(data.subarray(0, end)), decoder.decode(data.subarray(end + 1))];
    });
  return Object.fromEntries(entries);
}

function readTransparent(
  chunks: readonly PngChunk[],
  samples: number,
): readonly number[] | undefined {
  const data = chunks.find(({ type }) => type === 'tRNS')?.data;
  if (data === undefined || data.length < samples * 2 || samples % 2 === 0) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  return Array.from({ length: samples }, (_, index) => view.getUint16(index * 2));
}

function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function checkText(keyword: string, value: string): void {
  const latin1 = [...keyword, ...value].every((character) => character <= '\u00ff');
  if (latin1 && keyword.length > 0 && keyword.length < 80 && !keyword.includes('\0')) return;
  throw new RangeError(
    `writePng: text must be Latin-1 with keywords of 1 to 79 characters, got ${JSON.stringify(keyword)}: ${JSON.stringify(value)}`,
  );
}
