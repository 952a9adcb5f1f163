import { concatenateBytes } from './bytes.ts';
import type { Laterality, View } from './case-image.ts';
import { encodeFileMeta } from './dicom/file-meta.ts';
import { type Origin, openSource, type WrittenFormat } from './dicom/origin.ts';
import type { PixelFormat } from './dicom/pixel-format.ts';
import type { PixelSpacingMm } from './dicom/pixel-spacing.ts';
import { describeSubject, REQUIRED_TEXTS } from './dicom/subject.ts';
import { contributingEquipment, markElements } from './dicom/synthetic.ts';
import { EXPLICIT_LITTLE_ENDIAN, RLE_LOSSLESS } from './dicom/transfer-syntax.ts';
import { derivedUid, randomUid } from './dicom/uid.ts';
import {
  codeSequence,
  type ElementToWrite,
  encodeDataSet,
  textElement,
} from './dicom/write-data-set.ts';
import { encodePixels, formatElements } from './dicom/write-pixels.ts';
import { plainBytes } from './image-file-error.ts';
import { requireMark, type SyntheticMark } from './synthetic-mark.ts';

/** Pixels of a synthetic mammogram, as they are to be stored. */
export interface SyntheticPixels {
  /** height × width stored values, row-major; an Int16Array is written as signed, a Uint8Array with 8 bits. */
  readonly pixels: Uint8Array | Uint16Array | Int16Array;
  readonly height: number;
  readonly width: number;
  /** Bits that a value may use, 1 to 16; default: the source's if it has the same sign and width, else all. */
  readonly bitsStored?: number;
  /** Default: the source's, else MONOCHROME2 (0 is black). */
  readonly photometricInterpretation?: 'MONOCHROME1' | 'MONOCHROME2';
}

/** Whom a synthetic mammogram shows that was made from no file: no one. */
export interface SyntheticSubject {
  readonly patientId: string;
  readonly laterality: Laterality;
  readonly view: View;
  readonly pixelSpacingMm?: PixelSpacingMm;
}

/** How {@link writeSyntheticDicom} writes. */
export interface SyntheticDicomOptions {
  /** Who made the image, and how. There is no way to write a file without it. */
  readonly mark: SyntheticMark;
  /** The DICOM file that the image was made from: a whole single-frame file. Either this or `subject`. */
  readonly source?: Uint8Array;
  /** What the image shows, if it was made from no file. */
  readonly subject?: SyntheticSubject;
  /** The same seed, source and pixels give the same UIDs, and one series per series of the sources. Default: random UIDs. */
  readonly uidSeed?: string;
  /** Default `none`: uncompressed. `rle` is lossless. */
  readonly compression?: 'none' | 'rle';
}

const MG_FOR_PRESENTATION = '1.2.840.10008.5.1.4.1.1.1.2';
const STUDY_INSTANCE = 0x0020000d;

/**
 * Writes a synthetic mammogram as a DICOM file, explicit little endian or RLE, that says in five attributes that it is one.
 *
 * Kept from the source: patient, study, equipment, acquisition and mammography attributes; spacing and collimator if the size is
 * the same; windows, LUTs and padding if bits and sign are. New: SOP and series UIDs (2.25), ImageType DERIVED\SECONDARY,
 * Synthetic Data YES, derivation, source image and contributing equipment. Dropped: private attributes, icon, overlays,
 * digital signatures, and what else is not known to hold for the new pixels.
 *
 * @throws RangeError if the mark is incomplete, the number of pixels is not height × width, a value does not fit
 * `bitsStored`, or the source has several frames
 * @throws TypeError if not exactly one of `source` and `subject` is given
 * @throws ImageFileError if the source is no DICOM image
 * @example
 * ```ts
 * const mark = { program: 'demo', version: '1', description: 'a grey ramp' };
 * const subject = { patientId: 'P1', laterality: 'L', view: 'CC' } as const;
 * const ramp = { pixels: Uint16Array.of(0, 1, 2, 3), height: 2, width: 2 };
 * const file = await writeSyntheticDicom(ramp, { mark, subject });
 * (await readMammogram(file)).synthetic; // => true
 * ```
 * @see DICOM PS3.3 sections A.26, C.7.6.1, C.8.11 and C.12.1; PS3.10
 */
