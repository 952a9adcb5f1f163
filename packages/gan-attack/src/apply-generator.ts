import type { CaseImage, ImageSet } from '@mammo/mammo-io';
import { loadBatch } from '@mammo/mammo-io/tensors';
import type * as tf from '@tensorflow/tfjs-core';
import type { GeneratorOutput } from './generator-options.ts';

/** Anything that makes fakes of grey images of one size: a `Generator`, a direction of a CycleGAN, or one of your own. */
export interface ImageGenerator {
  /** Size of the images that it takes and makes; a `Generator` has more beside it. */
  readonly options: {
    /** Rows. */
    readonly height: number;
    /** Columns. */
    readonly width: number;
    /** `'delta'` where it adds a change to its input. */
    readonly output?: GeneratorOutput;
  };
  /**
   * @param grey - [N, height, width, 1] in [0, 1]
   * @returns fakes of the same shape in [0, 1], owned by the caller
   */
  generate(grey: tf.Tensor4D): tf.Tensor4D;
}

/** How {@link applyGenerator} makes fakes. */
export interface ApplyGeneratorOptions {
  /** Which images of the set, in which order; by default all. */
  readonly indices?: readonly number[];
  /** Images made at once; by default 8. */
  readonly batch?: number;
  /**
   * Whether pixels that are 0 in the source, the air around the breast, stay 0. By default only where the generator
   * outputs a `'delta'`, whose faint traces in the air would give the fake away.
   */
  readonly keepBackground?: boolean;
  /** Ends the work between batches with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A fake mammogram. */
export interface FakeImage {
  /** Index of the source in the set. */
  readonly index: number;
  /** What is known of the source; its label is what the source is, not what the fake looks like. */
  readonly source: CaseImage;
  /** Full-scale grey levels, 0..65535, row-major. */
  readonly pixels: Uint16Array;
  /** Every fake is marked; keep the mark wherever it is stored. */
  readonly synthetic: true;
}

/**
 * Makes a fake of each image, one after the other, in 16-bit grey levels as they would be stored.
 *
 * @throws RangeError if the set's images are not of the generator's size, an index is not one of the set, or the
 *   batch is not a positive integer
 */
export async function* applyGenerator(
  generator: ImageGenerator,
  set: ImageSet,
  options: ApplyGeneratorOptions = {},
): AsyncGenerator<FakeImage, void, undefined> {
  const {
    indices = set.images.map((_, index) => index),
    batch = 8,
    keepBackground = generator.options.output === 'delta',
    signal,
  } = options;
  check(generator, set, indices, batch);
  for (let start = 0; start < indices.length; start += batch) {
    signal?.throwIfAborted();
    const some = indices.slice(start, start + batch);
    const grey = await generateGrey(generator, set, some);
    const size = set.height * set.width;
    for (const [position, index] of some.entries()) {
      const pixels = quantise(grey.subarray(position * size, (position + 1) * size));
      if (keepBackground) clearBackground(pixels, await set.pixels(index));
      yield { index, source: set.images[index] as CaseImage, pixels, synthetic: true };
    }
  }
}

async function generateGrey(
  generator: ImageGenerator,
  set: ImageSet,
  indices: readonly number[],
): Promise<Float32Array> {
  const source = await loadBatch(set, indices);
  const fake = generator.generate(source);
  source.dispose();
  try {
    return (await fake.data()) as Float32Array;
  } finally {
    fake.dispose();
  }
}

function quantise(grey: Float32Array): Uint16Array {
  const levels = new Uint16Array(grey.length);
  for (let i = 0; i < levels.length; i++) levels[i] = Math.round((grey[i] as number) * 65535);
  return levels;
}

function clearBackground(fake: Uint16Array, source: Uint16Array): void {
  for (let i = 0; i < fake.length; i++) if (source[i] === 0) fake[i] = 0;
}

function check(
  generator: ImageGenerator,
  set: ImageSet,
  indices: readonly number[],
  batch: number,
): void {
  const { height, width } = generator.options;
  if (set.height !== height || set.width !== width) {
    throw new RangeError(
      `applyGenerator: images must be ${height}×${width} as the generator's, got ${set.height}×${set.width}`,
    );
  }
  if (!Number.isSafeInteger(batch) || batch < 1) {
    throw new RangeError(`applyGenerator: batch must be a positive integer, got ${batch}`);
  }
  const wrong = indices.find((index) => set.images[index] === undefined);
  if (wrong !== undefined) {
    throw new RangeError(
      `applyGenerator: indices must lie in [0, ${set.images.length}), got ${wrong}`,
    );
  }
}
