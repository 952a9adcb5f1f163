import { memoryImageSet } from '@mammo/mammo-io';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { fieldOf } from '../src/heatmap.ts';
import {
  type CadHeatmap,
  cadOptions,
  createCadModel,
  drawHeatmap,
  heatmaps,
  score,
} from '../src/index.ts';
import { squares, TINY } from './tiny.ts';

/** Every weight is positive: an element grows with each pixel that it depends on, so long as that pixel is bright. */
function positiveModel(vggModules: number, size: { height: number; width: number }) {
  const options = cadOptions('small', { ...size, vggModules, channelMultiplier: 1 / 16 });
  const model = createCadModel(options, { seed: 1 });
  for (const variable of model.parameters.values()) {
    const positive = tf.tidy(() => tf.add(tf.mul(tf.abs(variable), 0.1), 0.01));
    variable.assign(positive);
    positive.dispose();
  }
  return model;
}

describe.each([
  { vggModules: 2, height: 11, width: 14, size: 11 },
  { vggModules: 3, height: 24, width: 29, size: 20 },
  { vggModules: 6, height: 61, width: 48, size: 42 },
  { vggModules: 8, height: 52, width: 49, size: 50 },
])('receptive field of $vggModules modules on $height×$width', (shape) => {
  test('is exactly the elements that change with a pixel', async () => {
    const { vggModules, height, width } = shape;
    const model = positiveModel(vggModules, { height, width });
    expect(model.field.size).toBe(model.receptiveField);
    const base = tf.zeros([1, height, width, 3]) as tf.Tensor4D;
    const before = model.featureMap(base);
    const [, rows, columns] = before.shape;
    const at = await before.data();
    const channels = before.shape[3];
    const probes: [number, number][] = [
      [0, 0],
      [0, width - 1],
      [height - 1, 0],
      [height - 1, width - 1],
      [Math.floor(height / 2), Math.floor(width / 2)],
      [Math.floor(height / 2) + 1, Math.floor(width / 2) - 1],
      [Math.floor(height / 3), Math.floor((2 * width) / 3)],
    ];
    for (const [y, x] of probes) {
      const values = new Float32Array(height * width * 3);
      values.fill(1e4, 3 * (y * width + x), 3 * (y * width + x) + 3);
      const map = model.featureMap(tf.tensor4d(values, [1, height, width, 3]));
      const after = await map.data();
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const { top, left, bottom, right } = fieldOf(
            model.field,
            { row, column },
            { height, width },
          );
          const isInside = y >= top && y <= bottom && x >= left && x <= right;
          const place = (row * columns + column) * channels;
          expect(after[place] !== at[place], `pixel ${y},${x} in element ${row},${column}`).toBe(
            isInside,
          );
        }
      }
    }
    model.dispose();
  });
});

test("the paper's network: 406 pixels every 64, the first 155 pixels outside of the image", () => {
  const paper = cadOptions('paper-high');
  const fields: number[] = [];
  for (const vggModules of [2, 3, 6, 21]) {
    const tiny = createCadModel(
      { ...paper, height: 96, width: 96, vggModules, channelMultiplier: 1 / 64 },
      { seed: 1 },
    );
    fields.push(tiny.field.size);
    if (vggModules === 21) expect(tiny.field).toEqual({ size: 406, stride: 64, offset: -155 });
    tiny.dispose();
  }
  expect(fields).toEqual([11, 20, 42, 406]);
});

test('evidence is the first-order gain of the margin, and its peak the greatest', async () => {
  const model = createCadModel(TINY, { seed: 5, initialiser: 'he' });
  const set = squares(3, 1);
  const { numTensors } = tf.memory();
  const found = await heatmaps(model, set, { batch: 2 });
  expect(tf.memory().numTensors).toBe(numTensors);
  const { logits } = await score(model, set);
  expect(found).toHaveLength(3);
  for (const [i, { height, width, evidence, margin, peak }] of found.entries()) {
    expect([height, width]).toEqual([3, 2]);
    expect(margin).toBeCloseTo(logits[2 * i]! - logits[2 * i + 1]!, 4);
    expect(peak.evidence).toBe(Math.max(...evidence));
    expect(evidence[peak.row * width + peak.column]).toBe(peak.evidence);
  }
  model.dispose();
});

