import { type ArrayTensor, sizeOf } from './array-tensor.ts';
import { CHECKSUM, seal, UNSEALED } from './checksum.ts';
import { hostIsLittleEndian } from './dtype.ts';
import { MAX_HEADER_BYTES } from './header.ts';
import { SafetensorsError } from './safetensors-error.ts';

/**
 * Writes tensors as a safetensors file of dtype F32.
 *
 * The same tensors and metadata always give the same bytes: names and keys are sorted, and the header
 * is padded with spaces so that the data begin at a multiple of 8 bytes.
 *
 * @param tensors - by name
 * @param metadata - free strings for the header, such as options or provenance
 * @param options - `checksum` adds one to the metadata, the CRC-32 of the whole file, by which
 *   {@link decodeSafetensors} finds every flipped bit
 * @returns the file
 * @throws SafetensorsError if a shape does not match its data, a name is `__metadata__`, a metadata value
 *   is not a string, or the header would exceed 100 MB
 * @example
 * ```ts
 * const file = encodeSafetensors({}, { licence: 'CC0-1.0' });
 * decodeSafetensors(file).metadata; // => { licence: 'CC0-1.0' }
 * ```
 * @see https://github.com/huggingface/safetensors, README, "Format"
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, ArrayTensor>>,
  metadata: Readonly<Record<string, string>> = {},
  { checksum = false }: { readonly checksum?: boolean } = {},
): Uint8Array {
  const named = Object.entries(tensors).sort(byName);
  for (const [name, tensor] of named) checkTensor(name, tensor);
  const header = encodeHeader(named, checksum ? { ...metadata, [CHECKSUM]: UNSEALED } : metadata);
  const bytes = named.reduce((sum, [, { data }]) => sum + data.byteLength, 0);
  const file = new Uint8Array(8 + header.byteLength + bytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.byteLength), true);
  file.set(header, 8);
  let offset = 8 + header.byteLength;
  for (const [, { data }] of named) {
    file.set(littleEndianBytes(data), offset);
    offset += data.byteLength;
  }
  if (checksum) seal(file);
  return file;
}

function littleEndianBytes(data: Float32Array): Uint8Array {
  if (hostIsLittleEndian) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const view = new DataView(new ArrayBuffer(data.byteLength));
  for (const [index, value] of data.entries()) view.setFloat32(4 * index, value, true);
  return new Uint8Array(view.buffer);
}

function checkTensor(name: string, { shape, data }: ArrayTensor): void {
  if (name === '__metadata__') {
    throw new SafetensorsError(
      'encodeSafetensors: names must not be "__metadata__", got a tensor of that name',
    );
  }
  if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0)) {
    throw new SafetensorsError(
      `encodeSafetensors: shape of "${name}" must hold counts, got [${shape}]`,
    );
  }
  if (sizeOf(shape) !== data.length) {
    throw new SafetensorsError(
      `encodeSafetensors: "${name}" of shape [${shape}] must hold ${sizeOf(shape)} numbers, got ${data.length}`,
    );
  }
}

function encodeHeader(
  named: readonly [string, ArrayTensor][],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const entries: [string, unknown][] = [];
  const strings = Object.entries(metadata).sort(byName);
  for (const [key, value] of strings) {
    if (typeof value !== 'string') {
      throw new SafetensorsError(
        `encodeSafetensors: metadata "${key}" must be a string, got ${JSON.stringify(value)}`,
      );
    }
  }
  if (strings.length > 0) entries.push(['__metadata__', orderedJson(strings)]);
  let offset = 0;
  for (const [name, { shape, data }] of named) {
    const end = offset + data.byteLength;
    entries.push([name, JSON.stringify({ dtype: 'F32', shape, data_offsets: [offset, end] })]);
    offset = end;
  }
  const json = new TextEncoder().encode(joined(entries));
  const header = new Uint8Array(Math.ceil(json.byteLength / 8) * 8).fill(0x20);
  header.set(json);
  if (header.byteLength > MAX_HEADER_BYTES) {
    throw new SafetensorsError(
      `encodeSafetensors: header must have at most ${MAX_HEADER_BYTES} bytes, got ${header.byteLength}`,
    );
  }
  return header;
}

/** JSON with the keys in the given order: an object would put keys such as "7" first. */
function orderedJson(strings: readonly [string, string][]): string {
  return joined(strings.map(([key, value]) => [key, JSON.stringify(value)]));
}

function joined(entries: readonly [string, unknown][]): string {
  return `{${entries.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(',')}}`;
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : Number(a > b);
}