export async function writeSyntheticDicom(
  image: SyntheticPixels,
  options: SyntheticDicomOptions,
): Promise<Uint8Array> {
  const { mark, source: bytes, subject, uidSeed, compression = 'none' } = options;
  requireMark('writeSyntheticDicom', mark);
  if ((bytes === undefined) === (subject === undefined)) {
    throw new TypeError('writeSyntheticDicom: exactly one of source and subject must be given');
  }
  const source =
    bytes && (await openSource('writeSyntheticDicom', plainBytes('writeSyntheticDicom', bytes)));
  const format = writtenFormat(image, source?.format);
  requirePixels(image, format);
  const origin = source?.originOf(format) ?? originOfSubject(subject!, format);
  const { sopClass = MG_FOR_PRESENTATION } = origin;
  const uids = await newUids(image, origin, uidSeed);
  const elements = [
    ...origin.elements,
    ...missingTexts(origin.elements),
    ...identity({ ...origin, sopClass }, uids),
    ...markElements(mark),
    {
      tag: 0x0018a001, // ContributingEquipmentSequence
      vr: 'SQ',
      value: [...origin.contributing, contributingEquipment(mark)],
    },
    ...formatElements(format),
  ];
  const rle = compression === 'rle';
  const transferSyntax = rle ? RLE_LOSSLESS : EXPLICIT_LITTLE_ENDIAN;
  return concatenateBytes([
    encodeFileMeta({ sopClass, sopInstance: uids.instance, transferSyntax }),
    encodeDataSet(elements),
    encodePixels(image.pixels, { columns: format.columns, rle }),
  ]);
}

function originOfSubject(subject: SyntheticSubject, format: WrittenFormat): Origin {
  return {
    elements: describeSubject(subject, format.photometricInterpretation),
    contributing: [],
    seriesKey: subject.patientId,
    sopInstance: `${subject.laterality}${subject.view}`,
  };
}

function writtenFormat(image: SyntheticPixels, source: PixelFormat | undefined): WrittenFormat {
  const { pixels, height, width } = image;
  const bitsAllocated = pixels instanceof Uint8Array ? 8 : 16;
  const signed = pixels instanceof Int16Array;
  const alike = source?.signed === signed && source.bitsStored <= bitsAllocated;
  return {
    rows: height,
    columns: width,
    bitsAllocated,
    bitsStored: image.bitsStored ?? (alike ? source.bitsStored : bitsAllocated),
    signed,
    photometricInterpretation:
      image.photometricInterpretation ?? source?.photometricInterpretation ?? 'MONOCHROME2',
  };
}

function requirePixels({ pixels, height, width }: SyntheticPixels, format: WrittenFormat): void {
  const { bitsStored, bitsAllocated, signed } = format;
  for (const [name, size] of Object.entries({ height, width })) {
    if (Number.isInteger(size) && size > 0 && size < 65536) continue;
    throw new RangeError(
      `writeSyntheticDicom: ${name} must be an integer in 1..65535, got ${size}`,
    );
  }
  if (pixels.length !== height * width) {
    throw new RangeError(
      `writeSyntheticDicom: pixels must have ${height} x ${width} values, got ${pixels.length}`,
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

interface NewUids {
  readonly instance: string;
  readonly series: string;
  readonly study: string;
}

async function newUids(
  { pixels }: SyntheticPixels,
  { seriesKey, sopInstance = '' }: Origin,
  seed: string | undefined,
): Promise<NewUids> {
  if (seed === undefined) {
    return { instance: randomUid(), series: randomUid(), study: randomUid() };
  }
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  return {
    instance: await derivedUid('instance', seed, seriesKey, sopInstance, bytes),
    series: await derivedUid('series', seed, seriesKey),
    study: await derivedUid('study', seed, seriesKey),
  };
}

/** Type, class and UIDs of the new image; the study stays the source's. */
function identity(origin: Origin & { sopClass: string }, uids: NewUids): ElementToWrite[] {
  const { sopClass, sopInstance, imageType, elements } = origin;
  const type = ['DERIVED', 'SECONDARY', ...(imageType ?? []).slice(2)];
  const hasStudy = elements.some(({ tag, value }) => tag === STUDY_INSTANCE && value.length > 0);
  return [
    textElement(0x00080008, 'CS', type.join('\\').replace(/\\+$/, '')),
    textElement(0x00080016, 'UI', sopClass),
    textElement(0x00080018, 'UI', uids.instance),
    ...(imageType && sopInstance ? [sourceImage(sopClass, sopInstance)] : []),
    ...(hasStudy ? [] : [textElement(STUDY_INSTANCE, 'UI', uids.study)]),
    textElement(0x0020000e, 'UI', uids.series),
    textElement(0x00200011, 'IS', ''), // SeriesNumber
  ];
}

/** What every DICOM image must have, if only empty. */
function missingTexts(elements: readonly ElementToWrite[]): readonly ElementToWrite[] {
  const present = new Set(elements.map(({ tag }) => tag));
  return REQUIRED_TEXTS.filter(([tag]) => !present.has(tag)).map(([tag, vr]) =>
    textElement(tag, vr, ''),
  );
}

function sourceImage(sopClass: string, sopInstance: string): ElementToWrite {
  const item = [
    textElement(0x00081150, 'UI', sopClass),
    textElement(0x00081155, 'UI', sopInstance),
    codeSequence(0x0040a170, {
      value: '121322',
      scheme: 'DCM',
      meaning: 'Source image for image processing operation',
    }),
  ];
  return { tag: 0x00082112, vr: 'SQ', value: [item] };
}
