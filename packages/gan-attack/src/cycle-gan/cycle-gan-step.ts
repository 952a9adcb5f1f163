import { Adam, valueAndVariableGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import type { Generator } from '../generator.ts';
import type { AttackDirection } from '../victim.ts';
import { leastSquaresGenerator, leastSquaresJudge, meanDistance } from './cycle-gan-losses.ts';
import type { PatchJudge } from './patch-judge.ts';

/** The four networks: the judge of a direction says whether images look like real ones of the class that it makes. */
export interface CycleNetworks {
  readonly generators: Readonly<Record<AttackDirection, Generator>>;
  readonly judges: Readonly<Record<AttackDirection, PatchJudge>>;
}

/** The weights of the terms beside the judges' verdict. */
export interface CycleWeights {
  /** λ of the cycle. */
  readonly cycle: number;
  /** Factor of the cycle's λ for images that are of the class already; 0 leaves the term out. */
  readonly identity: number;
}

/** Real images of both classes, [N, H, W, 1] in [0, 1]. */
export interface CycleImages {
  readonly positive: tf.Tensor4D;
  readonly negative: tf.Tensor4D;
}

/** Gradients of the generators' loss by `remove/…` and `insert/…`, and what the step reports; owned by the caller. */
export interface GeneratorsStep {
  readonly gradients: Record<string, tf.Tensor>;
  /** [loss, L_GAN of both, λ · cycle, λ · identity]. */
  readonly report: tf.Tensor1D;
  readonly fakes: Readonly<Record<AttackDirection, tf.Tensor4D>>;
}

/**
 * Gradients of what both generators minimise together. With R, who removes, I, who inserts, positive images p and
 * negative ones n:
 *
 *     L = L_GAN(R(p)) + L_GAN(I(n)) + λ (‖I(R(p)) − p‖₁ + ‖R(I(n)) − n‖₁) + λ·μ (‖I(p) − p‖₁ + ‖R(n) − n‖₁)
 *
 * @see Zhu et al. (2017), eq. 3 and Section 5.2, doi 10.1109/ICCV.2017.244
 */
export function generatorsStep(
  { generators, judges }: CycleNetworks,
  { positive, negative }: CycleImages,
  { cycle, identity }: CycleWeights,
): GeneratorsStep {
  const kept: { report?: tf.Tensor1D; fakes?: GeneratorsStep['fakes'] } = {};
  const remove = (x: tf.Tensor4D) => generators.remove.generate(x, { training: true });
  const insert = (x: tf.Tensor4D) => generators.insert.generate(x, { training: true });
  return tf.tidy(() => {
    const { gradients } = valueAndVariableGradients(() => {
      const fakes = { remove: remove(positive), insert: insert(negative) };
      const verdict: tf.Scalar = tf.add(
        leastSquaresGenerator(judges.remove.judge(fakes.remove)),
        leastSquaresGenerator(judges.insert.judge(fakes.insert)),
      );
      const round: tf.Scalar = tf.mul(
        tf.add(
          meanDistance(insert(fakes.remove), positive),
          meanDistance(remove(fakes.insert), negative),
        ),
        cycle,
      );
      const same: tf.Scalar =
        identity === 0
          ? tf.scalar(0)
          : tf.mul(
              tf.add(
                meanDistance(insert(positive), positive),
                meanDistance(remove(negative), negative),
              ),
              cycle * identity,
            );
      const loss: tf.Scalar = tf.add(tf.add(verdict, round), same);
      kept.report = tf.keep(tf.stack([loss, verdict, round, same])) as tf.Tensor1D;
      kept.fakes = {
        remove: tf.keep(tf.clone(fakes.remove)),
        insert: tf.keep(tf.clone(fakes.insert)),
      };
      return loss;
    }, generatorVariables(generators));
    return {
      gradients,
      report: kept.report as tf.Tensor1D,
      fakes: kept.fakes as GeneratorsStep['fakes'],
    };
  });
}

/** The weights of both generators by `remove/…` and `insert/…`. */
export function generatorVariables(
  generators: CycleNetworks['generators'],
): ReadonlyMap<string, tf.Variable> {
  return new Map(
    Object.entries(generators).flatMap(([direction, { parameters }]) =>
      [...parameters].map(([name, variable]) => [`${direction}/${name}`, variable] as const),
    ),
  );
}

/**
 * Gradients of a judge's loss, and the loss as [1]; owned by the caller.
 *
 * @param images - real ones of the judge's class, and fakes
 */
export function judgeStep(
  { judge, parameters }: PatchJudge,
  { real, fake }: { readonly real: tf.Tensor4D; readonly fake: tf.Tensor4D },
): { readonly gradients: Record<string, tf.Tensor>; readonly loss: tf.Scalar } {
  const { value, gradients } = valueAndVariableGradients(
    () => leastSquaresJudge({ real: judge(real), fake: judge(fake) }),
    parameters,
  );
  return { gradients, loss: value };
}

/** β of the CycleGAN: 0.5 and 0.999. */
export function cycleGanAdam(learningRate: number): Adam {
  return new Adam({ learningRate, beta1: 0.5, beta2: 0.999 });
}
