import { namedAfter } from '../image-file-error.ts';
import { bytesSource } from './byte-source.ts';
import { copyItems, copyKeptElements } from './copy-elements.ts';
import { openDicomFile } from './file.ts';
import { describesGeometry, describesValues } from './kept-attributes.ts';
import { type PixelFormat, readPixelFormat } from './pixel-format.ts';
import { textValue, textValues } from './values.ts';
import type { ElementToWrite } from './write-data-set.ts';

/** What a synthetic image was made from, as far as its file repeats it. */
export interface Origin {
  /** Of an image without a source file: its description. */
  readonly elements: readonly ElementToWrite[];
  /** Items of the contributing equipment. */
  readonly contributing: readonly (readonly ElementToWrite[])[];
  /** Images of one key become one series. */
  readonly seriesKey: string;
  readonly sopClass?: string;
  readonly sopInstance?: string;
  readonly imageType?: readonly string[];
}

/** A source file that is open. */
export interface Source {
  readonly format: PixelFormat;
  /** What of it holds for an image of this format. */
  readonly originOf: (written: WrittenFormat) => Origin;
}

/** How the pixels of a file are stored. */
export type WrittenFormat = Omit<PixelFormat, 'frames' | 'highBit'>;

const SOP_CLASS = 0x00080016;
const SOP_INSTANCE = 0x00080018;
const SERIES_INSTANCE = 0x0020000e;
const IMAGE_TYPE = 0x00080008;
const CONTRIBUTING_EQUIPMENT = 0x0018a001;

/**
 * Opens the DICOM file that a synthetic image was made from.
 *
 * @throws ImageFileError if it is no grey DICOM image
 * @throws RangeError if it has several frames
 */
export async function openSource(writer: string, bytes: Uint8Array): Promise<Source> {
  try {
    const { dataSet } = await openDicomFile(bytesSource(bytes));
    const format = readPixelFormat(dataSet);
    if (format.frames > 1) {
      throw new RangeError(`${writer}: source must have one frame, got ${format.frames}`);
    }
    const sopClass = textValue(dataSet, SOP_CLASS);
    const sopInstance = textValue(dataSet, SOP_INSTANCE);
    const originOf = (written: WrittenFormat): Origin => ({
      elements: copyKeptElements(dataSet, holdsFor(format, written)),
      contributing: copyItems(dataSet, CONTRIBUTING_EQUIPMENT),
      seriesKey: textValue(dataSet, SERIES_INSTANCE) ?? '',
      ...(sopClass && { sopClass }),
      ...(sopInstance && { sopInstance }),
      imageType: textValues(dataSet, IMAGE_TYPE),
    });
    return { format, originOf };
  } catch (error) {
    throw namedAfter(`${writer}: source`, error);
  }
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
