import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { applyGenerator, createGenerator, type FakeImage, type Generator } from '../src/index.ts';
import { tinySet } from './tiny-scene.ts';

const brighter = (output: 'delta' | 'image' = 'delta'): Generator => {
  const options = { height: 8, width: 8, levels: 1, channelMultiplier: 1 / 16 };
  const generator = createGenerator({ ...options, normalisation: 'group', output }, { seed: 1 });
  generator.parameters.get('last.bias')?.assign(tf.tensor1d([0.1]));
  return generator;
};

const all = async (fakes: AsyncGenerator<FakeImage>): Promise<FakeImage[]> => {
  const list: FakeImage[] = [];
  for await (const fake of fakes) list.push(fake);
  return list;
};

describe('applyGenerator', () => {
  test('makes 16-bit fakes of all images, marked synthetic, whatever the batch', async () => {
    const generator = brighter();
    const set = tinySet(5, 1);
    const fakes = await all(applyGenerator(generator, set, { batch: 2 }));
    expect(fakes.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    expect(fakes.every(({ synthetic }) => synthetic)).toBe(true);
    expect(fakes[3]?.source).toBe(set.images[3]);
    const source = await set.pixels(3);
    const expected = Math.round((Math.fround((source[0] as number) / 65535) + 0.1) * 65535);
    expect(Math.abs((fakes[3]?.pixels[0] as number) - expected)).toBeLessThanOrEqual(1);
    const one = await all(applyGenerator(generator, set, { batch: 5 }));
    expect(one).toEqual(fakes);
    generator.dispose();
  });

  test('air stays 0 under a delta, unless asked otherwise', async () => {
    const generator = brighter();
    const set = tinySet(1, 1);
    const air = 63; // the last row is air
    const [kept] = await all(applyGenerator(generator, set));
    const [changed] = await all(applyGenerator(generator, set, { keepBackground: false }));
    expect(kept?.pixels[air]).toBe(0);
    expect(changed?.pixels[air]).toBe(Math.round(0.1 * 65535));
    generator.dispose();
  });

  test('air is not touched up under a whole image, unless asked', async () => {
    const generator = brighter('image');
    const set = tinySet(1, 1);
    const [whole] = await all(applyGenerator(generator, set));
    const [kept] = await all(applyGenerator(generator, set, { keepBackground: true }));
    expect(whole?.pixels[63]).toBeGreaterThan(0);
    expect(kept?.pixels[63]).toBe(0);
    generator.dispose();
  });

  test('makes chosen images in the given order', async () => {
    const generator = brighter();
    const fakes = await all(applyGenerator(generator, tinySet(5, 1), { indices: [4, 0] }));
    expect(fakes.map(({ index }) => index)).toEqual([4, 0]);
    generator.dispose();
  });

  test('ends between batches when aborted', async () => {
    const generator = brighter();
    const abort = new AbortController();
    const fakes = applyGenerator(generator, tinySet(4, 1), { batch: 1, signal: abort.signal });
    expect((await fakes.next()).value?.index).toBe(0);
    abort.abort(new Error('enough'));
    await expect(fakes.next()).rejects.toThrow('enough');
    generator.dispose();
  });

  test('refuses what does not fit', async () => {
    const generator = brighter();
    const set = tinySet(2, 1);
    const first = (changes: object, images = set) =>
      applyGenerator(generator, images, changes).next();
    await expect(first({ batch: 0 })).rejects.toThrow(
      new RangeError('applyGenerator: batch must be a positive integer, got 0'),
    );
    await expect(first({ indices: [0, 2] })).rejects.toThrow(
      new RangeError('applyGenerator: indices must lie in [0, 2), got 2'),
    );
    await expect(first({}, { ...set, width: 4 })).rejects.toThrow(
      new RangeError("applyGenerator: images must be 8×8 as the generator's, got 8×4"),
    );
    generator.dispose();
  });
});
