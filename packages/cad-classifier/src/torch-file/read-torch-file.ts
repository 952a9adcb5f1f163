import type { ArrayTensor } from '@mammo/tfjs-safetensors';
import { storageOf } from './pickle-globals.ts';
import { isZip, readStoredZip } from './stored-zip.ts';
import { STORAGES, TensorView, type TorchStorage, ViewReader } from './tensor-view.ts';
import { TorchFileError } from './torch-file-error.ts';
import { unpickle } from './unpickle.ts';

/** The number that files of PyTorch before 1.6 begin with, and the first bytes of its pickle. */
const MAGIC = 0x1950a86a20f9469cfc6cn;
const LEGACY_START = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46];

/** Whether the bytes start as a file that PyTorch saved does. */
export function isTorchFile(bytes: Uint8Array): boolean {
  return isZip(bytes) || LEGACY_START.every((byte, i) => bytes[i] === byte);
}

/**
 * Reads the tensors of a state dictionary that PyTorch saved: `torch.save(model.state_dict(), 'x.pth')`, in the zip format and in that of
 * versions before 1.6.
 *
 * Such a file holds a pickle, a program that Python would run. Here it is only read: names other than those of tensors, storages
 * and OrderedDict are refused, nothing is imported or called, and what the file asks for in memory is bounded by its
 * size. Elements become float32.
 *
 * @param bytes - the file; not kept
 * @returns copies of the tensors by name, row-major whatever their strides; entries that are no tensors are left out
 * @throws TorchFileError if the file is none of PyTorch's, is damaged, or asks for anything but tensors
 * @see PyTorch, torch/serialization.py
 */
export function readTorchFile(bytes: Uint8Array): Record<string, ArrayTensor> {
  const { state, storages } = isZip(bytes) ? readArchive(bytes) : readLegacy(bytes);
  if (!(state instanceof Map)) {
    throw new TorchFileError(
      'readTorchFile: file must hold a dictionary of tensors, got another value',
    );
  }
  const views = [...state].filter((entry): entry is [string, TensorView] => {
    const [name, value] = entry;
    return typeof name === 'string' && value instanceof TensorView;
  });
  const elements = views.reduce((sum, [, { size }]) => sum + size, 0);
  if (elements > bytes.byteLength) {
    throw new TorchFileError(
      `readTorchFile: tensors must have no more elements than the file has bytes, got ${elements} in ${bytes.byteLength}`,
    );
  }
  const reader = new ViewReader(storages);
  return Object.fromEntries(views.map(([name, view]) => [name, reader.read(view)]));
}

interface TorchState {
  readonly state: unknown;
  readonly storages: ReadonlyMap<string, Uint8Array>;
}

/** A zip archive with NAME/data.pkl and the storages NAME/data/0, NAME/data/1, … */
function readArchive(bytes: Uint8Array): TorchState {
  const records = readStoredZip(bytes);
  const path = [...records.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name));
  const pickle = path && records.get(path);
  if (!path || !pickle) {
    throw new TorchFileError('readTorchFile: archive must hold NAME/data.pkl, got none');
  }
  const folder = path.slice(0, -'data.pkl'.length);
  const order = records.get(`${folder}byteorder`);
  if (order && new TextDecoder().decode(order) !== 'little') {
    throw new TorchFileError(
      'readTorchFile: numbers must be little-endian, got another byte order',
    );
  }
  const prefix = `${folder}data/`;
  const storages = [...records]
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, content]) => [name.slice(prefix.length), content] as const);
  const { value } = unpickle(pickle, { persistent: storageOf });
  return { state: value, storages: new Map(storages) };
}

/**
 * Five pickles (a magic number, a version, the system, the state, the keys of the storages), then for each key the number of
 * its elements and the elements.
 */
function readLegacy(bytes: Uint8Array): TorchState {
  const known = new Map<string, TorchStorage>();
  const persistent = (id: unknown): TorchStorage => {
    const storage = storageOf(id);
    known.set(storage.key, storage);
    return storage;
  };
  let start = 0;
  const next = (): unknown => {
    const { value, end } = unpickle(bytes, { start, persistent });
    start = end;
    return value;
  };
  if (!isTorchFile(bytes) || next() !== MAGIC) {
    throw new TorchFileError("readTorchFile: file must be PyTorch's, got another");
  }
  next(); // version of the protocol
  next(); // what the system was
  const state = next();
  const keys = next();
  if (!Array.isArray(keys)) {
    throw new TorchFileError('readTorchFile: file must list its storages, got no list');
  }
  const storages = new Map<string, Uint8Array>();
  for (const key of keys) {
    const storage = known.get(key);
    if (storage === undefined) {
      throw new TorchFileError(
        `readTorchFile: storages must be those of tensors, got ${JSON.stringify(key)}`,
      );
    }
    const length = storage.length * STORAGES.get(storage.type)!.bytes;
    start += 8; // the number of elements once more
    storages.set(key, bytes.subarray(start, start + length));
    start += length;
  }
  return { state, storages };
}
