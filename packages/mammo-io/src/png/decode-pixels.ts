import { HOST_IS_LITTLE_ENDIAN, swapWordBytes } from '../byte-order.ts';
import { concatenateBytes } from '../bytes.ts';
import { inflateZlib } from '../deflate.ts';
import { ImageFileError } from '../image-file-error.ts';
import { unpackSamples } from '../packed-samples.ts';
import type { PngChunk } from './chunks.ts';
import { unfilter } from './filters.ts';
import type { PngHeader } from './header.ts';
import { type PngPass, passes } from './passes.ts';

/**
 * The samples of the IDAT chunks, interleaved and row-major: palette indices and grey levels of 1 to 8 bits as they are.
 *
 * @throws ImageFileError if there are too few or too many, or they are damaged
 */
export function decodePixels(
  header: PngHeader,
  chunks: readonly PngChunk[],
): Uint8Array | Uint16Array {
  const layout = passes(header);
  const length = layout.reduce((sum, pass) => sum + pass.height * (pass.rowBytes + 1), 0);
  const bytes = inflateZlib(imageData(chunks), { length });
  const samples = header.height * header.width * header.samples;
  const pixelBytes = Math.max(1, (header.samples * header.bitDepth) / 8);
  // Whole bytes in their order can become pixels where they lie, which saves as much memory again.
  const inPlace = !header.interlaced && header.bitDepth >= 8 && bytes.byteOffset % 4 === 0;
  const memory = inPlace ? bytes : new Uint8Array((samples * Math.max(8, header.bitDepth)) / 8);
  const pixels =
    header.bitDepth === 16
      ? new Uint16Array(memory.buffer, memory.byteOffset, samples)
      : memory.subarray(0, samples);
  let start = 0;
  for (const pass of layout) {
    const { height, rowBytes } = pass;
    const target = inPlace ? bytes : new Uint8Array(height * rowBytes);
    unfilter({ bytes, start, height, rowBytes, pixelBytes }, target);
    if (!inPlace) placePass({ bytes: target, pass }, header, pixels);
    start += height * (rowBytes + 1);
  }
  // Up to here in the file's byte order.
  if (pixels instanceof Uint16Array && HOST_IS_LITTLE_ENDIAN) swapWordBytes(pixels);
  return pixels;
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint8Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function imageData(chunks: readonly PngChunk[]): Uint8Array {
  const parts = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data);
  if (parts.length === 0) throw new ImageFileError('invalid', 'the file has no IDAT chunk');
  if (parts.length === 1) return parts[0]!;
  return concatenateBytes(parts);
}

interface DecodedPass {
  readonly bytes: Uint8Array;
  readonly pass: PngPass;
}

function placePass(
  { bytes, pass }: DecodedPass,
  header: PngHeader,
  pixels: Uint8Array | Uint16Array,
): void {
  const { samples, width } = header;
  const count = pass.width * samples;
  const line = pass.columnStep === 1 ? undefined : new Uint16Array(count);
  for (let row = 0; row < pass.height; row++) {
    const from = row * pass.rowBytes;
    const offset = ((pass.row + row * pass.rowStep) * width + pass.column) * samples;
    if (line === undefined) {
      readRow(bytes, { start: from, count, bits: header.bitDepth }, { target: pixels, offset });
      continue;
    }
    readRow(bytes, { start: from, count, bits: header.bitDepth }, { target: line, offset: 0 });
    scatter(line, { target: pixels, offset, samples, step: pass.columnStep * samples });
  }
}

function readRow(
  bytes: Uint8Array,
  row: { readonly start: number; readonly count: number; readonly bits: number },
  place: { readonly target: Uint8Array | Uint16Array; readonly offset: number },
): void {
  const { start, count, bits } = row;
  const { target, offset } = place;
  if (bits === 8) target.set(bytes.subarray(start, start + count), offset);
  else if (bits < 8) unpackSamples(bytes, row, place);
  else {
    const words = bytesOf(target).subarray(offset * 2, (offset + count) * 2);
    words.set(bytes.subarray(start, start + count * 2));
  }
}

function scatter(
  line: Uint16Array,
  place: {
    readonly target: Uint8Array | Uint16Array;
    readonly offset: number;
    readonly samples: number;
    readonly step: number;
  },
): void {
  const { target, offset, samples, step } = place;
  for (let index = 0; index < line.length; index++) {
    const pixel = Math.floor(index / samples);
    target[offset + pixel * step + (index % samples)] = line[index]!;
  }
}
