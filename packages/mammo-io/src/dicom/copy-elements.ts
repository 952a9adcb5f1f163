import type { DicomElement } from './data-element.ts';
import { type DicomDataSet, sequenceItems } from './data-set.ts';
import { PER_FRAME_GROUPS, SHARED_GROUPS } from './fact.ts';
import { itemVr, keptVr } from './kept-attributes.ts';
import { shortValue, textValue, valueBytes } from './values.ts';
import { type ElementToWrite, textElement } from './write-data-set.ts';

const PIXEL_REPRESENTATION = 0x00280103;
const FRAME_LATERALITY = 0x00209072;
const IMAGE_LATERALITY = 0x00200062;

/** What says how the frames of an image belong together: increment pointer, frame time and vector. */
const FRAME_INCREMENTS = new Map([
  [0x00280009, 'AT'],
  [0x00181063, 'DS'],
  [0x00181065, 'DS'],
]);

/** Bytes of the numbers of a value representation; those of text and bytes have no order. */
const NUMBER_BYTES: Readonly<Record<string, number>> = {
  AT: 2,
  FD: 8,
  FL: 4,
  OD: 8,
  OF: 4,
  OL: 4,
  OV: 8,
  OW: 2,
  SL: 4,
  SS: 2,
  SV: 8,
  UL: 4,
  US: 2,
  UV: 8,
};

/** Copies the elements of a source that a derived image keeps, whatever the source's encoding. */
export function copyKeptElements(
  dataSet: DicomDataSet,
  wanted: (tag: number) => boolean,
): ElementToWrite[] {
  const source = { signed: isSigned(dataSet) };
  return [...dataSet.elements.values()].flatMap((element) => {
    const vr = keptVr(element.tag, source);
    return vr !== undefined && wanted(element.tag) ? [copyElement(dataSet, element, vr)] : [];
  });
}

/** What an image of as many frames keeps besides: the functional groups, and how its frames follow each other. */
export function copyMultiFrameElements(dataSet: DicomDataSet): ElementToWrite[] {
  const groups = [SHARED_GROUPS, PER_FRAME_GROUPS].flatMap((tag) => {
    const value = copyItems(dataSet, tag);
    return value.length > 0 ? [{ tag, vr: 'SQ', value }] : [];
  });
  const increments = [...FRAME_INCREMENTS].flatMap(([tag, vr]) => {
    const element = dataSet.elements.get(tag);
    return element === undefined ? [] : [copyElement(dataSet, element, vr)];
  });
  return [...groups, ...increments];
}

/** What the functional groups say of one frame, as attributes of an image that it is alone. */
export function copyFrameElements(
  dataSet: DicomDataSet,
  { frame, wanted }: { readonly frame: number; readonly wanted: (tag: number) => boolean },
): ElementToWrite[] {
  const own = sequenceItems(dataSet, PER_FRAME_GROUPS)[frame];
  const groups = [...sequenceItems(dataSet, SHARED_GROUPS), ...(own ? [own] : [])];
  const items = groups.flatMap((group) =>
    [...group.elements.keys()].flatMap((tag) => sequenceItems(group, tag)),
  );
  return items.flatMap((item) => {
    const laterality = textValue(item, FRAME_LATERALITY);
    return [
      ...copyKeptElements(item, wanted),
      ...(laterality ? [textElement(IMAGE_LATERALITY, 'CS', laterality)] : []),
    ];
  });
}

/** The items of a sequence of a source, to be written again. */
export function copyItems(dataSet: DicomDataSet, tag: number): readonly ElementToWrite[][] {
  return sequenceItems(dataSet, tag).map((item) =>
    [...item.elements.values()].flatMap((element) => {
      const vr = element.vr && element.vr !== 'UN' ? element.vr : itemVr(element.tag);
      return vr === undefined || isPrivate(element.tag) ? [] : [copyElement(item, element, vr)];
    }),
  );
}

/** An element of a source, to be written again. */
export function copyElement(
  dataSet: DicomDataSet,
  element: DicomElement,
  vr: string,
): ElementToWrite {
  const { tag } = element;
  if (vr === 'SQ') return { tag, vr, value: copyItems(dataSet, tag) };
  const stated = element.vr === undefined || element.vr === 'UN' ? vr : element.vr;
  const bytes = valueBytes(dataSet, element);
  const value = dataSet.encoding.littleEndian ? bytes : swapped(bytes, NUMBER_BYTES[stated] ?? 1);
  return { tag, vr: stated, value };
}

/** Whether values of no stated sign are signed: as the pixels of the image around them are. */
function isSigned(dataSet: DicomDataSet): boolean {
  const representation = shortValue(dataSet, PIXEL_REPRESENTATION);
  if (representation !== undefined || dataSet.parent === undefined) return representation === 1;
  return isSigned(dataSet.parent);
}

function swapped(bytes: Uint8Array, size: number): Uint8Array {
  const last = size - 1;
  return bytes.map((_, index) => bytes[index - (index % size) + (last - (index % size))] ?? 0);
}

function isPrivate(tag: number): boolean {
  return (tag >>> 16) % 2 === 1;
}
