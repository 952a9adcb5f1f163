import { ImageFileError, MAX_PIXELS } from '../image-file-error.ts';
import type { DicomDataSet } from './data-set.ts';
import { decimalValues, shortValue, textValue } from './values.ts';

/** Size and layout of a file's pixels, as its header says. */
export interface PixelFormat {
  readonly rows: number;
  readonly columns: number;
  /** Frames in the file. */
  readonly frames: number;
  readonly bitsAllocated: 8 | 16;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
  readonly photometricInterpretation: string;
}

/**
 * Reads the image pixel module of a grey image.
 *
 * @throws ImageFileError if an attribute is missing or out of range, or the image is no grey image of at most 16 bits
 * @see DICOM PS3.3 section C.7.6.3
 */
export function readPixelFormat(dataSet: DicomDataSet): PixelFormat {
  requireOneSample(dataSet);
  const bitsAllocated = requiredShort(dataSet, 'BitsAllocated', 0x00280100);
  if (bitsAllocated !== 8 && bitsAllocated !== 16) {
    throw new ImageFileError('unsupported', `BitsAllocated must be 8 or 16, got ${bitsAllocated}`);
  }
  const bitsStored = requiredShort(dataSet, 'BitsStored', 0x00280101);
  if (bitsStored < 1 || bitsStored > bitsAllocated) {
    throw invalid(`BitsStored must lie in 1..${bitsAllocated}, got ${bitsStored}`);
  }
  const highBit = shortValue(dataSet, 0x00280102) ?? bitsStored - 1;
  if (highBit < bitsStored - 1 || highBit >= bitsAllocated) {
    throw invalid(`HighBit must lie in ${bitsStored - 1}..${bitsAllocated - 1}, got ${highBit}`);
  }
  return {
    rows: size(dataSet, 'Rows', 0x00280010),
    columns: size(dataSet, 'Columns', 0x00280011),
    frames: frameCount(dataSet),
    bitsAllocated,
    bitsStored,
    highBit,
    signed: shortValue(dataSet, 0x00280103) === 1,
    photometricInterpretation: textValue(dataSet, 0x00280004) ?? 'MONOCHROME2',
  };
}

/** @throws ImageFileError if `frames` frames are more pixels than a reader allocates for */
export function requirePixelLimit(
  { rows, columns }: Pick<PixelFormat, 'rows' | 'columns'>,
  frames: number,
): void {
  if (rows * columns * frames < MAX_PIXELS) return;
  throw new ImageFileError(
    'too-large',
    `the image must have fewer than 2^28 pixels, got ${frames} x ${rows}x${columns}`,
  );
}

function requireOneSample(dataSet: DicomDataSet): void {
  const samples = shortValue(dataSet, 0x00280002) ?? 1;
  if (samples === 1) return;
  const photometric = textValue(dataSet, 0x00280004) ?? 'unknown';
  throw new ImageFileError(
    'unsupported',
    `the image must be grey (one sample per pixel), got ${samples} samples (${photometric})`,
  );
}

function size(dataSet: DicomDataSet, name: string, tag: number): number {
  const value = requiredShort(dataSet, name, tag);
  if (value > 0) return value;
  throw invalid(`${name} must be positive, got 0`);
}

function requiredShort(dataSet: DicomDataSet, name: string, tag: number): number {
  const value = shortValue(dataSet, tag);
  if (value === undefined) throw invalid(`${name} is missing`);
  return value;
}

function frameCount(dataSet: DicomDataSet): number {
  const [frames = 1] = decimalValues(dataSet, 0x00280008);
  if (Number.isInteger(frames) && frames > 0) return frames;
  throw invalid(`NumberOfFrames must be a positive integer, got ${frames}`);
}

function invalid(message: string): ImageFileError {
  return new ImageFileError('invalid', message);
}
