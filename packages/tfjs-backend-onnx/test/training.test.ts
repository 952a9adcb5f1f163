import { Adam } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test, vi } from 'vitest';
import { onnxBackend } from '../src/index.ts';
import { largestDifference } from './compare.ts';
import { step, train } from './train.ts';
import { createWeights } from './vgg-net.ts';

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
    const weights = createWeights(5); // a structure that no test before has compiled
    const adam = new Adam({ learningRate: 1e-5 }); // in the first step as it is, and group normalisation's epsilon
    const run = async (seed: number) => {
      const value = step(weights, adam, seed);
      await value.data();
      value.dispose();
    };
    const { compilations } = onnxBackend().stats();
    for (let i = 0; i < 3; i++) await run(i + 1);
    expect(onnxBackend().stats().compilations).toBe(compilations + 1);
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
