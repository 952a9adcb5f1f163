/** An element to write: tag, VR, and a text, 16-bit numbers, bytes, or the items of a sequence. */
export type ElementToWrite = readonly [
  tag: number,
  vr: string,
  value: string | readonly number[] | Uint8Array | readonly (readonly ElementToWrite[])[],
];

export interface DataSetStyle {
  readonly explicit?: boolean;
  readonly littleEndian?: boolean;
  /** Sequences and items end with delimiters instead of having a length. */
  readonly delimited?: boolean;
}

export interface DicomToWrite extends DataSetStyle {
  readonly transferSyntax?: string;
  readonly elements: readonly ElementToWrite[];
  /** Fragments of compressed pixel data, the offset table first. */
  readonly fragments?: readonly Uint8Array[];
}

const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';

/** A DICOM file with preamble and meta information. */
export function writeDicom(file: DicomToWrite): Uint8Array {
  const { transferSyntax = EXPLICIT_LITTLE_ENDIAN, elements, fragments } = file;
  const meta = writeElements([[0x00020010, 'UI', transferSyntax]], {});
  return concatenate([
    new Uint8Array(128),
    ascii('DICM'),
    meta,
    writeElements(elements, file),
    fragments ? encapsulated(fragments) : new Uint8Array(0),
  ]);
}

/** What to change in the elements of {@link greyImage}. */
export interface Changes {
  /** Elements to add, or to put in place of those of the same tag. */
  readonly set?: readonly ElementToWrite[];
  readonly omit?: readonly number[];
}

/** The elements of a grey mammogram, with pixel data unless it is compressed. */
export function greyImage(
  pixels: Uint8Array | Uint16Array | undefined,
  [rows, columns]: readonly [number, number],
  { set = [], omit = [] }: Changes = {},
): readonly ElementToWrite[] {
  const bits = pixels instanceof Uint8Array ? 8 : 16;
  const elements = new Map<number, ElementToWrite>();
  const add = (element: ElementToWrite) => elements.set(element[0], element);
  add([0x00080060, 'CS', 'MG']);
  add([0x00280002, 'US', [1]]);
  add([0x00280004, 'CS', 'MONOCHROME2']);
  add([0x00280010, 'US', [rows]]);
  add([0x00280011, 'US', [columns]]);
  add([0x00280100, 'US', [bits]]);
  add([0x00280101, 'US', [bits]]);
  add([0x00280102, 'US', [bits - 1]]);
  add([0x00280103, 'US', [0]]);
  if (pixels instanceof Uint8Array) add([0x7fe00010, 'OB', pixels]);
  if (pixels instanceof Uint16Array) add([0x7fe00010, 'OW', [...pixels]]);
  for (const element of set) add(element);
  for (const tag of omit) elements.delete(tag);
  return [...elements.values()].sort(([a], [b]) => a - b);
}

export function writeElements(
  elements: readonly ElementToWrite[],
  style: DataSetStyle,
): Uint8Array {
  return concatenate(elements.map((element) => writeElement(element, style)));
}

function writeElement([tag, vr, value]: ElementToWrite, style: DataSetStyle): Uint8Array {
  const { explicit = true, delimited = false } = style;
  const sequence = vr === 'SQ';
  const body = encodedValue(value, style);
  const length = sequence && delimited ? 0xffffffff : body.length;
  const number = (bytes: 2 | 4, field: number) => integer(field, bytes, style);
  const long = /^(OB|OW|OV|SQ|UN|UT)$/.test(vr);
  const header = !explicit
    ? [number(4, length)]
    : long
      ? [ascii(vr), number(2, 0), number(4, length)]
      : [ascii(vr), number(2, length)];
  const end = sequence && delimited ? [tagOf(0xfffee0dd, style), number(4, 0)] : [];
  return concatenate([tagOf(tag, style), ...header, body, ...end]);
}

function encodedValue(value: ElementToWrite[2], style: DataSetStyle): Uint8Array {
  if (typeof value === 'string') return ascii(value.length % 2 ? `${value} ` : value);
  if (value instanceof Uint8Array) return even(value);
  return concatenate(
    value.map((part) =>
      typeof part === 'number' ? integer(part, 2, style) : writeItem(part, style),
    ),
  );
}

function writeItem(elements: readonly ElementToWrite[], style: DataSetStyle): Uint8Array {
  const body = writeElements(elements, style);
  const { delimited = false } = style;
  const length = integer(delimited ? 0xffffffff : body.length, 4, style);
  const end = delimited ? [tagOf(0xfffee00d, style), integer(0, 4, style)] : [];
  return concatenate([tagOf(0xfffee000, style), length, body, ...end]);
}

function encapsulated(fragments: readonly Uint8Array[]): Uint8Array {
  const items = fragments.map((fragment) => {
    const body = even(fragment);
    return concatenate([tagOf(0xfffee000, {}), integer(body.length, 4, {}), body]);
  });
  const header = [
    tagOf(0x7fe00010, {}),
    ascii('OB'),
    integer(0, 2, {}),
    integer(0xffffffff, 4, {}),
  ];
  return concatenate([...header, ...items, tagOf(0xfffee0dd, {}), integer(0, 4, {})]);
}

function tagOf(tag: number, style: DataSetStyle): Uint8Array {
  return concatenate([integer(tag >>> 16, 2, style), integer(tag & 0xffff, 2, style)]);
}

function integer(value: number, bytes: 2 | 4, { littleEndian = true }: DataSetStyle): Uint8Array {
  const view = new DataView(new ArrayBuffer(bytes));
  if (bytes === 2) view.setUint16(0, value, littleEndian);
  else view.setUint32(0, value, littleEndian);
  return new Uint8Array(view.buffer);
}

function even(bytes: Uint8Array): Uint8Array {
  return bytes.length % 2 ? concatenate([bytes, new Uint8Array(1)]) : bytes;
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
