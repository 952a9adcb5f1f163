import {
  type ArrayTensor,
  decodeSafetensors,
  encodeSafetensors,
  fitTorchWeights,
  readVariables,
  savedOptions,
  toTorch,
} from '@mammo/tfjs-safetensors';
import { assembleCad, type CadModel } from './cad-model.ts';
import { type CadOptions, type CadPreset, cadOptions, checkCadOptions } from './cad-options.ts';
import { parameterShapes } from './network-plan.ts';

const NOTICE = 'For research on the safety of AI, not a medical device.';

/**
 * Writes a model as a safetensors file that PyTorch reads: its names, convolutions OIHW, linear layers [out, in].
 *
 * @param notes - more metadata
 * @example
 * ```ts
 * const options = cadOptions('small', { height: 16, width: 16, channelMultiplier: 1 / 16 });
 * const model = createCadModel(options, { seed: 1 });
 * const copy = loadCad(await saveCad(model));
 * copy.options.height; // => 16
 * for (const one of [model, copy]) one.dispose();
 * ```
 */
export async function saveCad(
  model: CadModel,
  notes: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  const tensors = Object.entries(await readVariables(model.parameters));
  return encodeSafetensors(
    Object.fromEntries(tensors.map(([name, tensor]) => [name, toTorch(tensor)])),
    { ...notes, notice: NOTICE, options: JSON.stringify(model.options) },
  );
}

/**
 * Reads a model from a safetensors file with PyTorch's names and layouts.
 *
 * @param bytes - of {@link saveCad}, or the weights of the same network in PyTorch
 * @param options - sizes of the network; needed where the file's metadata do not have them
 * @returns the model, owned by the caller
 * @throws SafetensorsError if the file is damaged
 * @throws RangeError if there are no options, the file says that its network is another one, or the weights do not fit; all
 *   misfits are listed
 */
export function loadCad(bytes: Uint8Array, options?: CadPreset | CadOptions): CadModel {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const sizes = typeof options === 'string' ? cadOptions(options) : options;
  const known = sizes ?? savedOptions<CadOptions>(metadata.options, { caller: 'loadCad' });
  checkCadOptions('loadCad', known);
  if (sizes && metadata.options !== undefined) {
    requireArchitecture(sizes, savedOptions<CadOptions>(metadata.options, { caller: 'loadCad' }));
  }
  const weights = fitTorchWeights(tensors, parameterShapes(known), { caller: 'loadCad' });
  return assembleCad(known, (name) => (weights.get(name) as ArrayTensor).data);
}

/** Options that decide how the weights are used; the size of the images is not one of them. */
const ARCHITECTURE = ['vggModules', 'channelMultiplier', 'channelsPerGroup'] as const;

function requireArchitecture(wanted: CadOptions, saved: CadOptions): void {
  const differences = ARCHITECTURE.filter((name) => wanted[name] !== saved[name]);
  if (differences.length > 0) {
    const each = differences.map((name) => `${name} must be ${wanted[name]}, got ${saved[name]}`);
    throw new RangeError(`loadCad: the file's network is another one: ${each.join('; ')}`);
  }
}
