import { isDicomFile } from './dicom/file.ts';
import { type DicomImage, readDicom } from './dicom.ts';
import { ImageFileError, namedAfter } from './image-file-error.ts';
import type { ReadMammogramOptions } from './mammogram.ts';
import { isPgmFile, readPgm } from './pgm.ts';
import { isPngFile, readPng } from './png.ts';
import { pgmMammogram, pngMammogram, tiffMammogram } from './raster-mammogram.ts';
import type { StoredMammogram } from './stored-mammogram.ts';
import { isTiffFile, readTiff } from './tiff.ts';

/** Stored values that are known to fit their bits. */
export interface CheckedMammogram extends StoredMammogram {
  readonly brightest: number;
}

/** How to read, and the public function whose name errors carry. */
interface ReadStoredOptions extends ReadMammogramOptions {
  readonly reader: string;
}

/**
 * Reads the stored values of a file of any format.
 *
 * @throws RangeError if `bitsStored` is out of range, or a value needs more bits
 * @throws ImageFileError as readMammogram says
 */
export async function readStored(
  bytes: Uint8Array,
  { reader, ...options }: ReadStoredOptions,
): Promise<CheckedMammogram> {
  requireBits(reader, options.bitsStored);
  const meant = await readAsItIs(bytes, options);
  const stored = named(reader, meant);
  const bitsStored = options.bitsStored ?? stored.bitsStored;
  const brightest = brightestOf(stored.values);
  if (brightest < 2 ** bitsStored) return { ...stored, bitsStored, brightest };
  throw new RangeError(
    `${reader}: stored values must be below 2^${bitsStored} (bitsStored), got ${brightest}`,
  );
}

/** Whether the bytes start as a raster file does that mammograms come in. */
export function isRasterFile(bytes: Uint8Array): boolean {
  return isPngFile(bytes) || isPgmFile(bytes) || isTiffFile(bytes);
}

/** Reads the file by its format's own reader; what is left to do gives the stored values. */
async function readAsItIs(
  bytes: Uint8Array,
  options: ReadMammogramOptions,
): Promise<() => StoredMammogram> {
  const { frame = 0 } = options;
  if (isPngFile(bytes)) {
    const image = readPng(bytes);
    return () => pngMammogram(image);
  }
  if (isPgmFile(bytes)) {
    const image = readPgm(bytes);
    return () => pgmMammogram(image);
  }
  if (isTiffFile(bytes)) {
    const image = readTiff(bytes, { page: frame });
    return () => tiffMammogram(image, options.frame);
  }
  if (isDicomFile(bytes)) {
    const image = await readDicom(bytes, { frame });
    return () => dicomMammogram(image, options);
  }
  return () => {
    throw unsupported(`the file must be DICOM, PNG, TIFF or PGM, got ${describeStart(bytes)}`);
  };
}

function named<Result>(reader: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw namedAfter(reader, error);
  }
}

function dicomMammogram(image: DicomImage, options: ReadMammogramOptions): StoredMammogram {
  const { storedValues, photometricInterpretation: photometric } = image;
  if (options.frame === undefined && image.framesInFile > 1) {
    throw unsupported(`the file has ${image.framesInFile} frames: the option frame must name one`);
  }
  if (photometric !== 'MONOCHROME1' && photometric !== 'MONOCHROME2') {
    throw unsupported(`the image must be MONOCHROME1 or MONOCHROME2, got ${photometric}`);
  }
  const signed = storedValues instanceof Int16Array;
  const values = signed
    ? raised(storedValues, image.bitsStored)
    : limited(storedValues, image.bitsStored);
  const { laterality, view, pixelSpacingMm, patientOrientation } = image;
  return {
    values,
    ...(signed && { raisedBy: 2 ** (image.bitsStored - 1) }),
    ...(photometric === 'MONOCHROME1' && { invertedBy: 'PhotometricInterpretation (0028,0004)' }),
    height: image.rows,
    width: image.columns,
    bitsStored: image.bitsStored,
    format: 'dicom',
    ...(laterality && { laterality: laterality.value }),
    ...(view && { view: view.value }),
    ...(pixelSpacingMm && { pixelSpacingMm: pixelSpacingMm.value }),
    ...(patientOrientation && { patientOrientation }),
    synthetic: image.synthetic?.value ?? false,
    warnings: [...image.warnings, ...cautions(image)],
  };
}

/** Signed values plus half their range, so that the lowest becomes 0; limited to their bits as unsigned ones are. */
function raised(values: Int16Array, bitsStored: number): Uint16Array {
  const half = 2 ** (bitsStored - 1);
  return Uint16Array.from(values, (value) => Math.min(Math.max(value + half, 0), 2 * half - 1));
}

/** Lossy compression may have carried values beyond the stored bits. */
function limited(values: Uint8Array | Uint16Array, bitsStored: number): Uint8Array | Uint16Array {
  const highest = 2 ** bitsStored - 1;
  return brightestOf(values) > highest ? values.map((value) => Math.min(value, highest)) : values;
}

function cautions(image: DicomImage): readonly string[] {
  const found: string[] = [];
  const { modality, presentationIntent, burnedInAnnotation, synthetic } = image;
  if (modality !== 'MG') found.push(`the modality must be MG for a mammogram, got ${modality}`);
  if (presentationIntent?.value === 'FOR PROCESSING') {
    found.push('the pixels are FOR PROCESSING: raw detector values, not what a reader looks at');
  }
  if (burnedInAnnotation?.value) found.push('text is burned into the pixels');
  if (synthetic?.value) found.push('the file is marked as made by a program');
  return found;
}

function brightestOf(values: Uint8Array | Uint16Array): number {
  let brightest = 0;
  for (const value of values) if (value > brightest) brightest = value;
  return brightest;
}

function requireBits(reader: string, bitsStored = 16): void {
  if (Number.isInteger(bitsStored) && bitsStored >= 1 && bitsStored <= 16) return;
  throw new RangeError(`${reader}: bitsStored must be an integer in 1..16, got ${bitsStored}`);
}

/** The formats that are asked for most often are named, of others the first bytes are given. */
function describeStart(bytes: Uint8Array): string {
  const start = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0'));
  const name = {
    ffd8ffe0: 'JPEG',
    ffd8ffe1: 'JPEG',
  }[start.join('')];
  return name ?? (start.length === 0 ? 'an empty file' : `a file that starts ${start.join(' ')}`);
}

function unsupported(message: string): ImageFileError {
  return new ImageFileError('unsupported', message);
}
