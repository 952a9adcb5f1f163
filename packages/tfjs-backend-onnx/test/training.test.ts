import { Adam, valueAndVariableGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test, vi } from 'vitest';
import { onnxBackend } from '../src/index.ts';
import { array, largestDifference } from './compare.ts';
import { createWeights, loss, type Weights } from './vgg-net.ts';

const images = (seed: number) => array([2, 24, 20, 3], seed) as tf.Tensor4D;

function step(weights: Weights, adam: Adam, seed: number): tf.Scalar {
  return tf.tidy(() => {
    const x = images(seed);
    const { value, gradients } = valueAndVariableGradients(() => loss(weights, x), weights);
    adam.apply(weights, gradients);
    return value;
  });
}

async function train(
  backend: string,
  steps: number,
): Promise<{ losses: number[]; weights: Float32Array[] }> {
  await tf.setBackend(backend);
  const weights = createWeights();
  const adam = new Adam({ learningRate: 1e-3 });
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    const value = step(weights, adam, i + 1);
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

vi.setConfig({ testTimeout: 60_000 }); // machines under load

describe('training with a gradient penalty', () => {
  test('follows tfjs cpu', async () => {
    const onnx = await train('onnx', 3);
    const cpu = await train('cpu', 3);
    expect(largestDifference(onnx.losses, cpu.losses)).toBeLessThan(1e-4);
    cpu.weights.forEach((expected, i) => {
      expect(largestDifference([...onnx.weights[i]!], [...expected])).toBeLessThan(1e-4);
    });
  });

  test('gives the same bits when it is repeated', async () => {
    const first = await train('onnx', 4);
    const second = await train('onnx', 4);
    expect(second).toEqual(first);
  });

  test('compiles one session and keeps memory flat', async () => {
    await tf.setBackend('onnx');
    const weights = createWeights();
    const adam = new Adam({ learningRate: 1e-3 });
    const run = async (seed: number) => {
      const value = step(weights, adam, seed);
      await value.data();
      value.dispose();
    };
    for (let i = 0; i < 3; i++) await run(i + 1);
    const before = { ...onnxBackend().stats(), tensors: tf.memory().numTensors };
    for (let i = 0; i < 200; i++) await run(i + 1);
    const after = { ...onnxBackend().stats(), tensors: tf.memory().numTensors };
    expect(after.compilations).toBe(before.compilations);
    expect(after.runs).toBe(before.runs + 200);
    expect(after.tensorBytes).toBe(before.tensorBytes);
    expect(after.tensors).toBe(before.tensors);
    expect(after.fallbacks).toBe(before.fallbacks);
    tf.dispose([...weights.values()]);
    adam.dispose();
  });

  test('continues with the same bits after every variable was uploaded again', async () => {
    await tf.setBackend('onnx');
    const results: number[][] = [];
    for (const isReloaded of [false, true]) {
      const weights = createWeights();
      const adam = new Adam({ learningRate: 1e-3 });
      const losses: number[] = [];
      for (let i = 0; i < 4; i++) {
        const value = step(weights, adam, i + 1);
        losses.push((await value.data())[0]!);
        value.dispose();
        if (!isReloaded) continue;
        for (const w of weights.values()) {
          const copy = tf.tensor(Float32Array.from(await w.data()), w.shape);
          w.assign(copy);
          copy.dispose();
        }
      }
      results.push(losses);
      tf.dispose([...weights.values()]);
      adam.dispose();
    }
    expect(results[1]).toEqual(results[0]);
  });
});
