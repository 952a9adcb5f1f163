import {
  type ArrayTensor,
  decodeSafetensors,
  encodeSafetensors,
  fitTorchWeights,
  readVariables,
  savedOptions,
  toTorch,
} from '@mammo/tfjs-safetensors';
import { assembleGenerator, type Generator } from './generator.ts';
import {
  checkGeneratorOptions,
  type GeneratorOptions,
  type GeneratorPreset,
  generatorOptions,
} from './generator-options.ts';
import { generatorBufferShapes, generatorParameterShapes } from './generator-plan.ts';
import type { AttackDirection } from './victim.ts';

/** What {@link saveGenerator} writes beside the weights. */
export interface SaveGeneratorOptions {
  /** What the generator was trained for. */
  readonly direction?: AttackDirection;
  /** More notes; they cannot replace `synthetic`. */
  readonly notes?: Readonly<Record<string, string>>;
}

const NOTICE =
  'Images made by this network are synthetic. For research on safety, not a medical device.';

/**
 * Writes a generator as a safetensors file that PyTorch reads: its names, convolutions OIHW.
 *
 * The metadata hold the options as JSON, and the mark `synthetic`.
 *
 * @example
 * ```ts
 * const generator = createGenerator(generatorOptions('small', { height: 16, width: 16 }), { seed: 1 });
 * const copy = loadGenerator(await saveGenerator(generator, { direction: 'remove' }));
 * copy.options.height; // => 16
 * for (const one of [generator, copy]) one.dispose();
 * ```
 */
export async function saveGenerator(
  generator: Generator,
  options: SaveGeneratorOptions = {},
): Promise<Uint8Array> {
  const variables = new Map([...generator.parameters, ...generator.buffers]);
  return encodeGenerator(await readVariables(variables), generator.options, options);
}

/** The file of {@link saveGenerator}, from weights that were read. */
export function encodeGenerator(
  weights: Readonly<Record<string, ArrayTensor>>,
  sizes: GeneratorOptions,
  { direction, notes = {} }: SaveGeneratorOptions,
): Uint8Array {
  const tensors = Object.entries(weights).map(([name, tensor]) => [name, toTorch(tensor)]);
  return encodeSafetensors(Object.fromEntries(tensors), {
    ...notes,
    ...(direction && { direction }),
    synthetic: 'true',
    notice: NOTICE,
    options: JSON.stringify(sizes),
  });
}

/**
 * Reads a generator from a safetensors file with PyTorch's names and layouts.
 *
 * @param bytes - of {@link saveGenerator}, or the weights of the same network in PyTorch
 * @param options - sizes of the generator; needed where the file's metadata do not have them
 * @returns the generator, owned by the caller
 * @throws SafetensorsError if the file is damaged
 * @throws RangeError if there are no options, or the weights do not fit them; all misfits are listed
 */
export function loadGenerator(
  bytes: Uint8Array,
  options?: GeneratorPreset | GeneratorOptions,
): Generator {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const sizes = typeof options === 'string' ? generatorOptions(options) : options;
  const known =
    sizes ?? savedOptions<GeneratorOptions>(metadata.options, { caller: 'loadGenerator' });
  checkGeneratorOptions('loadGenerator', known);
  const shapes = new Map([...generatorParameterShapes(known), ...generatorBufferShapes(known)]);
  const weights = fitTorchWeights(tensors, shapes, { caller: 'loadGenerator' });
  return assembleGenerator(known, (name) => (weights.get(name) as ArrayTensor).data);
}
