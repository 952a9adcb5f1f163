import { ImageFileError } from '../image-file-error.ts';
import { valueRepresentation } from './value-representation.ts';

/** Byte order and style of the element headers of a data set. */
export interface DicomEncoding {
  readonly explicit: boolean;
  readonly littleEndian: boolean;
}

/** Where an element's value lies in the file; `vr` is absent where the file does not state it. */
export interface DicomElement {
  readonly tag: number;
  readonly vr: string | undefined;
  readonly offset: number;
  readonly length: number;
  /** The length was not stated: a sequence up to its delimiter, or encapsulated pixel data. */
  readonly undefinedLength: boolean;
}

/** The elements of a file or of a sequence item. Values stay in `bytes` until they are asked for. */
export interface DicomDataSet {
  readonly bytes: Uint8Array;
  readonly encoding: DicomEncoding;
  readonly elements: ReadonlyMap<number, DicomElement>;
  /** First byte after the data set. */
  readonly end: number;
  /** The data set around a sequence item, whose character set it has unless it states its own. */
  readonly parent?: DicomDataSet;
}

export const PIXEL_DATA = 0x7fe00010;
export const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
export const SEQUENCE_END = 0xfffee0dd;
export const UNDEFINED_LENGTH = 0xffffffff;
const DEEPEST_SEQUENCE = 32;

/** A stretch of a file to read elements from. */
export interface DataSetRange {
  readonly start: number;
  readonly end: number;
  readonly encoding: DicomEncoding;
  /** Read only this group (the file meta information ends where another group starts). */
  readonly group?: number;
  /** The last element to read is this one; its value may lie beyond the range. */
  readonly last?: number;
}

/** Tag as `(7FE0,0010)`. */
export function formatTag(tag: number): string {
  const digits = tag.toString(16).toUpperCase().padStart(8, '0');
  return `(${digits.slice(0, 4)},${digits.slice(4)})`;
}

/**
 * Reads the element headers of a data set.
 *
 * A data set that claims explicit VRs but has none at its first element is read as implicit, and the other way round: both
 * defects are common in archives.
 * @throws ImageFileError if an element reaches beyond the range.
 * @see DICOM PS3.5 section 7
 */
export function readDataSet(bytes: Uint8Array, range: DataSetRange): DicomDataSet {
  const encoding = observedEncoding(bytes, range);
  const { start, end, group, last } = range;
  return scan({ bytes, encoding, end }, start, { depth: 0, group, last });
}

/** The items of a sequence element, or none where it is absent or is no sequence. */
export function sequenceItems(dataSet: DicomDataSet, tag: number): readonly DicomDataSet[] {
  const element = dataSet.elements.get(tag);
  if (element === undefined || (element.vr !== undefined && !/^(SQ|UN)$/.test(element.vr)))
    return [];
  const source = sequenceSource(dataSet, element);
  const items: DicomDataSet[] = [];
  let position = element.offset;
  while (position < source.end) {
    const item = readItem(source, position, 1);
    if (item.dataSet === undefined) break;
    items.push({ ...item.dataSet, parent: dataSet });
    position = item.next;
  }
  return items;
}

interface Source {
  readonly bytes: Uint8Array;
  readonly encoding: DicomEncoding;
  readonly end: number;
}

interface ScanOptions {
  readonly depth: number;
  readonly group?: number | undefined;
  readonly last?: number | undefined;
  /** The data set ends at an item delimiter. */
  readonly delimited?: boolean;
}

function observedEncoding(bytes: Uint8Array, range: DataSetRange): DicomEncoding {
  const { encoding, start, end } = range;
  if (start + 6 > end) return encoding;
  const vr = valueRepresentation(bytes[start + 4]!, bytes[start + 5]!);
  if (vr?.known) return encoding.explicit ? encoding : { ...encoding, explicit: true };
  return vr !== undefined || !encoding.explicit ? encoding : { ...encoding, explicit: false };
}

function scan(source: Source, start: number, options: ScanOptions): DicomDataSet {
  if (options.depth > DEEPEST_SEQUENCE) {
    throw invalid(`sequences nest deeper than ${DEEPEST_SEQUENCE}`);
  }
  const elements = new Map<number, DicomElement>();
  let position = start;
  while (position < source.end) {
    const tag = position + 8 <= source.end ? readTag(source, position) : undefined;
    if (options.delimited && tag === ITEM_END) return { ...source, elements, end: position + 8 };
    if (endsGroup(tag, options.group)) break;
    if (tag !== undefined && tag === options.last) {
      const element = unreadElement(source, position);
      elements.set(tag, element);
      return { ...source, elements, end: element.offset };
    }
    const element = readElement(source, position, options.depth);
    elements.set(element.tag, element);
    position = element.offset + element.length;
  }
  if (options.delimited) throw invalid('the file ends inside a sequence item');
  return { ...source, elements, end: position };
}

function endsGroup(tag: number | undefined, group: number | undefined): boolean {
  return group !== undefined && tag !== undefined && tag >>> 16 !== group;
}

