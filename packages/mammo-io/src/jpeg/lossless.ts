import { ImageFileError } from '../image-file-error.ts';
import { type DifferenceTable, differenceTable, readDifferences } from './differences.ts';
import { type EntropySegment, isExhausted } from './entropy.ts';
import { huffmanTableOf, type JpegHeader } from './header.ts';
import { predictFirstRow, predictRow } from './predictor.ts';

/**
 * Decodes the scan of a grey lossless Huffman JPEG (process 14): all seven predictors, 2 to 16 bits, restart intervals, point
 * transform, differences modulo 2^16.
 *
 * @throws ImageFileError if the scan is damaged or truncated
 * @see ITU-T T.81 (1992), annex H
 */
export function decodeLosslessScan(
  header: JpegHeader,
  segments: readonly EntropySegment[],
): Uint16Array {
  const { height, width, restartInterval, pointTransform } = header;
  const table = differenceTable(huffmanTableOf(header, 'dc'));
  requireParameters(header);
  const samples = new Uint16Array(height * width);
  const rowsPerSegment = restartInterval / width || height;
  for (let from = 0; from < height; from += rowsPerSegment) {
    const segment = segments[from / rowsPerSegment];
    if (segment === undefined) throw truncatedAt(from, height);
    const to = Math.min(from + rowsPerSegment, height);
    decodeRows(segment, { header, table, samples, from, to });
  }
  if (pointTransform > 0) shiftLeft(samples, pointTransform);
  return samples;
}

function requireParameters({ predictor, pointTransform, ...header }: JpegHeader): void {
  const { precision, restartInterval, width } = header;
  if (predictor < 1 || predictor > 7) {
    throw invalid(`the JPEG predictor must lie in 1..7, got ${predictor}`);
  }
  if (pointTransform >= precision) {
    throw invalid(`the JPEG point transform must be below ${precision}, got ${pointTransform}`);
  }
  if (restartInterval % width !== 0) {
    throw invalid(
      `the JPEG restart interval must be whole rows of ${width}, got ${restartInterval}`,
    );
  }
}

interface Rows {
  readonly header: JpegHeader;
  readonly table: DifferenceTable;
  readonly samples: Uint16Array;
  readonly from: number;
  readonly to: number;
}

function decodeRows(segment: EntropySegment, { header, table, samples, from, to }: Rows): void {
  const { width, precision, pointTransform, predictor, height } = header;
  for (let row = from; row < to; row++) {
    const place = { samples, start: row * width, width };
    readDifferences(segment, table, { samples, from: place.start, to: place.start + width });
    if (isExhausted(segment)) throw truncatedAt(row, height);
    if (row > from) predictRow(predictor, place);
    else predictFirstRow(place, 2 ** (precision - pointTransform - 1));
  }
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
