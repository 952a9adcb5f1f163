import { ImageFileError } from '../image-file-error.ts';
import {
  type CoefficientTables,
  coefficientTables,
  readAcCoefficients,
  readDcDifference,
} from './coefficients.ts';
import { type EntropySegment, isExhausted } from './entropy.ts';
import { huffmanTableOf, type JpegHeader } from './header.ts';
import { inverseDct, inverseDctOfConstant } from './inverse-dct.ts';

/**
 * Decodes the scan of a grey sequential JPEG (processes 1, 2 and 4): 8 or 12 bits, restart intervals.
 *
 * @throws ImageFileError if the scan is damaged or truncated
 * @see ITU-T T.81 (1992), annexes A and F
 */
export function decodeDctScan(
  header: JpegHeader,
  segments: readonly EntropySegment[],
): Uint8Array | Uint16Array {
  const { height, width, precision, restartInterval, quantisation } = header;
  if (quantisation === undefined) throw invalid('the JPEG stream lacks its quantisation table');
  const tables = coefficientTables(
    huffmanTableOf(header, 'dc'),
    huffmanTableOf(header, 'ac'),
    quantisation,
  );
  const samples =
    precision === 8 ? new Uint8Array(height * width) : new Uint16Array(height * width);
  const blocksAcross = Math.ceil(width / 8);
  const blocks = blocksAcross * Math.ceil(height / 8);
  const blocksPerSegment = restartInterval || blocks;
  const image = { samples, height, width, precision, blocksAcross };
  for (let from = 0; from < blocks; from += blocksPerSegment) {
    const segment = segments[from / blocksPerSegment];
    if (segment === undefined) throw truncatedAt(from, blocks);
    const to = Math.min(from + blocksPerSegment, blocks);
    decodeBlocks(segment, { image, tables, from, to, blocks });
  }
  return samples;
}

interface BlockImage {
  readonly samples: Uint8Array | Uint16Array;
  readonly height: number;
  readonly width: number;
  readonly precision: number;
  readonly blocksAcross: number;
}

interface Blocks {
  readonly image: BlockImage;
  readonly tables: CoefficientTables;
  readonly from: number;
  readonly to: number;
  readonly blocks: number;
}

function decodeBlocks(segment: EntropySegment, { image, tables, from, to, blocks }: Blocks): void {
  const block = new Int32Array(64);
  const extraBits = image.precision === 8 ? 2 : 1;
  let dc = 0;
  for (let index = from; index < to; index++) {
    dc += readDcDifference(segment, tables);
    const first = Math.imul(dc, tables.quantisation[0]!);
    const any = readAcCoefficients(segment, tables, block);
    if (isExhausted(segment)) throw truncatedAt(index, blocks);
    if (any) {
      block[0] = first;
      inverseDct(block, extraBits);
      writeBlock(block, image, index);
      block.fill(0);
    } else {
      writeConstantBlock(inverseDctOfConstant(first, extraBits), image, index);
    }
  }
}

/** Shifts the samples to their middle level, limits them to their range, and leaves out what lies beyond the image. */
function writeBlock(block: Int32Array, image: BlockImage, index: number): void {
  const { samples, width, precision } = image;
  const { start, columns, rows } = placeOf(image, index);
  const level = 1 << (precision - 1);
  const highest = 2 * level - 1;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const sample = block[row * 8 + column]! + level;
      const limited = sample < 0 ? 0 : sample > highest ? highest : sample;
      samples[start + row * width + column] = limited;
    }
  }
}

/** The same of a block whose samples are all one. */
function writeConstantBlock(value: number, image: BlockImage, index: number): void {
  const { samples, width, precision } = image;
  const { start, columns, rows } = placeOf(image, index);
  const level = 1 << (precision - 1);
  const sample = Math.min(Math.max(value + level, 0), 2 * level - 1);
  for (let row = 0; row < rows; row++) {
    const from = start + row * width;
    for (let column = 0; column < columns; column++) samples[from + column] = sample;
  }
}

/** First sample of a block, and how much of it lies in the image. */
function placeOf({ height, width, blocksAcross }: BlockImage, index: number) {
  const left = (index % blocksAcross) * 8;
  const top = Math.floor(index / blocksAcross) * 8;
  return {
    start: top * width + left,
    columns: Math.min(8, width - left),
    rows: Math.min(8, height - top),
  };
}

function truncatedAt(block: number, blocks: number): ImageFileError {
  return invalid(`the JPEG scan ends in block ${block + 1} of ${blocks}`);
}

function invalid(message: string): ImageFileError {
  return new ImageFileError('invalid', message);
}
