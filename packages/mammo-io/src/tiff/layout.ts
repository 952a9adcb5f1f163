import { ImageFileError, MAX_PIXELS } from '../image-file-error.ts';
import { fieldNumber, fieldNumbers, type TiffDirectory } from './directory.ts';

/** How the pixels of a page are stored. */
export interface TiffLayout {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 2 | 3 | 4;
  readonly bits: number;
  readonly format: 'uint' | 'int' | 'float';
  readonly whiteIsZero: boolean;
  readonly compression: number;
  readonly predictor: 1 | 2 | 3;
  readonly littleEndian: boolean;
  readonly segments: readonly TiffSegment[];
  /** Rows and columns of a whole strip or tile. */
  readonly segmentHeight: number;
  readonly segmentWidth: number;
}

/** A strip or tile: where its bytes are, and the image's row and column of its first pixel. */
export interface TiffSegment {
  readonly offset: number;
  readonly length: number;
  readonly row: number;
  readonly column: number;
  /** Rows that it holds; the last strip is shorter than the others. */
  readonly height: number;
}

const TAG = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  samples: 277,
  rowsPerStrip: 278,
  stripBytes: 279,
  planar: 284,
  predictor: 317,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileBytes: 325,
  format: 339,
} as const;

/** Pixels that the tiles of a small image may have together. */
const MOST_TILED = 2 ** 24;

/** Widths that samples of each format may have. */
const BITS = {
  uint: [...Array.from({ length: 16 }, (_, index) => index + 1), 32],
  int: [8, 16, 32],
  float: [32, 64],
} as const;

/**
 * Reads how a page is stored.
 *
 * @throws ImageFileError if it is damaged, of a kind that is not read (colour planes, palettes), or has 2^28 samples or more
 */
export function readLayout(directory: TiffDirectory): TiffLayout {
  const width = required(directory, 'width');
  const height = required(directory, 'height');
  const photometric = number(directory, 'photometric', 1);
  const channels = readChannels(directory, photometric);
  if (width * height * channels >= MAX_PIXELS) {
    throw new ImageFileError(
      'too-large',
      `the image must have fewer than 2^28 samples, got ${height}x${width}x${channels}`,
    );
  }
  if (number(directory, 'fillOrder', 1) !== 1) throw unsupported('its bits are in reverse order');
  const { bits, format } = readSampleKind(directory);
  const size = { height, width };
  return {
    ...size,
    channels,
    bits,
    format,
    whiteIsZero: photometric === 0,
    compression: number(directory, 'compression', 1),
    predictor: readPredictor(directory, { bits, format }),
    littleEndian: directory.littleEndian,
    ...(directory.fields.has(TAG.tileOffsets)
      ? readTiles(directory, size)
      : readStrips(directory, size, Math.ceil((width * channels * bits) / 8))),
  };
}

function readChannels(directory: TiffDirectory, photometric: number): 1 | 2 | 3 | 4 {
  const samples = number(directory, 'samples', 1);
  const grey = (photometric === 0 || photometric === 1) && (samples === 1 || samples === 2);
  const colour = photometric === 2 && (samples === 3 || samples === 4);
  if (!grey && !colour) {
    throw unsupported(
      `it must be grey or RGB, got photometric interpretation ${photometric} with ${samples} samples`,
    );
  }
  if (samples > 1 && number(directory, 'planar', 1) !== 1) {
    throw unsupported('its channels are stored in separate planes');
  }
  return samples as 1 | 2 | 3 | 4;
}

function readSampleKind(directory: TiffDirectory): Pick<TiffLayout, 'bits' | 'format'> {
  const widths = fieldNumbers(directory, TAG.bits);
  const bits = widths[0] ?? 1;
  const code = number(directory, 'format', 1);
  const format = code === 2 ? 'int' : code === 3 ? 'float' : 'uint';
  const known = code === 1 || code === 2 || code === 3 || code === 4; // 4: undefined, read as unsigned
  const supported: readonly number[] = BITS[format];
  if (known && supported.includes(bits) && widths.every((width) => width === bits)) {
    return { bits, format };
  }
  throw unsupported(`its samples have ${widths.join(', ') || 1} bits of format ${code}`);
}

