import { Adam, StepRecorder, valueAndVariableGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { array } from './compare.ts';
import { createWeights, loss, type Weights } from './vgg-net.ts';

const images = (seed: number) => array([2, 24, 20, 3], seed) as tf.Tensor4D;

/** One step on two images: loss with a gradient penalty, and Adam. */
export function step(
  weights: Weights,
  adam: Adam,
  seed: number,
  recorder: StepRecorder = new StepRecorder(), // a new one has recorded nothing
): tf.Scalar {
  const x = images(seed);
  const [value] = recorder.run({ structure: '', tensors: [x] }, () => {
    const { value, gradients } = valueAndVariableGradients(() => loss(weights, x), weights);
    adam.apply(weights, gradients);
    return [value];
  });
  x.dispose();
  return value;
}

/** Trains a new network; the same numbers come out wherever this runs. */
export async function train(
  backend: string,
  steps: number,
  recorder?: StepRecorder,
): Promise<{ losses: number[]; weights: Float32Array[] }> {
  await tf.setBackend(backend);
  const weights = createWeights();
  const adam = new Adam({ learningRate: 1e-3 });
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    const value = step(weights, adam, i + 1, recorder);
    losses.push((await value.data())[0]!);
    value.dispose();
  }
  const trained = await Promise.all(
    [...weights.values()].map(async (w) => Float32Array.from(await w.data())),
  );
  tf.dispose([...weights.values()]);
  adam.dispose();
  return { losses, weights: trained };
}
