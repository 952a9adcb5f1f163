import { ImageFileError } from '../image-file-error.ts';

/** The fields of a TIFF page by tag number. */
export interface TiffDirectory {
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  readonly fields: ReadonlyMap<number, TiffField>;
}

/** Where a field's values lie in the file. */
interface TiffField {
  readonly type: number;
  readonly count: number;
  readonly offset: number;
}

/** Bytes of a value of each field type; 16 to 18 are BigTIFF's. */
const TYPE_BYTES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};

const MOST_PAGES = 65536;

/** Whether the bytes start as a TIFF or BigTIFF file does. */
export function isTiffFile(bytes: Uint8Array): boolean {
  const [a, b, c, d] = bytes;
  if (a === 0x49 && b === 0x49) return (c === 42 || c === 43) && d === 0;
  return a === 0x4d && b === 0x4d && c === 0 && (d === 42 || d === 43);
}

/**
 * The directories of a TIFF or BigTIFF file in their order.
 *
 * @throws ImageFileError if a directory lies outside the file, or one leads back to another
 * @see TIFF 6.0 section 2; the BigTIFF design of libtiff 4
 */
export function readDirectories(bytes: Uint8Array): readonly TiffDirectory[] {
  const source = openSource(bytes);
  const directories: TiffDirectory[] = [];
  const seen = new Set<number>();
  let position = source.big ? source.offset(8) : source.offset(4);
  while (position !== 0) {
    if (seen.has(position)) throw invalid('its pages lead back to an earlier one');
    if (directories.length === MOST_PAGES) throw invalid(`it has more than ${MOST_PAGES} pages`);
    seen.add(position);
    const { fields, next } = readFields(source, position);
    directories.push({ bytes, littleEndian: source.littleEndian, fields });
    position = next;
  }
  if (directories.length === 0) throw invalid('it has no page');
  return directories;
}

/** The whole numbers of a field; none where it is absent, or of another type. */
export function fieldNumbers(directory: TiffDirectory, tag: number): readonly number[] {
  const { bytes, littleEndian, fields } = directory;
  const field = fields.get(tag);
  const reader = field && INTEGER_READERS[field.type];
  if (field === undefined || reader === undefined) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = TYPE_BYTES[field.type]!;
  return Array.from({ length: field.count }, (_, index) =>
    reader(view, field.offset + index * size, littleEndian),
  );
}

/** The first whole number of a field. */
export function fieldNumber(directory: TiffDirectory, tag: number): number | undefined {
  return fieldNumbers(directory, tag)[0];
}

/** An ASCII field without its terminator. */
export function fieldText(directory: TiffDirectory, tag: number): string | undefined {
  const field = directory.fields.get(tag);
  if (field?.type !== 2) return undefined;
  const bytes = directory.bytes.subarray(field.offset, field.offset + field.count);
  return new TextDecoder().decode(bytes).replace(/\0+$/, '');
}

type IntegerReader = (view: DataView, offset: number, littleEndian: boolean) => number;

const INTEGER_READERS: Readonly<Record<number, IntegerReader>> = {
  1: (view, offset) => view.getUint8(offset),
  3: (view, offset, little) => view.getUint16(offset, little),
  4: (view, offset, little) => view.getUint32(offset, little),
  16: (view, offset, little) => Number(view.getBigUint64(offset, little)),
};

interface TiffSource {
  readonly view: DataView;
  readonly littleEndian: boolean;
  readonly big: boolean;
  /** A number as wide as the file's offsets. */
  offset(position: number): number;
}

function openSource(bytes: Uint8Array): TiffSource {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = bytes[0] === 0x49;
  if (bytes.length < 8) throw invalid('it ends inside its header');
  const big = view.getUint16(2, littleEndian) === 43;
  if (big && (bytes.length < 16 || view.getUint16(4, littleEndian) !== 8)) {
    throw invalid('the header of a BigTIFF must say that offsets have 8 bytes');
  }
  const offset = (position: number): number => {
    if (position + (big ? 8 : 4) > bytes.length) throw invalid('it ends inside a directory');
    if (!big) return view.getUint32(position, littleEndian);
    return Number(view.getBigUint64(position, littleEndian));
  };
  return { view, littleEndian, big, offset };
}

function readFields(source: TiffSource, position: number) {
  const { view, littleEndian, big } = source;
  const countBytes = big ? 8 : 2;
  const fieldBytes = big ? 20 : 12;
  if (position + countBytes > view.byteLength) throw invalid('a directory lies outside it');
  const count = big ? source.offset(position) : view.getUint16(position, littleEndian);
  const end = position + countBytes + count * fieldBytes;
  if (end > view.byteLength) throw invalid('it ends inside a directory');
  const fields = new Map<number, TiffField>();
  for (let at = position + countBytes; at < end; at += fieldBytes) {
    const field = readField(source, at);
    if (field !== undefined) fields.set(view.getUint16(at, littleEndian), field);
  }
  return { fields, next: source.offset(end) };
}

/** A field whose values lie in the file; others are left out, as if the file did not have them. */
function readField(source: TiffSource, at: number): TiffField | undefined {
  const { view, littleEndian, big } = source;
  const type = view.getUint16(at + 2, littleEndian);
  const count = source.offset(at + 4);
  const size = TYPE_BYTES[type];
  if (size === undefined) return undefined;
  const inline = at + (big ? 12 : 8);
  const length = count * size;
  const offset = length <= (big ? 8 : 4) ? inline : source.offset(inline);
  return offset + length <= view.byteLength ? { type, count, offset } : undefined;
}

function invalid(message: string): ImageFileError {
  return new ImageFileError('invalid', message);
}
