import type { Laterality, View } from './case-image.ts';
import type { DicomFact } from './dicom/fact.ts';
import type { PatientOrientation } from './dicom/orientation.ts';
import type { PixelSpacingMm } from './dicom/pixel-spacing.ts';
import { plainBytes } from './image-file-error.ts';
import type { ImageSize } from './image-size.ts';
import { readStored } from './read-stored.ts';
import type { MammogramFormat } from './stored-mammogram.ts';
import type { AppliedStep } from './value-transform.ts';

/** A mammogram's grey levels on the scale 0 (black) to 65535 (white), and what its file says of it. */
export interface Mammogram extends ImageSize {
  /**
   * round(stored · 65535 / (2^bitsStored − 1)), row-major; to signed values half their range is added first;
   * MONOCHROME1 is inverted. No window is applied.
   */
  readonly pixels: Uint16Array;
  /** Bits of the stored values that `pixels` was scaled from. */
  readonly bitsStored: number;
  /** What the file's first bytes told. */
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
  /** What was done to the stored values, in order: raising of signed ones, scaling to 16 bits, inversion of MONOCHROME1. */
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
 * @throws ImageFileError if the file is of another format, damaged, in colour, or has several frames and none is asked for
 * @example
 * ```ts
 * const file = writePgm({ pixels: Uint8Array.of(0, 255), height: 1, width: 2 });
 * const { format, pixels } = await readMammogram(file);
 * [format, ...pixels]; // => ['pgm', 0, 65535]
 * ```
 */
export async function readMammogram(
  bytes: Uint8Array,
  options: ReadMammogramOptions = {},
): Promise<Mammogram> {
  const plain = plainBytes('readMammogram', bytes);
  const stored = await readStored(plain, { reader: 'readMammogram', ...options });
  const { values, brightest, raisedBy, invertedBy, ...rest } = stored;
  const { bitsStored, warnings } = rest;
  const pixels = fullScale(values, { bitsStored, inverted: invertedBy !== undefined });
  const dim = brightest > 0 && brightest < 4096 && bitsStored === 16;
  return {
    pixels,
    ...rest,
    applied: appliedSteps({
      bitsStored,
      statedBy: options.bitsStored === undefined ? 'file' : 'caller',
      raisedBy,
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
  raisedBy,
  invertedBy,
}: {
  readonly bitsStored: number;
  readonly statedBy: string;
  readonly raisedBy: number | undefined;
  readonly invertedBy: string | undefined;
}): readonly AppliedStep[] {
  const description = `${bitsStored} bits to 0..65535`;
  const steps: AppliedStep[] = [{ step: 'scaling', description, source: statedBy }];
  if (raisedBy !== undefined) {
    const source = 'PixelRepresentation (0028,0103)';
    steps.unshift({ step: 'raising', description: `signed values plus ${raisedBy}`, source });
  }
  if (invertedBy === undefined) return steps;
  return [...steps, { step: 'inversion', description: '0 is white', source: invertedBy }];
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
