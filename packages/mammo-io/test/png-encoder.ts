import { deflateSync } from 'node:zlib';
import { chunkBytes } from '../src/png/chunks.ts';
import { filterRow } from '../src/png/filters.ts';

/** A PNG file to make, of any kind that the format knows. */
export interface PngToEncode {
  /** Interleaved samples of `bitDepth` bits. */
  readonly samples: ArrayLike<number>;
  readonly height: number;
  readonly width: number;
  readonly bitDepth: number;
  readonly colourType: 0 | 2 | 3 | 4 | 6;
  readonly interlaced?: boolean;
  /** Filter types, used in turn. Default: 0. */
  readonly filters?: readonly number[];
  /** IDAT chunks. Default: 1. */
  readonly parts?: number;
  /** Chunks before the pixels, as type and data. */
  readonly chunks?: readonly (readonly [string, Uint8Array])[];
}

const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

/** Writes bit by bit, pass by pass, as the standard tells it. */
export function encodePng(png: PngToEncode): Uint8Array {
  const { height, width, bitDepth, colourType, interlaced = false, parts = 1, chunks = [] } = png;
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([bitDepth, colourType, 0, 0, interlaced ? 1 : 0], 8);
  const data = deflateSync(Buffer.concat(passRows(png)));
  const size = Math.ceil(data.length / parts);
  return Buffer.concat([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunkBytes('IHDR', header),
    ...chunks.map(([type, content]) => chunkBytes(type, content)),
    ...Array.from({ length: parts }, (_, part) =>
      chunkBytes('IDAT', data.subarray(part * size, (part + 1) * size)),
    ),
    chunkBytes('IEND', new Uint8Array(0)),
  ]);
}

/** The pass of each pixel of an 8 × 8 block, as figure 4 of the standard shows it. */
const PASS_OF_PIXEL = [
  '16462646',
  '77777777',
  '56565656',
  '77777777',
  '36463646',
  '77777777',
  '56565656',
  '77777777',
];

function passRows(png: PngToEncode): Uint8Array[] {
  const { height, width, interlaced = false, filters = [0], bitDepth, colourType } = png;
  const channels = CHANNELS[colourType];
  const pixelBytes = Math.max(1, (channels * bitDepth) / 8);
  const rows: Uint8Array[] = [];
  for (const pass of interlaced ? '1234567' : 'x') {
    let above: Uint8Array | undefined;
    for (let row = 0; row < height; row++) {
      const columns = Array.from({ length: width }, (_, column) => column).filter(
        (column) => pass === 'x' || PASS_OF_PIXEL[row % 8]![column % 8] === pass,
      );
      if (columns.length === 0) continue;
      const line = packed(png, row, columns);
      const type = filters[rows.length % filters.length]!;
      const target = new Uint8Array(line.length);
      filterRow(type, { line, above: above ?? new Uint8Array(line.length), pixelBytes }, target);
      rows.push(Uint8Array.of(type, ...target));
      above = line;
    }
  }
  return rows;
}

function packed(png: PngToEncode, row: number, columns: readonly number[]): Uint8Array {
  const channels = CHANNELS[png.colourType];
  const bits = columns
    .flatMap((column) =>
      Array.from(
        { length: channels },
        (_, channel) => png.samples[(row * png.width + column) * channels + channel]!,
      ),
    )
    .map((sample) => sample.toString(2).padStart(png.bitDepth, '0'))
    .join('');
  const bytes = bits.match(/.{1,8}/g) ?? [];
  return Uint8Array.from(bytes, (byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
}
