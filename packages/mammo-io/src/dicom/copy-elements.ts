import type { DicomElement } from './data-element.ts';
import { type DicomDataSet, sequenceItems } from './data-set.ts';
import { itemVr, keptVr } from './kept-attributes.ts';
import { shortValue, valueBytes } from './values.ts';
import type { ElementToWrite } from './write-data-set.ts';

const PIXEL_REPRESENTATION = 0x00280103;

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

/** Copies the elements of a source that a fake keeps, whatever the source's encoding. */
export function copyKeptElements(
  dataSet: DicomDataSet,
  wanted: (tag: number) => boolean,
): ElementToWrite[] {
  const source = { signed: shortValue(dataSet, PIXEL_REPRESENTATION) === 1 };
  return [...dataSet.elements.values()].flatMap((element) => {
    const vr = keptVr(element.tag, source);
    return vr !== undefined && wanted(element.tag) ? [copyElement(dataSet, element, vr)] : [];
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

function copyElement(dataSet: DicomDataSet, element: DicomElement, vr: string): ElementToWrite {
  const { tag } = element;
  if (vr === 'SQ') return { tag, vr, value: copyItems(dataSet, tag) };
  const stated = element.vr === undefined || element.vr === 'UN' ? vr : element.vr;
  const bytes = valueBytes(dataSet, element);
  const value = dataSet.encoding.littleEndian ? bytes : swapped(bytes, NUMBER_BYTES[stated] ?? 1);
  return { tag, vr: stated, value };
}

function swapped(bytes: Uint8Array, size: number): Uint8Array {
  const last = size - 1;
  return bytes.map((_, index) => bytes[index - (index % size) + (last - (index % size))] ?? 0);
}

function isPrivate(tag: number): boolean {
  return (tag >>> 16) % 2 === 1;
}
