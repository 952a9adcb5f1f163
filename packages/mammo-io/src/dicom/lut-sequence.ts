import type { LookupTable } from '../lookup-table.ts';
import { type DicomElement, formatTag } from './data-element.ts';
import type { DicomDataSet } from './data-set.ts';
import { valueBytes } from './values.ts';

const DESCRIPTOR = 0x00283002;
const DATA = 0x00283006;

/** Whose table is read, for the warnings, and whether its inputs are signed where the file does not say it. */
export interface LookupTableContext {
  readonly name: string;
  readonly signed: boolean;
}

/**
 * Reads the table of a LUT sequence item: entries of 16 bits, or of 8 bits packed two to a word. Its first input is signed if
 * the descriptor's VR is SS. A damaged table is left out, with a warning.
 *
 * @see DICOM PS3.3 section C.11.1.1
 */
export function readLookupTable(
  item: DicomDataSet,
  context: LookupTableContext,
  warnings: string[],
): LookupTable | undefined {
  const descriptor = readDescriptor(item, context.signed);
  const data = item.elements.get(DATA);
  const defect = tableDefect(descriptor, data);
  if (defect !== undefined || descriptor === undefined || data === undefined) {
    warnings.push(`a table of ${context.name} is left out: ${defect}`);
    return undefined;
  }
  const { count, firstMapped, bits } = descriptor;
  return { firstMapped, bits, entries: readEntries(item, data, count) };
}

interface Descriptor {
  readonly count: number;
  readonly firstMapped: number;
  readonly bits: number;
}

function readDescriptor(item: DicomDataSet, signed: boolean): Descriptor | undefined {
  const element = item.elements.get(DESCRIPTOR);
  if (element === undefined || element.length < 6) return undefined;
  const { littleEndian } = item.encoding;
  const view = dataView(valueBytes(item, element));
  const isSigned = element.vr === 'SS' || (element.vr !== 'US' && signed);
  return {
    count: view.getUint16(0, littleEndian) || 65536,
    firstMapped: isSigned ? view.getInt16(2, littleEndian) : view.getUint16(2, littleEndian),
    bits: view.getUint16(4, littleEndian),
  };
}

function tableDefect(
  descriptor: Descriptor | undefined,
  data: DicomElement | undefined,
): string | undefined {
  if (descriptor === undefined) return `LUTDescriptor ${formatTag(DESCRIPTOR)} is missing`;
  if (data === undefined) return `LUTData ${formatTag(DATA)} is missing`;
  const { bits, count } = descriptor;
  if (bits < 1 || bits > 16) return `its entries must have 1 to 16 bits, got ${bits}`;
  const needed = bits <= 8 ? count : count * 2;
  if (data.length >= needed) return undefined;
  return `it needs ${needed} bytes for ${count} entries, got ${data.length}`;
}

function readEntries(item: DicomDataSet, data: DicomElement, count: number): Uint16Array {
  const bytes = valueBytes(item, data);
  const { littleEndian } = item.encoding;
  const view = dataView(bytes);
  if (data.length >= count * 2) {
    return Uint16Array.from({ length: count }, (_, index) =>
      view.getUint16(index * 2, littleEndian),
    );
  }
  const swap = littleEndian ? 0 : 1; // packed entries are the bytes of 16-bit words, low byte first
  return Uint16Array.from({ length: count }, (_, index) => bytes[index ^ swap] ?? 0);
}

function dataView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
