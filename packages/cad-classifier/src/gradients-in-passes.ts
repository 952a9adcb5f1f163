import { valueAndVariableGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { type CadLossOptions, classLoss } from './cad-loss.ts';
import type { CadModel } from './cad-model.ts';
import type { CadStepLosses } from './train-cad-options.ts';

/** A batch as the network takes it, [N, H, W, 3] of each class, normalised as ImageNet's. */
export interface CadBatch {
  /** [N, H, W, 3], normalised as ImageNet's. */
  readonly positives: tf.Tensor4D;
  /** As many, of the same size. */
  readonly negatives: tf.Tensor4D;
}

/** How {@link gradientsInPasses} computes. */
export interface PassesOptions {
  /** Images that go through the network together, forward and back. */
  readonly imagesAtOnce: number;
  /** Options of the loss. */
  readonly loss?: CadLossOptions;
  /** The variables whose gradients are wanted; default: all. */
  readonly variables?: ReadonlyMap<string, tf.Variable>;
}

/** What one step learns from a batch. */
export interface BatchGradients {
  /** The terms of the loss, of the whole batch. */
  readonly losses: CadStepLosses;
  /** By the names of the variables; owned by the caller. */
  readonly gradients: Record<string, tf.Tensor>;
}

interface Pass extends Omit<PassesOptions, 'imagesAtOnce'> {
  readonly label: 'positive' | 'negative';
  /** m of N images of a class weigh m / N. */
  readonly share: number;
  /** The passes before it. */
  readonly index: number;
}

/**
 * The terms of {@link cadLoss} and its gradients, a few images at a time: the loss is a sum over images, so that the
 * passes' gradients add up to those of the whole batch, in the memory of one pass. With dropout, each pass drops other
 * features.
 *
 * @throws RangeError if `imagesAtOnce` is not a positive integer, or the weight of the penalty is negative
 * @see Zhou et al. (2021), equations (1) to (3), doi 10.1038/s41467-021-27577-x
 */
export async function gradientsInPasses(
  model: CadModel,
  { positives, negatives }: CadBatch,
  { imagesAtOnce, ...options }: PassesOptions,
): Promise<BatchGradients> {
  if (!(Number.isInteger(imagesAtOnce) && imagesAtOnce > 0)) {
    throw new RangeError(
      `gradientsInPasses: imagesAtOnce must be a positive integer, got ${imagesAtOnce}`,
    );
  }
  let gradients: Record<string, tf.Tensor> = {};
  let [focal, penalty, index] = [0, 0, 0];
  for (const [label, images] of Object.entries({ positive: positives, negative: negatives })) {
    const count = images.shape[0];
    for (let start = 0; start < count; start += imagesAtOnce) {
      const size = Math.min(imagesAtOnce, count - start);
      const part = tf.slice(images, [start, 0, 0, 0], [size, -1, -1, -1]);
      const pass = { ...options, label: label as Pass['label'], share: size / count, index };
      const step = onePass(model, part, pass, gradients);
      tf.dispose([part, Object.values(gradients)]);
      gradients = step.gradients;
      const terms = await step.terms.data(); // computes this pass before the next is recorded
      step.terms.dispose();
      focal += terms[0]!;
      penalty += terms[1]!;
      index++;
    }
  }
  return { gradients, losses: { loss: focal + penalty, focal, penalty } };
}

/** Gradients of one pass, added to those before; and [FL, GP]. */
function onePass(
  model: CadModel,
  images: tf.Tensor4D,
  { loss = {}, variables = model.parameters, label, share, index }: Pass,
  before: Readonly<Record<string, tf.Tensor>>,
): { readonly gradients: Record<string, tf.Tensor>; readonly terms: tf.Tensor1D } {
  const { dropoutSeed } = loss;
  const own = dropoutSeed === undefined ? loss : { ...loss, dropoutSeed: dropoutSeed + index };
  let terms: tf.Tensor1D | undefined;
  const gradients = tf.tidy(() => {
    const step = valueAndVariableGradients(() => {
      const { focal, penalty } = classLoss(model, images, label, own);
      terms = tf.keep(tf.mul(tf.stack([focal, penalty]), share) as tf.Tensor1D);
      return tf.mul(tf.add(focal, penalty), share) as tf.Scalar;
    }, variables);
    const sums = Object.entries(step.gradients).map(([name, gradient]) => {
      const sum = before[name];
      return [name, sum === undefined ? gradient : tf.add(sum, gradient)] as const;
    });
    return Object.fromEntries(sums);
  });
  return { gradients, terms: terms! };
}
