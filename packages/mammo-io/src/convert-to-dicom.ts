import { encodeDerivedImage } from './dicom/derived-image.ts';
import { MG_FOR_PRESENTATION, openSource, type WrittenFormat } from './dicom/origin.ts';
import { describeCapture } from './dicom/shown-breast.ts';
import type { StoredValues } from './dicom/stored-values.ts';
import { contributingEquipment, keptMark, markElements } from './dicom/synthetic.ts';
import { type ElementToWrite, textElement } from './dicom/write-data-set.ts';
import { readDicom } from './dicom.ts';
import { ImageFileError, plainBytes } from './image-file-error.ts';
import { isRasterFile, readStored } from './read-stored.ts';
import type { SyntheticMark } from './synthetic-mark.ts';
import type { ShownBreast } from './write-synthetic-dicom.ts';

/** How {@link convertToDicom} converts. */
export interface ConvertToDicomOptions {
  /** Whom a PNG, TIFF or PGM file shows, which cannot say it; required for these, and not taken for DICOM. */
  readonly breast?: ShownBreast;
  /** Bits that the values of a PNG, TIFF or PGM file use, 1 to 16. Default: what the file says. */
  readonly bitsStored?: number;
  /** One frame or page, counted from 0. Default: all frames of a DICOM file; the page of a TIFF file that has one. */
  readonly frame?: number;
  /** Default `none`: uncompressed, explicit little endian. `rle` is lossless. */
  readonly compression?: 'none' | 'rle';
  /** The same seed and file give the same UIDs. Default: random UIDs. */
  readonly uidSeed?: string;
}

const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';
const DERIVATION_DESCRIPTION = 0x00082111;

/** Who converts; a synthetic image that lost who made it gets this into its mark. */
const CONVERTER: SyntheticMark = {
  program: 'mammo-io convert',
  version: '1',
  description: 'stored values unchanged, encoding changed',
};

/**
 * Converts a file to DICOM, explicit little endian or RLE, its stored values unchanged (those that lossy compression carried
 * beyond the stored bits are limited to them).
 *
 * Of a DICOM file, all attributes that a fake would keep are kept, see {@link writeSyntheticDicom}; the image is marked
 * DERIVED\SECONDARY, with a derivation description, its source image and new UIDs. A PNG, TIFF or PGM file becomes a secondary
 * capture of the `breast` that it shows. A file that is marked synthetic stays so: there is no way to take the mark off.
 *
 * @throws TypeError if `breast` is missing for a raster file, or given for a DICOM file
 * @throws RangeError if an option is out of range, or a value needs more than `bitsStored` bits
 * @throws ImageFileError if the file cannot be read, or its stored values are palette indices
 * @example
 * ```ts
 * const film = writePgm({ pixels: Uint16Array.of(0, 4095), height: 1, width: 2 });
 * const breast = { patientId: 'P1', laterality: 'L', view: 'CC' } as const;
 * const file = await convertToDicom(film, { breast, bitsStored: 12 });
 * [...(await readDicom(file)).storedValues]; // => [0, 4095]
 * ```
 * @see DICOM PS3.3 sections A.8 (secondary capture) and C.7.6.1
 */
export async function convertToDicom(
  bytes: Uint8Array,
  options: ConvertToDicomOptions = {},
): Promise<Uint8Array> {
  const plain = plainBytes('convertToDicom', bytes);
  return isRasterFile(plain) ? fromRaster(plain, options) : fromDicom(plain, options);
}

async function fromDicom(
  bytes: Uint8Array,
  { frame, breast, uidSeed, compression = 'none' }: ConvertToDicomOptions,
): Promise<Uint8Array> {
  if (breast !== undefined) {
    throw new TypeError('convertToDicom: breast must not be given for a DICOM file, which has one');
  }
  const image = await readDicom(bytes, { ...(frame !== undefined && { frame }) });
  const { rows, columns, frames, bitsStored, signed, photometricInterpretation } = image;
  if (!/^MONOCHROME[12]$/.test(photometricInterpretation)) {
    throw new ImageFileError(
      'unsupported',
      `convertToDicom: the image must be MONOCHROME1 or MONOCHROME2, got ${photometricInterpretation}`,
    );
  }
  const format = { rows, columns, frames, bitsStored, signed, photometricInterpretation };
  const source = await openSource('convertToDicom', bytes);
  const written = { ...format, bitsAllocated: bitsOf(image.storedValues) };
  return encodeDerivedImage(limited(image.storedValues, written), {
    format: written,
    origin: source.originOf(written, frame),
    elements: image.synthetic?.value ? keptMark(source.dataSet, CONVERTER) : derivation(),
    equipment: contributingEquipment(CONVERTER),
    sopClass: MG_FOR_PRESENTATION,
    uidSeed,
    compression,
  });
}

async function fromRaster(bytes: Uint8Array, options: ConvertToDicomOptions): Promise<Uint8Array> {
  const { breast, uidSeed, compression = 'none', ...reading } = options;
  if (breast === undefined) {
    throw new TypeError('convertToDicom: breast must be given for PNG, TIFF and PGM files');
  }
  const stored = await readStored(bytes, { reader: 'convertToDicom', ...reading });
  const { values, height, width, bitsStored, synthetic } = stored;
  const format: WrittenFormat = {
    rows: height,
    columns: width,
    frames: 1,
    bitsAllocated: bitsOf(values),
    bitsStored,
    signed: false,
    photometricInterpretation: stored.invertedBy ? 'MONOCHROME1' : 'MONOCHROME2',
  };
  return encodeDerivedImage(values, {
    format,
    origin: {
      elements: describeCapture(breast),
      contributing: [],
      seriesKey: breast.patientId,
      sopInstance: `${breast.laterality}${breast.view}`,
    },
    elements: synthetic ? markElements(CONVERTER) : derivation(),
    equipment: contributingEquipment(CONVERTER),
    sopClass: SECONDARY_CAPTURE,
    uidSeed,
    compression,
  });
}

function derivation(): readonly ElementToWrite[] {
  return [
    textElement(DERIVATION_DESCRIPTION, 'ST', `${CONVERTER.program}: ${CONVERTER.description}`),
  ];
}

function bitsOf(values: StoredValues): 8 | 16 {
  return values instanceof Uint8Array ? 8 : 16;
}

/** Lossy compression may have carried values beyond the stored bits. */
function limited(values: StoredValues, { bitsStored, signed }: WrittenFormat): StoredValues {
  const lowest = signed ? -(2 ** (bitsStored - 1)) : 0;
  const highest = lowest + 2 ** bitsStored - 1;
  const within = values.every((value) => value >= lowest && value <= highest);
  return within ? values : values.map((value) => Math.min(highest, Math.max(lowest, value)));
}
