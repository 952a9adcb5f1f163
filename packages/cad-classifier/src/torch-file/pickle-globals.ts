import { STORAGES, TensorView, TorchStorage } from './tensor-view.ts';
import { TorchFileError } from './torch-file-error.ts';

/** A name of Python's that a pickle refers to; never looked up. */
export class PickleGlobal {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** What may be called, with what it does here. Nothing else is. */
const CALLS: Readonly<Record<string, (args: readonly unknown[]) => unknown>> = {
  'collections.OrderedDict': orderedDict,
  'torch._utils._rebuild_tensor': rebuildTensor, // before 0.4
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
  'torch._utils._rebuild_parameter': ([tensor]) => {
    if (tensor instanceof TensorView) return tensor;
    throw refused('a parameter of what is no tensor');
  },
};

/** @throws TorchFileError if the name is none that tensors need */
export function allowedGlobal(module: string, name: string): PickleGlobal {
  const full = `${module}.${name}`;
  if (!Object.hasOwn(CALLS, full) && !STORAGES.has(full)) throw refused(JSON.stringify(full));
  return new PickleGlobal(full);
}

/** Calls an allowed function. */
export function callGlobal(callee: unknown, args: unknown): unknown {
  if (!(callee instanceof PickleGlobal) || !Array.isArray(args)) throw refused('a call of a value');
  if (!Object.hasOwn(CALLS, callee.name)) throw refused(`a call of ${callee.name}`);
  return CALLS[callee.name]!(args);
}

/** The storage that a persistent id names: ('storage', class, key, location, number of elements). */
export function storageOf(id: unknown): TorchStorage {
  const [kind, type, key, , length] = Array.isArray(id) ? id : [];
  const isKnown = type instanceof PickleGlobal && STORAGES.has(type.name);
  if (kind !== 'storage' || !isKnown || typeof key !== 'string' || !isCount(length)) {
    throw refused('a persistent id that names no storage');
  }
  return new TorchStorage({ type: type.name, key, length });
}

/** Empty, or as Python 2 wrote it: ([[key, value], …],) */
function orderedDict(args: readonly unknown[]): Map<unknown, unknown> {
  const [entries = []] = args;
  const isPair = (entry: unknown) => Array.isArray(entry) && entry.length === 2;
  if (args.length > 1 || !Array.isArray(entries) || !entries.every(isPair)) {
    throw refused('an OrderedDict of other things than pairs');
  }
  return new Map(entries as [unknown, unknown][]);
}

/** (storage, offset, shape, strides, requires_grad, hooks) */
function rebuildTensor([storage, offset, shape, strides]: readonly unknown[]): TensorView {
  const fits =
    storage instanceof TorchStorage &&
    isCount(offset) &&
    isCounts(shape) &&
    isCounts(strides) &&
    shape.length === strides.length;
  if (!fits) throw refused('a tensor without storage, offset, shape and strides');
  const view = new TensorView({ storage, offset, shape, strides });
  if (view.size > storage.length) {
    throw new TorchFileError(
      `readTorchFile: a tensor of shape [${shape}] must fit in its storage, got ${storage.length} elements`,
    );
  }
  return view;
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every(isCount);

const refused = (what: string): TorchFileError =>
  new TorchFileError(`readTorchFile: pickle must rebuild tensors only, got ${what}`);
