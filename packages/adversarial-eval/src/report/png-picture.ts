import { zlibSync } from 'fflate';

/** An 8-bit picture and what its file says of it. */
export interface PngPicture {
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
  /** 1 grey, 3 colour. */
  readonly channels: 1 | 3;
  /** tEXt entries by keyword, in ASCII. */
  readonly text: Readonly<Record<string, string>>;
}

/**
 * A picture as the data URL of a PNG file, in Node and in a page alike. mammo-io's `writePng` writes files of mammograms; a report of
 * plain records must not ask for a package that decodes images (docs/architecture.md).
 *
 * @see ISO/IEC 15948 (PNG)
 */
export function pngDataUrl({ pixels, height, width, channels, text }: PngPicture): string {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, channels === 1 ? 0 : 2], 8);
  const file = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', header),
    ...Object.entries(text).map(([keyword, words]) => chunk('tEXt', ascii(`${keyword}\0${words}`))),
    chunk('IDAT', zlibSync(filteredRows(pixels, height, width * channels), { level: 9 })),
    chunk('IEND', new Uint8Array(0)),
  ];
  const bytes = file.map((part) => Array.from(part, (byte) => String.fromCharCode(byte)).join(''));
  return `data:image/png;base64,${btoa(bytes.join(''))}`;
}

/** Each row less the row above it (filter 2), which compresses smooth pictures well. */
function filteredRows(pixels: Uint8Array, height: number, rowBytes: number): Uint8Array {
  const filtered = new Uint8Array(height * (rowBytes + 1));
  for (let row = 0; row < height; row++) {
    const start = row * (rowBytes + 1);
    filtered[start] = 2;
    for (let i = 0; i < rowBytes; i++) {
      const at = row * rowBytes + i;
      filtered[start + 1 + i] = pixels[at]! - (row > 0 ? pixels[at - rowBytes]! : 0);
    }
  }
  return filtered;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(ascii(type), 4);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)));
  return bytes;
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
