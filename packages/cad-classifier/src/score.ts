import type { ImageSet } from '@mammo/mammo-io';
import { imagenetNormalise, loadBatch } from '@mammo/mammo-io/tensors';
import { softmax } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import type { CadModel } from './cad-model.ts';

/** What the model says of images, in their order. */
export interface CadScores {
  /** Two for each image, cancer first: z₀, z₁, z₀, z₁, … */
  readonly logits: Float32Array;
  /** p(cancer) of each image, the softmax of its logits. */
  readonly probabilities: Float32Array;
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
 * Scores all images of a set.
 *
 * @throws RangeError if the set's images are not of the model's size, or the batch is not a positive integer
 */
export async function score(
  model: CadModel,
  set: ImageSet,
  { batch = 16, onProgress, signal }: ScoreOptions = {},
): Promise<CadScores> {
  if (!Number.isSafeInteger(batch) || batch < 1) {
    throw new RangeError(`score: batch must be a positive integer, got ${batch}`);
  }
  const count = set.images.length;
  const scores = { logits: new Float32Array(2 * count), probabilities: new Float32Array(count) };
  for (let start = 0; start < count; start += batch) {
    signal?.throwIfAborted();
    const indices = Array.from({ length: Math.min(batch, count - start) }, (_, i) => start + i);
    const grey = await loadBatch(set, indices);
    try {
      const part = await forward(model, grey);
      scores.logits.set(part.logits, 2 * start);
      scores.probabilities.set(part.probabilities, start);
    } finally {
      grey.dispose();
    }
    onProgress?.(start + indices.length, count);
  }
  return scores;
}

/**
 * p(cancer) of a batch of images.
 *
 * @param grey - [N, height, width, 1] in [0, 1]; left to the caller
 * @returns N probabilities
 * @throws RangeError if the images are not of the model's size
 */
export async function scoreBatch(model: CadModel, grey: tf.Tensor4D): Promise<Float32Array> {
  return (await forward(model, grey)).probabilities;
}

async function forward(model: CadModel, grey: tf.Tensor4D): Promise<CadScores> {
  const [logits, cancer] = tf.tidy(() => {
    const z = model.logits(imagenetNormalise(grey));
    return [z, tf.slice(softmax(z), [0, 0], [-1, 1])] as const;
  });
  try {
    const [z, p] = await Promise.all([logits.data(), cancer.data()]);
    return { logits: Float32Array.from(z), probabilities: Float32Array.from(p) }; // not the backend's memory
  } finally {
    tf.dispose([logits, cancer]);
  }
}
