import type { ArrayTensor } from './array-tensor.ts';
import { decodeSafetensors } from './decode.ts';
import { encodeSafetensors } from './encode.ts';

/** Tensors by name, in named groups: `{ model: { 'head.weight': … }, adam: { … } }`. */
export type TensorGroups = Readonly<Record<string, Readonly<Record<string, ArrayTensor>>>>;

/** A training between two steps. */
export interface Checkpoint {
  /** Groups of tensors, each by name. */
  readonly tensors: TensorGroups;
  /** Everything else that the training needs to go on, as plain JSON. */
  readonly state: unknown;
}

/** What a checkpoint must agree with to be continued. */
export interface CheckpointGuard {
  /** Names the program and the version that wrote it. */
  readonly format: string;
  /** All that decides the steps of the training, as plain JSON. */
  readonly configuration: unknown;
}

/**
 * Writes a training's state as one safetensors file with a checksum: groups become prefixes, `model/head.weight`.
 *
 * @param notes - more metadata
 * @throws RangeError if a tensor's values do not fill its shape
 * @example
 * ```ts
 * const guard = { format: 'demo-1', configuration: { seed: 1 } };
 * const bytes = encodeCheckpoint({ tensors: { model: {} }, state: { step: 3 } }, guard);
 * decodeCheckpoint(bytes, { ...guard, caller: 'demo' }).state; // => { step: 3 }
 * ```
 */
export function encodeCheckpoint(
  { tensors, state }: Checkpoint,
  { format, configuration }: CheckpointGuard,
  notes: Readonly<Record<string, string>> = {},
): Uint8Array {
  const flat = Object.entries(tensors).flatMap(([group, members]) =>
    Object.entries(members).map(([name, tensor]) => [`${group}/${name}`, tensor] as const),
  );
  const metadata = {
    ...notes,
    format,
    configuration: JSON.stringify(configuration),
    state: JSON.stringify(state),
  };
  return encodeSafetensors(Object.fromEntries(flat), metadata, { checksum: true });
}

/**
 * Reads what {@link encodeCheckpoint} wrote.
 *
 * @param guard - of the training that is to be continued; `caller` names it in messages
 * @throws SafetensorsError if a single bit of the file is not as it was written
 * @throws RangeError if it is no such checkpoint, or one of another configuration; all differences are named
 * @example
 * ```ts
 * const bytes = encodeCheckpoint({ tensors: {}, state: null }, { format: 'demo-1', configuration: { seed: 1 } });
 * decodeCheckpoint(bytes, { format: 'demo-1', configuration: { seed: 2 }, caller: 'demo' }); // throws RangeError
 * ```
 */
export function decodeCheckpoint(
  bytes: Uint8Array,
  { format, configuration, caller }: CheckpointGuard & { readonly caller: string },
): Checkpoint {
  const { tensors, metadata, hasChecksum } = decodeSafetensors(bytes);
  if (metadata.format !== format) {
    throw new RangeError(
      `${caller}: resumeFrom must be a checkpoint of format ${format}, got ${metadata.format}`,
    );
  }
  if (!hasChecksum) {
    throw new RangeError(`${caller}: resumeFrom must be a checkpoint with a checksum, got none`);
  }
  const differences = differencesOf(parsed(metadata.configuration, caller), configuration);
  if (differences.length > 0) {
    throw new RangeError(
      `${caller}: resumeFrom must be of the same configuration, got ${differences.join('; ')}`,
    );
  }
  const groups = new Map<string, [string, ArrayTensor][]>();
  for (const [path, tensor] of Object.entries(tensors)) {
    const [group = '', ...rest] = path.split('/');
    groups.set(group, [...(groups.get(group) ?? []), [rest.join('/'), tensor]]);
  }
  const named = [...groups].map(
    ([group, members]) => [group, Object.fromEntries(members)] as const,
  );
  return { tensors: Object.fromEntries(named), state: parsed(metadata.state, caller) };
}

function parsed(json: string | undefined, caller: string): unknown {
  try {
    return JSON.parse(json ?? '{}');
  } catch {
    throw new RangeError(`${caller}: resumeFrom must hold JSON, got ${json?.slice(0, 40)}`);
  }
}

function differencesOf(saved: unknown, current: unknown): string[] {
  const before = leaves(saved);
  const now = leaves(JSON.parse(JSON.stringify(current)));
  return [...new Set([...before.keys(), ...now.keys()])]
    .filter((path) => before.get(path) !== now.get(path))
    .map((path) => `${path} was ${before.get(path)} and is ${now.get(path)}`);
}

/** The JSON of every leaf by its path. */
function leaves(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null) return new Map([[path, JSON.stringify(value)]]);
  const entries = Object.entries(value).flatMap(([key, child]) => [
    ...leaves(child, path === '' ? key : `${path}.${key}`),
  ]);
  return new Map(entries);
}
