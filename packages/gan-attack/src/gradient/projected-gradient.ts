import { randomStream } from '@mammo/mammo-io';
import * as tf from '@tensorflow/tfjs-core';
import { type AttackLossName, lossGradient, oneHot } from './attack-loss.ts';
import { type AttackTargets, checkTargets, type DifferentiableClassifier } from './classifier.ts';
import { NORM_BALLS, type PerturbationNorm, randomStarts } from './norm-ball.ts';
import { checkInteger, checkPositive } from './parameters.ts';

/** Options of {@link projectedGradient}. */
export interface ProjectedGradientOptions {
  /** What `epsilon` and `stepSize` are measured in. */
  readonly norm: PerturbationNorm;
  /** Radius of the ball around each image, in the units of its pixels. */
  readonly epsilon: number;
  /** All are taken, also when the image is fooled before. */
  readonly steps: number;
  /** Length of a step in the same norm. */
  readonly stepSize: number;
  /** Share of the gradients so far that the next one is added to, in [0, ∞); 0 is plain PGD. */
  readonly momentum: number;
  /** Begin at a random place in the ball instead of at the image. */
  readonly randomStart: boolean;
  /** What is made as large as it can be; 'dlr' needs at least 3 classes. */
  readonly loss: AttackLossName;
  /** Of the random starts, each image's by its index. */
  readonly seed: number;
}

/**
 * Climbs the loss step by step and returns to the ball after each:
 *
 *     gₜ₊₁ = μ·gₜ + ∇ₓL(xₜ, y) / ‖∇ₓL(xₜ, y)‖₁
 *     xₜ₊₁ = Π(xₜ + α·direction(gₜ₊₁)),
 *
 * Π onto the ball of radius ε around x₀ and the pixels' bounds; direction is the sign (L∞), g/‖g‖₂ (L2) or g/‖g‖₁ (L1). With
 * one step of α = ε from the image itself and μ = 0 this is the fast gradient sign method.
 *
 * @returns adversarial images, in the shape of the originals; the caller's
 * @throws RangeError if an option, the images or the labels are not what the attack needs
 * @see Goodfellow, Shlens and Szegedy (2015), arXiv 1412.6572; Madry et al. (2018), arXiv 1706.06083; Dong et al. (2018),
 *   "Boosting adversarial attacks with momentum", eqs. 6 and 7, doi 10.1109/CVPR.2018.00957
 *
 * **Differences** from Foolbox: the L1 ball is projected onto exactly (Duchi et al. 2008), where Foolbox shrinks towards the
 * centre; random starts are uniform in the ball.
 */
export async function projectedGradient(
  classifier: DifferentiableClassifier,
  targets: AttackTargets,
  options: ProjectedGradientOptions,
): Promise<tf.Tensor4D> {
  const { norm, epsilon, steps, stepSize, momentum, randomStart, loss, seed } = options;
  checkPositive('projectedGradient', { epsilon, stepSize });
  checkInteger('projectedGradient', { steps });
  if (!(momentum >= 0)) {
    throw new RangeError(`projectedGradient: momentum must be at least 0, got ${momentum}`);
  }
  const classes = await checkTargets('projectedGradient', classifier, targets);
  const { images, labels } = targets;
  const [least, greatest] = classifier.bounds;
  const ball = NORM_BALLS[norm];
  const within = (x: tf.Tensor): tf.Tensor4D => {
    const moved = ball.project(tf.sub(x, images), epsilon);
    return tf.clipByValue(tf.add(images, moved), least, greatest) as tf.Tensor4D;
  };
  let at = tf.tidy(() => {
    if (!randomStart) return tf.clone(images);
    const starts = randomStarts(norm, images.shape, (image) => randomStream(seed, 'start', image));
    return within(tf.add(images, tf.mul(starts, epsilon)));
  });
  let velocity = tf.zerosLike(images);
  for (let step = 0; step < steps; step++) {
    const [nextVelocity, next] = tf.tidy(() => {
      const truth = oneHot(labels, classes);
      const gradient = lossGradient(classifier, at, { truth, loss });
      const pull = momentum === 0 ? gradient : NORM_BALLS.l1.normalise(gradient);
      const joined = tf.add(tf.mul(velocity, momentum), pull) as tf.Tensor4D;
      return [joined, within(tf.add(at, tf.mul(ball.normalise(joined), stepSize)))] as const;
    });
    tf.dispose([at, velocity]);
    [at, velocity] = [next, nextVelocity];
    await computed(at);
  }
  velocity.dispose();
  return at;
}

/** Engines that record before they compute then compile one step, not the whole loop, and use it again. */
async function computed(x: tf.Tensor): Promise<void> {
  const first = tf.tidy(() => tf.slice(tf.reshape(x, [-1]), 0, 1));
  await first.data();
  first.dispose();
}
