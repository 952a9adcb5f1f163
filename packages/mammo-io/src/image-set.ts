import type { CaseImage } from './case-image.ts';
import type { ImageSize } from './image-size.ts';

/** Mammograms of one size, read one at a time: in memory, in a file, or from wherever `pixels` fetches them. */
export interface ImageSet extends ImageSize {
  /** What is known of each image; an image's index here is its index everywhere. */
  readonly images: readonly CaseImage[];
  /** The full-scale grey levels of an image, 0..65535, row-major. The caller must not change them. */
  pixels(index: number): Promise<Uint16Array>;
  /** 1 where the lesion of an image is visible, else 0, row-major. Absent where no masks are known. */
  mask?(index: number): Promise<Uint8Array>;
}

/** The arrays that become an {@link ImageSet} by {@link memoryImageSet}. */
export interface MemoryImages extends Pick<ImageSet, 'height' | 'width' | 'images'> {
  /** One array of height × width grey levels for each image. */
  readonly pixels: readonly Uint16Array[];
  /** One array of height × width zeros and ones for each image. */
  readonly masks?: readonly Uint8Array[];
}

/**
 * Returns arrays as an image set; the arrays are not copied.
 *
 * @throws RangeError if the counts of images, pixels and masks differ, an array is not height × width long, or two images
 *   have the same `imageId`
 * @example
 * ```ts
 * const image = { imageId: 'i', patientId: 'P1', laterality: 'L', view: 'CC', label: 'negative' } as const;
 * const set = memoryImageSet({ height: 1, width: 2, images: [image], pixels: [Uint16Array.of(0, 65535)] });
 * await set.pixels(0); // => Uint16Array.of(0, 65535)
 * ```
 */
export function memoryImageSet(source: MemoryImages): ImageSet {
  const { height, width, images, pixels, masks } = source;
  checkArrays('pixels', pixels, source);
  if (masks !== undefined) checkArrays('masks', masks, source);
  checkIds(images);
  return {
    height,
    width,
    images,
    pixels: async (index) => itemAt('pixels', pixels, index),
    ...(masks && { mask: async (index: number) => itemAt('mask', masks, index) }),
  };
}

/**
 * Returns the images of a set at the given indices, in that order; pixels are still read from the whole set.
 *
 * @throws RangeError if an index is not one of the set
 * @example
 * ```ts
 * subset(set, [2, 0]).images.map(({ imageId }) => imageId); // => ['i2', 'i0']
 * ```
 */
export function subset(set: ImageSet, indices: readonly number[]): ImageSet {
  const mask = set.mask?.bind(set);
  return {
    height: set.height,
    width: set.width,
    images: indices.map((index) => itemAt('subset', set.images, index)),
    pixels: async (index) => set.pixels(itemAt('pixels', indices, index)),
    ...(mask && { mask: async (index: number) => mask(itemAt('mask', indices, index)) }),
  };
}

function checkIds(images: readonly CaseImage[]): void {
  const places = new Map<string, number>();
  for (const [index, { imageId }] of images.entries()) {
    const first = places.get(imageId);
    if (first !== undefined) {
      throw new RangeError(
        `memoryImageSet: each imageId must be that of one image, got ${JSON.stringify(imageId)} at ${first} and ${index}`,
      );
    }
    places.set(imageId, index);
  }
}

function checkArrays(
  name: string,
  arrays: readonly ArrayLike<number>[],
  { height, width, images }: MemoryImages,
): void {
  if (arrays.length !== images.length) {
    throw new RangeError(
      `memoryImageSet: ${name} must hold one array for each of ${images.length} images, got ${arrays.length}`,
    );
  }
  const wrong = arrays.findIndex((array) => array.length !== height * width);
  if (wrong >= 0) {
    throw new RangeError(
      `memoryImageSet: ${name}[${wrong}] must have ${height} × ${width} values, got ${arrays[wrong]?.length}`,
    );
  }
}

function itemAt<T>(name: string, items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) {
    throw new RangeError(`${name}: index must lie in [0, ${items.length}), got ${index}`);
  }
  return item;
}
