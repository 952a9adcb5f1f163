import {
  gradientPenalty,
  valueAndInputGradient,
  valueAndVariableGradients,
} from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import type { DiscriminatorPart } from './attack-stage.ts';
import { type ChangePenaltyOptions, changePenalty } from './change-penalty.ts';
import type { Discriminator } from './discriminator.ts';
import { discriminatorLoss } from './discriminator-loss.ts';
import type { Generator } from './generator.ts';
import { lossGen1 } from './loss-gen1.ts';
import { lossGen2 } from './loss-gen2.ts';

/** What a step computes before the weights move; owned by the caller. */
export interface StepGradients {
  /** The scalars to report, [count]. */
  readonly report: tf.Tensor1D;
  /** By the names of the parameters. */
  readonly gradients: Record<string, tf.Tensor>;
}

/** Strength of the gradient penalty (6). */
export interface PenaltyOptions {
  /** k, by default 10 · (height/1728)⁴; 0 leaves the penalty and its second derivatives out. */
  readonly k?: number;
  /** The exponent o, by default 4. */
  readonly order?: number;
}

/** The discriminator that a generator has to convince. */
export interface Adversary {
  readonly discriminator: Discriminator;
  readonly reconstructionWeight?: number;
  /** What a change costs beyond Loss_gen1; absent: nothing. */
  readonly penalty?: ChangePenaltyOptions;
  readonly dropoutSeed?: number;
}

/** What {@link discriminatorGradients} needs. */
export interface DiscriminatorStepInputs {
  /** x, real images of the target class, grey [N, H, W, 1]. */
  readonly real: tf.Tensor4D;
  /** y_fn, fakes, grey [N, H, W, 1]. */
  readonly fake: tf.Tensor4D;
  /** The parts whose gradients are wanted. */
  readonly parts: readonly DiscriminatorPart[];
  readonly penalty?: PenaltyOptions;
  readonly stabiliser?: boolean;
  readonly dropoutSeeds?: { readonly real: number; readonly fake: number };
}

/**
 * Gradients of Loss_gen1, or against an adversary of Loss_gen2, in the generator's parameters.
 *
 * Reports [loss, Loss_gen1], and against an adversary s(y_fn) as the third.
 */
export function generatorGradients(
  generator: Generator,
  source: tf.Tensor4D,
  adversary?: Adversary,
): StepGradients {
  return reportedGradients(generator.parameters, () => {
    const fake = generator.generate(source, { training: true });
    const gen1 = lossGen1(fake, source);
    if (adversary === undefined) return { loss: gen1, report: [gen1, gen1] };
    const { discriminator, dropoutSeed, reconstructionWeight = 1, penalty } = adversary;
    const raw = discriminator.score(discriminator.prepare(fake), seedOption(dropoutSeed));
    const gen2 = lossGen2(raw, gen1, { reconstructionWeight });
    const scoreFake: tf.Scalar = tf.sub(tf.mul(gen1, reconstructionWeight), gen2);
    const loss: tf.Scalar = penalty ? tf.add(gen2, changePenalty(fake, source, penalty)) : gen2;
    return { loss, report: [loss, gen1, scoreFake] };
  });
}

/**
 * Gradients of Loss_dis in the parameters of the given parts.
 *
 * Reports [loss, GP(x), s(x), s(y_fn)].
 */
export function discriminatorGradients(
  discriminator: Discriminator,
  inputs: DiscriminatorStepInputs,
): StepGradients {
  const { real, fake, parts, stabiliser = true, dropoutSeeds } = inputs;
  const trained = new Map(
    [...discriminator.parameters].filter(([name]) =>
      parts.includes(discriminator.parts.get(name) as DiscriminatorPart),
    ),
  );
  return reportedGradients(trained, () => {
    const scoreImages = (images: tf.Tensor4D): tf.Tensor2D =>
      discriminator.score(images, seedOption(dropoutSeeds?.real));
    const { raw, penalty } = penalisedScore(
      scoreImages,
      discriminator.prepare(real),
      inputs.penalty,
    );
    const rawFake = discriminator.score(
      discriminator.prepare(fake),
      seedOption(dropoutSeeds?.fake),
    );
    const parts = discriminatorLoss({ rawReal: raw, rawFake, penalty, stabiliser });
    const { loss, scoreReal, scoreFake } = parts;
    return { loss, report: [loss, penalty, scoreReal, scoreFake] };
  });
}

/** The raw scores and GP, equation (6), from one forward pass. */
function penalisedScore(
  score: (images: tf.Tensor4D) => tf.Tensor2D,
  images: tf.Tensor4D,
  { k = 10, order = 4 }: PenaltyOptions = {},
): { readonly raw: tf.Tensor2D; readonly penalty: tf.Scalar } {
  if (k === 0) return { raw: score(images), penalty: tf.scalar(0) };
  const ones = tf.ones<tf.Rank.R2>([images.shape[0], 1]);
  const { value, gradient } = valueAndInputGradient(score, images, ones);
  return { raw: value, penalty: gradientPenalty(gradient, { k, order }) };
}

function reportedGradients(
  variables: ReadonlyMap<string, tf.Variable>,
  evaluate: () => { readonly loss: tf.Scalar; readonly report: readonly tf.Scalar[] },
): StepGradients {
  return tf.tidy(() => {
    let kept: tf.Tensor1D | undefined;
    try {
      const { gradients } = valueAndVariableGradients(() => {
        const { loss, report } = evaluate();
        kept = tf.keep(tf.stack([...report])) as tf.Tensor1D;
        return loss;
      }, variables);
      return { report: tf.clone(kept as unknown as tf.Tensor1D), gradients };
    } finally {
      kept?.dispose();
    }
  });
}

function seedOption(dropoutSeed: number | undefined): { dropoutSeed?: number } {
  return dropoutSeed === undefined ? {} : { dropoutSeed };
}
