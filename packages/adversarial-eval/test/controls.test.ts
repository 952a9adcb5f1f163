import { randomStream } from '@mammo/reader-study-stats';
import { describe, expect, it } from 'vitest';
import { blurToMatch, noiseToMatch } from '../src/controls.ts';
import { nmseSums } from '../src/nmse.ts';

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
  it.each(['blur', 'noise'] as const)('%s reaches the Loss_gen1 asked for', (kind) => {
    for (const nmse of [1e-5, 0.0005, 0.003]) {
      const control =
        kind === 'blur'
          ? blurToMatch(images, { ...options, nmse })
          : noiseToMatch(images, { ...options, nmse, seed: 4 });
      expect(control).toMatchObject({ kind, status: 'matched' });
      expect(Math.abs(control.nmse / nmse - 1)).toBeLessThan(0.005);
      let [error, norm] = [0, 0];
      images.forEach((image, i) => {
        const sums = nmseSums(image, control.images[i]!, 65535);
        error += sums.squaredError;
        norm += sums.squaredNorm;
      });
      expect(error / norm).toBeCloseTo(control.nmse, 12);
    }
  });

  it('noise stays inside the breast and the range, and is a function of the seed', () => {
    const control = noiseToMatch(images, { ...options, nmse: 0.05, seed: 4 });
    control.images.forEach((noisy, i) => {
      noisy.forEach((value, at) => {
        if (images[i]![at] === 0) expect(value).toBe(0);
        if (value < 0 || value > 65535) expect.fail(`${value} is out of range`);
      });
    });
    const again = (seed: number) => noiseToMatch(images, { ...options, nmse: 0.05, seed });
    expect(again(4)).toEqual(control);
    expect(again(5).images[0]).not.toEqual(control.images[0]);
  });

  it('what no blur can do is a status', () => {
    const control = blurToMatch(images, { ...options, nmse: 2 });
    expect(control).toMatchObject({ status: 'unreachable', sigma: 48 });
    expect(control.nmse).toBeLessThan(2);
    const black = [new Uint16Array(height * width)];
    expect(noiseToMatch(black, { ...options, seed: 1 })).toMatchObject({
      status: 'unreachable',
      nmse: 0,
    });
  });

  it('refuses impossible targets', () => {
    expect(() => blurToMatch([], options)).toThrow('blurToMatch: there must be an image, got none');
    expect(() => blurToMatch(images, { ...options, nmse: 0 })).toThrow(
      'nmse must be positive and finite, got 0',
    );
    expect(() => noiseToMatch(images, { ...options, seed: 1, tolerance: 2 })).toThrow(
      'tolerance must lie between 0 and 1, got 2',
    );
    expect(() => blurToMatch([new Uint8Array(3)], options)).toThrow(
      'images must have 48x40 = 1920 pixels, got 3',
    );
    const constant = [new Float64Array(height * width).fill(0.485)];
    expect(() => blurToMatch(constant, { ...options, maximum: 1 })).toThrow(
      'must not be constant at 0.485 of maximum',
    );
  });
});
