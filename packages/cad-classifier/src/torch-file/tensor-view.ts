import { type ArrayTensor, type Dtype, readElements } from '@mammo/tfjs-safetensors';
import { TorchFileError } from './torch-file-error.ts';

/** The storages that may be read, by their class in PyTorch. */
export const STORAGES: ReadonlyMap<string, { readonly dtype: Dtype; readonly bytes: number }> =
  new Map([
    ['torch.DoubleStorage', { dtype: 'F64', bytes: 8 }],
    ['torch.FloatStorage', { dtype: 'F32', bytes: 4 }],
    ['torch.HalfStorage', { dtype: 'F16', bytes: 2 }],
    ['torch.BFloat16Storage', { dtype: 'BF16', bytes: 2 }],
    ['torch.LongStorage', { dtype: 'I64', bytes: 8 }],
    ['torch.IntStorage', { dtype: 'I32', bytes: 4 }],
    ['torch.ShortStorage', { dtype: 'I16', bytes: 2 }],
    ['torch.CharStorage', { dtype: 'I8', bytes: 1 }],
    ['torch.ByteStorage', { dtype: 'U8', bytes: 1 }],
    ['torch.BoolStorage', { dtype: 'BOOL', bytes: 1 }],
  ]);

/** A run of numbers in the file that tensors are views of: its class, the record that holds it, and the number of its elements. */
export class TorchStorage {
  readonly type: string;
  readonly key: string;
  readonly length: number;

  constructor({ type, key, length }: Pick<TorchStorage, 'type' | 'key' | 'length'>) {
    this.type = type;
    this.key = key;
    this.length = length;
  }
}

/** A tensor that is not yet read: element (i, j, …) lies at offset + i · stride₀ + j · stride₁ + … of its storage. */
export class TensorView {
  readonly storage: TorchStorage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  /** Number of elements. */
  readonly size: number;

  constructor(place: Omit<TensorView, 'size'>) {
    this.storage = place.storage;
    this.offset = place.offset;
    this.shape = place.shape;
    this.strides = place.strides;
    this.size = place.shape.reduce((product, length) => product * length, 1);
  }
}

/** Reads views out of the bytes of their storages. */
export class ViewReader {
  readonly #storages: ReadonlyMap<string, Uint8Array>;
  /** Whole storages that were read for views with gaps, so that many views cost one reading. */
  readonly #elements = new Map<string, Float32Array>();

  constructor(storages: ReadonlyMap<string, Uint8Array>) {
    this.#storages = storages;
  }

  /** @throws TorchFileError if the bytes are not those of the storage, or the view reaches beyond it */
  read(view: TensorView): ArrayTensor {
    const { storage, shape, size, offset } = view;
    const content = this.#contentOf(storage);
    if (size === 0) return { shape, data: new Float32Array() };
    requireInside(view);
    if (isContiguous(view)) {
      const { bytes } = STORAGES.get(storage.type)!;
      const own = content.subarray(offset * bytes, (offset + size) * bytes);
      return { shape, data: numbersOf(storage, own) };
    }
    const all = this.#elements.get(storage.key) ?? numbersOf(storage, content);
    this.#elements.set(storage.key, all);
    return { shape, data: gather(all, view) };
  }

  #contentOf({ type, key, length }: TorchStorage): Uint8Array {
    const content = this.#storages.get(key);
    const { bytes } = STORAGES.get(type)!;
    if (content?.byteLength === length * bytes) return content;
    throw new TorchFileError(
      `readTorchFile: storage ${key} must have ${length} elements of ${bytes} bytes, got ${content?.byteLength ?? 'no'} bytes`,
    );
  }
}

function numbersOf({ type, key }: TorchStorage, content: Uint8Array): Float32Array {
  try {
    return readElements(STORAGES.get(type)!.dtype, content);
  } catch (error) {
    throw new TorchFileError(`readTorchFile: storage ${key}: ${(error as Error).message}`);
  }
}

function requireInside({ storage, offset, shape, strides }: TensorView): void {
  const last = shape.reduce((at, length, axis) => at + (length - 1) * strides[axis]!, offset);
  if (last >= storage.length) {
    throw new TorchFileError(
      `readTorchFile: a tensor of shape [${shape}] and strides [${strides}] must end inside its ${storage.length} elements, got ${last}`,
    );
  }
}

function isContiguous({ shape, strides }: TensorView): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}

function gather(all: Float32Array, { offset, shape, strides, size }: TensorView): Float32Array {
  const data = new Float32Array(size);
  for (let target = 0; target < size; target++) {
    let [rest, source] = [target, offset];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += (rest % shape[axis]!) * strides[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    data[target] = all[source]!;
  }
  return data;
}
