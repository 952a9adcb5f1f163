import type { Laterality, View } from './case-image.ts';
import type { DicomFact } from './dicom/fact.ts';
import { isDicomFile } from './dicom/file.ts';
import type { PatientOrientation } from './dicom/orientation.ts';
import type { PixelSpacingMm } from './dicom/pixel-spacing.ts';
import { type DicomImage, readDicom } from './dicom.ts';
import { ImageFileError, plainBytes } from './image-file-error.ts';
import { isPgmFile } from './pgm.ts';
import { isPngFile } from './png.ts';
import { pgmMammogram, pngMammogram, tiffMammogram } from './raster-mammogram.ts';
import type { MammogramFormat, StoredMammogram } from './stored-mammogram.ts';
import { isTiffFile } from './tiff.ts';
import type { AppliedStep } from './value-transform.ts';

/** A mammogram's grey levels on the scale 0 (black) to 65535 (white), and what its file says of it. */
export interface Mammogram {
  /** round(stored · 65535 / (2^bitsStored − 1)), row-major; MONOCHROME1 is inverted. No window is applied. */
  readonly pixels: Uint16Array;
  readonly height: number;
  readonly width: number;
  /** Bits of the stored values that `pixels` was scaled from. */
  readonly bitsStored: number;
  readonly format: MammogramFormat;
  /** The patient's breast, where the file says it (DICOM). */
  readonly laterality?: Laterality;
  /** CC or MLO, where the file says it (DICOM). */
  readonly view?: View;
  /** Where the file says it (DICOM). */
  readonly pixelSpacingMm?: PixelSpacingMm;
  /** Where the file says it (DICOM); see breastOrientation. */
  readonly patientOrientation?: DicomFact<PatientOrientation>;
  /** True if the file carries the mark of images made by a program (SYNTHETIC_MARK). */
  readonly synthetic: boolean;
  /** What was done to the stored values, in order: scaling to 16 bits, inversion of MONOCHROME1. */
  readonly applied: readonly AppliedStep[];
  /** What to look at before these pixels are used. */
  readonly warnings: readonly string[];
}

/** Options of {@link readMammogram}. */
export interface ReadMammogramOptions {
  /**
   * Bits that the stored values use, 1 to 16, where the file cannot say it: 12-bit values in a 16-bit PNG need 12 here.
   * Default: what the file says (DICOM BitsStored, PNG and TIFF bit depth, bits of the PGM maximum).
   */
  readonly bitsStored?: number;
  /** Frame of a multi-frame DICOM file or page of a TIFF file, counted from 0; required where there are several. */
  readonly frame?: number;
}

/**
 * Reads a mammogram from a DICOM, PNG, TIFF or PGM file, which it tells apart by their first bytes.
 *
 * @param bytes the whole file
 * @throws TypeError if `bytes` is not a Uint8Array
 * @throws RangeError if an option is out of range, or a stored value needs more bits than `bitsStored`
 * @throws ImageFileError if the file is of another format, damaged, in colour, signed, or has several frames and none is asked for
 */
export async function readMammogram(
  bytes: Uint8Array,
  options: ReadMammogramOptions = {},
): Promise<Mammogram> {
  const plain = plainBytes('readMammogram', bytes);
  requireBits(options.bitsStored);
  const stored = await readStored(plain, options);
  const { values, warnings, invertedBy, ...rest } = stored;
  const bitsStored = options.bitsStored ?? stored.bitsStored;
  const brightest = brightestOf(values);
  if (brightest >= 2 ** bitsStored) {
    throw new RangeError(
      `readMammogram: stored values must be below 2^${bitsStored} (bitsStored), got ${brightest}`,
    );
  }
  const pixels = fullScale(values, { bitsStored, inverted: invertedBy !== undefined });
  const dim = brightest > 0 && brightest < 4096 && bitsStored === 16;
  return {
    pixels,
    ...rest,
    bitsStored,
    applied: appliedSteps({
      bitsStored,
      statedBy: options.bitsStored === undefined ? 'file' : 'caller',
      invertedBy,
    }),
    warnings: dim
      ? [...warnings, `no 16-bit value exceeds ${brightest}: pass bitsStored: 12 if it has 12 bits`]
      : warnings,
  };
}

function appliedSteps({
  bitsStored,
  statedBy,
  invertedBy,
}: {
  readonly bitsStored: number;
  readonly statedBy: string;
  readonly invertedBy: string | undefined;
}): readonly AppliedStep[] {
  const description = `${bitsStored} bits to 0..65535`;
  const scaling = { step: 'scaling', description, source: statedBy } as const;
  if (invertedBy === undefined) return [scaling];
  return [scaling, { step: 'inversion', description: '0 is white', source: invertedBy }];
}

async function readStored(
  bytes: Uint8Array,
  options: ReadMammogramOptions,
): Promise<StoredMammogram> {
  if (isPngFile(bytes)) return pngMammogram(bytes);
  if (isPgmFile(bytes)) return pgmMammogram(bytes);
  if (isTiffFile(bytes)) return tiffMammogram(bytes, options.frame);
  if (isDicomFile(bytes)) return fromDicom(bytes, options);
  throw new ImageFileError(
    'unsupported',
    `readMammogram: the file must be DICOM, PNG, TIFF or PGM, got ${describeStart(bytes)}`,
  );
}

async function fromDicom(
  bytes: Uint8Array,
  { frame }: ReadMammogramOptions,
): Promise<StoredMammogram> {
  const image = await readDicom(bytes, { frame: frame ?? 0, copy: false });
  const { storedValues: values, photometricInterpretation: photometric } = image;
  if (frame === undefined && image.framesInFile > 1) {
    throw unsupported(`the file has ${image.framesInFile} frames: the option frame must name one`);
  }
  if (values instanceof Int16Array) throw unsupported('stored values must be unsigned, got signed');
  if (photometric !== 'MONOCHROME1' && photometric !== 'MONOCHROME2') {
    throw unsupported(`the image must be MONOCHROME1 or MONOCHROME2, got ${photometric}`);
  }
  const { laterality, view, pixelSpacingMm, patientOrientation } = image;
  return {
    values: limited(values, image.bitsStored),
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

function fullScale(
  values: Uint8Array | Uint16Array,
  { bitsStored, inverted }: { readonly bitsStored: number; readonly inverted: boolean },
): Uint16Array {
  const highest = 2 ** bitsStored - 1;
  const scaled = Uint16Array.from({ length: highest + 1 }, (_, stored) =>
    Math.round(((inverted ? highest - stored : stored) * 65535) / highest),
  );
  const pixels = new Uint16Array(values.length);
  for (let index = 0; index < values.length; index++) pixels[index] = scaled[values[index]!]!;
  return pixels;
}

function brightestOf(values: Uint8Array | Uint16Array): number {
  let brightest = 0;
  for (const value of values) if (value > brightest) brightest = value;
  return brightest;
}

function requireBits(bitsStored = 16): void {
  if (Number.isInteger(bitsStored) && bitsStored >= 1 && bitsStored <= 16) return;
  throw new RangeError(`readMammogram: bitsStored must be an integer in 1..16, got ${bitsStored}`);
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
  return new ImageFileError('unsupported', `readMammogram: ${message}`);
}
