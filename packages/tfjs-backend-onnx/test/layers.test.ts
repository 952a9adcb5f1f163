import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { onnxBackend } from '../src/index.ts';
import { array, largestDifference } from './compare.ts';

const seeded = (seed: number) => layers.initializers.glorotUniform({ seed });

/** MobileNet's blocks in small: convolution, batch normalisation, ReLU6, depthwise and pointwise convolution. */
function mobileNet(): layers.LayersModel {
  const input = layers.input({ shape: [16, 12, 3] });
  const block = (x: layers.SymbolicTensor, layer: layers.layers.Layer, name: string) => {
    const normalised = layers.layers.batchNormalization({ name: `${name}_norm` });
    const activated = layers.layers.reLU({ maxValue: 6, name: `${name}_relu` });
    return activated.apply(normalised.apply(layer.apply(x))) as layers.SymbolicTensor;
  };
  const bare = { useBias: false, padding: 'same' } as const;
  const stem = layers.layers.conv2d({
    ...bare,
    filters: 8,
    kernelSize: 3,
    strides: 2,
    kernelInitializer: seeded(1),
    name: 'stem',
  });
  const depthwise = layers.layers.depthwiseConv2d({
    ...bare,
    kernelSize: 3,
    depthwiseInitializer: seeded(2),
    name: 'depthwise',
  });
  const pointwise = layers.layers.conv2d({
    ...bare,
    filters: 16,
    kernelSize: 1,
    kernelInitializer: seeded(3),
    name: 'pointwise',
  });
  const features = block(block(block(input, stem, 'a'), depthwise, 'b'), pointwise, 'c');
  const pooled = layers.layers.globalAveragePooling2d({}).apply(features);
  const output = layers.layers
    .dense({ units: 2, activation: 'softmax', kernelInitializer: seeded(4), name: 'head' })
    .apply(pooled) as layers.SymbolicTensor;
  return layers.model({ inputs: input, outputs: output });
}

const images = () => array([12, 16, 12, 3], 5);
const classes = () => tf.oneHot(tf.tensor1d([0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 1, 0], 'int32'), 2);

async function fitted(
  backend: 'cpu' | 'onnx',
): Promise<{ model: layers.LayersModel; losses: number[] }> {
  await tf.setBackend(backend);
  const model = mobileNet();
  model.compile({
    optimizer: tf.train.adam(0.01),
    loss: 'categoricalCrossentropy',
    metrics: ['accuracy'],
  });
  const [x, y] = [images(), classes()];
  const history = await model.fit(x, y, { epochs: 4, batchSize: 4, shuffle: false, verbose: 0 });
  tf.dispose([x, y]);
  return { model, losses: history.history.loss as number[] };
}

async function predicted(model: layers.LayersModel): Promise<number[]> {
  const result = tf.tidy(() => model.predict(images()) as tf.Tensor);
  const values = Array.from(await result.data());
  result.dispose();
  return values;
}

function disposeModel(model: layers.LayersModel): void {
  model.dispose();
  model.optimizer?.dispose();
}

describe('tf.layers', () => {
  test('a MobileNet-like model fits and predicts as on tfjs cpu', async () => {
    const cpu = await fitted('cpu');
    const expected = await predicted(cpu.model);
    disposeModel(cpu.model);
    const onnx = await fitted('onnx');
    expect(largestDifference(onnx.losses, cpu.losses)).toBeLessThan(1e-3);
    expect(onnx.losses.at(-1)).toBeLessThan(onnx.losses[0]!);
    expect(largestDifference(await predicted(onnx.model), expected)).toBeLessThan(1e-3);
    disposeModel(onnx.model);
  });

  test('a model saved and loaded predicts the same bits', async () => {
    const { model } = await fitted('onnx');
    let artifacts: tf.io.ModelArtifacts | undefined;
    await model.save(
      tf.io.withSaveHandler(async (saved) => {
        artifacts = saved;
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
      }),
    );
    const before = await predicted(model);
    const loaded = await layers.loadLayersModel(tf.io.fromMemory(artifacts!));
    expect(await predicted(loaded)).toEqual(before);
    disposeModel(model);
    disposeModel(loaded);
  });

  test('training records every kernel', async () => {
    await tf.setBackend('onnx');
    const before = onnxBackend().stats().fallbacks;
    const { model } = await fitted('onnx');
    expect(onnxBackend().stats().fallbacks).toBe(before);
    disposeModel(model);
  });
});
