import { concatenateBytes } from '../bytes.ts';

/** An element of a data set to write, its value encoded as little endian, or the items of a sequence. */
export interface ElementToWrite {
  readonly tag: number;
  readonly vr: string;
  readonly value: Uint8Array | readonly (readonly ElementToWrite[])[];
}

const LONG_VRS = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '));
const ITEM = 0xfffee000;
const ITEM_HEADER_BYTES = 8;
const SEQUENCE_END = 0xfffee0dd;
const UNDEFINED = 0xffffffff;

/** A text element; several values are separated by backslashes. */
export function textElement(tag: number, vr: string, text: string): ElementToWrite {
  return { tag, vr, value: new TextEncoder().encode(text) };
}

/** An element of 16-bit integers. */
export function shortElement(tag: number, vr: 'US' | 'SS', ...numbers: number[]): ElementToWrite {
  const value = new Uint8Array(numbers.length * 2);
  const view = new DataView(value.buffer);
  for (const [index, number] of numbers.entries()) view.setInt16(index * 2, number, true);
  return { tag, vr, value };
}

/** A sequence of one item that holds a code. */
export function codeSequence(
  tag: number,
  code: { readonly value: string; readonly scheme: string; readonly meaning: string },
): ElementToWrite {
  const item = [
    textElement(0x00080100, 'SH', code.value),
    textElement(0x00080102, 'SH', code.scheme),
    textElement(0x00080104, 'LO', code.meaning),
  ];
  return { tag, vr: 'SQ', value: [item] };
}

/**
 * Encodes a data set as explicit VR little endian: elements by ascending tag, values padded to an even length.
 *
 * @see DICOM PS3.5 section 7
 */
export function encodeDataSet(elements: readonly ElementToWrite[]): Uint8Array {
  const sorted = [...elements].sort((a, b) => a.tag - b.tag);
  return concatenateBytes(sorted.flatMap(({ tag, vr, value }) => encodeElement(tag, vr, value)));
}

/** Encodes compressed frames, a fragment each, behind their offset table, which is empty for one frame. */
export function encodeEncapsulated(tag: number, frames: readonly Uint8Array[]): Uint8Array {
  const fragments = frames.map((frame) => padded('OB', frame));
  const table = fragments.length > 1 ? offsetTable(fragments) : new Uint8Array(0);
  const items = [table, ...fragments].flatMap((item) => [itemHeader(ITEM, item.length), item]);
  return concatenateBytes([
    elementHeader(tag, 'OB', UNDEFINED),
    ...items,
    itemHeader(SEQUENCE_END, 0),
  ]);
}

/** Where each item starts behind the table, its header included. */
function offsetTable(fragments: readonly Uint8Array[]): Uint8Array {
  const table = new DataView(new ArrayBuffer(fragments.length * 4));
  let offset = 0;
  for (const [index, { length }] of fragments.entries()) {
    table.setUint32(index * 4, offset, true);
    offset += ITEM_HEADER_BYTES + length;
  }
  return new Uint8Array(table.buffer);
}

function encodeElement(
  tag: number,
  vr: string,
  value: ElementToWrite['value'],
): readonly Uint8Array[] {
  const body =
    value instanceof Uint8Array
      ? padded(vr, value)
      : concatenateBytes(value.flatMap((item) => encodeItem(item)));
  return [elementHeader(tag, vr, body.length), body];
}

function encodeItem(elements: readonly ElementToWrite[]): readonly Uint8Array[] {
  const body = encodeDataSet(elements);
  return [itemHeader(ITEM, body.length), body];
}

function elementHeader(tag: number, vr: string, length: number): Uint8Array {
  const long = LONG_VRS.has(vr);
  if (!long && length > 0xffff) {
    throw new RangeError(`encodeDataSet: a ${vr} value must be below 2^16 bytes, got ${length}`);
  }
  const header = new Uint8Array(long ? 12 : 8);
  const view = new DataView(header.buffer);
  writeTag(view, tag);
  header[4] = vr.charCodeAt(0);
  header[5] = vr.charCodeAt(1);
  if (long) view.setUint32(8, length, true);
  else view.setUint16(6, length, true);
  return header;
}

function itemHeader(tag: number, length: number): Uint8Array {
  const header = new Uint8Array(8);
  const view = new DataView(header.buffer);
  writeTag(view, tag);
  view.setUint32(4, length, true);
  return header;
}

function writeTag(view: DataView, tag: number): void {
  view.setUint16(0, tag >>> 16, true);
  view.setUint16(2, tag & 0xffff, true);
}

/** Text is padded by a space, UIDs and bytes by a zero. */
function padded(vr: string, value: Uint8Array): Uint8Array {
  if (value.length % 2 === 0) return value;
  const even = new Uint8Array(value.length + 1);
  even.set(value);
  if (!/^(UI|O[BDFLVW]|UN)$/.test(vr)) even[value.length] = 0x20;
  return even;
}
