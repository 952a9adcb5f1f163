import { ImageFileError, namedAfter, plainBytes } from './image-file-error.ts';
import type { ImageSize } from './image-size.ts';
import { compressionOf } from './tiff/decompress.ts';
import {
  fieldNumber,
  fieldText,
  isTiffFile,
  readDirectories,
  type TiffDirectory,
} from './tiff/directory.ts';
import { readLayout, type TiffLayout, type TiffSegment } from './tiff/layout.ts';
import { allocateSamples, rowSamples, type TiffSamples } from './tiff/samples.ts';

/** The pixels of a page of a TIFF file, interleaved and row-major, as stored. */
export interface TiffImage extends ImageSize {
  /** Unsigned samples of up to 8 bits are a Uint8Array, of up to 16 a Uint16Array; others as their format and width say. */
  readonly pixels: TiffSamples;
  /** 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha. */
  readonly channels: 1 | 2 | 3 | 4;
  /** Of a sample as stored, 1 to 64; `pixels` may be wider. */
  readonly bitsPerSample: number;
  /** Unsigned or signed integers, or IEEE floats. */
  readonly sampleFormat: 'uint' | 'int' | 'float';
  /** Whether 0 is white (PhotometricInterpretation WhiteIsZero); `pixels` are not inverted. */
  readonly whiteIsZero: boolean;
  /** Which page this is, counted from 0. */
  readonly page: number;
  /** Pages in the file; reduced copies of others are not counted. */
  readonly pages: number;
  /** What the ImageDescription says. */
  readonly description?: string;
  /** What the file asks for that was not done, or does not say. */
  readonly warnings: readonly string[];
}

/** Options of {@link readTiff}. */
export interface ReadTiffOptions {
  /** Counted from 0; reduced copies of other pages (thumbnails) are not counted. Default: 0. */
  readonly page?: number;
}

const NEW_SUBFILE_TYPE = 254;
const PHOTOMETRIC = 262;
const DESCRIPTION = 270;
const ORIENTATION = 274;

export { isTiffFile } from './tiff/directory.ts';

/**
 * Reads a page of a TIFF or BigTIFF file: strips or tiles; uncompressed, LZW, Deflate or PackBits; horizontal and
 * floating-point predictor; unsigned samples of 1 to 16 and 32 bits, signed of 8, 16 and 32, floats of 32 and 64; grey or RGB.
 *
 * @throws TypeError if `bytes` is not a Uint8Array
 * @throws RangeError if there is no such page
 * @throws ImageFileError if the file is damaged or truncated, of a kind that is not read, or of 2^28 samples or more
 * @see Adobe, TIFF revision 6.0 (1992); Adobe Photoshop TIFF Technical Notes (2002, 2005)
 */
export function readTiff(bytes: Uint8Array, options: ReadTiffOptions = {}): TiffImage {
  const plain = plainBytes('readTiff', bytes);
  try {
    return readPage(plain, options.page ?? 0);
  } catch (error) {
    throw namedAfter('readTiff', error);
  }
}

function readPage(bytes: Uint8Array, page: number): TiffImage {
  if (!isTiffFile(bytes)) throw invalid('not a TIFF file');
  const directories = readDirectories(bytes).filter((directory) => !isReduced(directory));
  if (directories.length === 0) throw invalid('it has no page but reduced ones');
  const directory = directories[page];
  if (directory === undefined) {
    const last = directories.length - 1;
    throw new RangeError(`readTiff: page must be an integer in 0..${last}, got ${page}`);
  }
  const layout = readLayout(directory);
  const { height, width, channels, bits, format, whiteIsZero } = layout;
  const description = fieldText(directory, DESCRIPTION);
  return {
    pixels: decodeSegments(bytes, layout),
    height,
    width,
    channels,
    bitsPerSample: bits,
    sampleFormat: format,
    whiteIsZero,
    page,
    pages: directories.length,
    ...(description !== undefined && { description }),
    warnings: defects(directory),
  };
}

function isReduced(directory: TiffDirectory): boolean {
  return ((fieldNumber(directory, NEW_SUBFILE_TYPE) ?? 0) & 1) === 1;
}

function defects(directory: TiffDirectory): readonly string[] {
  const found: string[] = [];
  const orientation = fieldNumber(directory, ORIENTATION) ?? 1;
  if (orientation !== 1) {
    found.push(`the file asks for orientation ${orientation}: the pixels are left as stored`);
  }
  if (!directory.fields.has(PHOTOMETRIC)) {
    found.push('the photometric interpretation is missing: 0 is taken for black');
  }
  return found;
}

function decodeSegments(bytes: Uint8Array, layout: TiffLayout): TiffSamples {
  const { height, width, channels, segments, segmentWidth } = layout;
  const compression = compressionOf(layout.compression);
  const count = segmentWidth * channels;
  const rowBytes = Math.ceil((count * layout.bits) / 8);
  requireNoOverlap(bytes, segments);
  for (const segment of segments) {
    requireData(bytes, segment, Math.floor((segment.height * rowBytes) / compression.largestRatio));
  }
  const pixels = allocateSamples(layout, height * width * channels);
  for (const segment of segments) {
    const data = bytes.subarray(segment.offset, segment.offset + segment.length);
    const length = segment.height * rowBytes;
    const most = layout.segmentHeight * rowBytes;
    const decoded = compression.decode(data, { length, most });
    const rows = Math.min(segment.height, height - segment.row);
    const samples = rowSamples(layout, { bytes: decoded, rows, count, rowBytes });
    const columns = Math.min(segmentWidth, width - segment.column) * channels;
    for (let row = 0; row < rows; row++) {
      const line = samples.subarray(row * count, row * count + columns);
      pixels.set(line, ((segment.row + row) * width + segment.column) * channels);
    }
  }
  return pixels;
}

/** Strips and tiles may share bytes (blank ones do), but not so often that they take forever. */
function requireNoOverlap(bytes: Uint8Array, segments: readonly TiffSegment[]): void {
  const total = segments.reduce((sum, { length }) => sum + length, 0);
  if (total <= 8 * bytes.length) return;
  throw invalid(`its strips or tiles have ${total} bytes in a file of ${bytes.length}`);
}

/** Checked of all strips or tiles before anything is allocated. */
function requireData(bytes: Uint8Array, { offset, length }: TiffSegment, least: number): void {
  if (offset + length > bytes.length) {
    throw invalid(
      `it is truncated: a strip or tile ends at byte ${offset + length} of ${bytes.length}`,
    );
  }
  if (length < least) {
    throw invalid(`a strip or tile has ${length} bytes, its pixels need at least ${least}`);
  }
}

function invalid(message: string): ImageFileError {
  return new ImageFileError('invalid', message);
}
