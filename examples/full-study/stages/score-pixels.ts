import { type CadModel, scoreBatch } from '@mammo/cad-classifier';
import * as tf from '@tensorflow/tfjs-core';

/** Grey levels of one image: 0..65535 as Uint16Array, or the same range with fractions. */
export type GreyLevels = Uint16Array | Float32Array;

export interface ScoringOptions {
  readonly height: number;
  readonly width: number;
  readonly batch: number;
  readonly signal: AbortSignal;
}

/** p(cancer) of images that lie in memory, in their order. */
export async function scorePixels(
  cad: CadModel,
  images: readonly GreyLevels[],
  { height, width, batch, signal }: ScoringOptions,
): Promise<number[]> {
  const scores: number[] = [];
  for (let start = 0; start < images.length; start += batch) {
    signal.throwIfAborted();
    const some = images.slice(start, start + batch);
    const grey = new Float32Array(some.length * height * width);
    for (const [i, image] of some.entries()) {
      const offset = i * height * width;
      for (let at = 0; at < image.length; at++) grey[offset + at] = (image[at] ?? 0) / 65535;
    }
    const tensor = tf.tensor4d(grey, [some.length, height, width, 1]);
    try {
      scores.push(...(await scoreBatch(cad, tensor)));
    } finally {
      tensor.dispose();
    }
  }
  return scores;
}
