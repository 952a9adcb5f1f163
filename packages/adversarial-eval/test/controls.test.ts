import { randomStream } from '@mammo/reader-study-stats';
import { describe, expect, it } from 'vitest';
import { breastNoise } from '../src/controls/breast-noise.ts';
import { gaussianBlur } from '../src/controls/gaussian-blur.ts';
import { blurToMatch, noiseToMatch } from '../src/controls/match-control.ts';
import { nmseSums } from '../src/fidelity/nmse.ts';
import type { PixelArray } from '../src/fidelity/pixels.ts';
import { heapUsed } from './heap.ts';

const [height, width] = [48, 40];

/** Textured half discs on black, 16 bit. */
const images = [1, 2, 3].map((seed) => {
  const random = randomStream(seed, 'texture');
  return Uint16Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    const inside = ((y - height / 2) / 22) ** 2 + (x / 34) ** 2 < 1;
    return inside ? 20000 + 8000 * random.uniform() : 0;
  });
});
const options = { height, width, maximum: 65535, nmse: 0.003 };

describe('controls', () => {
  it.each(['blur', 'noise'] as const)('%s reaches the Loss_gen1 asked for', async (kind) => {
    for (const nmse of [1e-5, 0.0005, 0.003]) {
      const control =
        kind === 'blur'
          ? await blurToMatch(images, { ...options, nmse })
          : await noiseToMatch(images, { ...options, nmse, seed: 4 });
      expect(control).toMatchObject({ kind, status: 'matched', images: 3 });
      expect(Math.abs(control.nmse / nmse - 1)).toBeLessThan(0.005);
      let [error, norm] = [0, 0];
      images.forEach((image, index) => {
        const { sigma } = control;
        const degraded =
          kind === 'blur'
            ? gaussianBlur(image, { ...options, sigma })
            : breastNoise(image, { ...options, sigma, seed: 4, index });
        const sums = nmseSums(image, degraded, options);
        error += sums.squaredError;
        norm += sums.squaredNorm;
      });
      expect(error / norm).toBe(control.nmse);
    }
  });

  it('hold one image at a time', async () => {
    const geometry = { height: 256, width: 256, maximum: 65535 };
    let [most, passes] = [0, 0];
    const before = heapUsed();
    const source = {
      async *[Symbol.asyncIterator](): AsyncGenerator<PixelArray> {
        passes++;
        for (let seed = 0; seed < 60; seed++) {
          if (seed % 10 === 9) most = Math.max(most, heapUsed() - before);
          const row = randomStream(seed, 'rows').uniform();
          yield Float32Array.from({ length: 256 * 256 }, (_, i) => 40000 * ((i * row) % 1));
        }
      },
    };
    const control = await noiseToMatch(source, { ...geometry, nmse: 0.002, seed: 1 });
    expect(control).toMatchObject({ status: 'matched', images: 60 });
    expect(passes).toBeLessThan(6);
    expect(most).toBeLessThan(20 * 256 * 256 * 4);
  });

  it('noise stays inside the breast and the range, and is a function of seed and index', () => {
    const noise = (seed: number, index: number) =>
      breastNoise(images[0]!, { ...options, sigma: 0.2, seed, index });
    noise(4, 0).forEach((value, at) => {
      if (images[0]![at] === 0) expect(value).toBe(0);
      if (value < 0 || value > 65535) expect.fail(`${value} is out of range`);
    });
    expect(noise(4, 0)).toEqual(noise(4, 0));
    expect(noise(5, 0)).not.toEqual(noise(4, 0));
    expect(noise(4, 1)).not.toEqual(noise(4, 0));
    expect(() => breastNoise(images[0]!, { ...options, sigma: -1, seed: 1, index: 0 })).toThrow(
      'sigma must be finite and >= 0, got -1',
    );
  });

  it('what no blur can do is a status', async () => {
    const control = await blurToMatch(images, { ...options, nmse: 2 });
    expect(control).toMatchObject({ status: 'unreachable', sigma: 48 });
    expect(control.nmse).toBeLessThan(2);
    const black = [new Uint16Array(height * width)];
    expect(await noiseToMatch(black, { ...options, seed: 1 })).toMatchObject({
      status: 'unreachable',
      nmse: 0,
    });
  });

  it('refuse impossible targets and sources', async () => {
    const refuses = (run: Promise<unknown>, text: string) => expect(run).rejects.toThrow(text);
    await refuses(blurToMatch([], options), 'blurToMatch: there must be an image, got none');
    await refuses(
      blurToMatch(images, { ...options, nmse: 0 }),
      'nmse must be positive and finite, got 0',
    );
    await refuses(
      noiseToMatch(images, { ...options, seed: 1, tolerance: 2 }),
      'tolerance must lie between 0 and 1, got 2',
    );
    await refuses(
      blurToMatch([new Uint8Array(3)], options),
      'images must have 48x40 = 1920 pixels, got 3',
    );
    const constant = [new Float64Array(height * width).fill(0.485)];
    await refuses(
      blurToMatch(constant, { ...options, maximum: 1 }),
      'must not all be constant at 0.485 of the data range',
    );
    const once = (function* () {
      yield* images;
    })();
    await refuses(
      blurToMatch(once, options),
      'images must be readable more than once, got 3 images and then 0',
    );
  });
});
