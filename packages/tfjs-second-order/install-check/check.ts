import type { InstallCheck } from '../../../scripts/install-check/install-check.ts';

/** What a stranger must get from the tarball. */
export const check: InstallCheck = {
  modules: {
    tf: '@tensorflow/tfjs-core',
    cpu: '@tensorflow/tfjs-backend-cpu',
    order: '@mammo/tfjs-second-order',
  },
  program: `
async function check({ tf, order }) {
  await tf.setBackend('cpu');
  const x = tf.tensor4d([1, -2, 3, 4], [1, 2, 2, 1]);
  const score = (images) => tf.sum(tf.square(order.relu(images)), [1, 2, 3]);
  const penalty = (images) => order.gradientPenalty(order.valueAndInputGradient(score, images, tf.ones([1])).gradient, { k: 1, order: 2 });
  const second = tf.grad(penalty)(x); // d/dx of the squared norm of 2 relu(x)
  return [...(await second.data())].map((value) => value.toFixed(3)).join(' ');
}
`,
  beside: ['@tensorflow/tfjs-core@4.22.0', '@tensorflow/tfjs-backend-cpu@4.22.0'],
  withNodeTypes: true,
  types: `
import * as tf from '@tensorflow/tfjs-core';
import { Adam, gradientPenalty, valueAndInputGradient } from '@mammo/tfjs-second-order';
export const penalty = (score: (x: tf.Tensor4D) => tf.Tensor, images: tf.Tensor4D): tf.Tensor =>
  gradientPenalty(valueAndInputGradient(score, images, tf.ones([4])).gradient, { k: 10, order: 4 });
export const adam: Adam = new Adam({ learningRate: 0.01 });
`,
  page: true,
  budgets: [
    {
      what: 'all names without tfjs',
      program: "export * from '@mammo/tfjs-second-order';",
      kilobytes: 8,
      external: [/^@tensorflow/],
    },
  ],
};
