import { ImageFileError } from '../image-file-error.ts';
import { type DicomDataSet, type DicomElement, encapsulatedItems, PIXEL_DATA } from './data-set.ts';
import type { DicomFile } from './file.ts';
import type { PixelFormat } from './pixel-format.ts';
import type { PixelCodec } from './transfer-syntax.ts';
import { longLongValues, valueBytes } from './values.ts';

const EXTENDED_OFFSET_TABLE = 0x7fe00001;
const EXTENDED_OFFSET_TABLE_LENGTHS = 0x7fe00002;

/**
 * The bytes of each frame, as stored: slices of native pixel data, or the fragments of each compressed frame put together.
 *
 * @throws ImageFileError if pixel data is truncated, or it cannot be told which fragments are a frame
 * @see DICOM PS3.5 annex A.4
 */
export function frameBytes(
  { dataSet, syntax }: DicomFile,
  format: PixelFormat,
): readonly Uint8Array[] {
  const element = dataSet.elements.get(PIXEL_DATA)!;
  if (syntax.codec === 'native') {
    if (!element.undefinedLength) return nativeFrames(dataSet, element, format);
    throw invalid(`the pixel data is compressed, but the transfer syntax is ${syntax.name}`);
  }
  if (element.undefinedLength) {
    return compressedFrames(dataSet, { element, codec: syntax.codec, frames: format.frames });
  }
  throw invalid(`the pixel data is not encapsulated, but the transfer syntax is ${syntax.name}`);
}

function nativeFrames(
  dataSet: DicomDataSet,
  element: DicomElement,
  { rows, columns, frames, bitsAllocated }: PixelFormat,
): readonly Uint8Array[] {
  const frameLength = rows * columns * (bitsAllocated / 8);
  if (element.length < frameLength * frames) {
    throw invalid(
      `the pixel data is truncated: ${frames} x ${rows}x${columns} pixels need ${frameLength * frames} bytes, got ${element.length}`,
    );
  }
  const bytes = inFileOrder(dataSet, element, bitsAllocated);
  return Array.from({ length: frames }, (_, frame) =>
    bytes.subarray(frame * frameLength, (frame + 1) * frameLength),
  );
}

/** Bytes in big-endian words of 16 bits stand in pairs the wrong way round. */
function inFileOrder(
  dataSet: DicomDataSet,
  element: DicomElement,
  bitsAllocated: number,
): Uint8Array {
  const bytes = valueBytes(dataSet, element);
  if (dataSet.encoding.littleEndian || bitsAllocated !== 8 || element.vr !== 'OW') return bytes;
  return bytes.map((_, index) => bytes[index ^ 1] ?? 0);
}

interface Encapsulated {
  readonly element: DicomElement;
  readonly codec: PixelCodec;
  readonly frames: number;
}

function compressedFrames(dataSet: DicomDataSet, pixelData: Encapsulated): readonly Uint8Array[] {
  const [offsetTable, ...fragments] = encapsulatedItems(dataSet, pixelData.element);
  const { frames, codec } = pixelData;
  if (offsetTable === undefined || fragments.length === 0) throw invalid('the pixel data is empty');
  if (frames === 1) return [joined(fragments)];
  if (fragments.length < frames) {
    throw invalid(
      `the pixel data is truncated: ${fragments.length} fragments for ${frames} frames`,
    );
  }
  if (fragments.length === frames) return fragments;
  const starts =
    startsFromOffsets(fragments, extendedOffsets(dataSet), frames) ??
    startsFromOffsets(fragments, basicOffsets(offsetTable), frames) ??
    startsFromMarkers(fragments, codec, frames);
  if (starts === undefined) {
    throw invalid(
      `cannot tell which of ${fragments.length} fragments belong to which of ${frames} frames`,
    );
  }
  return starts.map((start, frame) => joined(fragments.slice(start, starts[frame + 1])));
}

function extendedOffsets(dataSet: DicomDataSet): readonly number[] {
  if (!dataSet.elements.has(EXTENDED_OFFSET_TABLE_LENGTHS)) return [];
  return longLongValues(dataSet, EXTENDED_OFFSET_TABLE);
}

function basicOffsets(table: Uint8Array): readonly number[] {
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  return Array.from({ length: table.length >> 2 }, (_, index) => view.getUint32(index * 4, true));
}

/** The fragments that start where the table says frames start; nothing if the table does not fit the fragments. */
function startsFromOffsets(
  fragments: readonly Uint8Array[],
  offsets: readonly number[],
  frames: number,
): readonly number[] | undefined {
  if (offsets.length !== frames || offsets[0] !== 0) return undefined;
  const fragmentAt = new Map<number, number>();
  let offset = 0;
  for (const [index, fragment] of fragments.entries()) {
    fragmentAt.set(offset, index);
    offset += 8 + fragment.length;
  }
  const starts = offsets.map((start) => fragmentAt.get(start) ?? -1);
  return starts.every((start, frame) => start > (starts[frame - 1] ?? -1)) ? starts : undefined;
}

/** The fragments that begin with the codec's start marker, if they are as many as the frames. */
function startsFromMarkers(
  fragments: readonly Uint8Array[],
  codec: PixelCodec,
  frames: number,
): readonly number[] | undefined {
  const marker = { jpeg: 0xd8, 'jpeg-ls': 0xd8, 'jpeg-2000': 0x4f, rle: -1, native: -1 }[codec];
  const starts = [...fragments.keys()].filter((index) => {
    const fragment = fragments[index]!;
    return fragment[0] === 0xff && fragment[1] === marker && fragment[2] === 0xff;
  });
  return starts.length === frames && starts[0] === 0 ? starts : undefined;
}

function joined(fragments: readonly Uint8Array[]): Uint8Array {
  const [first] = fragments;
  if (fragments.length === 1 && first !== undefined) return first;
  const whole = new Uint8Array(fragments.reduce((sum, fragment) => sum + fragment.length, 0));
  let offset = 0;
  for (const fragment of fragments) {
    whole.set(fragment, offset);
    offset += fragment.length;
  }
  return whole;
}

function invalid(message: string): ImageFileError {
  return new ImageFileError('invalid', message);
}