function readPredictor(
  directory: TiffDirectory,
  { bits, format }: Pick<TiffLayout, 'bits' | 'format'>,
): 1 | 2 | 3 {
  const predictor = number(directory, 'predictor', 1);
  if (predictor === 1) return 1;
  if (predictor === 2 && [8, 16, 32].includes(bits)) return 2;
  if (predictor === 3 && format === 'float') return 3;
  throw unsupported(`predictor ${predictor} of ${bits}-bit ${format} samples`);
}

type Segments = Pick<TiffLayout, 'segments' | 'segmentHeight' | 'segmentWidth'>;

function readStrips(
  directory: TiffDirectory,
  { height, width }: Pick<TiffLayout, 'height' | 'width'>,
  rowBytes: number,
): Segments {
  const rowsPerStrip = Math.min(number(directory, 'rowsPerStrip', height), height);
  if (rowsPerStrip < 1) throw invalid('its strips have no rows');
  const count = Math.ceil(height / rowsPerStrip);
  const offsets = fieldNumbers(directory, TAG.stripOffsets);
  const stated = fieldNumbers(directory, TAG.stripBytes);
  // Some old writers of one uncompressed strip do not say how long it is.
  const lengths = stated.length === 0 && count === 1 ? [height * rowBytes] : stated;
  requireCount('strips', count, Math.min(offsets.length, lengths.length));
  const segments = Array.from({ length: count }, (_, index) => {
    const row = index * rowsPerStrip;
    const rows = Math.min(rowsPerStrip, height - row);
    return { offset: offsets[index]!, length: lengths[index]!, row, column: 0, height: rows };
  });
  return { segments, segmentHeight: rowsPerStrip, segmentWidth: width };
}

function readTiles(
  directory: TiffDirectory,
  { height, width }: Pick<TiffLayout, 'height' | 'width'>,
): Segments {
  const segmentWidth = required(directory, 'tileWidth');
  const segmentHeight = required(directory, 'tileHeight');
  const across = Math.ceil(width / segmentWidth);
  const count = across * Math.ceil(height / segmentHeight);
  if (count * segmentWidth * segmentHeight > Math.max(MOST_TILED, 8 * width * height)) {
    throw invalid(
      `${count} tiles of ${segmentHeight}x${segmentWidth} are too many for its ${height}x${width} pixels`,
    );
  }
  const offsets = fieldNumbers(directory, TAG.tileOffsets);
  const lengths = fieldNumbers(directory, TAG.tileBytes);
  requireCount('tiles', count, Math.min(offsets.length, lengths.length));
  const segments = Array.from({ length: count }, (_, index) => ({
    offset: offsets[index]!,
    length: lengths[index]!,
    row: Math.floor(index / across) * segmentHeight,
    column: (index % across) * segmentWidth,
    height: segmentHeight,
  }));
  return { segments, segmentHeight, segmentWidth };
}

function requireCount(what: string, needed: number, found: number): void {
  if (found < needed) throw invalid(`it must have ${needed} ${what}, got ${found}`);
}

function required(directory: TiffDirectory, name: keyof typeof TAG): number {
  const value = fieldNumber(directory, TAG[name]) ?? 0;
  if (value < 1) throw invalid(`its ${name} must be positive, got ${value}`);
  return value;
}

function number(directory: TiffDirectory, name: keyof typeof TAG, absent: number): number {
  return fieldNumber(directory, TAG[name]) ?? absent;
}

function unsupported(message: string): ImageFileError {
  return new ImageFileError('unsupported', message);
}

function invalid(message: string): ImageFileError {
  return new ImageFileError('invalid', message);
}
