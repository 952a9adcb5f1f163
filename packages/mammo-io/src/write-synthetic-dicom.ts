import type { Laterality, View } from './case-image.ts';
import { encodeDerivedImage } from './dicom/derived-image.ts';
import {
  MG_FOR_PRESENTATION,
  type Origin,
  openSource,
  type Source,
  type WrittenFormat,
} from './dicom/origin.ts';
import type { PixelFormat } from './dicom/pixel-format.ts';
import type { PixelSpacingMm } from './dicom/pixel-spacing.ts';
import { describeBreast } from './dicom/shown-breast.ts';
import { contributingEquipment, markElements } from './dicom/synthetic.ts';
import { plainBytes } from './image-file-error.ts';
import type { ImageSize } from './image-size.ts';
import { requireMark, type SyntheticMark } from './synthetic-mark.ts';

/** Pixels of a synthetic mammogram, as they are to be stored. */
export interface SyntheticPixels extends ImageSize {
  /**
   * frames × height × width stored values, row-major; an Int16Array is written as signed, a Uint8Array with 8 bits.
   */
  readonly pixels: Uint8Array | Uint16Array | Int16Array;
  /** Frames of a fake tomosynthesis, one after the other in `pixels`: 1 (default), or as many as the source has. */
  readonly frames?: number;
  /** Bits that a value may use, 1 to 16; default: the source's if it has the same sign and width, else all. */
  readonly bitsStored?: number;
  /** Default: the source's, else MONOCHROME2 (0 is black). */
  readonly photometricInterpretation?: 'MONOCHROME1' | 'MONOCHROME2';
}

/** Whom a synthetic mammogram shows that was made from no file: no one. */
export interface ShownBreast {
  /** Written as PatientID and PatientName. */
  readonly patientId: string;
  /** The breast; with the view it gives PatientOrientation. */
  readonly laterality: Laterality;
  /** Written as ViewPosition and ViewCodeSequence. */
  readonly view: View;
  /** Written as ImagerPixelSpacing; absent: none. */
  readonly pixelSpacingMm?: PixelSpacingMm;
}

/** How {@link writeSyntheticDicom} writes. */
export interface SyntheticDicomOptions {
  /** Who made the image, and how. There is no way to write a file without it. */
  readonly mark: SyntheticMark;
  /** The DICOM file that the image was made from. Either this or `breast`. */
  readonly source?: Uint8Array;
  /**
   * The frame of a multi-frame source that a single image was made from, counted from 0: what the functional groups say of that
   * frame becomes the image's own, and the class that of a mammogram for presentation.
   */
  readonly sourceFrame?: number;
  /** What the image shows, if it was made from no file. */
  readonly breast?: ShownBreast;
  /** The same seed, source and pixels give the same UIDs, and one series per series of the sources. Default: random UIDs. */
  readonly uidSeed?: string;
  /** Default `none`: uncompressed. `rle` is lossless. */
  readonly compression?: 'none' | 'rle';
}

/**
 * Writes a synthetic mammogram as a DICOM file, explicit little endian or RLE, that says in five attributes that it is one.
 *
 * Kept from the source: patient, study, equipment, acquisition and mammography attributes; spacing and collimator if the size is
 * the same; windows, LUTs and padding if bits and sign are; the functional groups if all frames are written. New: SOP and series UIDs (2.25), ImageType DERIVED\SECONDARY,
 * Synthetic Data YES, derivation, source image and contributing equipment. Dropped: private attributes, icon, overlays,
 * digital signatures, and what else is not known to hold for the new pixels.
 *
 * @throws RangeError if the mark is incomplete, the number of pixels is not frames × height × width, a value does not fit
 * `bitsStored`, or of a source of several frames neither all are written nor one is named
 * @throws TypeError if not exactly one of `source` and `breast` is given
 * @throws ImageFileError if the source is no DICOM image
 * @example
 * ```ts
 * const mark = { program: 'demo', version: '1', description: 'a grey ramp' };
 * const breast = { patientId: 'P1', laterality: 'L', view: 'CC' } as const;
 * const ramp = { pixels: Uint16Array.of(0, 1, 2, 3), height: 2, width: 2 };
 * const file = await writeSyntheticDicom(ramp, { mark, breast });
 * (await readMammogram(file)).synthetic; // => true
 * ```
 * @see DICOM PS3.3 sections A.26, C.7.6.1, C.8.11 and C.12.1; PS3.10
 */
