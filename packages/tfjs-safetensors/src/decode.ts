import type { ArrayTensor } from './array-tensor.ts';
import { CHECKSUM, checkSeal } from './checksum.ts';
import { type Dtype, readElements } from './dtype.ts';
import { MAX_HEADER_BYTES, malformed, parseHeader } from './header.ts';

/** A tensor that was read. */
export interface DecodedTensor extends ArrayTensor {
  /** Element type in the file. */
  readonly dtype: Dtype;
}

/** Contents of a safetensors file. */
export interface SafetensorsFile {
  /** Tensors by name, in the order of the header. */
  readonly tensors: Readonly<Record<string, DecodedTensor>>;
  /** The free strings of the header; empty if it has none. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Whether the file has a checksum of {@link encodeSafetensors}: every bit is then as it was written. */
  readonly hasChecksum: boolean;
}

/**
 * Reads a safetensors file.
 *
 * All elements become float32: F16, BF16 and F32 exactly, F64 rounded, integers and BOOL if they are
 * exact in float32. The whole file is checked before any tensor is made: header of at most 100 MB and
 * inside the file, UTF-8, JSON, no name twice, known dtypes, sizes that agree with the shapes, tensors
 * that cover the rest of the file without gaps or overlaps, and the checksum, if {@link encodeSafetensors} was asked for one.
 *
 * @param bytes - the file; not kept
 * @returns copies of the tensors, and the metadata
 * @throws SafetensorsError if the file is malformed or truncated, or an integer is not exact in float32
 * @example
 * ```ts
 * const file = encodeSafetensors({ bias: { data: Float32Array.of(1, 2), shape: [2] } });
 * decodeSafetensors(file).tensors.bias?.data; // => Float32Array.of(1, 2)
 * ```
 * @see https://github.com/huggingface/safetensors, README, "Format"
 */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsFile {
  if (bytes.byteLength < 8) {
    throw malformed('file must hold at least 8 bytes', `${bytes.byteLength}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) {
    throw malformed(`header must have at most ${MAX_HEADER_BYTES} bytes`, `${length}`);
  }
  const start = 8 + Number(length);
  if (start > bytes.byteLength) {
    throw malformed(
      `file must hold a header of ${length} bytes`,
      `${bytes.byteLength - 8} bytes after the length`,
    );
  }
  const buffer = bytes.subarray(start);
  const { entries, metadata } = parseHeader(bytes.subarray(8, start), buffer.byteLength);
  const hasChecksum = checkSeal(bytes, metadata[CHECKSUM]);
  const tensors = entries.map(({ name, dtype, shape, begin, end }): [string, DecodedTensor] => [
    name,
    { dtype, shape, data: readNamed(name, dtype, buffer.subarray(begin, end)) },
  ]);
  return { tensors: Object.fromEntries(tensors), metadata, hasChecksum };
}

function readNamed(name: string, dtype: Dtype, bytes: Uint8Array): Float32Array {
  try {
    return readElements(dtype, bytes);
  } catch (error) {
    throw malformed(`"${name}" must fit into float32`, (error as Error).message);
  }
}
