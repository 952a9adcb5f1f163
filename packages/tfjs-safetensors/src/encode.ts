import { type ArrayTensor, sizeOf } from './array-tensor.ts';
import { writeFloat32 } from './dtype.ts';

const HEADER_LENGTH_BYTES = 8;
/** The data start at a multiple of this, as the format's own writer has it. */
const ALIGNMENT = 8;

/**
 * Writes tensors as one safetensors file, all as float32, ordered by name, so that equal tensors give equal bytes.
 *
 * @param tensors - by name
 * @param metadata - strings to keep beside them
 * @throws RangeError if a tensor's values do not fill its shape
 * @throws TypeError if a name is `__metadata__` or a metadata value is not a string
 * @see https://github.com/huggingface/safetensors, "Format"
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, ArrayTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  checkMetadata(metadata);
  const names = Object.keys(tensors).sort();
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  let end = 0;
  for (const name of names) {
    const { shape, data } = tensors[name] as ArrayTensor;
    checkTensor(name, shape, data);
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const text = alignedJson(header);
  const bytes = new Uint8Array(HEADER_LENGTH_BYTES + text.length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, HEADER_LENGTH_BYTES);
  let at = HEADER_LENGTH_BYTES + text.length;
  for (const name of names) {
    const values = writeFloat32((tensors[name] as ArrayTensor).data);
    bytes.set(values, at);
    at += values.byteLength;
  }
  return bytes;
}

/** JSON padded with spaces, so that the data behind it are aligned. */
function alignedJson(header: object): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const padded = new Uint8Array(length).fill(0x20);
  padded.set(json);
  return padded;
}

function checkTensor(name: string, shape: readonly number[], data: Float32Array): void {
  if (name === '__metadata__') {
    throw new TypeError('encodeSafetensors: a tensor must not be named __metadata__');
  }
  if (data.length !== sizeOf(shape)) {
    throw new RangeError(
      `encodeSafetensors: "${name}" of shape [${shape}] must have ${sizeOf(shape)} values, got ${data.length}`,
    );
  }
}

function checkMetadata(metadata: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== 'string') {
      throw new TypeError(
        `encodeSafetensors: metadata "${key}" must be a string, got ${typeof value}`,
      );
    }
  }
}
