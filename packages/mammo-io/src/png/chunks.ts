import { crc32 } from '../deflate.ts';
import { ImageFileError } from '../image-file-error.ts';

/** A chunk of a PNG file, its data not copied. */
export interface PngChunk {
  /** Four letters, e.g. `IDAT`. */
  readonly type: string;
  readonly data: Uint8Array;
}

const FIRST_CHUNK = 8;
/** Length, type and checksum. */
const OVERHEAD = 12;

/**
 * The chunks of a PNG file up to its IEND, every checksum verified.
 *
 * @throws ImageFileError if a checksum is wrong or the file ends before its IEND
 */
export function readChunks(bytes: Uint8Array): readonly PngChunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: PngChunk[] = [];
  let position = FIRST_CHUNK;
  while (position + OVERHEAD <= bytes.length) {
    const length = view.getUint32(position);
    const type = String.fromCharCode(...bytes.subarray(position + 4, position + 8));
    const end = position + 8 + length;
    if (end + 4 > bytes.length) throw invalid(`the file ends inside its ${printable(type)} chunk`);
    if (crc32(bytes.subarray(position + 4, end)) !== view.getUint32(end)) {
      throw invalid(`the checksum of its ${printable(type)} chunk is wrong`);
    }
    chunks.push({ type, data: bytes.subarray(position + 8, end) });
    if (type === 'IEND') return chunks;
    position = end + 4;
  }
  throw invalid('the file ends before its IEND chunk');
}

/** A chunk with its length and checksum. */
export function chunkBytes(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + OVERHEAD);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let index = 0; index < 4; index++) bytes[4 + index] = type.charCodeAt(index);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)));
  return bytes;
}

function printable(type: string): string {
  return /^[A-Za-z]{4}$/.test(type) ? type : 'damaged';
}

function invalid(message: string): ImageFileError {
  return new ImageFileError('invalid', message);
}
