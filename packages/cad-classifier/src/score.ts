import type { ImageSet } from '@mammo/mammo-io';
import { imagenetNormalise, loadBatch } from '@mammo/mammo-io/tensors';
import { softmax } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import type { CadModel } from './cad-model.ts';
import { checkPixels, inputWarnings, type PixelSummary, summarisePixels } from './input-check.ts';

/** What the model says of images, in their order. */
export interface CadScores {
  /** Two for each image, cancer first: z₀, z₁, z₀, z₁, … */
  readonly logits: Float32Array;
  /** p(cancer) of each image, the softmax of its logits. */
  readonly probabilities: Float32Array;
  /**
   * What to look at before the scores are used, each kind of oddity once with the number of images that have it: one value
   * everywhere, 12-bit values that were not scaled, white backgrounds.
   */
  readonly warnings: readonly string[];
}

/** How {@link score} runs. */
export interface ScoreOptions {
  /** Images at once; default 16. */
  readonly batch?: number;
  readonly onProgress?: (done: number, total: number) => void;
  /** Ends the work between batches with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Scores all images of a set. The next batch is read while the network works.
 *
 * @throws RangeError if the set's images are not of the model's size, or the batch is not a positive integer
 */
export async function score(
  model: CadModel,
  set: ImageSet,
  options: ScoreOptions = {},
): Promise<CadScores> {
  const { pixels, ...scores } = await scoreWithPixels(model, set, options);
  return { ...scores, warnings: inputWarnings(pixels) };
}

/** Scores images, and says of each what is known of its pixels. */
export async function scoreWithPixels(
  model: CadModel,
  set: ImageSet,
  { batch = 16, onProgress, signal }: ScoreOptions = {},
): Promise<Omit<CadScores, 'warnings'> & { readonly pixels: readonly PixelSummary[] }> {
  if (!Number.isSafeInteger(batch) || batch < 1) {
    throw new RangeError(`score: batch must be a positive integer, got ${batch}`);
  }
  const count = set.images.length;
  const logits = new Float32Array(2 * count);
  const probabilities = new Float32Array(count);
  const pixels: PixelSummary[] = [];
  const load = (start: number): Promise<tf.Tensor4D> | undefined => {
    const length = Math.min(batch, count - start);
    if (length <= 0) return undefined;
    const indices = Array.from({ length }, (_, i) => start + i);
    return loadBatch(set, indices);
  };
  let next = load(0);
  try {
    for (let start = 0; start < count; start += batch) {
      signal?.throwIfAborted();
      const grey = (await next)!;
      next = load(start + batch);
      const part = await forward(model, grey).finally(() => grey.dispose());
      logits.set(part.logits, 2 * start);
      probabilities.set(part.probabilities, start);
      pixels.push(...part.pixels);
      onProgress?.(Math.min(start + batch, count), count);
    }
  } finally {
    await next?.then(tf.dispose, () => {}); // read ahead of an error
  }
  return { logits, probabilities, pixels };
}

/**
 * p(cancer) of a batch of images.
 *
 * @param grey - [N, height, width, 1] in [0, 1]; left to the caller
 * @returns N probabilities
 * @throws RangeError if the images are not of the model's size, or a pixel is not finite or lies outside of [0, 1]
 */
export async function scoreBatch(model: CadModel, grey: tf.Tensor4D): Promise<Float32Array> {
  return (await forward(model, grey)).probabilities;
}

async function forward(model: CadModel, grey: tf.Tensor4D) {
  const results = tf.tidy(() => {
    const z = model.logits(imagenetNormalise(grey));
    return [z, tf.slice(softmax(z), [0, 0], [-1, 1]), summarisePixels(grey)];
  });
  try {
    const [logits, probabilities, summary] = await Promise.all(
      results.map(async (tensor) => Float32Array.from(await tensor.data())), // not the backend's memory
    );
    const pixels = checkPixels('score', summary!);
    return { logits: logits!, probabilities: probabilities!, pixels };
  } finally {
    tf.dispose(results);
  }
}