test('evidence agrees with central differences of the pooled vector', async () => {
  const model = createCadModel(TINY, { seed: 5, initialiser: 'he' });
  const set = squares(1, 1);
  const [heat] = (await heatmaps(model, set)) as [CadHeatmap];
  const grey = tf.tensor4d(
    Float32Array.from(await set.pixels(0), (level) => level / 65535),
    [1, TINY.height, TINY.width, 1],
  );
  const { imagenetNormalise } = await import('@mammo/mammo-io/tensors');
  const map = model.featureMap(imagenetNormalise(grey));
  const [values, pooled] = [await map.data(), await tf.max(map, [1, 2]).data()];
  const marginAt = async (step: number, direction: Float32Array) => {
    const moved = Float32Array.from(pooled, (v, c) => v + step * direction[c]!);
    const [z0 = 0, z1 = 0] = await model.pooledLogits(tf.tensor2d(moved, [1, moved.length])).data();
    return z0 - z1;
  };
  const channels = pooled.length;
  for (const [place, evidence] of heat.evidence.entries()) {
    const direction = Float32Array.from(values.slice(place * channels, (place + 1) * channels));
    const step = 1e-2;
    const slope =
      ((await marginAt(step, direction)) - (await marginAt(-step, direction))) / (2 * step);
    expect(Math.abs(slope - evidence)).toBeLessThan(1e-3 + 0.02 * Math.abs(evidence));
  }
  model.dispose();
});

const plain: CadHeatmap = {
  height: 1,
  width: 2,
  evidence: Float32Array.of(-1, 2),
  margin: 1,
  peak: { row: 0, column: 1, evidence: 2, field: { top: 0, left: 1, bottom: 1, right: 3 } },
  field: { size: 3, stride: 2, offset: -1 },
};

test('the picture: grey where all is against cancer, orange at the peak, framed', () => {
  const image = { pixels: new Uint16Array(8).fill(257 * 100), height: 2, width: 4 };
  const { pixels, height, width, channels } = drawHeatmap(image, plain, { scale: 2, opacity: 0.5 });
  expect([height, width, channels]).toEqual([4, 8, 3]);
  const colourAt = (y: number, x: number) =>
    Array.from(pixels.slice(3 * (y * width + x), 3 * (y * width + x) + 3));
  expect(colourAt(0, 0)).toEqual([100, 100, 100]);
  expect(colourAt(0, 2)).toEqual([0, 220, 255]); // the frame's corner
  expect(colourAt(3, 7)).toEqual([0, 220, 255]);
  // elements lie at pixels 0 and 2; half a pixel is a quarter of the way, and beyond 2 it is level
  expect(colourAt(1, 6)).toEqual([178, 110, 50]);
  const unframed = drawHeatmap(image, { ...plain, peak: { ...plain.peak, evidence: -1 } });
  expect(new Set(unframed.pixels)).toEqual(new Set([100]));
});

test('refuses pixels that do not fill the size, and options out of range', async () => {
  const image = { pixels: new Uint16Array(8), height: 2, width: 4 };
  expect(() => drawHeatmap({ ...image, height: 3 }, plain)).toThrow(
    new RangeError('drawHeatmap: pixels must be 3 × 4 grey levels, got 8'),
  );
  expect(() => drawHeatmap(image, plain, { scale: 0 })).toThrow(
    new RangeError('drawHeatmap: scale must be an integer in 1..64, got 0'),
  );
  expect(() => drawHeatmap(image, plain, { opacity: 2 })).toThrow(
    new RangeError('drawHeatmap: opacity must lie in [0, 1], got 2'),
  );
  expect(() => drawHeatmap(image, plain, { strongest: -1 })).toThrow(
    new RangeError('drawHeatmap: strongest must be finite and not negative, got -1'),
  );
  const model = createCadModel(TINY, { seed: 1 });
  await expect(heatmaps(model, squares(1, 1), { batch: 0 })).rejects.toThrow(
    new RangeError('heatmaps: batch must be a positive integer, got 0'),
  );
  const other = memoryImageSet({
    height: 1,
    width: 1,
    images: squares(1, 1).images,
    pixels: [new Uint16Array(1)],
  });
  await expect(heatmaps(model, other)).rejects.toThrow(
    new RangeError('features: images must have shape [batch, 16, 12, 3], got [1,1,1,3]'),
  );
  model.dispose();
});
