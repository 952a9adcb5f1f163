import { loadBatch } from '@mammo/mammo-io/tensors';
import { valueAndInputGradient } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import type { ResolvedOptions } from './attack-configuration.ts';
import { discriminatorGradients } from './attack-gradients.ts';
import { trainedParts } from './attack-stage.ts';
import type { Discriminator } from './discriminator.ts';
import { checkGrey } from './image-attack.ts';

/**
 * Tries the backbone on one image of each class before the training begins, so that a victim that cannot be attacked is
 * told apart from a training that fails.
 *
 * @throws RangeError if the images are not grey levels, or the features have not the shape, the values or the gradients
 *   that an attack needs
 */
export async function probeBackbone(
  discriminator: Discriminator,
  options: ResolvedOptions,
): Promise<void> {
  const { cohort, classes } = options;
  const indices = [classes.positives[0] as number, classes.negatives[0] as number];
  const grey = await loadBatch(cohort.training, indices);
  try {
    await checkGrey('trainAttack', grey);
    checkFeatures(grey, discriminator, options);
    await checkGradient(grey, discriminator);
    await checkTrainable(grey, discriminator, options);
  } finally {
    grey.dispose();
  }
}

function checkFeatures(
  grey: tf.Tensor4D,
  discriminator: Discriminator,
  { backbone }: ResolvedOptions,
): void {
  const { featureCount } = backbone;
  const { parameters } = discriminator;
  const shape = tf.tidy(
    () => backbone.features(discriminator.prepare(grey), { parameters }).shape,
  ) as readonly number[];
  if (shape.length !== 2 || shape[0] !== 2 || shape[1] !== featureCount) {
    throw new RangeError(
      `trainAttack: backbone.features must have shape [2, ${featureCount}] for 2 images, got [${shape}]`,
    );
  }
}

/** The gradient that the generator follows. */
async function checkGradient(grey: tf.Tensor4D, discriminator: Discriminator): Promise<void> {
  const measured = attempt('differentiable', () =>
    tf.tidy(() => {
      const ones = tf.ones<tf.Rank.R2>([2, 1]);
      const { value, gradient } = valueAndInputGradient(
        (images: tf.Tensor4D) => discriminator.score(images),
        discriminator.prepare(grey),
        ones,
      );
      return tf.stack([tf.sum(tf.abs(value)), tf.sum(tf.abs(gradient))]);
    }),
  );
  const [score, slope] = (await measured.data()) as Float32Array;
  measured.dispose();
  if (!Number.isFinite(score)) {
    throw new RangeError(`trainAttack: backbone.features must be finite, got ${score}`);
  }
  if (!Number.isFinite(slope) || slope === 0) {
    throw new RangeError(
      `trainAttack: backbone.features must have a gradient by the images that is finite and not zero everywhere, got ${slope}`,
    );
  }
}

/** The gradients that the discriminator follows, with the second derivatives of the penalty. */
async function checkTrainable(
  grey: tf.Tensor4D,
  discriminator: Discriminator,
  { penalty, schedule, stabiliser }: ResolvedOptions,
): Promise<void> {
  const stages = schedule.stages.filter(({ maxSteps }) => maxSteps > 0);
  const parts = [...new Set(stages.flatMap(({ name }) => trainedParts(name)))];
  if (parts.length === 0) return;
  const condition = penalty.k === 0 ? 'differentiable' : 'differentiable twice, or penalty.k 0';
  const { report, gradients } = attempt(condition, () =>
    discriminatorGradients(discriminator, { real: grey, fake: grey, parts, penalty, stabiliser }),
  );
  const values = await report.data();
  tf.dispose([report, ...Object.values(gradients)]);
  const wrong = [...values].find((value) => !Number.isFinite(value));
  if (wrong !== undefined) {
    throw new RangeError(`trainAttack: the discriminator's losses must be finite, got ${wrong}`);
  }
}

function attempt<T>(condition: string, compute: () => T): T {
  try {
    return compute();
  } catch (cause) {
    // what tfjs saved for a gradient that it then could not compute
    for (const { saved } of tf.engine().state.activeTape ?? []) tf.dispose(saved ?? []);
    const reason = (cause as Error).message;
    throw new RangeError(`trainAttack: backbone.features must be ${condition}, got: ${reason}`, {
      cause,
    });
  }
}
