import { sizeOf } from './array-tensor.ts';
import { bytesPerElement, type Dtype, isDtype } from './dtype.ts';
import { findDuplicateKey } from './duplicate-keys.ts';
import { SafetensorsError } from './safetensors-error.ts';

/** Where one tensor lies in the buffer behind the header. */
interface TensorEntry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** What a header says, checked. */
export interface Header {
  readonly metadata: Readonly<Record<string, string>>;
  readonly entries: readonly TensorEntry[];
}

/** Longest header that readers accept, in bytes. */
export const MAX_HEADER_BYTES = 100_000_000;

const LONGEST_SHOWN = 200;

/**
 * Parses and checks a header.
 *
 * @param bytes - the JSON, possibly with trailing spaces
 * @param bufferBytes - length of what follows the header
 * @throws SafetensorsError naming the first thing that is wrong
 */
export function parseHeader(bytes: Uint8Array, bufferBytes: number): Header {
  const { __metadata__: metadata = {}, ...tensors } = parseObject(bytes);
  const entries = Object.entries(tensors).map(([name, value]) => checkEntry(name, value));
  checkCoverage(entries, bufferBytes);
  return { metadata: checkMetadata(metadata), entries };
}

/** A complaint in the form of all messages here. */
export function malformed(requirement: string, found: unknown): SafetensorsError {
  return new SafetensorsError(`decodeSafetensors: ${requirement}, got ${found}`);
}

function parseObject(bytes: Uint8Array): Record<string, unknown> {
  if (bytes[0] !== 0x7b) throw malformed('header must begin with "{"', `byte ${bytes[0]}`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed('header must be UTF-8', 'invalid bytes');
  }
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw malformed('header must be JSON', (error as Error).message);
  }
  const duplicate = findDuplicateKey(text);
  if (duplicate !== undefined) throw malformed('names must differ', `"${duplicate}" twice`);
  return value;
}

function checkMetadata(metadata: unknown): Record<string, string> {
  if (!isObject(metadata)) {
    throw malformed('__metadata__ must be an object', shown(metadata));
  }
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== 'string') {
      throw malformed(`metadata "${key}" must be a string`, shown(value));
    }
  }
  return metadata as Record<string, string>;
}

function checkEntry(name: string, value: unknown): TensorEntry {
  if (!isObject(value)) throw malformed(`"${name}" must be an object`, shown(value));
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDtype(dtype)) {
    throw malformed(`dtype of "${name}" must be one that is supported`, shown(dtype));
  }
  if (!areCounts(shape)) {
    throw malformed(`shape of "${name}" must be an array of counts`, shown(shape));
  }
  if (!areCounts(offsets) || offsets.length !== 2) {
    throw malformed(`data_offsets of "${name}" must be two counts`, shown(offsets));
  }
  const [begin, end] = offsets as [number, number];
  const bytes = sizeOf(shape) * bytesPerElement(dtype);
  if (end - begin !== bytes) {
    throw malformed(
      `data_offsets of "${name}" must span ${bytes} bytes for ${dtype} [${shape}]`,
      `[${offsets}]`,
    );
  }
  return { name, dtype, shape, begin, end };
}

/** The tensors must follow each other without gaps or overlaps, from the first byte to the last. */
function checkCoverage(entries: readonly TensorEntry[], bufferBytes: number): void {
  const inOrder = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let position = 0;
  for (const { name, begin, end } of inOrder) {
    if (begin !== position) {
      throw malformed(
        `"${name}" must begin where the tensor before it ends, at ${position}`,
        `${begin} (${begin < position ? 'an overlap' : 'a gap'})`,
      );
    }
    position = end;
  }
  if (position !== bufferBytes) {
    throw malformed(
      `tensors must fill the ${position} bytes that the header promises`,
      `${bufferBytes} bytes`,
    );
  }
}

/** A value for a message: at most a line of it, however large or deep the file made it. */
function shown(value: unknown): string | undefined {
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text !== undefined && text.length > LONGEST_SHOWN
      ? `${text.slice(0, LONGEST_SHOWN)}…`
      : text;
  } catch {
    return 'what is nested too deep';
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function areCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}
