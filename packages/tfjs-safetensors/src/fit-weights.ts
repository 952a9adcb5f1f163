import type { ArrayTensor } from './array-tensor.ts';
import { fromTorch } from './torch-layout.ts';

/** A count of batches that PyTorch keeps beside BatchNorm's statistics and that nothing here needs. */
const IGNORED = '.num_batches_tracked';

/**
 * Brings weights of PyTorch into the layout of tfjs and compares them with what a network wants.
 *
 * @param tensors - by name, convolutions OIHW, linear layers [out, in]
 * @param shapes - of all weights of the network, convolutions HWIO, linear layers [in, out]
 * @param caller - whom messages name
 * @returns the network's weights by name
 * @throws RangeError listing every missing or unknown name and every wrong shape
 * @example
 * ```ts
 * const weights = { 'head.weight': { data: Float32Array.of(1, 2), shape: [1, 2] } };
 * fitTorchWeights(weights, new Map([['head.weight', [2, 1]]]), { caller: 'demo' }).get('head.weight')?.shape; // => [2, 1]
 * ```
 */
export function fitTorchWeights(
  tensors: Readonly<Record<string, ArrayTensor>>,
  shapes: ReadonlyMap<string, readonly number[]>,
  { caller }: { readonly caller: string },
): Map<string, ArrayTensor> {
  const misfits = Object.keys(tensors)
    .filter((name) => !shapes.has(name) && !name.endsWith(IGNORED))
    .map((name) => `${name} is not known`);
  const fitted = new Map<string, ArrayTensor>();
  for (const [name, shape] of shapes) {
    const stored = tensors[name];
    if (stored === undefined) {
      misfits.push(`${name} is missing`);
      continue;
    }
    const tensor = fromTorch(stored);
    fitted.set(name, tensor);
    if (String(tensor.shape) !== String(shape)) {
      misfits.push(`${name} must have shape [${shape}], got [${tensor.shape}]`);
    }
  }
  if (misfits.length > 0) {
    throw new RangeError(`${caller}: weights must fit the network, got ${misfits.join('; ')}`);
  }
  return fitted;
}
