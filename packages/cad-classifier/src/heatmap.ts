import type { ImageSet } from '@mammo/mammo-io';
import { imagenetNormalise, loadBatch } from '@mammo/mammo-io/tensors';
import { valueAndInputGradient } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import type { CadModel } from './cad-model.ts';
import type { ReceptiveField } from './network-plan.ts';

/** Pixels of an image from `top` to `bottom` and `left` to `right`, all included. */
export interface PixelBox {
  /** First row. */
  readonly top: number;
  /** First column. */
  readonly left: number;
  /** Last row, included. */
  readonly bottom: number;
  /** Last column, included. */
  readonly right: number;
}

/** Where in an image the classifier finds its evidence. */
export interface CadHeatmap {
  /** Rows of the map before the global max pooling. */
  readonly height: number;
  /** Its columns. */
  readonly width: number;
  /** The evidence for cancer (above 0) and against it (below) at each element, row-major. */
  readonly evidence: Float32Array;
  /** z₀ − z₁ of the image. */
  readonly margin: number;
  /** The element with the most evidence for cancer, and the pixels that it depends on. */
  readonly peak: {
    /** From 0, of the map. */
    readonly row: number;
    /** From 0, of the map. */
    readonly column: number;
    /** In units of the margin. */
    readonly evidence: number;
    /** In pixels of the image; what lies in the padding is left out. */
    readonly field: PixelBox;
  };
  /** Which pixels the elements depend on. */
  readonly field: ReceptiveField;
}

/** How {@link heatmaps} runs. */
export interface HeatmapOptions {
  /** Images at once; default 8. */
  readonly batch?: number;
  /** Ends the work between batches with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Heatmaps of all images of a set, in their order, from the map A before the global max pooling:
 *
 *     evidence(i, j) = Σ_c g_c · A_c(i, j),   g = ∂(z₀ − z₁) / ∂v,   v_c = max over (i, j) of A_c
 *
 * to first order what the margin would gain if the maxima lay at (i, j). The map is not negative, so the sign of the evidence is that of the
 * channels' weights.
 *
 * **Differences** from Grad-CAM: the gradient is that of the pooled vector, since the pooling is a maximum and not a mean; nothing is
 * cut off at 0.
 *
 * @throws RangeError if the set's images are not of the model's size, or the batch is not a positive integer
 * @see Selvaraju et al. (2017), Grad-CAM, doi 10.1109/ICCV.2017.74; Oquab et al. (2015), Is object localization for free?,
 *   doi 10.1109/CVPR.2015.7298668, for global max pooling
 */
export async function heatmaps(
  model: CadModel,
  set: ImageSet,
  { batch = 8, signal }: HeatmapOptions = {},
): Promise<CadHeatmap[]> {
  if (!Number.isSafeInteger(batch) || batch < 1) {
    throw new RangeError(`heatmaps: batch must be a positive integer, got ${batch}`);
  }
  const found: CadHeatmap[] = [];
  for (let start = 0; start < set.images.length; start += batch) {
    signal?.throwIfAborted();
    const count = Math.min(batch, set.images.length - start);
    const grey = await loadBatch(
      set,
      Array.from({ length: count }, (_, i) => start + i),
    );
    try {
      found.push(...(await heatmapsOfBatch(model, grey)));
    } finally {
      grey.dispose();
    }
  }
  return found;
}

async function heatmapsOfBatch(model: CadModel, grey: tf.Tensor4D): Promise<CadHeatmap[]> {
  const [evidence, margins] = tf.tidy(() => {
    const map = model.featureMap(imagenetNormalise(grey)); // [N, H'', W'', C]
    const pooled = tf.max(map, [1, 2]) as tf.Tensor2D;
    const towardsCancer: tf.Tensor2D = tf.tile(tf.tensor2d([[1, -1]]), [pooled.shape[0], 1]);
    const run = (v: tf.Tensor2D) => model.pooledLogits(v);
    const { value: logits, gradient } = valueAndInputGradient(run, pooled, towardsCancer);
    const weights = tf.reshape(gradient, [pooled.shape[0], 1, 1, pooled.shape[1]]);
    const evidence = tf.sum(tf.mul(map, weights), 3) as tf.Tensor3D; // [N, H'', W'']
    return [evidence, tf.sum(tf.mul(logits, towardsCancer), 1)] as const;
  });
  try {
    const [values, z] = await Promise.all([evidence.data(), margins.data()]);
    const [count, height, width] = evidence.shape;
    return Array.from({ length: count }, (_, i) => {
      const own = Float32Array.from(values.subarray(i * height * width, (i + 1) * height * width));
      const at = own.reduce((best, value, place) => (value > own[best]! ? place : best), 0);
      const [row, column] = [Math.floor(at / width), at % width];
      const field = fieldOf(model.field, { row, column }, model.options);
      const peak = { row, column, evidence: own[at]!, field };
      return { height, width, evidence: own, margin: z[i]!, peak, field: model.field };
    });
  } finally {
    tf.dispose([evidence, margins]);
  }
}

/** The pixels of an image that an element depends on; the part in the padding is left out. */
export function fieldOf(
  { size, stride, offset }: ReceptiveField,
  { row, column }: { readonly row: number; readonly column: number },
  { height, width }: { readonly height: number; readonly width: number },
): PixelBox {
  const [top, left] = [offset + row * stride, offset + column * stride];
  return {
    top: Math.max(0, top),
    left: Math.max(0, left),
    bottom: Math.min(height, top + size) - 1,
    right: Math.min(width, left + size) - 1,
  };
}
