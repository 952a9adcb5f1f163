import { randomStream } from '@mammo/mammo-io';
import * as tf from '@tensorflow/tfjs-core';
import { type AttackTargets, checkTargets, type DifferentiableClassifier } from './classifier.ts';
import { deepFool } from './deep-fool.ts';
import { NORM_BALLS } from './norm-ball.ts';
import { checkInteger, checkPositive } from './parameters.ts';

/** Options of {@link universalPerturbation}. */
export interface UniversalPerturbationOptions {
  /** What `epsilon` is measured in. */
  readonly norm: 'linf' | 'l2';
  /** Radius of the ball around zero, in the units of a pixel. */
  readonly epsilon: number;
  /** Passes over the images, at most. */
  readonly passes: number;
  /** Share of the images that it is enough to fool, in (0, 1]. */
  readonly fooledShare: number;
  /** DeepFool's for one image. */
  readonly steps: number;
  /** DeepFool's η. */
  readonly overshoot: number;
  /** Of the order of the images in each pass. */
  readonly seed: number;
}

/**
 * One perturbation for all images: those that are not fooled yet push it, one after the other, over their nearest boundary:
 *
 *     v ← Π_ε(v + deepfool(x + v))
 *
 * @returns the perturbation v, [1, H, W, C]; add it to images and clip; the caller's
 * @throws RangeError if an option, the images or the labels are not what the attack needs
 * @see Moosavi-Dezfooli, Fawzi, Fawzi and Frossard (2017), "Universal adversarial perturbations", algorithm 1, doi 10.1109/CVPR.2017.17
 */
export async function universalPerturbation(
  classifier: DifferentiableClassifier,
  targets: AttackTargets,
  options: UniversalPerturbationOptions,
): Promise<tf.Tensor4D> {
  const { norm, epsilon, passes, fooledShare, steps, overshoot, seed } = options;
  checkPositive('universalPerturbation', { epsilon, fooledShare });
  checkInteger('universalPerturbation', { passes });
  await checkTargets('universalPerturbation', classifier, targets);
  const { images, labels } = targets;
  const order = labels.map((_, i) => i);
  let v = tf.tidy(
    () => tf.zerosLike(tf.slice(images, [0, 0, 0, 0], [1, -1, -1, -1])) as tf.Tensor4D,
  );
  for (let pass = 0; pass < passes; pass++) {
    for (const i of randomStream(seed, 'pass', pass).shuffle(order)) {
      const shifted = tf.tidy(() => perturb(classifier, rowOf(images, i), v));
      const target = { images: shifted, labels: [labels[i]!] };
      const crossed = await deepFool(classifier, target, { steps, overshoot });
      const next = tf.tidy(() => {
        const push = tf.sub(crossed, shifted);
        return NORM_BALLS[norm].project(tf.add(v, push), epsilon) as tf.Tensor4D;
      });
      tf.dispose([shifted, crossed, v]);
      v = next;
    }
    if ((await fooled(classifier, targets, v)) >= fooledShare) break;
  }
  return v;
}

const rowOf = (images: tf.Tensor4D, i: number): tf.Tensor4D =>
  tf.slice(images, [i, 0, 0, 0], [1, -1, -1, -1]) as tf.Tensor4D;

function perturb(
  { bounds: [least, greatest] }: DifferentiableClassifier,
  images: tf.Tensor4D,
  v: tf.Tensor4D,
): tf.Tensor4D {
  return tf.clipByValue(tf.add(images, v), least, greatest) as tf.Tensor4D;
}

async function fooled(
  classifier: DifferentiableClassifier,
  { images, labels }: AttackTargets,
  v: tf.Tensor4D,
): Promise<number> {
  const classes = tf.tidy(() => tf.argMax(classifier.logits(perturb(classifier, images, v)), 1));
  const predicted = await classes.data();
  classes.dispose();
  return labels.filter((label, i) => predicted[i] !== label).length / labels.length;
}
