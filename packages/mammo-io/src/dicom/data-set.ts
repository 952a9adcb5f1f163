import { ImageFileError } from '../image-file-error.ts';
import {
  type DicomElement,
  type DicomEncoding,
  type ElementSource,
  elementHeader,
  ITEM_END,
  itemHeader,
  PIXEL_DATA,
  requireInside,
  type SequenceItem,
  tagAt,
} from './data-element.ts';
import { valueRepresentation } from './value-representation.ts';

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

const DEEPEST_SEQUENCE = 32;

/** The items of sequences that were asked for before. */
const knownItems = new WeakMap<DicomElement, readonly DicomDataSet[]>();

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
  const elements = new Map<number, DicomElement>();
  const reached = scan({ bytes, encoding, end }, start, { depth: 0, group, last, elements });
  return { bytes, encoding, elements, end: reached };
}

/** The items of a sequence element, or none where it is absent or is no sequence. */
export function sequenceItems(dataSet: DicomDataSet, tag: number): readonly DicomDataSet[] {
  const element = dataSet.elements.get(tag);
  if (element === undefined || !holdsItems(element)) return [];
  const known = knownItems.get(element);
  if (known !== undefined) return known;
  const items = readItems(dataSet, element);
  knownItems.set(element, items);
  return items;
}

function holdsItems({ vr }: DicomElement): boolean {
  return vr === undefined || vr === 'SQ' || vr === 'UN';
}

function readItems(parent: DicomDataSet, { offset, length, vr }: DicomElement): DicomDataSet[] {
  const encoding = sequenceEncoding(parent.encoding, vr);
  const source = { bytes: parent.bytes, encoding, end: offset + length };
  const items: DicomDataSet[] = [];
  let position = offset;
  while (position < source.end) {
    const header = itemHeader(source, position);
    if (header.delimiter) break;
    const elements = new Map<number, DicomElement>();
    const { inside, end } = scanItem(source, header, { depth: 1, elements });
    items.push({ ...inside, elements, end, parent });
    position = header.undefinedLength ? end : inside.end;
  }
  return items;
}

interface ScanOptions {
  readonly depth: number;
  readonly group?: number | undefined;
  readonly last?: number | undefined;
  /** The data set ends at an item delimiter. */
  readonly delimited?: boolean;
  /** Where to put the elements that are found; absent where only their end is looked for. */
  readonly elements?: Map<number, DicomElement>;
}

/** Reads element after element and returns the position behind the last. */
function scan(source: ElementSource, start: number, options: ScanOptions): number {
  const { depth, group, last, delimited = false, elements } = options;
  if (depth > DEEPEST_SEQUENCE) throw invalid(`sequences nest deeper than ${DEEPEST_SEQUENCE}`);
  let position = start;
  while (position < source.end) {
    const tag = tagAt(source, position);
    if (delimited && tag === ITEM_END) return position + 8;
    if (endsGroup(tag, group)) return position;
    if (tag !== undefined && tag === last) {
      const element = elementHeader(source, position);
      elements?.set(tag, element);
      return element.offset;
    }
    const element = readElement(source, position, depth);
    elements?.set(element.tag, element);
    position = element.offset + element.length;
  }
  if (delimited) throw invalid('the file ends inside a sequence item');
  return position;
}

/** Reads the elements of an item; `inside` is the stretch that holds them, `end` the position behind the last. */
function scanItem(
  source: ElementSource,
  { offset, length, undefinedLength: delimited }: SequenceItem,
  options: Pick<ScanOptions, 'depth' | 'elements'>,
): { readonly inside: ElementSource; readonly end: number } {
  const { bytes } = source;
  const stretch = { start: offset, end: delimited ? source.end : offset + length };
  const encoding = observedEncoding(bytes, { ...stretch, encoding: source.encoding });
  const inside = { bytes, encoding, end: stretch.end };
  return { inside, end: scan(inside, offset, { ...options, delimited }) };
}

function observedEncoding(bytes: Uint8Array, range: DataSetRange): DicomEncoding {
  const { encoding, start, end } = range;
  if (start + 6 > end) return encoding;
  const vr = valueRepresentation(bytes[start + 4]!, bytes[start + 5]!);
  if (vr?.known) return encoding.explicit ? encoding : { ...encoding, explicit: true };
  return vr !== undefined || !encoding.explicit ? encoding : { ...encoding, explicit: false };
}

function endsGroup(tag: number | undefined, group: number | undefined): boolean {
  return group !== undefined && tag !== undefined && tag >>> 16 !== group;
}

function readElement(source: ElementSource, position: number, depth: number): DicomElement {
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

/** A sequence of unknown VR is always implicit little endian (PS3.5 section 6.2.2). */
function sequenceEncoding(encoding: DicomEncoding, vr: string | undefined): DicomEncoding {
  return vr === 'UN' ? { explicit: false, littleEndian: true } : encoding;
}

function endOfSequence(source: ElementSource, header: DicomElement, depth: number): number {
  const inside = { ...source, encoding: sequenceEncoding(source.encoding, header.vr) };
  let position = header.offset;
  for (;;) {
    const item = itemHeader(inside, position);
    if (item.delimiter) return item.offset;
    position = item.undefinedLength
      ? scanItem(inside, item, { depth: depth + 1 }).end
      : item.offset + item.length;
  }
}

/** A missing delimiter after the last fragment at the end of the file is let pass. */
function endOfFragments(source: ElementSource, offset: number): number {
  let position = offset;
  while (position < source.end) {
    const item = itemHeader(source, position);
    if (item.delimiter) return item.offset;
    if (item.undefinedLength) throw invalid('a fragment of the pixel data has no length');
    position = item.offset + item.length;
  }
  return position;
}

function invalid(message: string): ImageFileError {
  return new ImageFileError('invalid', message);
}
