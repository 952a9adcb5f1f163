import * as tf from '@tensorflow/tfjs-core';
import type { ArrayTensor } from './array-tensor.ts';
import { SafetensorsError } from './safetensors-error.ts';

/**
 * The values of tensors or variables, by the same names.
 *
 * @param variables - float32; not disposed
 */
export async function readVariables(
  variables: ReadonlyMap<string, tf.Tensor>,
): Promise<Record<string, ArrayTensor>> {
  const read = [...variables].map(async ([name, tensor]): Promise<[string, ArrayTensor]> => {
    const data = Float32Array.from(await tensor.data());
    return [name, { shape: tensor.shape.slice(), data }];
  });
  return Object.fromEntries(await Promise.all(read));
}

/**
 * Gives variables the values of tensors with the same names; either all are assigned or none.
 *
 * @throws SafetensorsError listing every missing or unknown name and every wrong shape
 */
export function assignVariables(
  variables: ReadonlyMap<string, tf.Variable>,
  tensors: Readonly<Record<string, ArrayTensor>>,
): void {
  const problems = [...variables].flatMap(([name, { shape }]) => {
    const given = tensors[name];
    if (given === undefined) return [`"${name}" is missing`];
    return String(given.shape) === String(shape)
      ? []
      : [`"${name}" must have shape [${shape}], got [${given.shape}]`];
  });
  for (const name of Object.keys(tensors)) {
    if (!variables.has(name)) problems.push(`"${name}" is not known`);
  }
  if (problems.length > 0) {
    throw new SafetensorsError(`assignVariables: ${problems.join('\n  ')}`);
  }
  for (const [name, variable] of variables) {
    const { shape, data } = tensors[name] as ArrayTensor;
    tf.tidy(() => variable.assign(tf.tensor(data, [...shape])));
  }
}
