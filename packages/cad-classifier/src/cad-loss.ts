import { gradientPenalty, valueAndInputGradient } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import type { CadModel } from './cad-model.ts';
import { CLASS_INDEX, type FocalLossOptions, focalLoss } from './focal-loss.ts';

/**
 * Which function of the logits z must not change fast with the image: `'logit-difference'`, z₀ − z₁, the margin that
 * decides; `'logit-sum'`, z₀ + z₁, as in the released program, to which the softmax is blind (a last layer with
 * opposite weights evades it).
 */
export type PenalizedOutput = 'logit-difference' | 'logit-sum';

/** Options of {@link cadLoss}. */
export interface CadLossOptions {
  /** Options of the focal loss; default: equation (2) as it stands. */
  readonly focal?: FocalLossOptions;
  /** Default `'logit-difference'`. */
  readonly penalizedOutput?: PenalizedOutput;
  /** Weight k of the penalty; default {@link defaultPenaltyWeight}. 0 leaves the penalty out, about twice as fast. */
  readonly penaltyWeight?: number;
  /** Exponent o of the norm; default 4, the paper's. */
  readonly penaltyOrder?: number;
  /** Drop features by this seed; without it nothing is dropped. */
  readonly dropoutSeed?: number;
}

/** The terms of equation (1), scalars owned by the caller. */
export interface CadLoss {
  /** The sum, equation (1). */
  readonly loss: tf.Scalar;
  /** FL(p_p), equation (2) over the positive images. */
  readonly focalPositive: tf.Scalar;
  /** FL(p_n), equation (2) over the negative images. */
  readonly focalNegative: tf.Scalar;
  /** GP(g_p, g_n); 0 where it is left out. */
  readonly penalty: tf.Scalar;
}

const PAPER_HEIGHT = 1728;
const PAPER_WEIGHT = 10;

/**
 * The penalty's weight k where none is given: 10 for `'logit-sum'`, as in the released program; for
 * `'logit-difference'` 10 · (height / 1728)⁴. For the same function of a mammogram, the norm of the gradient grows as
 * the image shrinks, in proportion to 1 / height, and the penalty is its fourth power.
 *
 * @example
 * ```ts
 * [defaultPenaltyWeight('logit-difference', 1728), defaultPenaltyWeight('logit-difference', 864)]; // => [10, 0.625]
 * ```
 */
export function defaultPenaltyWeight(output: PenalizedOutput, height: number): number {
  return output === 'logit-sum' ? PAPER_WEIGHT : PAPER_WEIGHT * (height / PAPER_HEIGHT) ** 4;
}

/**
 * The classifier's loss, equations (1) and (3):
 *
 *     FL(p_p) + FL(p_n) + GP(g_p, g_n),   GP = k / (2N) · Σ_j (‖∇ₓ f(x_j^pos)‖₂^o + ‖∇ₓ f(x_j^neg)‖₂^o)
 *
 * the gradient being taken with respect to the normalised image of three channels. Both batches go through the network
 * in one pass.
 *
 * @param batches - `positives`: [N, H, W, 3], normalised as ImageNet's; `negatives`: as many, of the same size
 * @throws RangeError if the batches differ in shape, or the weight is negative or not finite
 * @see Zhou et al. (2021), equations (1) to (3), doi 10.1038/s41467-021-27577-x
 */
export function cadLoss(
  model: CadModel,
  batches: { readonly positives: tf.Tensor4D; readonly negatives: tf.Tensor4D },
  options: CadLossOptions = {},
): CadLoss {
  const { positives, negatives } = batches;
  if (!tf.util.arraysEqual(positives.shape, negatives.shape)) {
    throw new RangeError(
      `cadLoss: positives and negatives must have one shape, got [${positives.shape}] and [${negatives.shape}]`,
    );
  }
  return tf.tidy(() => {
    const images: tf.Tensor4D = tf.concat([positives, negatives]); // [2N, H, W, 3]
    const { logits, penalty: ofAll } = penalisedLogits(model, images, options);
    // a mean over the 2N images of both batches is half of the sum of the batches' means
    const penalty: tf.Scalar = tf.mul(ofAll, 2);
    const n = positives.shape[0];
    const part = (start: number): tf.Tensor2D => tf.slice(logits, [start, 0], [n, 2]);
    const focalPositive = focalLoss(part(0), CLASS_INDEX.positive, options.focal);
    const focalNegative = focalLoss(part(n), CLASS_INDEX.negative, options.focal);
    const loss: tf.Scalar = tf.add(tf.add(focalPositive, focalNegative), penalty);
    return { loss, focalPositive, focalNegative, penalty };
  });
}

/** FL and GP of images of one class, means over them: {@link cadLoss} is the sum of the two classes'. */
export function classLoss(
  model: CadModel,
  images: tf.Tensor4D,
  label: keyof typeof CLASS_INDEX,
  options: CadLossOptions = {},
): { readonly focal: tf.Scalar; readonly penalty: tf.Scalar } {
  return tf.tidy(() => {
    const { logits, penalty } = penalisedLogits(model, images, options);
    return { focal: focalLoss(logits, CLASS_INDEX[label], options.focal), penalty };
  });
}

/** The logits of images and (k / 2) · mean ‖∇ₓ f(x)‖₂^o, from one forward pass. */
function penalisedLogits(
  model: CadModel,
  images: tf.Tensor4D,
  options: CadLossOptions,
): { readonly logits: tf.Tensor2D; readonly penalty: tf.Scalar } {
  const { penalizedOutput = 'logit-difference', penaltyOrder: order = 4, dropoutSeed } = options;
  const { penaltyWeight: k = defaultPenaltyWeight(penalizedOutput, model.options.height) } =
    options;
  if (!(k >= 0 && Number.isFinite(k))) {
    throw new RangeError(`cadLoss: penaltyWeight must be finite and not negative, got ${k}`);
  }
  const run = (x: tf.Tensor4D) => model.logits(x, dropoutSeed === undefined ? {} : { dropoutSeed });
  if (k === 0) return { logits: run(images), penalty: tf.scalar(0) };
  const sign = penalizedOutput === 'logit-sum' ? 1 : -1;
  const weights: tf.Tensor2D = tf.tile(tf.tensor2d([[1, sign]]), [images.shape[0], 1]);
  const { value: logits, gradient } = valueAndInputGradient(run, images, weights);
  return { logits, penalty: gradientPenalty(gradient, { k, order }) };
}
