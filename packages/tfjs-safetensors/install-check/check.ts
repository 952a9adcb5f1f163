import type { InstallCheck } from '../../../scripts/install-check/install-check.ts';

/** What a stranger must get from the tarball. */
export const check: InstallCheck = {
  modules: {
    tf: '@tensorflow/tfjs-core',
    cpu: '@tensorflow/tfjs-backend-cpu',
    weights: '@mammo/tfjs-safetensors',
  },
  program: `
async function check({ tf, weights }) {
  await tf.setBackend('cpu');
  const variables = new Map([['head.bias', tf.variable(tf.tensor1d([1, 2]))]]);
  const file = weights.encodeSafetensors(await weights.readVariables(variables), { step: '100' });
  const { tensors, metadata } = weights.decodeSafetensors(file);
  weights.assignVariables(variables, tensors);
  return [metadata.step, tensors['head.bias'].shape, ...(await variables.get('head.bias').data())].join(' ');
}
`,
  text: '100 2 1 2',
  beside: ['@tensorflow/tfjs-core@4.22.0', '@tensorflow/tfjs-backend-cpu@4.22.0'],
  withNodeTypes: true,
  types: `
import type * as tf from '@tensorflow/tfjs-core';
import { decodeSafetensors, encodeSafetensors, readVariables } from '@mammo/tfjs-safetensors';
export async function copy(variables: ReadonlyMap<string, tf.Variable>): Promise<number> {
  const { tensors } = decodeSafetensors(encodeSafetensors(await readVariables(variables)));
  return Object.keys(tensors).length;
}
`,
  page: true,
  budgets: [
    {
      what: 'all names without tfjs',
      program: "export * from '@mammo/tfjs-safetensors';",
      kilobytes: 6,
      external: [/^@tensorflow/],
    },
  ],
};
