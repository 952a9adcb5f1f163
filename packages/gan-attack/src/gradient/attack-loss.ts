import * as tf from '@tensorflow/tfjs-core';
import type { DifferentiableClassifier } from './classifier.ts';

/** A loss of each image that an untargeted attack makes as large as it can. */
export type AttackLossName = 'cross-entropy' | 'margin' | 'dlr';

/** Logits [N, K] and true classes, one-hot [N, K] → [N]. */
type AttackLoss = (logits: tf.Tensor2D, truth: tf.Tensor2D) => tf.Tensor1D;

const FAR = 1e9;

/** The greatest logit of a class that is not the true one, [N]. */
const greatestOther = (logits: tf.Tensor2D, truth: tf.Tensor2D): tf.Tensor1D =>
  tf.max(tf.sub(logits, tf.mul(truth, FAR)), 1) as tf.Tensor1D;

/** The logit of the true class, [N]. */
const trueLogit = (logits: tf.Tensor2D, truth: tf.Tensor2D): tf.Tensor1D =>
  tf.sum(tf.mul(logits, truth), 1) as tf.Tensor1D;

/** Losses of z = logits with true class y. */
export const ATTACK_LOSSES: Readonly<Record<AttackLossName, AttackLoss>> = {
  /** log Σⱼ exp zⱼ − z_y */
  'cross-entropy': (logits, truth) => tf.sub(tf.logSumExp(logits, 1), trueLogit(logits, truth)),
  /** maxⱼ≠y zⱼ − z_y: above 0 where the image is taken for another class */
  margin: (logits, truth) => tf.sub(greatestOther(logits, truth), trueLogit(logits, truth)),
  /** −(z_y − maxⱼ≠y zⱼ) / (z₍₁₎ − z₍₃₎), the difference of logits ratio; at least 3 classes */
  dlr: (logits, truth) => {
    const [first, , third] = tf.unstack(greatestThree(logits), 1);
    const margin = tf.sub(greatestOther(logits, truth), trueLogit(logits, truth));
    return tf.div(margin, tf.add(tf.sub(first!, third!), 1e-12));
  },
};

/** The three greatest logits in falling order, [N, 3]; tfjs has no gradient of tf.topk. */
const greatestThree = tf.customGrad((x, save) => {
  const logits = x as tf.Tensor2D;
  (save as tf.GradSaveFunc)([logits]);
  const gradFunc = (dy: tf.Tensor, [saved]: tf.Tensor[]): tf.Tensor => {
    const places = tf.topk(saved!, 3).indices;
    return tf.sum(tf.mul(tf.oneHot(places, saved!.shape[1]!), tf.expandDims(dy, -1)), 1);
  };
  const value = tf.tidy(() => tf.topk(logits, 3).values);
  return { value, gradFunc: gradFunc as (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor };
});

/** The true classes as rows of 0 and 1. */
export const oneHot = (labels: readonly number[], classes: number): tf.Tensor2D =>
  tf.tidy(() => {
    const indices = tf.tensor1d([...labels], 'int32');
    // by way of integers: tfjs-backend-wasm 4.22 writes them into a tensor that it calls float32
    return tf.cast(tf.oneHot(indices, classes), 'float32') as tf.Tensor2D;
  });

interface ClassifierLoss {
  /** True classes, one-hot [N, K]. */
  readonly truth: tf.Tensor2D;
  readonly loss: AttackLossName;
}

/** ∇ₓ Σₙ L(xₙ, yₙ): the gradient of each image depends on no other image. */
export function lossGradient(
  classifier: DifferentiableClassifier,
  images: tf.Tensor4D,
  { truth, loss }: ClassifierLoss,
): tf.Tensor4D {
  const total = (x: tf.Tensor): tf.Tensor =>
    tf.sum(ATTACK_LOSSES[loss](classifier.logits(x as tf.Tensor4D), truth));
  return tf.grad(total)(images) as tf.Tensor4D;
}

/** Losses, their gradient by the images, and the logits. */
export interface LossAndGradient {
  /** [N, H, W, C] */
  readonly gradient: tf.Tensor4D;
  /** [N] */
  readonly losses: tf.Tensor1D;
  /** [N, K] */
  readonly logits: tf.Tensor2D;
}

/** One pass forward and back; all three results are kept over any tf.tidy: dispose of them. */
export function lossAndGradient(
  classifier: DifferentiableClassifier,
  images: tf.Tensor4D,
  { truth, loss }: ClassifierLoss,
): LossAndGradient {
  let losses: tf.Tensor1D | undefined;
  let logits: tf.Tensor2D | undefined;
  const gradient = tf.tidy(() =>
    tf.grad((x) => {
      logits = tf.keep(classifier.logits(x as tf.Tensor4D));
      losses = tf.keep(ATTACK_LOSSES[loss](logits, truth));
      return tf.sum(losses);
    })(images),
  );
  return { gradient: tf.keep(gradient) as tf.Tensor4D, losses: losses!, logits: logits! };
}
