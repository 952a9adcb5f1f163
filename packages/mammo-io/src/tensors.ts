import * as tf from '@tensorflow/tfjs-core';
import { type AugmentationOptions, applyAugmentation, drawAugmentation } from './augmentation.ts';
import type { ImageSet } from './image-set.ts';
import type { RandomStream } from './random.ts';
import type { GreyImage } from './resize.ts';

/**
 * The channel means of ImageNet, in [0, 1].
 *
 * @see https://pytorch.org/vision/stable/models.html, the normalisation of all its ImageNet weights
 */
export const IMAGENET_MEAN: readonly [number, number, number] = [0.485, 0.456, 0.406];

/** The channel standard deviations that belong to {@link IMAGENET_MEAN}. */
export const IMAGENET_STD: readonly [number, number, number] = [0.229, 0.224, 0.225];

/** How {@link loadBatch} changes what it loads. */
export interface LoadBatchOptions {
  /** Each image is augmented by its own draw; needs `random`. By default the images come as they are. */
  readonly augmentation?: AugmentationOptions;
  /** Where the draws come from, in the order of the indices. */
  readonly random?: RandomStream;
}

/**
 * Reads images of a set into one tensor.
 *
 * @param indices - which images, in the batch's order; may repeat
 * @returns grey levels in [0, 1], [N, height, width, 1] float32, owned by the caller
 * @throws TypeError if `augmentation` comes without `random`
 * @throws RangeError if there are no indices
 * @example
 * ```ts
 * const image = { imageId: 'i', patientId: 'P1', laterality: 'L', view: 'CC', label: 'negative' } as const;
 * const set = memoryImageSet({ height: 1, width: 2, images: [image], pixels: [Uint16Array.of(0, 65535)] });
 * const batch = await loadBatch(set, [0, 0]);
 * batch.shape; // => [2, 1, 2, 1]
 * batch.dispose();
 * ```
 */
export async function loadBatch(
  set: ImageSet,
  indices: readonly number[],
  options: LoadBatchOptions = {},
): Promise<tf.Tensor4D> {
  const { augmentation, random } = options;
  if (indices.length === 0) throw new RangeError('loadBatch: needs at least one index, got 0');
  if (augmentation !== undefined && random === undefined) {
    throw new TypeError('loadBatch: augmentation needs the option random, got undefined');
  }
  const size = set.height * set.width;
  const grey = new Float32Array(indices.length * size);
  const load = async (index: number, position: number): Promise<void> => {
    const draw = augmentation && random && drawAugmentation(augmentation, random);
    grey.set(applyAugmentation(await set.pixels(index), set, draw), position * size);
  };
  await Promise.all(indices.map(load)); // every draw is made before the first read is awaited
  return tf.tensor4d(grey, [indices.length, set.height, set.width, 1]);
}

/** Images that came together from a stream. */
export interface TensorBatch<Item> {
  /** Grey levels in [0, 1], [N, height, width, 1] float32, owned by the caller. */
  readonly images: tf.Tensor4D;
  /** What the images came with, in their order. */
  readonly items: readonly Item[];
}

/**
 * Gathers a stream of images into tensors, e.g. that of `preprocessFiles`: one batch is in memory at a time, and nothing is
 * asked of the stream before the batch is.
 *
 * @param stream - images of one size, full scale
 * @param options - `batchSize`: images of a batch; the last may have fewer
 * @throws RangeError if `batchSize` is not a positive integer, or an image has another size than the first of its batch
 * @example
 * ```ts
 * const items = [1, 2, 3].map((id) => ({ id, image: { pixels: new Uint16Array(4), height: 2, width: 2 } }));
 * const sizes: number[] = [];
 * for await (const batch of tensorBatches(items, { batchSize: 2 })) {
 *   sizes.push(batch.items.length);
 *   batch.images.dispose();
 * }
 * sizes; // => [2, 1]
 * ```
 */
export async function* tensorBatches<Item extends Readonly<Record<'image', GreyImage>>>(
  stream: AsyncIterable<Item> | Iterable<Item>,
  { batchSize }: { readonly batchSize: number },
): AsyncGenerator<TensorBatch<Item>, void, undefined> {
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`tensorBatches: batchSize must be a positive integer, got ${batchSize}`);
  }
  let items: Item[] = [];
  for await (const item of stream) {
    items.push(item);
    if (items.length < batchSize) continue;
    yield toBatch(items);
    items = [];
  }
  if (items.length > 0) yield toBatch(items);
}

function toBatch<Item extends { readonly image: GreyImage }>(
  items: readonly Item[],
): TensorBatch<Item> {
  const { height, width } = items[0]!.image;
  const grey = new Float32Array(items.length * height * width);
  for (const [position, { image }] of items.entries()) {
    if (image.height !== height || image.width !== width) {
      throw new RangeError(
        `tensorBatches: images must be ${height} x ${width}, got ${image.height} x ${image.width}`,
      );
    }
    const start = position * height * width;
    for (let i = 0; i < image.pixels.length; i++) grey[start + i] = image.pixels[i]! / 65535;
  }
  return { images: tf.tensor4d(grey, [items.length, height, width, 1]), items };
}

/**
 * Copies grey images to three channels and normalises these as ImageNet's: (grey − mean) / sd.
 *
 * @param grey - [N, H, W, 1] in [0, 1]
 * @returns [N, H, W, 3], differentiable, owned by the caller
 * @example
 * ```ts
 * tf.tidy(() => imagenetNormalise(tf.zeros([1, 8, 8, 1])).shape); // => [1, 8, 8, 3]
 * ```
 */
export function imagenetNormalise(grey: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() =>
    tf.div(tf.sub(grey, tf.tensor1d([...IMAGENET_MEAN])), tf.tensor1d([...IMAGENET_STD])),
  );
}

/**
 * The first channel of {@link imagenetNormalise} alone, [N, H, W, 1]: what the generators of the attack see.
 *
 * @example
 * ```ts
 * tf.tidy(() => normaliseChannel0(tf.fill([1, 1, 1, 1], 0.485)).arraySync()); // => [[[[0]]]]
 * ```
 */
export function normaliseChannel0(grey: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => tf.div(tf.sub(grey, IMAGENET_MEAN[0]), IMAGENET_STD[0]));
}

/**
 * The inverse of {@link normaliseChannel0}: grey levels in [0, 1] from normalised ones, not clipped.
 *
 * @example
 * ```ts
 * tf.tidy(() => denormaliseChannel0(tf.zeros([1, 1, 1, 1])).arraySync()[0]![0]![0]![0]!.toFixed(3)); // => '0.485'
 * ```
 */
export function denormaliseChannel0(normalised: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => tf.add(tf.mul(normalised, IMAGENET_STD[0]), IMAGENET_MEAN[0]));
}
