import * as tf from '@tensorflow/tfjs-core';
import { logSigmoidScore } from './log-sigmoid-score.ts';

/** What {@link discriminatorLoss} compares. */
export interface DiscriminatorLossInputs {
  /** Raw scores D(x) of real images of the target class. */
  readonly rawReal: tf.Tensor;
  /** Raw scores D(y_fn) of fakes made from the source class. */
  readonly rawFake: tf.Tensor;
  /** GP(x), a scalar; by default 0. */
  readonly penalty?: tf.Scalar;
  /** Whether the term | −s(x) − 1 | is added, as in the paper; by default it is. */
  readonly stabiliser?: boolean;
}

/** {@link discriminatorLoss} and its parts, all scalars owned by the caller. */
export interface DiscriminatorLoss {
  /** Loss_dis, equation (4). */
  readonly loss: tf.Scalar;
  /** s(x), the mean score of the real images. */
  readonly scoreReal: tf.Scalar;
  /** s(y_fn), the mean score of the fakes. */
  readonly scoreFake: tf.Scalar;
}

/**
 * The loss of the discriminator, which should tell real images x of the target class from fakes y_fn:
 *
 *     Loss_dis = −s(x) + s(y_fn) + GP(x) + | −s(x) − 1 |                                     (4)
 *
 * with batch means of the score s of {@link logSigmoidScore}. The last term holds s(x) near −1. The gradient
 * penalty of the raw score on the real images,
 *
 *     GP(x) = (k/2) ‖∇_x D(x)‖₂^o,  k = 10, o = 4                                            (6)
 *
 * is `gradientPenalty` of `@mammo/tfjs-second-order`.
 *
 * @example
 * ```ts
 * // a discriminator that cannot tell: s = log ½ for both, and the stabiliser 1 + log ½
 * const { loss } = discriminatorLoss({ rawReal: tf.zeros([2, 1]), rawFake: tf.zeros([2, 1]) });
 * (await loss.data())[0]?.toFixed(4); // => '0.3069'
 * ```
 * @see Zhou et al. (2021), eqs. 4–6, doi 10.1038/s41467-021-27577-x; signs as in the released program
 */
export function discriminatorLoss(inputs: DiscriminatorLossInputs): DiscriminatorLoss {
  const { rawReal, rawFake, penalty, stabiliser = true } = inputs;
  return tf.tidy(() => {
    const scoreReal = logSigmoidScore(rawReal);
    const scoreFake = logSigmoidScore(rawFake);
    let loss: tf.Scalar = tf.sub(scoreFake, scoreReal);
    if (penalty !== undefined) loss = tf.add(loss, penalty);
    if (stabiliser) loss = tf.add(loss, tf.abs(tf.add(scoreReal, 1))); // |−s − 1| = |s + 1|
    return { loss, scoreReal, scoreFake };
  });
}
