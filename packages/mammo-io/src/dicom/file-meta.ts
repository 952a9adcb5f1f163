import { concatenateBytes } from '../bytes.ts';
import { encodeDataSet, textElement } from './write-data-set.ts';

/** What the meta information of a file names. */
interface FileMeta {
  readonly sopClass: string;
  readonly sopInstance: string;
  readonly transferSyntax: string;
}

const IMPLEMENTATION_CLASS = '2.25.229451600072090404564544894284998027179';
const IMPLEMENTATION_VERSION = 'MAMMO_IO';

/**
 * The start of a DICOM file: preamble, prefix and meta information.
 *
 * @see DICOM PS3.10 section 7.1
 */
export function encodeFileMeta({ sopClass, sopInstance, transferSyntax }: FileMeta): Uint8Array {
  const meta = encodeDataSet([
    { tag: 0x00020001, vr: 'OB', value: Uint8Array.of(0, 1) }, // FileMetaInformationVersion
    textElement(0x00020002, 'UI', sopClass),
    textElement(0x00020003, 'UI', sopInstance),
    textElement(0x00020010, 'UI', transferSyntax),
    textElement(0x00020012, 'UI', IMPLEMENTATION_CLASS),
    textElement(0x00020013, 'SH', IMPLEMENTATION_VERSION),
  ]);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, meta.length, true);
  const groupLength = encodeDataSet([{ tag: 0x00020000, vr: 'UL', value: length }]);
  const preamble = new Uint8Array(128);
  return concatenateBytes([preamble, new TextEncoder().encode('DICM'), groupLength, meta]);
}
