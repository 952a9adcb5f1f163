import type { ImageSet } from '@mammo/mammo-io';
import { imagenetNormalise } from '@mammo/mammo-io/tensors';
import { StepRecorder } from '@mammo/tfjs-second-order';
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
  /** Told after each batch. */
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
  const load = (start: number) =>
    start < count ? loadImages(set, { start, end: Math.min(start + batch, count) }) : undefined;
  let next = load(0);
  try {
    for (let start = 0; start < count; start += batch) {
      signal?.throwIfAborted();
      const { grey, summaries } = (await next)!;
      next = load(start + batch);
      const part = await forward(model, grey).finally(() => grey.dispose());
      logits.set(part.logits, 2 * start);
      probabilities.set(part.probabilities, start);
      pixels.push(...summaries);
      onProgress?.(Math.min(start + batch, count), count);
    }
  } finally {
    await next?.then(
      ({ grey }) => grey.dispose(), // read ahead of an error
      () => {},
    );
  }
  return { logits, probabilities, pixels };
}

/** Reads images into one tensor, and looks at their pixels on the way. */
async function loadImages(
  set: ImageSet,
  { start, end }: { readonly start: number; readonly end: number },
): Promise<{ readonly grey: tf.Tensor4D; readonly summaries: readonly PixelSummary[] }> {
  const { height, width } = set;
  const size = height * width;
  const values = new Float32Array((end - start) * size);
  const images = await Promise.all(
    Array.from({ length: end - start }, (_, i) => set.pixels(start + i)),
  );
  const summaries = images.map((pixels, i): PixelSummary => {
    const own = values.subarray(i * size, (i + 1) * size);
    let [least, greatest, sum] = [65535, 0, 0];
    for (let at = 0; at < size; at++) {
      const level = pixels[at]!;
      own[at] = level / 65535;
      sum += level;
      if (level < least) least = level;
      if (level > greatest) greatest = level;
    }
    return { least: least / 65535, greatest: greatest / 65535, mean: sum / size / 65535 };
  });
  return { grey: tf.tensor4d(values, [end - start, height, width, 1]), summaries };
}

/**
 * p(cancer) of a batch of images.
 *
 * @param grey - [N, height, width, 1] in [0, 1]; left to the caller
 * @returns N probabilities
 * @throws RangeError if the images are not grey ones of the model's size, or there are none, or a pixel is not finite or lies outside of [0, 1]
 */
export async function scoreBatch(model: CadModel, grey: tf.Tensor4D): Promise<Float32Array> {
  checkGreyShape(model, grey);
  const summary = summarisePixels(grey);
  try {
    const [{ probabilities }, found] = await Promise.all([forward(model, grey), summary.data()]);
    checkPixels('score', found);
    return probabilities;
  } finally {
    summary.dispose();
  }
}

function checkGreyShape({ options: { height, width } }: CadModel, { shape }: tf.Tensor): void {
  const [count = 0, ...rest] = shape;
  if (count < 1 || String(rest) !== String([height, width, 1])) {
    throw new RangeError(
      `score: images must have shape [N, ${height}, ${width}, 1] with N from 1 on, got [${shape}]`,
    );
  }
}

const recorders = new WeakMap<CadModel, StepRecorder>();

function recorderOf(model: CadModel): StepRecorder {
  const recorder = recorders.get(model) ?? new StepRecorder();
  recorders.set(model, recorder);
  return recorder;
}

async function forward(model: CadModel, grey: tf.Tensor4D): Promise<Omit<CadScores, 'warnings'>> {
  const [z] = recorderOf(model).run({ structure: 'logits', tensors: [grey] }, () => [
    model.logits(imagenetNormalise(grey)),
  ]);
  try {
    const logits = Float32Array.from(await z.data()); // not the backend's memory
    const count = logits.length / 2;
    // the softmax of two logits is the logistic function of their difference
    const probabilities = Float32Array.from(
      { length: count },
      (_, i) => 1 / (1 + Math.exp(logits[2 * i + 1]! - logits[2 * i]!)),
    );
    return { logits, probabilities };
  } finally {
    z.dispose();
  }
}
