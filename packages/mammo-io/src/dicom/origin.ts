import { namedAfter } from '../image-file-error.ts';
import { bytesSource } from './byte-source.ts';
import {
  copyFrameElements,
  copyItems,
  copyKeptElements,
  copyMultiFrameElements,
} from './copy-elements.ts';
import type { DicomDataSet } from './data-set.ts';
import { openDicomFile } from './file.ts';
import { describesGeometry, describesValues } from './kept-attributes.ts';
import { type PixelFormat, readPixelFormat } from './pixel-format.ts';
import { textValue, textValues } from './values.ts';
import type { ElementToWrite } from './write-data-set.ts';

/** What an image was made from, as far as its file repeats it. */
export interface Origin {
  /** Of an image without a source file: its description. */
  readonly elements: readonly ElementToWrite[];
  /** Items of the contributing equipment. */
  readonly contributing: readonly (readonly ElementToWrite[])[];
  /** Images of one key become one series. */
  readonly seriesKey: string;
  readonly sopClass?: string;
  /** The image itself, from which UIDs follow. */
  readonly sopInstance?: string;
  readonly sourceImage?: SourceImage;
  readonly imageType?: readonly string[];
}

/** The image that another was made from; `frame` counts from 0. */
export interface SourceImage {
  readonly sopClass: string;
  readonly sopInstance: string;
  readonly frame?: number;
}

/** A source file that is open. */
export interface Source {
  readonly dataSet: DicomDataSet;
  readonly format: PixelFormat;
  /** What of it, or of one of its frames, holds for an image of this format. */
  readonly originOf: (written: WrittenFormat, frame?: number) => Origin;
}

/** How the pixels of a file are stored. */
export type WrittenFormat = Omit<PixelFormat, 'highBit'>;

export const MG_FOR_PRESENTATION = '1.2.840.10008.5.1.4.1.1.1.2';
const SOP_CLASS = 0x00080016;
const SOP_INSTANCE = 0x00080018;
const SERIES_INSTANCE = 0x0020000e;
const IMAGE_TYPE = 0x00080008;
const CONTRIBUTING_EQUIPMENT = 0x0018a001;

/**
 * Opens the DICOM file that an image was made from.
 *
 * @throws ImageFileError if it is no grey DICOM image
 */
export async function openSource(writer: string, bytes: Uint8Array): Promise<Source> {
  try {
    const { dataSet } = await openDicomFile(bytesSource(bytes));
    const format = readPixelFormat(dataSet);
    return {
      dataSet,
      format,
      originOf: (written, frame) => readOrigin(dataSet, { source: format, written, frame }),
    };
  } catch (error) {
    throw namedAfter(`${writer}: source`, error);
  }
}

interface OriginContext {
  readonly source: PixelFormat;
  readonly written: WrittenFormat;
  readonly frame: number | undefined;
}

function readOrigin(dataSet: DicomDataSet, { source, written, frame }: OriginContext): Origin {
  const sopClass = textValue(dataSet, SOP_CLASS);
  const sopInstance = textValue(dataSet, SOP_INSTANCE);
  const holds = holdsFor(source, written);
  const alone = frame !== undefined && source.frames > 1;
  const elements = [
    ...copyKeptElements(dataSet, holds),
    ...(written.frames > 1 ? copyMultiFrameElements(dataSet) : []),
    ...(alone ? copyFrameElements(dataSet, { frame, wanted: holds }) : []),
  ];
  const reference = { sopClass: sopClass ?? MG_FOR_PRESENTATION, sopInstance: sopInstance ?? '' };
  return {
    elements: lastOfEachTag(elements),
    contributing: copyItems(dataSet, CONTRIBUTING_EQUIPMENT),
    seriesKey: textValue(dataSet, SERIES_INSTANCE) ?? '',
    // A frame alone is no image of a class for several frames.
    ...(sopClass && !alone && { sopClass }),
    ...(sopInstance && { sopInstance: alone ? `${sopInstance} ${frame}` : sopInstance }),
    ...(sopInstance && { sourceImage: { ...reference, ...(alone && { frame }) } }),
    imageType: textValues(dataSet, IMAGE_TYPE),
  };
}

function lastOfEachTag(elements: readonly ElementToWrite[]): readonly ElementToWrite[] {
  return [...new Map(elements.map((element) => [element.tag, element])).values()];
}

/** Which attributes of a source are true of other pixels too. */
function holdsFor(source: PixelFormat, written: WrittenFormat): (tag: number) => boolean {
  const sameSize = source.rows === written.rows && source.columns === written.columns;
  const sameValues =
    source.bitsStored === written.bitsStored &&
    source.signed === written.signed &&
    source.photometricInterpretation === written.photometricInterpretation;
  return (tag) => (sameSize || !describesGeometry(tag)) && (sameValues || !describesValues(tag));
}
