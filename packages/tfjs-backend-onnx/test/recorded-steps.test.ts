import { Adam, StepRecorder } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { onnxBackend, setOnnxOptions } from '../src/index.ts';
import { array } from './compare.ts';
import { step, train } from './train.ts';
import { createWeights } from './vgg-net.ts';

beforeEach(async () => {
  await tf.setBackend('onnx');
});

/** How often something repeats recorded steps. */
async function repeatsOf(work: () => Promise<unknown>): Promise<number> {
  const before = onnxBackend().stats().repeats;
  await work();
  return onnxBackend().stats().repeats - before;
}

describe('a recorded step', () => {
  test('runs again from the fourth time on, with the same bits', async () => {
    const plain = await train('onnx', 8);
    let repeated: typeof plain | undefined;
    const repeats = await repeatsOf(async () => {
      repeated = await train('onnx', 8, new StepRecorder());
    });
    expect(repeated).toEqual(plain);
    expect(repeats).toBe(5);
  });

  test('runs in the session of the step as it is, in flat memory', async () => {
    const weights = createWeights(6); // a structure that no test before has compiled
    const adam = new Adam({ learningRate: 1e-5 });
    const recorder = new StepRecorder();
    const run = async (seed: number) => {
      const value = step(weights, adam, seed, recorder);
      await value.data();
      value.dispose();
    };
    const { compilations } = onnxBackend().stats();
    for (let seed = 1; seed <= 5; seed++) await run(seed);
    expect(onnxBackend().stats().compilations).toBe(compilations + 1);
    const before = { ...onnxBackend().stats(), tensors: tf.memory().numTensors };
    for (let seed = 1; seed <= 50; seed++) await run(seed);
    const after = { ...onnxBackend().stats(), tensors: tf.memory().numTensors };
    expect(after.repeats - before.repeats).toBe(50);
    expect(after.tensorBytes).toBe(before.tensorBytes);
    expect(after.tensors).toBe(before.tensors);
    expect(after.sessions).toBe(before.sessions);
    tf.dispose([...weights.values()]);
    adam.dispose();
  });

  test('computes once what stays of filters that are not trained, and follows new ones', async () => {
    const filter = tf.variable(array([3, 3, 64, 64], 2)); // whose first value lives on beside it
    const recorder = new StepRecorder();
    const forward = (x: tf.Tensor4D) =>
      recorder.run({ structure: '', tensors: [x] }, () => [
        tf.conv2d(x, filter as unknown as tf.Tensor4D, 1, 'same'),
      ])[0];
    const check = async (seed: number) => {
      const x = array([1, 8, 6, 64], seed) as tf.Tensor4D;
      const found = forward(x);
      const expected = tf.conv2d(x, filter as unknown as tf.Tensor4D, 1, 'same');
      expect(await found.data()).toEqual(await expected.data());
      tf.dispose([x, found, expected]);
    };
    const unchanged = async () => {
      for (let seed = 1; seed <= 7; seed++) await check(seed);
    };
    expect(await repeatsOf(unchanged)).toBeGreaterThan(2);
    filter.assign(tf.tidy(() => tf.mul(filter, 2)));
    expect(await repeatsOf(unchanged)).toBeGreaterThan(2);
    filter.dispose();
  });

  test('that cannot be computed throws when it is read, and the next one works', async () => {
    const recorder = new StepRecorder();
    const pick = (place: number) => {
      const index = tf.tensor1d([place], 'int32');
      const [picked, others] = recorder.run({ structure: '', tensors: [index] }, () => [
        tf.gather(tf.tensor1d([1, 2, 3]), index),
        tf.mul(tf.cast(index, 'float32'), 2),
      ]);
      index.dispose();
      return { picked, others };
    };
    for (const place of [0, 1, 2, 7, 2]) {
      const { picked, others } = pick(place);
      if (place === 7) await expect(picked.data()).rejects.toThrow(/GatherV2 \[1\] failed/);
      else expect((await picked.data())[0]).toBe(place + 1);
      expect((await others.data())[0]).toBe(2 * place);
      tf.dispose([picked, others]);
    }
    expect(await repeatsOf(async () => tf.dispose(Object.values(pick(0))))).toBe(1);
  });

  test('that is computed in parts is not repeated', async () => {
    const recorder = new StepRecorder();
    setOnnxOptions({ maxRecordedOperations: 5 });
    try {
      const repeats = await repeatsOf(async () => {
        for (let i = 0; i < 6; i++) {
          const x = tf.tensor1d([i]);
          const [y] = recorder.run({ structure: '', tensors: [x] }, () => {
            let y = x;
            for (let power = 0; power < 12; power++) y = tf.sin(tf.add(y, power));
            return [y];
          });
          await y.data();
          tf.dispose([x, y]);
        }
      });
      expect(repeats).toBe(0);
    } finally {
      setOnnxOptions({ maxRecordedOperations: 20_000 });
    }
  });

  test('is recorded anew on another backend', async () => {
    const recorder = new StepRecorder();
    for (const backend of ['onnx', 'cpu', 'onnx']) {
      await tf.setBackend(backend);
      for (let i = 0; i < 4; i++) {
        const x = tf.tensor1d([i]);
        const [y] = recorder.run({ structure: '', tensors: [x] }, () => [tf.add(x, 1)]);
        expect((await y.data())[0]).toBe(i + 1);
        tf.dispose([x, y]);
      }
    }
  });
});
