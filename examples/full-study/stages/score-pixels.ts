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
  { batch, signal, ...size }: ScoringOptions,
): Promise<number[]> {
  const scores: number[] = [];
  for (let start = 0; start < images.length; start += batch) {
    signal.throwIfAborted();
    const grey = greyTensor(images.slice(start, start + batch), size);
    try {
      scores.push(...(await scoreBatch(cad, grey)));
    } finally {
      grey.dispose();
    }
  }
  return scores;
}

/** Images that lie in memory as [N, H, W, 1] in [0, 1]. */
export function greyTensor(
  images: readonly GreyLevels[],
  { height, width }: Pick<ScoringOptions, 'height' | 'width'>,
): tf.Tensor4D {
  const size = height * width;
  const grey = new Float32Array(images.length * size);
  for (const [i, image] of images.entries()) {
    for (let at = 0; at < image.length; at++) grey[i * size + at] = (image[at] ?? 0) / 65535;
  }
  return tf.tensor4d(grey, [images.length, height, width, 1]);
}
