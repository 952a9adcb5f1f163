import { HOST_IS_LITTLE_ENDIAN, swapWordBytes } from '../byte-order.ts';
import { unpackSamples } from '../packed-samples.ts';
import type { TiffLayout } from './layout.ts';

/** Samples of any kind that TIFF files are read in. */
export type TiffSamples =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** An array for samples of a layout's kind. */
export function allocateSamples(
  { bits, format }: Pick<TiffLayout, 'bits' | 'format'>,
  length: number,
): TiffSamples {
  return viewAs({ bits, format }, new ArrayBuffer(length * bytesOf(bits)));
}

/** Decompressed rows of a strip or tile. */
export interface DecodedRows {
  readonly bytes: Uint8Array;
  readonly rows: number;
  /** Samples of a row, all channels. */
  readonly count: number;
  readonly rowBytes: number;
}

/** The samples of decompressed rows, with the predictor undone. */
export function rowSamples(layout: TiffLayout, decoded: DecodedRows): TiffSamples {
  const { bits, channels, predictor } = layout;
  const { rows, count } = decoded;
  if (bits < 16 && bits !== 8) return packedSamples(layout, decoded);
  const wide = decoded.bytes.slice(0, rows * decoded.rowBytes);
  if (predictor === 3) joinBytePlanes(wide, { rows, count, size: bits / 8, channels });
  else if (layout.littleEndian !== HOST_IS_LITTLE_ENDIAN) swapBytes(wide, bits / 8);
  const samples = viewAs(layout, wide.buffer);
  if (predictor === 2) addDifferences(samples, { rows, count, channels });
  return samples;
}

function bytesOf(bits: number): number {
  if (bits <= 8) return 1;
  return bits <= 16 ? 2 : bits / 8;
}

function viewAs(
  { bits, format }: Pick<TiffLayout, 'bits' | 'format'>,
  buffer: ArrayBuffer,
): TiffSamples {
  const bytes = bytesOf(bits);
  if (format === 'float') return bytes === 4 ? new Float32Array(buffer) : new Float64Array(buffer);
  const signed = format === 'int';
  if (bytes === 1) return signed ? new Int8Array(buffer) : new Uint8Array(buffer);
  if (bytes === 2) return signed ? new Int16Array(buffer) : new Uint16Array(buffer);
  return signed ? new Int32Array(buffer) : new Uint32Array(buffer);
}

function packedSamples(layout: TiffLayout, { bytes, rows, count, rowBytes }: DecodedRows) {
  const target = allocateSamples(layout, rows * count) as Uint8Array | Uint16Array;
  for (let row = 0; row < rows; row++) {
    const packed = { start: row * rowBytes, count, bits: layout.bits };
    unpackSamples(bytes, packed, { target, offset: row * count });
  }
  return target;
}

interface Rows {
  readonly rows: number;
  readonly count: number;
  readonly channels: number;
}

/** Horizontal differencing: x_i = Σ_{j ≤ i} d_j modulo 2^bits, each channel on its own (TIFF 6.0 section 14). */
function addDifferences(samples: TiffSamples, { rows, count, channels }: Rows): void {
  for (let row = 0; row < rows; row++) {
    const end = (row + 1) * count;
    for (let index = row * count + channels; index < end; index++) {
      samples[index] = samples[index]! + samples[index - channels]!;
    }
  }
}

/**
 * Floating-point prediction: the bytes of a row are differences of a sequence that has the most significant byte of every
 * sample first, then the next of every sample (Adobe Photoshop TIFF Technical Note 3).
 */
function joinBytePlanes(
  bytes: Uint8Array,
  { rows, count, channels, size }: Rows & { size: number },
) {
  const rowBytes = count * size;
  for (let row = 0; row < rows; row++) {
    const line = bytes.subarray(row * rowBytes, (row + 1) * rowBytes);
    for (let index = channels; index < rowBytes; index++) {
      line[index] = line[index]! + line[index - channels]!;
    }
    const planes = line.slice();
    for (let sample = 0; sample < count; sample++) {
      for (let byte = 0; byte < size; byte++) {
        const place = HOST_IS_LITTLE_ENDIAN ? size - 1 - byte : byte;
        line[sample * size + place] = planes[byte * count + sample]!;
      }
    }
  }
}

function swapBytes(bytes: Uint8Array<ArrayBuffer>, size: number): void {
  if (size === 2) {
    swapWordBytes(new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1));
    return;
  }
  for (let start = 0; start < bytes.length; start += size) {
    bytes.subarray(start, start + size).reverse();
  }
}
