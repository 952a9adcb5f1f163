import { ImageFileError } from '../image-file-error.ts';
import { valueRepresentation } from './value-representation.ts';

/** Byte order and style of the element headers of a data set. */
export interface DicomEncoding {
  readonly explicit: boolean;
  readonly littleEndian: boolean;
}

/** A stretch of the file that holds a value; its length is 0 where it was not stated and has not been found yet. */
interface ValueRange {
  readonly offset: number;
  readonly length: number;
  /** The length was not stated: a sequence or an item up to its delimiter, or encapsulated pixel data. */
  readonly undefinedLength: boolean;
}

/** Where an element's value lies in the file; `vr` is absent where the file does not state it. */
export interface DicomElement extends ValueRange {
  readonly tag: number;
  readonly vr: string | undefined;
}

/** Where a sequence item lies in the file. */
export interface SequenceItem extends ValueRange {
  /** It is no item, but the delimiter behind the last one. */
  readonly delimiter: boolean;
}

/** Bytes up to `end` that hold elements. */
export interface ElementSource {
  readonly bytes: Uint8Array;
  readonly encoding: DicomEncoding;
  readonly end: number;
}

export const PIXEL_DATA = 0x7fe00010;
export const ITEM = 0xfffee000;
export const ITEM_END = 0xfffee00d;
export const SEQUENCE_END = 0xfffee0dd;
export const UNDEFINED_LENGTH = 0xffffffff;
const DELIMITER_GROUP = 0xfffe;

/** Tag as `(7FE0,0010)`. */
export function formatTag(tag: number): string {
  const digits = tag.toString(16).toUpperCase().padStart(8, '0');
  return `(${digits.slice(0, 4)},${digits.slice(4)})`;
}

/**
 * The header of the element at a position.
 *
 * @see DICOM PS3.5 section 7.1
 */
export function elementHeader(source: ElementSource, position: number): DicomElement {
  requireHeader(source, position, 8);
  const { bytes, encoding } = source;
  const tag = readTag(source, position);
  if (!encoding.explicit || tag >>> 16 === DELIMITER_GROUP) {
    return element(tag, undefined, position + 8, readUint32(source, position + 4));
  }
  const vr = valueRepresentation(bytes[position + 4]!, bytes[position + 5]!);
  if (vr === undefined) throw invalid(`element ${formatTag(tag)} has no value representation`);
  if (!vr.long) return element(tag, vr.name, position + 8, readUint16(source, position + 6));
  requireHeader(source, position, 12);
  return element(tag, vr.name, position + 12, readUint32(source, position + 8));
}

/** The header of a sequence item, or of the delimiter behind the last one. */
export function itemHeader(source: ElementSource, position: number): SequenceItem {
  requireHeader(source, position, 8);
  const tag = readTag(source, position);
  const offset = position + 8;
  if (tag === SEQUENCE_END) return { offset, length: 0, undefinedLength: false, delimiter: true };
  if (tag !== ITEM) throw invalid(`a sequence item must follow, got element ${formatTag(tag)}`);
  const stated = readUint32(source, position + 4);
  const undefinedLength = stated === UNDEFINED_LENGTH;
  const length = undefinedLength ? 0 : stated;
  requireInside(source, { tag, offset, length });
  return { offset, length, undefinedLength, delimiter: false };
}

/** The tag at a position, if a whole header of eight bytes is left there. */
export function tagAt(source: ElementSource, position: number): number | undefined {
  return position + 8 <= source.end ? readTag(source, position) : undefined;
}

/** @throws ImageFileError if the value of an element reaches beyond the bytes that hold it */
export function requireInside(
  source: ElementSource,
  { tag, offset, length }: Pick<DicomElement, 'tag' | 'offset' | 'length'>,
): void {
  const left = source.end - offset;
  if (length <= left) return;
  throw invalid(
    `the file ends inside element ${formatTag(tag)}: its value needs ${length} bytes, ${left} are left`,
  );
}

/** Its numbers are small integers, which V8 keeps inside the object: others would be objects of their own. */
function element(
  tag: number,
  vr: string | undefined,
  offset: number,
  stated: number,
): DicomElement {
  const undefinedLength = stated === UNDEFINED_LENGTH;
  return { tag, vr, offset, length: undefinedLength ? 0 : stated, undefinedLength };
}

function requireHeader(source: ElementSource, position: number, size: number): void {
  if (position + size > source.end) throw invalid('the file ends inside an element header');
}

function readTag(source: ElementSource, position: number): number {
  const group = readUint16(source, position);
  return ((group << 16) | readUint16(source, position + 2)) >>> 0;
}

/** Two bytes as an unsigned integer. */
export function readUint16(
  { bytes, encoding }: Pick<ElementSource, 'bytes' | 'encoding'>,
  position: number,
): number {
  const first = bytes[position]!;
  const second = bytes[position + 1]!;
  return encoding.littleEndian ? first | (second << 8) : (first << 8) | second;
}

function readUint32(source: ElementSource, position: number): number {
  const first = readUint16(source, position);
  const second = readUint16(source, position + 2);
  const { littleEndian } = source.encoding;
  return littleEndian ? first + second * 65536 : first * 65536 + second;
}

function invalid(message: string): ImageFileError {
  return new ImageFileError('invalid', message);
}