export async function writeSyntheticDicom(
  image: SyntheticPixels,
  options: SyntheticDicomOptions,
): Promise<Uint8Array> {
  const { mark, source: bytes, breast, sourceFrame, uidSeed, compression = 'none' } = options;
  requireMark('writeSyntheticDicom', mark);
  if ((bytes === undefined) === (breast === undefined)) {
    throw new TypeError('writeSyntheticDicom: exactly one of source and breast must be given');
  }
  const source =
    bytes && (await openSource('writeSyntheticDicom', plainBytes('writeSyntheticDicom', bytes)));
  const format = writtenFormat(image, source?.format);
  requirePixels(image, format);
  requireFrames(format, source, sourceFrame);
  const origin = source?.originOf(format, sourceFrame) ?? originOfBreast(breast!, format);
  return encodeDerivedImage(image.pixels, {
    format,
    origin,
    elements: markElements(mark),
    equipment: contributingEquipment(mark),
    sopClass: MG_FOR_PRESENTATION,
    uidSeed,
    compression,
  });
}

function originOfBreast(breast: ShownBreast, format: WrittenFormat): Origin {
  return {
    elements: describeBreast(breast, format.photometricInterpretation),
    contributing: [],
    seriesKey: breast.patientId,
    sopInstance: `${breast.laterality}${breast.view}`,
  };
}

function writtenFormat(image: SyntheticPixels, source: PixelFormat | undefined): WrittenFormat {
  const { pixels, height, width, frames = 1 } = image;
  const bitsAllocated = pixels instanceof Uint8Array ? 8 : 16;
  const signed = pixels instanceof Int16Array;
  const alike = source?.signed === signed && source.bitsStored <= bitsAllocated;
  return {
    rows: height,
    columns: width,
    frames,
    bitsAllocated,
    bitsStored: image.bitsStored ?? (alike ? source.bitsStored : bitsAllocated),
    signed,
    photometricInterpretation:
      image.photometricInterpretation ?? source?.photometricInterpretation ?? 'MONOCHROME2',
  };
}

function requirePixels({ pixels, height, width }: SyntheticPixels, format: WrittenFormat): void {
  const { bitsStored, bitsAllocated, signed, frames } = format;
  for (const [name, size] of Object.entries({ height, width })) {
    if (Number.isInteger(size) && size > 0 && size < 65536) continue;
    throw new RangeError(
      `writeSyntheticDicom: ${name} must be an integer in 1..65535, got ${size}`,
    );
  }
  if (pixels.length !== frames * height * width) {
    const size = frames === 1 ? `${height} x ${width}` : `${frames} x ${height} x ${width}`;
    throw new RangeError(
      `writeSyntheticDicom: pixels must have ${size} values, got ${pixels.length}`,
    );
  }
  if (!(Number.isInteger(bitsStored) && bitsStored > 0 && bitsStored <= bitsAllocated)) {
    throw new RangeError(
      `writeSyntheticDicom: bitsStored must be an integer in 1..${bitsAllocated}, got ${bitsStored}`,
    );
  }
  const lowest = signed ? -(2 ** (bitsStored - 1)) : 0;
  const highest = lowest + 2 ** bitsStored - 1;
  const wrong = pixels.findIndex((value) => value < lowest || value > highest);
  if (wrong >= 0) {
    throw new RangeError(
      `writeSyntheticDicom: pixels must lie in ${lowest}..${highest} (bitsStored ${bitsStored}), got ${pixels[wrong]} at ${wrong}`,
    );
  }
}

function requireFrames(
  { frames }: WrittenFormat,
  source: Source | undefined,
  sourceFrame: number | undefined,
): void {
  const there = source?.format.frames ?? 1;
  if (sourceFrame !== undefined) {
    if (Number.isInteger(sourceFrame) && sourceFrame >= 0 && sourceFrame < there && frames === 1) {
      return;
    }
    throw new RangeError(
      `writeSyntheticDicom: sourceFrame must be an integer in 0..${there - 1}, and frames 1, got ${sourceFrame} and ${frames}`,
    );
  }
  if (frames === there) return;
  const alternative = there > 1 ? ', or sourceFrame must name one' : '';
  throw new RangeError(
    `writeSyntheticDicom: frames must be the source's ${there}${alternative}, got ${frames}`,
  );
}
