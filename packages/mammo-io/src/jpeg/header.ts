import { ImageFileError } from '../image-file-error.ts';
import { type HuffmanTable, huffmanTable } from './huffman.ts';

/** How a stream is coded: by the cosine transform (baseline and extended sequential) or lossless. */
export type JpegProcess = 'dct' | 'lossless';

/** What the markers before the scan of a grey JPEG say. */
export interface JpegHeader {
  readonly process: JpegProcess;
  /** Bits of a sample: 8 or 12 of a cosine transform, 2 to 16 of a lossless stream. */
  readonly precision: number;
  /** 0 where it is stated behind the scan (DNL). */
  readonly height: number;
  readonly width: number;
  readonly huffmanTables: Readonly<Record<'dc' | 'ac', HuffmanTable | undefined>>;
  /** Divisors of the 64 coefficients in zigzag order; of a cosine transform. */
  readonly quantisation: Uint16Array | undefined;
  /** Blocks (cosine transform) or samples (lossless) between restart markers; 0 for none. */
  readonly restartInterval: number;
  /** Selection value of the predictor, of a lossless stream. */
  readonly predictor: number;
  readonly pointTransform: number;
  /** First byte of the entropy-coded data. */
  readonly scanStart: number;
}

const DHT = 0xc4;
const JPG = 0xc8;
const DAC = 0xcc;
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const DQT = 0xdb;
const DRI = 0xdd;

/** By low nibble of the frame header's marker SOF0..SOF15. */
const PROCESSES: Readonly<Record<number, JpegProcess>> = { 0: 'dct', 1: 'dct', 3: 'lossless' };

/**
 * Reads the marker segments of a grey, sequential Huffman JPEG up to its scan.
 *
 * @throws ImageFileError if a segment is damaged or missing, or the stream is colour, progressive, arithmetic or hierarchical
 * @see ITU-T T.81, annex B
 */
export function readJpegHeader(bytes: Uint8Array): JpegHeader {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) throw invalid('the JPEG stream has no start marker');
  const tables: Tables = { dc: new Map(), ac: new Map(), quantisation: new Map() };
  let frame: FrameHeader | undefined;
  let restartInterval = 0;
  let position = 2;
  for (;;) {
    const { marker, payload, end } = nextSegment(bytes, position);
    position = end;
    if (marker === SOS) {
      return { ...scanHeader(payload, frame, tables), restartInterval, scanStart: end };
    }
    if (marker === DHT) readHuffmanTables(payload, tables);
    else if (marker === DQT) readQuantisationTables(payload, tables);
    else if (marker === DRI) restartInterval = uint16(payload, 0);
    else if (isFrameHeader(marker)) frame = frameHeader(marker, payload);
  }
}

/** @throws ImageFileError if the stream lacks the table that its scan names */
export function huffmanTableOf({ huffmanTables }: JpegHeader, kind: 'dc' | 'ac'): HuffmanTable {
  const table = huffmanTables[kind];
  if (table !== undefined) return table;
  throw invalid(`the JPEG stream lacks the ${kind.toUpperCase()} Huffman table of its scan`);
}

interface Tables {
  readonly dc: Map<number, HuffmanTable>;
  readonly ac: Map<number, HuffmanTable>;
  readonly quantisation: Map<number, Uint16Array>;
}

interface FrameHeader {
  readonly process: JpegProcess;
  readonly precision: number;
  readonly height: number;
  readonly width: number;
  readonly componentId: number;
  readonly quantisationId: number;
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
  return marker >= 0xc0 && marker <= 0xcf && ![DHT, JPG, DAC].includes(marker);
}

function frameHeader(marker: number, payload: Uint8Array): FrameHeader {
  const process = PROCESSES[marker & 15];
  if (process === undefined) {
    throw unsupported(
      `the JPEG stream must be sequential or lossless with Huffman codes (SOF0, SOF1, SOF3), got SOF${marker & 15}`,
    );
  }
  const [precision = 0] = payload;
  const [components = 0, componentId = 0, , quantisationId = 0] = payload.subarray(5);
  if (components !== 1) {
    throw unsupported(`the JPEG stream must be grey, got ${components} components`);
  }
  requirePrecision(process, precision);
  const height = uint16(payload, 1);
  const width = uint16(payload, 3);
  if (width === 0) throw invalid(`the JPEG image is empty, got ${height}x${width}`);
  return { process, precision, height, width, componentId, quantisationId };
}

function requirePrecision(process: JpegProcess, precision: number): void {
  if (process === 'lossless') {
    if (precision >= 2 && precision <= 16) return;
    throw invalid(`JPEG precision must lie in 2..16 bits, got ${precision}`);
  }
  if (precision !== 8 && precision !== 12) {
    throw invalid(`JPEG precision must be 8 or 12 bits, got ${precision}`);
  }
}

function scanHeader(
  payload: Uint8Array,
  frame: FrameHeader | undefined,
  tables: Tables,
): Omit<JpegHeader, 'restartInterval' | 'scanStart'> {
  if (frame === undefined) throw invalid('the JPEG scan precedes its frame header');
  const { componentId, quantisationId, ...sizes } = frame;
  const [components, scanComponentId, tableIds = 0, predictor = 0, , approximation = 0] = payload;
  if (components !== 1 || scanComponentId !== componentId || payload.length < 6) {
    throw invalid('the JPEG scan must have the one component of its frame');
  }
  return {
    ...sizes,
    huffmanTables: { dc: tables.dc.get(tableIds >> 4), ac: tables.ac.get(tableIds & 15) },
    quantisation: tables.quantisation.get(quantisationId),
    predictor,
    pointTransform: approximation & 15,
  };
}

function readHuffmanTables(payload: Uint8Array, tables: Tables): void {
  let position = 0;
  while (position < payload.length) {
    const id = payload[position]!;
    const counts = payload.subarray(position + 1, position + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const symbols = payload.subarray(position + 17, position + 17 + total);
    if (counts.length < 16 || symbols.length < total) {
      throw invalid('a JPEG Huffman table is truncated');
    }
    tables[id >> 4 === 0 ? 'dc' : 'ac'].set(id & 15, huffmanTable(counts, symbols));
    position += 17 + total;
  }
}

function readQuantisationTables(payload: Uint8Array, tables: Tables): void {
  let position = 0;
  while (position < payload.length) {
    const id = payload[position]!;
    const wide = id >> 4 !== 0;
    const start = position + 1;
    position = start + (wide ? 128 : 64);
    if (position > payload.length) throw invalid('a JPEG quantisation table is truncated');
    const divisors = Uint16Array.from({ length: 64 }, (_, index) =>
      wide ? uint16(payload, start + index * 2) : payload[start + index]!,
    );
    tables.quantisation.set(id & 15, divisors);
  }
}

function uint16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

function invalid(message: string): ImageFileError {
  return new ImageFileError('invalid', message);
}

function unsupported(message: string): ImageFileError {
  return new ImageFileError('unsupported', message);
}
