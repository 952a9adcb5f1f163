import { concatenateBytes } from '../bytes.ts';
import { encodeFileMeta } from './file-meta.ts';
import type { Origin, SourceImage, WrittenFormat } from './origin.ts';
import { REQUIRED_TEXTS } from './shown-breast.ts';
import type { StoredValues } from './stored-values.ts';
import { EXPLICIT_LITTLE_ENDIAN, RLE_LOSSLESS } from './transfer-syntax.ts';
import { derivedUid, randomUid } from './uid.ts';
import { codeSequence, type ElementToWrite, encodeDataSet, textElement } from './write-data-set.ts';
import { encodePixels, formatElements } from './write-pixels.ts';

/** What is written besides the pixels of an image that was made from something else. */
export interface DerivedImage {
  readonly format: WrittenFormat;
  readonly origin: Origin;
  /** What is said of this image: a mark, a derivation. */
  readonly elements: readonly ElementToWrite[];
  /** The equipment that made it, as an item of the contributing equipment. */
  readonly equipment: readonly ElementToWrite[];
  /** Of an origin that has none. */
  readonly sopClass: string;
  readonly uidSeed: string | undefined;
  readonly compression: 'none' | 'rle';
}

const STUDY_INSTANCE = 0x0020000d;
const CONTRIBUTING_EQUIPMENT = 0x0018a001;

/** Encodes a DICOM file, explicit little endian or RLE, with new SOP and series UIDs and ImageType DERIVED\SECONDARY. */
export async function encodeDerivedImage(
  pixels: StoredValues,
  image: DerivedImage,
): Promise<Uint8Array> {
  const { origin, format, compression } = image;
  const { sopClass = image.sopClass } = origin;
  const uids = await newUids(pixels, origin, image.uidSeed);
  const elements = [
    ...origin.elements,
    ...missingTexts(origin.elements),
    ...identity({ ...origin, sopClass }, uids),
    ...image.elements,
    { tag: CONTRIBUTING_EQUIPMENT, vr: 'SQ', value: [...origin.contributing, image.equipment] },
    ...formatElements(format),
  ];
  const rle = compression === 'rle';
  const transferSyntax = rle ? RLE_LOSSLESS : EXPLICIT_LITTLE_ENDIAN;
  return concatenateBytes([
    encodeFileMeta({ sopClass, sopInstance: uids.instance, transferSyntax }),
    encodeDataSet(elements),
    encodePixels(pixels, { columns: format.columns, frames: format.frames, rle }),
  ]);
}

interface NewUids {
  readonly instance: string;
  readonly series: string;
  readonly study: string;
}

async function newUids(
  pixels: StoredValues,
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
  const { sopClass, sourceImage, imageType, elements } = origin;
  const type = ['DERIVED', 'SECONDARY', ...(imageType ?? []).slice(2)];
  const hasStudy = elements.some(({ tag, value }) => tag === STUDY_INSTANCE && value.length > 0);
  return [
    textElement(0x00080008, 'CS', type.join('\\').replace(/\\+$/, '')),
    textElement(0x00080016, 'UI', sopClass),
    textElement(0x00080018, 'UI', uids.instance),
    ...(sourceImage ? [sourceReference(sourceImage)] : []),
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

function sourceReference({ sopClass, sopInstance, frame }: SourceImage): ElementToWrite {
  const item = [
    textElement(0x00081150, 'UI', sopClass),
    textElement(0x00081155, 'UI', sopInstance),
    ...(frame === undefined ? [] : [textElement(0x00081160, 'IS', String(frame + 1))]),
    codeSequence(0x0040a170, {
      value: '121322',
      scheme: 'DCM',
      meaning: 'Source image for image processing operation',
    }),
  ];
  return { tag: 0x00082112, vr: 'SQ', value: [item] };
}
