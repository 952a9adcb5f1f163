import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { onEveryEngine, testedEngines } from '../../../vitest.engines.ts';
import {
  avgPool,
  globalMaxPool,
  gradientPenalty,
  groupNorm,
  leakyRelu,
  logSoftmax,
  maxPool,
  relu,
  softplus,
  valueAndInputGradient,
  valueAndVariableGradients,
} from '../src/index.ts';
import { centralDifferences, relativeDifference, weights } from './central-differences.ts';

/**
 * A small network of the kind that gradient penalties are used on. Few of its units have kinks: the
 * penalty jumps where a kink is crossed, and differences across a jump mean nothing.
 */
function network(x: tf.Tensor4D, parameters: ReadonlyMap<string, tf.Tensor>): tf.Tensor2D {
  const p = (name: string) => parameters.get(name)!;
  const first = softplus(tf.add(tf.conv2d(x, p('conv1') as tf.Tensor4D, 1, 1), p('bias1')));
  const pooled = maxPool(first as tf.Tensor4D, { size: 2, stride: 2 });
  const second = relu(tf.conv2d(pooled, p('conv2') as tf.Tensor4D, 2, 1, 'NHWC', 1, 'floor'));
  const features = globalMaxPool(avgPool(second, { size: 1, stride: 1 }));
  const vector = groupNorm(tf.matMul(features, p('fc') as tf.Tensor2D), {
    groups: 2,
    gain: p('gain'),
    bias: p('bias2'),
  });
  return tf.matMul(leakyRelu(vector, 0.2), p('head') as tf.Tensor2D);
}

const shapes: Record<string, number[]> = {
  conv1: [3, 3, 2, 3],
  bias1: [3],
  conv2: [3, 3, 3, 6],
  fc: [6, 8],
  gain: [8],
  bias2: [8],
  head: [8, 2],
};

function parameters(): Map<string, tf.Variable> {
  return new Map(
    Object.entries(shapes).map(([name, shape], index) => [
      name,
      tf.tidy(() => tf.variable(weights(shape, index))),
    ]),
  );
}

const images = () => weights([2, 4, 8, 2], 20) as tf.Tensor4D;

function loss(variables: ReadonlyMap<string, tf.Tensor>): tf.Scalar {
  const { value, gradient } = valueAndInputGradient(
    (x) => network(x, variables),
    images(),
    tf.tensor2d([1, -1, 1, -1], [2, 2]),
  );
  const likelihood = tf.neg(tf.mean(tf.slice(logSoftmax(value), [0, 0], [-1, 1])));
  return tf.add(likelihood, gradientPenalty(gradient, { k: 0.05 }));
}

onEveryEngine(await testedEngines(), () => {
  test('the value and the gradient are those of separate passes', async () => {
    const variables = parameters();
    const f = (x: tf.Tensor) => network(x as tf.Tensor4D, variables);
    const dy = tf.tensor2d([1, 0, 0, 2], [2, 2]);
    const { value, gradient } = valueAndInputGradient(f, images(), dy);
    expect(await value.data()).toEqual(await f(images()).data());
    expect(await gradient.data()).toEqual(await tf.grad(f)(images(), dy).data());
    tf.dispose([...variables.values()]);
  });

  test('a loss of value and input gradient is differentiable in every parameter', async () => {
    const variables = parameters();
    const { gradients } = valueAndVariableGradients(() => loss(variables), variables);
    expect(Object.keys(gradients)).toEqual(Object.keys(shapes));
    for (const [name, variable] of variables) {
      const f = (moved: tf.Tensor) =>
        loss(new Map<string, tf.Tensor>([...variables, [name, moved]]));
      const differences = await centralDifferences(f, variable, 5e-3);
      const difference = relativeDifference(await gradients[name]!.data(), differences);
      expect(difference, name).toBeLessThan(5e-3);
    }
    tf.dispose([...variables.values()]);
  }, 60_000);

  test('variables that the loss does not use have no gradient', () => {
    const variables = new Map([
      ['used', tf.variable(tf.scalar(3))],
      ['unused', tf.variable(tf.scalar(3))],
    ]);
    const { value, gradients } = valueAndVariableGradients(
      () => tf.square(variables.get('used')!) as tf.Scalar,
      variables,
    );
    expect(value.shape).toEqual([]);
    expect(Object.keys(gradients)).toEqual(['used']);
    tf.dispose([...variables.values()]);
  });

  test('gradients leave no tensors behind but their results', () => {
    const variables = parameters();
    const { numTensors } = tf.memory();
    const { value, gradients } = valueAndVariableGradients(() => loss(variables), variables);
    tf.dispose([value, gradients]);
    expect(tf.memory().numTensors).toBe(numTensors);
    tf.dispose([...variables.values()]);
  });
});
