import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';
import { AUTOMATIC } from '../src/engine.ts';
import { chooseEngine, EngineError, type EngineName } from '../src/index.ts';
import { restoreRemovedUtilities } from '../src/removed-utilities.ts';

const isInstalled = (name: string): Promise<boolean> =>
  import(name).then(
    () => true,
    () => false,
  );
const tensorflow = await isInstalled('@tensorflow/tfjs-node');

afterAll(async () => {
  await tf.setBackend('cpu');
});

/** The gradient of Σ conv(x, w)² by its filter, which every training needs. */
async function filterGradient(): Promise<number[]> {
  const x = tf.tensor4d(
    Array.from({ length: 2 * 7 * 6 * 2 }, (_, i) => ((i * 37) % 11) - 5),
    [2, 7, 6, 2],
  );
  const w = tf.tensor4d(
    Array.from({ length: 18 }, (_, i) => ((i * 5) % 7) - 3),
    [3, 3, 2, 1],
  );
  const attributes = { strides: 2, pad: 'same', dataFormat: 'NHWC', dimRoundingMode: undefined };
  const dy = tf.mul(tf.conv2d(x, w, 2, 'same'), 2);
  const gradient = tf.engine().runKernel(tf.Conv2DBackpropFilter, { x, dy }, {
    ...attributes,
    filterShape: w.shape,
  } as unknown as tf.NamedAttrMap) as tf.Tensor;
  return Array.from(await gradient.data());
}

describe('chooseEngine', () => {
  test.each<EngineName>(['cpu', 'wasm', 'onnx', ...(tensorflow ? (['tensorflow'] as const) : [])])(
    '%s starts by name, and trains',
    async (engine) => {
      await tf.setBackend('cpu');
      const expected = await filterGradient();
      const chosen = await chooseEngine(engine, { threads: 1 });
      expect(chosen).toEqual({
        engine,
        backend: engine,
        absent: [],
        message: `engine ${engine}, as asked for`,
      });
      expect(tf.getBackend()).toBe(engine);
      const actual = await filterGradient();
      for (const [i, value] of actual.entries()) expect(value).toBeCloseTo(expected[i]!, 3);
    },
  );

  test(`auto takes the first that is here, and says how to have a better one (tensorflow ${tensorflow ? 'is here' : 'is not here'})`, async () => {
    const { engine, absent, message } = await chooseEngine();
    const tried = AUTOMATIC.slice(0, AUTOMATIC.indexOf(engine));
    expect(absent.map((one) => one.engine)).toEqual(tried);
    expect(message).toContain(
      `engine ${engine}, the first that is here\ntensorflow-gpu cannot be used here: `,
    );
    for (const { reason, install } of absent) {
      expect(reason).not.toBe('');
      expect(message).toContain(`to have it: ${install}`);
    }
    expect(AUTOMATIC.slice(0, AUTOMATIC.indexOf('onnx') + 1)).toContain(engine);
  });

  test('an engine that is not installed is an error that says what to type, and changes nothing', async () => {
    await chooseEngine('cpu');
    const hasGpu = () => 'gpu' in (globalThis.navigator ?? {});
    const hadGpu = hasGpu();
    await expect(chooseEngine('tensorflow-gpu')).rejects.toThrow(EngineError);
    await expect(chooseEngine('tensorflow-gpu')).rejects.toThrow(
      tensorflow
        ? 'tensorflow-gpu cannot be used here: TensorFlow sees no CUDA device'
        : 'tensorflow-gpu cannot be used here: @tensorflow/tfjs-node-gpu is not installed\n  to have it: npm install',
    );
    expect(tf.getBackend()).toBe('cpu');
    expect(hasGpu()).toBe(hadGpu);
  });

  test('refuses names and thread counts that mean nothing', async () => {
    await expect(chooseEngine('gpu' as 'cpu')).rejects.toThrow(
      'chooseEngine: engine must be one of tensorflow-gpu, onnx-cuda, tensorflow, webgpu, onnx-webgpu, onnx, wasm, cpu or auto, got gpu',
    );
    await expect(chooseEngine('cpu', { threads: 0 })).rejects.toThrow(
      'chooseEngine: threads must be a positive integer, got 0',
    );
  });
});

test('functions that Node 23 removed are put back, others are left alone', () => {
  const isArray = () => 'own';
  const utilities = { isArray };
  restoreRemovedUtilities(utilities);
  const { isNullOrUndefined } = utilities as unknown as {
    isNullOrUndefined(value: unknown): boolean;
  };
  expect([null, undefined, 0, ''].map(isNullOrUndefined)).toEqual([true, true, false, false]);
  expect(utilities.isArray).toBe(isArray);
});
