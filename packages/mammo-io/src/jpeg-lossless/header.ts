import { ImageFileError } from '../image-file-error.ts';
import { type HuffmanTable, huffmanTable } from './huffman.ts';

/** What the markers before the scan of a lossless JPEG say. */
export interface JpegLosslessHeader {
  /** Bits of a sample, 2 to 16. */
  readonly precision: number;
  readonly height: number;
  readonly width: number;
  readonly table: HuffmanTable;
  /** Rows between restart markers; 0 for none. */
  readonly restartRows: number;
  /** Selection value of the predictor, 1 to 7. */
  readonly predictor: number;
  readonly pointTransform: number;
  /** First byte of the entropy-coded data. */
  readonly scanStart: number;
}

const SOF3 = 0xc3;
const DHT = 0xc4;
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const DRI = 0xdd;

/**
 * Reads the marker segments of a lossless Huffman JPEG up to its scan.
 *
 * @throws ImageFileError if a segment is damaged or missing, or the stream is another kind of JPEG, colour, or hierarchical
 * @see ITU-T T.81, annex B
 */
export function readJpegLosslessHeader(bytes: Uint8Array): JpegLosslessHeader {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) throw invalid('the JPEG stream has no start marker');
  const tables = new Map<number, HuffmanTable>();
  let frame: FrameHeader | undefined;
  let restartInterval = 0;
  let position = 2;
  for (;;) {
    const { marker, payload, end } = nextSegment(bytes, position);
    position = end;
    if (marker === SOS) {
      if (frame === undefined) throw invalid('the JPEG scan precedes its frame header');
      const scan = scanHeader(payload, frame, tables);
      const restartRows = rowsOfInterval(restartInterval, frame.width);
      return { ...frame, ...scan, restartRows, scanStart: end };
    }
    if (marker === DHT) readTables(payload, tables);
    if (marker === DRI) restartInterval = uint16(payload, 0);
    if (isFrameHeader(marker)) frame = frameHeader(marker, payload);
  }
}

interface FrameHeader {
  readonly precision: number;
  readonly height: number;
  readonly width: number;
  readonly componentId: number;
}

interface Segment {
  readonly marker: number;
  readonly payload: Uint8Array;
  readonly end: number;
}

function nextSegment(bytes: Uint8Array, start: number): Segment {
  let position = start;
  if (bytes[position] !== 0xff) throw invalid(`a JPEG marker must follow at byte ${start}`);
  while (bytes[position] === 0xff) position++;
  const marker = bytes[position];
  if (marker === undefined || marker === EOI) throw invalid('the JPEG stream has no scan');
  const length = uint16(bytes, position + 1);
  const end = position + 1 + length;
  if (length < 2 || end > bytes.length) throw invalid('the JPEG stream ends inside its header');
  return { marker, payload: bytes.subarray(position + 3, end), end };
}

/** SOF0 to SOF15 without the tables (DHT, DAC) and the reserved JPG marker between them. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== DHT && marker !== 0xc8 && marker !== 0xcc;
}

function frameHeader(marker: number, payload: Uint8Array): FrameHeader {
  if (marker !== SOF3) {
    throw new ImageFileError(
      'unsupported',
      `the JPEG stream must be lossless (SOF3), got SOF${marker & 15}`,
    );
  }
  const [precision = 0] = payload;
  const height = uint16(payload, 1);
  const width = uint16(payload, 3);
  const [components = 0, componentId = 0] = payload.subarray(5);
  if (components !== 1) {
    throw new ImageFileError(
      'unsupported',
      `the JPEG stream must be grey, got ${components} components`,
    );
  }
  if (precision < 2 || precision > 16) {
    throw invalid(`JPEG precision must lie in 2..16 bits, got ${precision}`);
  }
  if (height === 0 || width === 0) throw invalid(`the JPEG image is empty, got ${height}x${width}`);
  return { precision, height, width, componentId };
}

function scanHeader(
  payload: Uint8Array,
  frame: FrameHeader,
  tables: ReadonlyMap<number, HuffmanTable>,
): Pick<JpegLosslessHeader, 'table' | 'predictor' | 'pointTransform'> {
  const [components, componentId, tableIds = 0, predictor = 0, , approximation = 0] = payload;
  if (components !== 1 || componentId !== frame.componentId || payload.length < 6) {
    throw invalid('the JPEG scan must have the one component of its frame');
  }
  if (predictor < 1 || predictor > 7) {
    throw invalid(`the JPEG predictor must lie in 1..7, got ${predictor}`);
  }
  const pointTransform = approximation & 15;
  if (pointTransform >= frame.precision) {
    throw invalid(
      `the JPEG point transform must be below ${frame.precision}, got ${pointTransform}`,
    );
  }
  const table = tables.get(tableIds >> 4);
  if (table === undefined) throw invalid(`the JPEG stream lacks Huffman table ${tableIds >> 4}`);
  return { table, predictor, pointTransform };
}

function readTables(payload: Uint8Array, tables: Map<number, HuffmanTable>): void {
  let position = 0;
  while (position < payload.length) {
    const id = payload[position]!;
    const counts = payload.subarray(position + 1, position + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const symbols = payload.subarray(position + 17, position + 17 + total);
    if (counts.length < 16 || symbols.length < total) {
      throw invalid('a JPEG Huffman table is truncated');
    }
    tables.set(id & 15, huffmanTable(counts, symbols));
    position += 17 + total;
  }
}

function rowsOfInterval(interval: number, width: number): number {
  if (interval % width === 0) return interval / width;
  throw invalid(`the JPEG restart interval must be whole rows of ${width}, got ${interval}`);
}

function uint16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

function invalid(message: string): ImageFileError {
  return new ImageFileError('invalid', message);
}
