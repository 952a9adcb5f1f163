import { bytesSource } from '../src/dicom/byte-source.ts';
import { openDicomFile } from '../src/dicom/file.ts';
import { locateFrames, readFrameBytes } from '../src/dicom/frames.ts';
import { readPixelFormat } from '../src/dicom/pixel-format.ts';

/** What a parser finds in a file. */
export interface ParsedFile {
  readonly rows: number;
  readonly columns: number;
  readonly bitsStored: number;
  readonly frames: number;
  /** The bytes of each frame as stored, fragments put together. */
  readonly pixels: readonly Uint8Array[];
}

export interface Parser {
  readonly name: string;
  readonly parse: (bytes: Uint8Array) => Promise<ParsedFile> | ParsedFile;
}

interface Peer extends Parser {
  /** Reads the elements before the pixel data, where the parser can stop there. */
  readonly readHeader: (bytes: Uint8Array) => unknown;
  /** What a page imports. */
  readonly bundle: string;
}

/** This package's parser, and the two others as a function loads them. */
export function parsersOf(load: (name: string) => unknown): {
  readonly own: Parser;
  readonly peers: readonly Peer[];
} {
  return {
    own: { name: 'mammo-io', parse: parseOwn },
    peers: [dicomParser(load('dicom-parser') as DicomParser), dcmjs(load('dcmjs') as Dcmjs)],
  };
}

async function parseOwn(bytes: Uint8Array): Promise<ParsedFile> {
  const file = await openDicomFile(bytesSource(bytes));
  const format = readPixelFormat(file.dataSet);
  const ranges = await locateFrames(file, format);
  const pixels = await Promise.all(ranges.map((range) => readFrameBytes(file, range, format)));
  const { rows, columns, bitsStored, frames } = format;
  return { rows, columns, bitsStored, frames, pixels };
}

interface DicomParserElement {
  readonly dataOffset: number;
  readonly length: number;
  readonly encapsulatedPixelData?: boolean;
  readonly fragments?: readonly unknown[];
  readonly basicOffsetTable?: readonly number[];
}

interface DicomParserDataSet {
  readonly elements: Readonly<Record<string, DicomParserElement>>;
  readonly byteArray: Uint8Array;
  uint16(tag: string): number;
  intString(tag: string): number | undefined;
}

interface DicomParser {
  parseDicom(bytes: Uint8Array, options?: { untilTag: string }): DicomParserDataSet;
  createJPEGBasicOffsetTable(dataSet: DicomParserDataSet, element: DicomParserElement): number[];
  readEncapsulatedImageFrame(...args: unknown[]): Uint8Array;
  readEncapsulatedPixelDataFromFragments(...args: unknown[]): Uint8Array;
}

function dicomParser(library: DicomParser): Peer {
  const frameOf = (dataSet: DicomParserDataSet, frames: number, frame: number): Uint8Array => {
    const element = dataSet.elements.x7fe00010!;
    const { fragments = [], basicOffsetTable = [] } = element;
    if (frames === 1) {
      const all = fragments.length;
      return library.readEncapsulatedPixelDataFromFragments(dataSet, element, 0, all);
    }
    if (fragments.length === frames) {
      return library.readEncapsulatedPixelDataFromFragments(dataSet, element, frame);
    }
    const table =
      basicOffsetTable.length > 0
        ? basicOffsetTable
        : library.createJPEGBasicOffsetTable(dataSet, element);
    return library.readEncapsulatedImageFrame(dataSet, element, frame, table);
  };
  return {
    name: 'dicom-parser',
    parse(bytes) {
      // A Buffer, which its inflating of deflated files needs.
      const dataSet = library.parseDicom(asBuffer(bytes));
      const element = dataSet.elements.x7fe00010!;
      const size = sizeOf((tag) => dataSet.uint16(`x${tag}`));
      const frames = dataSet.intString('x00280008') ?? 1;
      const native = (): Uint8Array[] => {
        const { dataOffset, length } = element;
        const whole = dataSet.byteArray.subarray(dataOffset, dataOffset + length);
        return nativeFrames(whole, size, frames);
      };
      const pixels = element.encapsulatedPixelData
        ? Array.from({ length: frames }, (_, frame) => frameOf(dataSet, frames, frame))
        : native();
      return { ...size, frames, pixels };
    },
    readHeader: (bytes) => library.parseDicom(asBuffer(bytes), { untilTag: 'x7fe00010' }),
    bundle: "export { parseDicom } from 'dicom-parser';",
  };
}

interface DcmjsElement {
  readonly Value: readonly unknown[];
}

interface Dcmjs {
  readonly log?: { setLevel(level: string): void };
  readonly data: {
    readonly DicomMessage: {
      readFile(buffer: ArrayBuffer, options?: object): { dict: Record<string, DcmjsElement> };
    };
  };
}

function dcmjs(library: Dcmjs): Peer {
  library.log?.setLevel('silent');
  const read = (bytes: Uint8Array, options = {}): Record<string, DcmjsElement> =>
    library.data.DicomMessage.readFile(asBuffer(bytes).buffer, options).dict;
  return {
    name: 'dcmjs',
    parse(bytes) {
      const dict = read(bytes);
      const number = (tag: string): number => Number(dict[tag.toUpperCase()]?.Value[0]);
      const size = sizeOf(number);
      const frames = Number(dict['00280008']?.Value[0] ?? 1);
      const values = dict['7FE00010']!.Value.map(
        (value) => new Uint8Array(value as ArrayBuffer | Uint8Array),
      );
      if (frames === 1) return { ...size, frames, pixels: [unpadded(Buffer.concat(values), size)] };
      const pixels = values.length === 1 ? nativeFrames(values[0]!, size, frames) : values;
      return { ...size, frames, pixels };
    },
    readHeader: (bytes) => read(bytes, { untilTag: '7FE00010', includeUntilTagValue: false }),
    bundle: "import dcmjs from 'dcmjs'; export const { readFile } = dcmjs.data.DicomMessage;",
  };
}

/** Not copied: files of these tests own their memory. */
function asBuffer(bytes: Uint8Array): Buffer<ArrayBuffer> {
  return Buffer.from(bytes.buffer as ArrayBuffer, 0, bytes.length);
}

interface Size {
  readonly rows: number;
  readonly columns: number;
  readonly bitsStored: number;
  readonly bitsAllocated: number;
}

function sizeOf(number: (tag: string) => number): Size {
  return {
    rows: number('00280010'),
    columns: number('00280011'),
    bitsStored: number('00280101'),
    bitsAllocated: number('00280100'),
  };
}

function nativeFrames(whole: Uint8Array, size: Size, frames: number): Uint8Array[] {
  const length = size.rows * size.columns * (size.bitsAllocated / 8);
  return Array.from({ length: frames }, (_, frame) =>
    whole.subarray(frame * length, (frame + 1) * length),
  );
}

/** Without the byte that pads native pixels to an even length. */
function unpadded(pixels: Uint8Array, size: Size): Uint8Array {
  const length = size.rows * size.columns * (size.bitsAllocated / 8);
  return pixels.length === length + 1 ? pixels.subarray(0, length) : pixels;
}
