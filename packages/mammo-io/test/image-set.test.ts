import { describe, expect, test } from 'vitest';
import type { CaseImage } from '../src/case-image.ts';
import { memoryImageSet, subset } from '../src/image-set.ts';

const images: CaseImage[] = ['a', 'b', 'c'].map((imageId) => ({
  imageId,
  patientId: imageId,
  laterality: 'L',
  view: 'CC',
  label: 'negative',
}));
const pixels = [0, 1, 2].map((value) => new Uint16Array(6).fill(value));
const masks = [0, 1, 0].map((value) => new Uint8Array(6).fill(value));
const set = memoryImageSet({ height: 2, width: 3, images, pixels, masks });

describe('memoryImageSet', () => {
  test('returns the arrays it was given', async () => {
    expect(await set.pixels(1)).toBe(pixels[1]);
    expect(await set.mask?.(2)).toBe(masks[2]);
  });

  test('has no masks where none were given', () => {
    expect(memoryImageSet({ height: 2, width: 3, images, pixels }).mask).toBeUndefined();
  });

  test('names counts and lengths that do not fit', () => {
    expect(() => memoryImageSet({ height: 2, width: 3, images, pixels: pixels.slice(1) })).toThrow(
      'memoryImageSet: pixels must hold one array for each of 3 images, got 2',
    );
    expect(() => memoryImageSet({ height: 2, width: 2, images, pixels })).toThrow(
      'memoryImageSet: pixels[0] must have 2 × 2 values, got 6',
    );
    const twice = images.map((image, i) => (i === 2 ? { ...image, imageId: 'a' } : image));
    expect(() => memoryImageSet({ height: 2, width: 3, images: twice, pixels })).toThrow(
      'memoryImageSet: each imageId must be that of one image, got "a" at 0 and 2',
    );
    expect(() => memoryImageSet({ height: 2, width: 3, images, pixels, masks: [] })).toThrow(
      'memoryImageSet: masks must hold one array for each of 3 images, got 0',
    );
  });

  test('rejects an index outside the set', async () => {
    await expect(set.pixels(3)).rejects.toThrow('pixels: index must lie in [0, 3), got 3');
    await expect(set.mask?.(-1)).rejects.toThrow('mask: index must lie in [0, 3), got -1');
  });
});

describe('subset', () => {
  test('renumbers the images in the order of the indices', async () => {
    const part = subset(set, [2, 1]);
    expect(part.images.map((image) => image.imageId)).toEqual(['c', 'b']);
    expect(await part.pixels(0)).toBe(pixels[2]);
    expect(await part.mask?.(1)).toBe(masks[1]);
    await expect(part.pixels(2)).rejects.toThrow('pixels: index must lie in [0, 2), got 2');
  });

  test('rejects an index outside the set', () => {
    expect(() => subset(set, [0, 3])).toThrow('subset: index must lie in [0, 3), got 3');
  });
});
