import { ImageFileError } from './image-file-error.ts';
import {
  type BitSource,
  entropySegments,
  isExhausted,
  readDifferences,
} from './jpeg-lossless/bits.ts';
import { type JpegLosslessHeader, readJpegLosslessHeader } from './jpeg-lossless/header.ts';
import { predictFirstRow, predictRow } from './jpeg-lossless/predictor.ts';

/** Grey samples of a lossless JPEG. */
export interface JpegLosslessImage {
  readonly samples: Uint16Array;
  readonly height: number;
  readonly width: number;
  /** Bits of a sample, 2 to 16. */
  readonly precision: number;
}

/**
 * Decodes a grey lossless Huffman JPEG (process 14): all seven predictors, 2 to 16 bits, restart intervals, point transform,
 * differences modulo 2^16.
 *
 * @param size the height and width that the image must have
 * @throws ImageFileError if the stream is damaged, truncated, of another size, or not of this kind
 * @see ITU-T T.81 (1992), annex H
 */
export function decodeJpegLossless(
  bytes: Uint8Array,
  size: { readonly height: number; readonly width: number },
): JpegLosslessImage {
  const header = readJpegLosslessHeader(bytes);
  const { height, width, precision } = header;
  if (height !== size.height || width !== size.width) {
    throw invalid(
      `the JPEG image must have ${size.height}x${size.width} pixels, got ${height}x${width}`,
    );
  }
  const sources = entropySegments(bytes.subarray(header.scanStart));
  requireEnoughBits(sources, height * width);
  const samples = new Uint16Array(height * width);
  const rowsPerSource = header.restartRows || height;
  for (let row = 0; row < height; row += rowsPerSource) {
    const source = sources[row / rowsPerSource];
    if (source === undefined) throw truncatedAt(row, height);
    decodeRows(source, header, { samples, from: row, to: Math.min(row + rowsPerSource, height) });
  }
  if (header.pointTransform > 0) shiftLeft(samples, header.pointTransform);
  return { samples, height, width, precision };
}

interface Rows {
  readonly samples: Uint16Array;
  readonly from: number;
  readonly to: number;
}

function decodeRows(source: BitSource, header: JpegLosslessHeader, rows: Rows): void {
  const { width, precision, pointTransform, predictor, table, height } = header;
  const differences = new Int32Array(width);
  for (let row = rows.from; row < rows.to; row++) {
    const place = { samples: rows.samples, start: row * width, width };
    readDifferences(source, table, differences);
    if (isExhausted(source)) throw truncatedAt(row, height);
    if (row > rows.from) predictRow(predictor, place, differences);
    else predictFirstRow(place, differences, 2 ** (precision - pointTransform - 1));
  }
}

/** Every sample takes one bit at least: a stream that is too short is refused before memory is taken for it. */
function requireEnoughBits(sources: readonly BitSource[], samples: number): void {
  const bits = sources.reduce((sum, source) => sum + source.bytes.length * 8, 0);
  if (bits < samples) throw invalid(`the JPEG scan has ${bits} bits for ${samples} samples`);
}

function shiftLeft(samples: Uint16Array, bits: number): void {
  for (let index = 0; index < samples.length; index++) samples[index] = samples[index]! << bits;
}

function truncatedAt(row: number, height: number): ImageFileError {
  return invalid(`the JPEG scan ends in row ${row + 1} of ${height}`);
}

function invalid(message: string): ImageFileError {
  return new ImageFileError('invalid', message);
}
