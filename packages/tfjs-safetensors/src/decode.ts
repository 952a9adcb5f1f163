import { type ArrayTensor, sizeOf } from './array-tensor.ts';
import { bytesOf, DTYPES, readValues } from './dtype.ts';
import { SafetensorsError } from './safetensors-error.ts';

/** What a safetensors file holds. */
export interface SafetensorsContent {
  readonly tensors: Readonly<Record<string, ArrayTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const HEADER_LENGTH_BYTES = 8;
/** The format's own limit, which keeps a damaged length from being believed. */
const MAX_HEADER_BYTES = 100_000_000;

/**
 * Reads a safetensors file; every type of number becomes float32.
 *
 * The data must be covered by the tensors without gap or overlap, as the format demands.
 *
 * @throws SafetensorsError that says what is wrong with the file
 * @see https://github.com/huggingface/safetensors, "Format"
 */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsContent {
  const { header, data } = split(bytes);
  const { __metadata__: metadata = {}, ...rest } = header;
  checkMetadata(metadata);
  const entries = Object.entries(rest).map(
    ([name, value]) => [name, entryOf(name, value)] as const,
  );
  checkCover(entries, data.length);
  const tensors: Record<string, ArrayTensor> = Object.create(null);
  for (const [
    name,
    {
      dtype,
      shape,
      data_offsets: [start, end],
    },
  ] of entries) {
    const values = readValues(dtype, data.subarray(start, end), sizeOf(shape));
    tensors[name] = { shape, data: values };
  }
  return { tensors, metadata: metadata as Record<string, string> };
}

function fail(problem: string): never {
  throw new SafetensorsError(`decodeSafetensors: ${problem}`);
}

function split(bytes: Uint8Array): { header: Record<string, unknown>; data: Uint8Array } {
  if (bytes.length < HEADER_LENGTH_BYTES) {
    fail(`the file must have at least ${HEADER_LENGTH_BYTES} bytes, got ${bytes.length}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  const available = bytes.length - HEADER_LENGTH_BYTES;
  if (length > MAX_HEADER_BYTES || length > available) {
    fail(`the header must fit in the file's ${available} bytes, got a length of ${length}`);
  }
  const end = HEADER_LENGTH_BYTES + Number(length);
  return { header: parse(bytes.subarray(HEADER_LENGTH_BYTES, end)), data: bytes.subarray(end) };
}

function parse(json: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch (error) {
    fail(`the header must be JSON: ${(error as Error).message}`);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    fail(`the header must be a JSON object, got ${JSON.stringify(header)}`);
  }
  return header as Record<string, unknown>;
}

function checkMetadata(metadata: unknown): void {
  const valid =
    typeof metadata === 'object' &&
    metadata !== null &&
    Object.values(metadata).every((value) => typeof value === 'string');
  if (!valid) fail(`__metadata__ must map strings to strings, got ${JSON.stringify(metadata)}`);
}

function entryOf(name: string, value: unknown): Entry {
  const entry = value as Partial<Entry> | null;
  const { dtype, shape, data_offsets: offsets } = entry ?? {};
  const isCount = (item: unknown) => Number.isSafeInteger(item) && (item as number) >= 0;
  if (!Array.isArray(shape) || !shape.every(isCount)) {
    fail(`"${name}" must have a shape of whole numbers, got ${JSON.stringify(shape)}`);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    fail(`"${name}" must have two data_offsets, got ${JSON.stringify(offsets)}`);
  }
  const bytes = bytesOf(String(dtype));
  if (bytes === undefined)
    fail(`"${name}" must have a dtype of ${DTYPES.join(', ')}, got ${dtype}`);
  const [start, end] = offsets as [number, number];
  if (end - start !== bytes * sizeOf(shape)) {
    fail(
      `"${name}" of shape [${shape}] must have ${bytes * sizeOf(shape)} bytes, got ${end - start}`,
    );
  }
  return { dtype: String(dtype), shape, data_offsets: [start, end] };
}

function checkCover(entries: readonly (readonly [string, Entry])[], length: number): void {
  const ordered = [...entries].sort(
    ([, a], [, b]) =>
      a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1],
  );
  let covered = 0;
  for (const [
    name,
    {
      data_offsets: [start, end],
    },
  ] of ordered) {
    if (start !== covered)
      fail(`"${name}" must start at byte ${covered} of the data, got ${start}`);
    covered = end;
  }
  if (covered !== length)
    fail(`the tensors must fill the file's ${length} bytes of data, got ${covered}`);
}
