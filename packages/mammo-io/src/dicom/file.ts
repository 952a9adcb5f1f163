import { ImageFileError } from '../image-file-error.ts';
import { type DicomDataSet, type DicomEncoding, PIXEL_DATA, readDataSet } from './data-set.ts';
import { inflateRaw } from './inflate.ts';
import {
  EXPLICIT_LITTLE_ENDIAN,
  IMPLICIT_LITTLE_ENDIAN,
  type TransferSyntax,
  transferSyntax,
} from './transfer-syntax.ts';
import { textValue } from './values.ts';

/** The data set of a DICOM file behind its meta information. */
export interface DicomFile {
  readonly dataSet: DicomDataSet;
  readonly syntax: TransferSyntax;
  readonly warnings: readonly string[];
}

const TRANSFER_SYNTAX_UID = 0x00020010;
const META_ENCODING: DicomEncoding = { explicit: true, littleEndian: true };

/** Whether the bytes start as a DICOM file does, with a preamble, without one, or as a bare data set. */
export function isDicomFile(bytes: Uint8Array): boolean {
  return metaStart(bytes) !== undefined || bareEncoding(bytes) !== undefined;
}

/**
 * Reads the element headers of a DICOM file: with or without preamble and meta information, in every supported transfer
 * syntax, deflated or not.
 *
 * @throws ImageFileError if the file is no DICOM file, is truncated, or its transfer syntax is not supported
 * @see DICOM PS3.10 section 7
 */
export async function openDicomFile(bytes: Uint8Array): Promise<DicomFile> {
  const start = metaStart(bytes);
  if (start === undefined) return openBareDataSet(bytes);
  const warnings: string[] = start === 132 ? [] : ['the 128-byte preamble is missing'];
  const end = bytes.length;
  const meta = readDataSet(bytes, { start, end, encoding: META_ENCODING, group: 2 });
  const uid = textValue(meta, TRANSFER_SYNTAX_UID);
  if (uid === undefined) {
    return openGuessed(bytes, meta.end, [...warnings, 'the transfer syntax is missing: guessed']);
  }
  const syntax = transferSyntax(uid);
  if (!syntax.deflated) return openFrom(bytes, meta.end, { syntax, warnings });
  return openFrom(await inflateRaw(bytes.subarray(meta.end)), 0, { syntax, warnings });
}

function openBareDataSet(bytes: Uint8Array): DicomFile {
  if (bareEncoding(bytes) === undefined) throw invalid('not a DICOM file');
  return openGuessed(bytes, 0, ['the file meta information is missing: transfer syntax guessed']);
}

function openGuessed(bytes: Uint8Array, start: number, warnings: readonly string[]): DicomFile {
  const encoding = bareEncoding(bytes.subarray(start));
  if (encoding === undefined) throw invalid('the transfer syntax is missing');
  const uid = encoding.explicit ? EXPLICIT_LITTLE_ENDIAN : IMPLICIT_LITTLE_ENDIAN;
  return openFrom(bytes, start, { syntax: transferSyntax(uid), warnings });
}

function openFrom(
  bytes: Uint8Array,
  start: number,
  { syntax, warnings }: { readonly syntax: TransferSyntax; readonly warnings: readonly string[] },
): DicomFile {
  const dataSet = readDataSet(bytes, { start, end: bytes.length, encoding: syntax.encoding });
  const found = [...warnings];
  if (dataSet.encoding.explicit !== syntax.encoding.explicit) {
    const actual = dataSet.encoding.explicit ? 'explicit' : 'implicit';
    found.push(`the transfer syntax is ${syntax.name}, but the elements are ${actual}`);
  }
  if (dataSet.trailingDefect !== undefined) {
    found.push(`bytes after the pixel data are ignored (${dataSet.trailingDefect})`);
  }
  if (!dataSet.elements.has(PIXEL_DATA)) throw invalid('the file has no pixel data (7FE0,0010)');
  return { dataSet, syntax, warnings: found };
}

/** First byte of the meta information: after the preamble, after a bare `DICM`, or the file's first. */
function metaStart(bytes: Uint8Array): number | undefined {
  if (hasDicm(bytes, 128)) return 132;
  if (hasDicm(bytes, 0)) return 4;
  const bare = bytes[0] === 2 && bytes[1] === 0 && bareEncoding(bytes)?.explicit;
  return bare ? 0 : undefined;
}

function hasDicm(bytes: Uint8Array, offset: number): boolean {
  return String.fromCharCode(...bytes.subarray(offset, offset + 4)) === 'DICM';
}

/** The encoding of little-endian bytes that start with an element of the groups that a data set starts with. */
function bareEncoding(bytes: Uint8Array): DicomEncoding | undefined {
  const group = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8);
  if (bytes.length < 12 || ![2, 8, 0x10].includes(group)) return undefined;
  if (/^[A-Z]{2}$/.test(String.fromCharCode(bytes[4]!, bytes[5]!))) {
    return { explicit: true, littleEndian: true };
  }
  const plausibleLength = bytes[6] === 0 && bytes[7] === 0;
  return plausibleLength ? { explicit: false, littleEndian: true } : undefined;
}

function invalid(message: string): ImageFileError {
  return new ImageFileError('invalid', message);
}
