import { decode, encode } from 'fast-png';
import { ImageFileError, MAX_PIXELS, plainBytes } from './image-file-error.ts';
import { SYNTHETIC_STATEMENT } from './synthetic-mark.ts';

/** Pixels of a PNG file, interleaved and row-major. */
export interface PngImage {
  /** 16-bit samples are a Uint16Array, 8-bit samples a Uint8Array. */
  readonly pixels: Uint8Array | Uint16Array;
  readonly height: number;
  readonly width: number;
  /** 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha. */
  readonly channels: 1 | 2 | 3 | 4;
  /** What the tEXt chunks say, by keyword. */
  readonly text: Readonly<Record<string, string>>;
}

/** What {@link writePng} writes. */
export interface PngContent {
  /** Uint16Array for 16-bit samples, Uint8Array for 8-bit ones. */
  readonly pixels: Uint8Array | Uint16Array;
  readonly height: number;
  readonly width: number;
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
const HEADER_END = 33;

/** Whether the bytes start as a PNG file does. */
export function isPngFile(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, index) => bytes[index] === byte);
}

/**
 * Reads an 8- or 16-bit PNG file, interlaced or not; every checksum is verified.
 *
 * @throws TypeError if `bytes` is not a Uint8Array
 * @throws ImageFileError if the file is damaged or truncated, indexed, of fewer than 8 bits, or of 2^28 pixels or more
 * @see ISO/IEC 15948 (PNG, third edition)
 */
export function readPng(bytes: Uint8Array): PngImage {
  const plain = plainBytes('readPng', bytes);
  checkHeader(plain);
  try {
    const { data, height, width, channels, text } = decode(plain, { checkCrc: true });
    return { pixels: unclamped(data), height, width, channels: channels as 1 | 2 | 3 | 4, text };
  } catch (error) {
    throw new ImageFileError('invalid', `readPng: the file is damaged or truncated (${error})`, {
      cause: error,
    });
  }
}

/**
 * Writes grey or colour pixels as a PNG file, 16 bits deep for a Uint16Array, 8 for a Uint8Array.
 *
 * @throws RangeError if the number of pixels is not height × width × channels, or a text cannot be written
 */
export function writePng(content: PngContent): Uint8Array {
  const { pixels, height, width, channels = 1, text = {} } = content;
  if (pixels.length !== height * width * channels || pixels.length === 0) {
    throw new RangeError(
      `writePng: pixels must be ${height} x ${width} x ${channels} samples, got ${pixels.length}`,
    );
  }
  for (const [keyword, value] of Object.entries(text)) checkText(keyword, value);
  const depth = pixels instanceof Uint16Array ? 16 : 8;
  return encode({ data: pixels, height, width, channels, depth, text: { ...text } });
}

function checkHeader(bytes: Uint8Array): void {
  if (!isPngFile(bytes)) throw new ImageFileError('invalid', 'readPng: not a PNG file');
  if (bytes.length < HEADER_END) {
    throw new ImageFileError('invalid', 'readPng: the file ends inside its header');
  }
  const header = new DataView(bytes.buffer, bytes.byteOffset, HEADER_END);
  const [width, height] = [header.getUint32(16), header.getUint32(20)];
  if (width * height >= MAX_PIXELS) {
    throw new ImageFileError(
      'too-large',
      `readPng: the image must have fewer than 2^28 pixels, got ${height}x${width}`,
    );
  }
  const [depth, colourType] = [header.getUint8(24), header.getUint8(25)];
  if ((depth !== 8 && depth !== 16) || colourType === 3) {
    throw new ImageFileError(
      'unsupported',
      `readPng: samples must have 8 or 16 bits and no palette, got ${depth} bits, colour type ${colourType}`,
    );
  }
}

function unclamped(data: Uint8Array | Uint8ClampedArray | Uint16Array): Uint8Array | Uint16Array {
  if (!(data instanceof Uint8ClampedArray)) return data;
  return new Uint8Array(data.buffer, data.byteOffset, data.length);
}

function checkText(keyword: string, value: string): void {
  const latin1 = [...keyword, ...value].every((character) => character <= '\u00ff');
  if (latin1 && keyword.length > 0 && keyword.length < 80 && !keyword.includes('\0')) return;
  throw new RangeError(
    `writePng: text must be Latin-1 with keywords of 1 to 79 characters, got ${JSON.stringify(keyword)}: ${JSON.stringify(value)}`,
  );
}
