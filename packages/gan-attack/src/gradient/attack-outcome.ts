import * as tf from '@tensorflow/tfjs-core';
import type { AttackTargets, DifferentiableClassifier } from './classifier.ts';

/** What an attack did to one image. */
export interface AttackOutcome {
  /** The class it is taken for now. */
  readonly predicted: number;
  /** Whether that is not its label; an image that was misclassified before counts too. */
  readonly fooled: boolean;
  /** Largest change of a pixel. */
  readonly linf: number;
  /** Euclidean length of the change. */
  readonly l2: number;
  /** Sum of the changes' sizes. */
  readonly l1: number;
}

/**
 * The class and the size of the change of each image after an attack.
 *
 * @example
 * ```ts
 * const classifier = binaryClassifier((images) => tf.sub(tf.sum(images, [1, 2, 3]), 1), [0, 1]);
 * const targets = { images: tf.zeros([1, 1, 2, 1]) as tf.Tensor4D, labels: [0] };
 * const [outcome] = await attackOutcomes(classifier, targets, tf.ones([1, 1, 2, 1]));
 * [outcome?.fooled, outcome?.linf, outcome?.l1]; // => [true, 1, 2]
 * ```
 */
export async function attackOutcomes(
  classifier: DifferentiableClassifier,
  { images, labels }: AttackTargets,
  adversarial: tf.Tensor4D,
): Promise<AttackOutcome[]> {
  const measured = tf.tidy(() => {
    const sizes = tf.abs(tf.sub(adversarial, images));
    const over = [1, 2, 3];
    return [
      tf.argMax(classifier.logits(adversarial), 1),
      tf.max(sizes, over),
      tf.sqrt(tf.sum(tf.square(sizes), over)),
      tf.sum(sizes, over),
    ];
  });
  const [predicted, linf, l2, l1] = await Promise.all(measured.map((tensor) => tensor.data()));
  tf.dispose(measured);
  return labels.map((label, i) => ({
    predicted: predicted![i]!,
    fooled: predicted![i] !== label,
    linf: linf![i]!,
    l2: l2![i]!,
    l1: l1![i]!,
  }));
}
