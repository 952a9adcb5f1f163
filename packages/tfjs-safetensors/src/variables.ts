import * as tf from '@tensorflow/tfjs-core';
import type { ArrayTensor } from './array-tensor.ts';

/**
 * Reads tensors from the device, all in one go.
 *
 * @param tensors - variables or other tensors of dtype float32, by name
 * @returns copies, by the same names
 * @throws TypeError if a tensor is not of dtype float32
 * @example
 * ```ts
 * const weight = tf.variable(tf.tensor1d([1, 2]));
 * await readVariables(new Map([['weight', weight]])); // => { weight: { data: Float32Array.of(1, 2), shape: [2] } }
 * ```
 */
export async function readVariables(
  tensors: ReadonlyMap<string, tf.Tensor>,
): Promise<Record<string, ArrayTensor>> {
  for (const [name, { dtype }] of tensors) {
    if (dtype !== 'float32') {
      throw new TypeError(`readVariables: "${name}" must be float32, got ${dtype}`);
    }
  }
  const entries = [...tensors].map(async ([name, tensor]): Promise<[string, ArrayTensor]> => {
    const data = await tensor.data();
    return [name, { shape: [...tensor.shape], data: Float32Array.from(data) }];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/**
 * Gives variables new values. Nothing is assigned unless everything fits.
 *
 * @param variables - by name
 * @param tensors - the new values by the same names: none missing, none besides; copied
 * @throws RangeError listing every name that is missing or unknown and every shape that differs
 * @example
 * ```ts
 * const weight = tf.variable(tf.zeros([2]));
 * assignVariables(new Map([['weight', weight]]), { weight: { data: Float32Array.of(1, 2), shape: [2] } });
 * await weight.data(); // => Float32Array.of(1, 2)
 * ```
 */
export function assignVariables(
  variables: ReadonlyMap<string, tf.Variable>,
  tensors: Readonly<Record<string, ArrayTensor>>,
): void {
  const problems = findMisfits(variables, tensors);
  if (problems.length > 0) {
    throw new RangeError(`assignVariables: tensors must fit, got ${problems.join('; ')}`);
  }
  tf.tidy(() => {
    for (const [name, variable] of variables) {
      const { shape, data } = tensors[name]!;
      variable.assign(tf.tensor(data.slice(), [...shape])); // the backend may keep the array
    }
  });
}

function findMisfits(
  variables: ReadonlyMap<string, tf.Variable>,
  tensors: Readonly<Record<string, ArrayTensor>>,
): string[] {
  const problems: string[] = [];
  for (const [name, variable] of variables) {
    const shape = tensors[name]?.shape;
    if (shape === undefined) problems.push(`no "${name}"`);
    else if (!tf.util.arraysEqual(variable.shape, [...shape])) {
      problems.push(`"${name}" of shape [${shape}] for [${variable.shape}]`);
    }
  }
  for (const name of Object.keys(tensors)) {
    if (!variables.has(name)) problems.push(`unknown "${name}"`);
  }
  return problems;
}
