import { concatenateBytes } from '../bytes.ts';
import { ImageFileError } from '../image-file-error.ts';
import { formatTag } from './data-element.ts';
import type { DicomDataSet } from './data-set.ts';
import type { DicomFile } from './file.ts';
import { type Fragment, readFragments } from './fragments.ts';
import type { PixelFormat } from './pixel-format.ts';
import type { PixelCodec } from './transfer-syntax.ts';
import { longLongValues } from './values.ts';

const EXTENDED_OFFSET_TABLE = 0x7fe00001;
const EXTENDED_OFFSET_TABLE_LENGTHS = 0x7fe00002;

/** A stretch of the file, from `start` to before `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** For each frame the stretches that it consists of: one of native pixel data, one or more fragments of compressed. */
export type FrameRanges = readonly (readonly ByteRange[])[];

/**
 * Finds where each frame lies in the file. Only the headers of fragments are read.
 *
 * @throws ImageFileError if pixel data is truncated, or it cannot be told which fragments are a frame
 * @see DICOM PS3.5 annex A.4
 */
export async function locateFrames(file: DicomFile, format: PixelFormat): Promise<FrameRanges> {
  const { syntax, pixelData } = file;
  if (syntax.codec === 'native') {
    if (!pixelData.undefinedLength) return nativeRanges(file, format);
    throw invalid(`the pixel data is compressed, but the transfer syntax is ${syntax.name}`);
  }
  if (pixelData.undefinedLength) return compressedRanges(file, format.frames);
  throw invalid(`the pixel data is not encapsulated, but the transfer syntax is ${syntax.name}`);
}

/** The bytes of a frame as stored, its fragments put together. */
export async function readFrameBytes(
  { source, dataSet, pixelData }: DicomFile,
  ranges: readonly ByteRange[],
  { bitsAllocated }: PixelFormat,
): Promise<Uint8Array> {
  const [first] = ranges;
  if (first === undefined || ranges.length > 1) {
    return concatenateBytes(
      await Promise.all(ranges.map(({ start, end }) => source.read(start, end))),
    );
  }
  const swapped = !dataSet.encoding.littleEndian && bitsAllocated === 8 && pixelData.vr === 'OW';
  if (!swapped) return source.read(first.start, first.end);
  // Bytes in big-endian words of 16 bits stand in pairs the wrong way round.
  const before = (first.start - pixelData.offset) % 2;
  const after = (first.end - pixelData.offset) % 2;
  const pairs = await source.read(first.start - before, first.end + after);
  return pairs
    .map((_, index) => pairs[index ^ 1] ?? 0)
    .subarray(before, before + first.end - first.start);
}

async function nativeRanges(
  { pixelData, source }: DicomFile,
  { rows, columns, frames, bitsAllocated }: PixelFormat,
): Promise<FrameRanges> {
  const { offset, length, tag } = pixelData;
  const left = (await source.size()) - offset;
  if (length > left) {
    throw invalid(
      `the file ends inside element ${formatTag(tag)}: its value needs ${length} bytes, ${left} are left`,
    );
  }
  const frameLength = rows * columns * (bitsAllocated / 8);
  if (length < frameLength * frames) {
    throw invalid(
      `the pixel data is truncated: ${frames} x ${rows}x${columns} pixels need ${frameLength * frames} bytes, got ${length}`,
    );
  }
  return Array.from({ length: frames }, (_, frame) => [
    { start: offset + frame * frameLength, end: offset + (frame + 1) * frameLength },
  ]);
}

async function compressedRanges(file: DicomFile, frames: number): Promise<FrameRanges> {
  const { source, pixelData, dataSet, syntax } = file;
  const [offsetTable, ...fragments] = await readFragments(source, pixelData.offset);
  if (offsetTable === undefined || fragments.length === 0) throw invalid('the pixel data is empty');
  if (frames === 1) return [fragments];
  if (fragments.length < frames) {
    throw invalid(
      `the pixel data is truncated: ${fragments.length} fragments for ${frames} frames`,
    );
  }
  if (fragments.length === frames) return fragments.map((fragment) => [fragment]);
  const table = await source.read(offsetTable.start, offsetTable.end);
  const starts =
    startsFromOffsets(fragments, extendedOffsets(dataSet), frames) ??
    startsFromOffsets(fragments, basicOffsets(table), frames) ??
    startsFromMarkers(fragments, syntax.codec, frames);
  if (starts === undefined) {
    throw invalid(
      `cannot tell which of ${fragments.length} fragments belong to which of ${frames} frames`,
    );
  }
  return starts.map((start, frame) => fragments.slice(start, starts[frame + 1]));
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
  fragments: readonly Fragment[],
  offsets: readonly number[],
  frames: number,
): readonly number[] | undefined {
  if (offsets.length !== frames || offsets[0] !== 0) return undefined;
  const origin = fragments[0]!.start;
  const fragmentAt = new Map(fragments.map(({ start }, index) => [start - origin, index]));
  const starts = offsets.map((start) => fragmentAt.get(start) ?? -1);
  return starts.every((start, frame) => start > (starts[frame - 1] ?? -1)) ? starts : undefined;
}

/** How streams start: with a marker and another one, JPEG 2000 (wrongly, but found) with the first box of a JP2 file. */
const SIGNATURES: Readonly<Partial<Record<PixelCodec, readonly (readonly number[])[]>>> = {
  jpeg: [[0xff, 0xd8, 0xff]],
  'jpeg-ls': [[0xff, 0xd8, 0xff]],
  'jpeg-2000': [
    [0xff, 0x4f, 0xff],
    [0, 0, 0, 12, 0x6a, 0x50, 0x20, 0x20],
  ],
};

/** The fragments that begin as the codec's streams do, if they are as many as the frames. */
function startsFromMarkers(
  fragments: readonly Fragment[],
  codec: PixelCodec,
  frames: number,
): readonly number[] | undefined {
  const signatures = SIGNATURES[codec] ?? [];
  const starts = [...fragments.keys()].filter((index) =>
    signatures.some((signature) =>
      signature.every((byte, place) => fragments[index]!.beginning[place] === byte),
    ),
  );
  return starts.length === frames && starts[0] === 0 ? starts : undefined;
}

function invalid(message: string): ImageFileError {
  return new ImageFileError('invalid', message);
}
