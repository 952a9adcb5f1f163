import { decodeText } from './character-set.ts';
import { type DicomElement, readUint16 } from './data-element.ts';
import type { DicomDataSet } from './data-set.ts';

const SPECIFIC_CHARACTER_SET = 0x00080005;

/** The backslash-separated values of a text element, without padding; none where it is absent or empty. */
export function textValues(dataSet: DicomDataSet, tag: number): readonly string[] {
  const element = dataSet.elements.get(tag);
  if (element === undefined || element.length === 0) return [];
  const bytes = valueBytes(dataSet, element);
  const values = splitValues(decodeText(bytes, () => characterSets(dataSet)));
  return values.every((value) => value === '') ? [] : values;
}

/** The first value of a text element. */
export function textValue(dataSet: DicomDataSet, tag: number): string | undefined {
  return textValues(dataSet, tag)[0];
}

/** The values of a decimal (DS) or integer (IS) string; NaN where one is no number. */
export function decimalValues(dataSet: DicomDataSet, tag: number): readonly number[] {
  return textValues(dataSet, tag).map((value) => (value === '' ? Number.NaN : Number(value)));
}

/** The first 16-bit integer of an element (US or SS). */
export function shortValue(
  dataSet: DicomDataSet,
  tag: number,
  options: { readonly signed?: boolean } = {},
): number | undefined {
  const element = dataSet.elements.get(tag);
  if (element === undefined || element.length < 2) return undefined;
  const value = readUint16(dataSet, element.offset);
  return options.signed ? (value << 16) >> 16 : value;
}

/** The unsigned 64-bit integers of an element (OV), as numbers. */
export function longLongValues(dataSet: DicomDataSet, tag: number): readonly number[] {
  const element = dataSet.elements.get(tag);
  if (element === undefined) return [];
  const bytes = valueBytes(dataSet, element);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { littleEndian } = dataSet.encoding;
  return Array.from({ length: Math.floor(element.length / 8) }, (_, index) =>
    Number(view.getBigUint64(index * 8, littleEndian)),
  );
}

/** The bytes of an element's value, not copied. */
export function valueBytes(dataSet: DicomDataSet, element: DicomElement): Uint8Array {
  return dataSet.bytes.subarray(element.offset, element.offset + element.length);
}

/** A sequence item has the character sets of the data set around it unless it states its own. */
function characterSets(dataSet: DicomDataSet): readonly string[] {
  const element = dataSet.elements.get(SPECIFIC_CHARACTER_SET);
  if (element === undefined) return dataSet.parent ? characterSets(dataSet.parent) : [];
  return splitValues(decodeText(valueBytes(dataSet, element), () => []));
}

function splitValues(text: string): string[] {
  const unpadded = text.includes('\0') ? text.replaceAll('\0', '') : text;
  if (!unpadded.includes('\\')) return [unpadded.trim()];
  return unpadded.split('\\').map((value) => value.trim());
}