/** An element whose value has not been looked at: an undefined length stays so. */
function unreadElement(source: Source, position: number): DicomElement {
  const header = elementHeader(source, position);
  return header.undefinedLength ? { ...header, length: 0 } : header;
}

function readElement(source: Source, position: number, depth: number): DicomElement {
  const header = elementHeader(source, position);
  if (!header.undefinedLength) {
    requireInside(source, header);
    return header;
  }
  const { tag, vr, offset } = header;
  const encapsulated = tag === PIXEL_DATA || vr === 'OB' || vr === 'OW';
  const end = encapsulated ? endOfFragments(source, offset) : endOfSequence(source, header, depth);
  return { ...header, length: end - offset };
}

/** The header of an element, with the length as it stands there. */
function elementHeader(source: Source, position: number): DicomElement {
  requireHeader(source, position, 8);
  const { bytes, encoding } = source;
  const tag = readTag(source, position);
  if (!encoding.explicit || tag >>> 16 === 0xfffe) {
    return element(tag, undefined, position + 8, readUint32(source, position + 4));
  }
  const vr = valueRepresentation(bytes[position + 4]!, bytes[position + 5]!);
  if (vr === undefined) throw invalid(`element ${formatTag(tag)} has no value representation`);
  if (!vr.long) return element(tag, vr.name, position + 8, readUint16(source, position + 6));
  requireHeader(source, position, 12);
  return element(tag, vr.name, position + 12, readUint32(source, position + 8));
}

function element(
  tag: number,
  vr: string | undefined,
  offset: number,
  length: number,
): DicomElement {
  return { tag, vr, offset, length, undefinedLength: length === UNDEFINED_LENGTH };
}

function itemHeader(source: Source, position: number): DicomElement {
  requireHeader(source, position, 8);
  const tag = readTag(source, position);
  const length = readUint32(source, position + 4);
  if (tag === SEQUENCE_END) return element(tag, undefined, position + 8, 0);
  if (tag !== ITEM) throw invalid(`a sequence item must follow, got element ${formatTag(tag)}`);
  const header = element(tag, undefined, position + 8, length);
  if (!header.undefinedLength) requireInside(source, header);
  return header;
}

function readItem(
  source: Source,
  position: number,
  depth: number,
): { dataSet?: DicomDataSet; next: number } {
  const header = itemHeader(source, position);
  if (header.tag === SEQUENCE_END) return { next: header.offset };
  const delimited = header.undefinedLength;
  const end = delimited ? source.end : header.offset + header.length;
  const encoding = observedEncoding(source.bytes, {
    start: header.offset,
    end,
    encoding: source.encoding,
  });
  const dataSet = scan({ bytes: source.bytes, encoding, end }, header.offset, { depth, delimited });
  return { dataSet, next: delimited ? dataSet.end : end };
}

function sequenceSource(source: Source, element: DicomElement): Source {
  const end = element.offset + element.length;
  return { bytes: source.bytes, encoding: sequenceEncoding(source.encoding, element.vr), end };
}

/** A sequence of unknown VR is always implicit little endian (PS3.5 section 6.2.2). */
function sequenceEncoding(encoding: DicomEncoding, vr: string | undefined): DicomEncoding {
  return vr === 'UN' ? { explicit: false, littleEndian: true } : encoding;
}

function endOfSequence(source: Source, header: DicomElement, depth: number): number {
  const inside = { ...source, encoding: sequenceEncoding(source.encoding, header.vr) };
  let position = header.offset;
  for (;;) {
    const item = itemHeader(inside, position);
    if (item.tag === SEQUENCE_END) return item.offset;
    position = item.undefinedLength
      ? readItem(inside, position, depth + 1).next
      : item.offset + item.length;
  }
}

/** A missing delimiter after the last fragment at the end of the file is let pass. */
function endOfFragments(source: Source, offset: number): number {
  let position = offset;
  while (position < source.end) {
    const item = itemHeader(source, position);
    if (item.tag === SEQUENCE_END) return item.offset;
    if (item.undefinedLength) throw invalid('a fragment of the pixel data has no length');
    position = item.offset + item.length;
  }
  return position;
}

function requireHeader(source: Source, position: number, size: number): void {
  if (position + size > source.end) throw invalid(`the file ends inside an element header`);
}

function requireInside(source: Source, header: DicomElement): void {
  const left = source.end - header.offset;
  if (header.length <= left) return;
  throw invalid(
    `the file ends inside element ${formatTag(header.tag)}: its value needs ${header.length} bytes, ${left} are left`,
  );
}

function readTag(source: Source, position: number): number {
  const group = readUint16(source, position);
  return ((group << 16) | readUint16(source, position + 2)) >>> 0;
}

function readUint16({ bytes, encoding }: Source, position: number): number {
  const first = bytes[position]!;
  const second = bytes[position + 1]!;
  return encoding.littleEndian ? first | (second << 8) : (first << 8) | second;
}

function readUint32(source: Source, position: number): number {
  const first = readUint16(source, position);
  const second = readUint16(source, position + 2);
  const { littleEndian } = source.encoding;
  return littleEndian ? first + second * 65536 : first * 65536 + second;
}

function invalid(message: string): ImageFileError {
  return new ImageFileError('invalid', message);
}
