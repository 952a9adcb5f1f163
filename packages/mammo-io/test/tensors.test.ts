import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { describe, expect, test } from 'vitest';
import { FLIP_ONLY } from '../src/augmentation.ts';
import type { CaseImage } from '../src/case-image.ts';
import { memoryImageSet } from '../src/image-set.ts';
import { randomStream } from '../src/random.ts';
import {
  denormaliseChannel0,
  imagenetNormalise,
  loadBatch,
  normaliseChannel0,
  tensorBatches,
} from '../src/tensors.ts';

const images: CaseImage[] = ['a', 'b'].map((imageId) => ({
  imageId,
  patientId: imageId,
  laterality: 'R',
  view: 'MLO',
  label: 'positive',
}));
const set = memoryImageSet({
  height: 2,
  width: 1,
  images,
  pixels: [Uint16Array.of(0, 65535), Uint16Array.of(13107, 26214)],
});

function rounded(values: ArrayLike<number>): number[] {
  return Array.from(values, (value) => Math.round(value * 1e5) / 1e5);
}

describe('loadBatch', () => {
  test('returns grey levels of [0, 1] in the order of the indices', async () => {
    const batch = await loadBatch(set, [1, 0, 1]);
    expect(batch.shape).toEqual([3, 2, 1, 1]);
    expect(batch.dtype).toBe('float32');
    expect(rounded(await batch.data())).toEqual([0.2, 0.4, 0, 1, 0.2, 0.4]);
  });

  test('augments each image by its own draw, the same for the same stream', async () => {
    const indices = [0, 0, 0, 0, 0, 0, 0, 0];
    const load = async () => {
      const random = randomStream(1, 'augmentation');
      return rounded(
        await (await loadBatch(set, indices, { augmentation: FLIP_ONLY, random })).data(),
      );
    };
    const first = await load();
    const tops = first.filter((_, i) => i % 2 === 0);
    expect(new Set(tops)).toEqual(new Set([0, 1]));
    expect(await load()).toEqual(first);
  });

  test('rejects an empty batch, a foreign index and an augmentation without numbers', async () => {
    await expect(loadBatch(set, [])).rejects.toThrow('loadBatch: needs at least one index, got 0');
    await expect(loadBatch(set, [2])).rejects.toThrow('pixels: index must lie in [0, 2), got 2');
    await expect(loadBatch(set, [0], { augmentation: FLIP_ONLY })).rejects.toThrow(
      'loadBatch: augmentation needs the option random, got undefined',
    );
  });
});

describe('imagenetNormalise', () => {
  test('has three channels by hand', async () => {
    const normalised = imagenetNormalise(tf.tensor4d([0, 1], [1, 1, 2, 1]));
    expect(normalised.shape).toEqual([1, 1, 2, 3]);
    expect(rounded(await normalised.data())).toEqual([
      -2.1179, -2.03571, -1.80444, 2.24891, 2.42857, 2.64,
    ]);
  });

  test('has the gradient Σ 1/sd', async () => {
    const gradient = tf.grad((x) => tf.sum(imagenetNormalise(x as tf.Tensor4D)))(
      tf.zeros([1, 1, 2, 1]),
    );
    const expected = 1 / 0.229 + 1 / 0.224 + 1 / 0.225;
    expect(rounded(await gradient.data())).toEqual(rounded([expected, expected]));
  });
});

describe('normaliseChannel0', () => {
  test('is the first channel of imagenetNormalise', async () => {
    const grey = tf.tensor4d([0, 0.25, 1], [1, 3, 1, 1]);
    const all = rounded(await imagenetNormalise(grey).data());
    const first = rounded(await normaliseChannel0(grey).data());
    expect(first).toEqual(all.filter((_, i) => i % 3 === 0));
  });

  test('is undone by denormaliseChannel0', async () => {
    const grey = tf.tensor4d([0, 0.25, 1], [1, 3, 1, 1]);
    expect(rounded(await denormaliseChannel0(normaliseChannel0(grey)).data())).toEqual([
      0, 0.25, 1,
    ]);
  });
});

describe('tensorBatches', () => {
  const item = (grey: number, width = 2) => ({
    image: { pixels: new Uint16Array(2 * width).fill(grey), height: 2, width },
    name: `grey ${grey}`,
  });

  test('gathers a stream and asks for no more than the batch', async () => {
    let asked = 0;
    function* stream() {
      for (const grey of [0, 65535, 13107]) {
        asked++;
        yield item(grey);
      }
    }
    const shapes: unknown[] = [];
    for await (const { images, items } of tensorBatches(stream(), { batchSize: 2 })) {
      shapes.push([images.shape, [...(await images.data())], items.map(({ name }) => name), asked]);
      tf.dispose(images);
    }
    expect(shapes).toEqual([
      [[2, 2, 2, 1], [0, 0, 0, 0, 1, 1, 1, 1], ['grey 0', 'grey 65535'], 2],
      [[1, 2, 2, 1], new Array(4).fill(Math.fround(0.2)), ['grey 13107'], 3],
    ]);
  });

  test('names wrong arguments', async () => {
    const first = (items: ReturnType<typeof item>[], batchSize: number) =>
      tensorBatches(items, { batchSize }).next();
    await expect(first([item(0)], 0)).rejects.toThrow(
      'tensorBatches: batchSize must be a positive integer, got 0',
    );
    await expect(first([item(0), item(0, 3)], 2)).rejects.toThrow(
      'tensorBatches: images must be 2 x 2, got 2 x 3',
    );
  });
});
