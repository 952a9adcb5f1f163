import { ImageFileError } from '../image-file-error.ts';
import { type ByteSource, inflatedSource } from './byte-source.ts';
import { type DicomElement, type DicomEncoding, PIXEL_DATA } from './data-element.ts';
import { type DicomDataSet, readDataSet } from './data-set.ts';
import {
  EXPLICIT_LITTLE_ENDIAN,
  IMPLICIT_LITTLE_ENDIAN,
  type TransferSyntax,
  transferSyntax,
} from './transfer-syntax.ts';
import { textValue } from './values.ts';

/** A DICOM file whose header has been read. */
export interface DicomFile {
  /** The elements before the pixel data. */
  readonly dataSet: DicomDataSet;
  readonly syntax: TransferSyntax;
  /** Where the pixel data lies in `source`. */
  readonly pixelData: DicomElement;
  /** The file, or what it inflates to. */
  readonly source: ByteSource;
  readonly warnings: readonly string[];
}

const TRANSFER_SYNTAX_UID = 0x00020010;
/** The largest header that is searched for its end. */
const MAX_HEADER_BYTES = 2 ** 28;
const DICM = [0x44, 0x49, 0x43, 0x4d];
const META_ENCODING: DicomEncoding = { explicit: true, littleEndian: true };

/** Whether the bytes start as a DICOM file does, with a preamble, without one, or as a bare data set. */
export function isDicomFile(bytes: Uint8Array): boolean {
  return metaStart(bytes) !== undefined || bareEncoding(bytes) !== undefined;
}

/**
 * Reads the header of a DICOM file, up to its pixel data: with or without preamble and meta information, in every supported
 * transfer syntax, deflated or not.
 *
 * @throws ImageFileError if the file is no DICOM file, is truncated, or its transfer syntax is not supported
 * @see DICOM PS3.10 section 7
 */
export async function openDicomFile(source: ByteSource): Promise<DicomFile> {
  return readHead(source, (head) => {
    if (!isDicomFile(head)) throw invalid('not a DICOM file');
    return openHead(head, source);
  });
}

/** Reads from the beginning of a file, and again from more of it as long as that ends too early. */
async function readHead<Result>(
  source: ByteSource,
  read: (head: Uint8Array) => Promise<Result>,
): Promise<Result> {
  for (let length = source.firstRead; ; length *= 4) {
    const head = await source.read(0, length);
    try {
      return await read(head);
    } catch (error) {
      const whole = head.length < length || length >= MAX_HEADER_BYTES;
      const incomplete = error instanceof ImageFileError && error.code === 'invalid' && !whole;
      if (!incomplete) throw error;
    }
  }
}

async function openHead(head: Uint8Array, source: ByteSource): Promise<DicomFile> {
  const start = metaStart(head);
  if (start === undefined) {
    return openGuessed({ head, source, start: 0 }, [
      'the file meta information is missing: transfer syntax guessed',
    ]);
  }
  const warnings: string[] = start === 132 ? [] : ['the 128-byte preamble is missing'];
  const end = head.length;
  const meta = readDataSet(head, { start, end, encoding: META_ENCODING, group: 2 });
  const place = { head, source, start: meta.end };
  const uid = textValue(meta, TRANSFER_SYNTAX_UID);
  if (uid === undefined) {
    return openGuessed(place, [...warnings, 'the transfer syntax is missing: guessed']);
  }
  const syntax = transferSyntax(uid);
  if (!syntax.deflated) return openFrom(place, syntax, warnings);
  const inflated = inflatedSource(await source.read(meta.end, await source.size()));
  return readHead(inflated, async (inflatedHead) =>
    openFrom({ head: inflatedHead, source: inflated, start: 0 }, syntax, warnings),
  );
}

/** Where the data set starts. */
interface Place {
  /** The first bytes of `source`. */
  readonly head: Uint8Array;
  readonly source: ByteSource;
  readonly start: number;
}

function openGuessed(place: Place, warnings: readonly string[]): DicomFile {
  const encoding = bareEncoding(place.head.subarray(place.start));
  if (encoding === undefined) throw invalid('the transfer syntax is missing');
  const uid = encoding.explicit ? EXPLICIT_LITTLE_ENDIAN : IMPLICIT_LITTLE_ENDIAN;
  return openFrom(place, transferSyntax(uid), warnings);
}

function openFrom(
  { head, source, start }: Place,
  syntax: TransferSyntax,
  warnings: readonly string[],
): DicomFile {
  const range = { start, end: head.length, encoding: syntax.encoding, last: PIXEL_DATA };
  const dataSet = readDataSet(head, range);
  const found = [...warnings];
  if (dataSet.encoding.explicit !== syntax.encoding.explicit) {
    const actual = dataSet.encoding.explicit ? 'explicit' : 'implicit';
    found.push(`the transfer syntax is ${syntax.name}, but the elements are ${actual}`);
  }
  const pixelData = dataSet.elements.get(PIXEL_DATA);
  if (pixelData === undefined) throw invalid('the file has no pixel data (7FE0,0010)');
  return { dataSet, syntax, pixelData, source, warnings: found };
}

/** First byte of the meta information: after the preamble, after a bare `DICM`, or the file's first. */
function metaStart(bytes: Uint8Array): number | undefined {
  if (hasDicm(bytes, 128)) return 132;
  if (hasDicm(bytes, 0)) return 4;
  const bare = bytes[0] === 2 && bytes[1] === 0 && bareEncoding(bytes)?.explicit;
  return bare ? 0 : undefined;
}

function hasDicm(bytes: Uint8Array, offset: number): boolean {
  return DICM.every((byte, index) => bytes[offset + index] === byte);
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
