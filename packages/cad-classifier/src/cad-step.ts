import { balancedBatch, type CaseLabel, randomStream } from '@mammo/mammo-io';
import { imagenetNormalise, loadBatch } from '@mammo/mammo-io/tensors';
import { type Adam, valueAndVariableGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import type { CadState } from './cad-checkpoint.ts';
import { type CadLossOptions, cadLoss } from './cad-loss.ts';
import type { CadModel } from './cad-model.ts';
import type { CadPart, CadPhase, CadSchedule } from './cad-schedule.ts';
import type { CadImages, CadStepLosses, TrainCadOptions } from './train-cad-options.ts';

/** A training's images, options and schedule, checked. */
export interface Training {
  readonly images: CadImages;
  readonly options: TrainCadOptions;
  readonly schedule: CadSchedule;
  readonly positives: readonly number[];
  readonly negatives: readonly number[];
}

/** Takes one step: loads a balanced batch, goes forward and back, and moves the weights. */
export async function trainStep(
  { model, optimiser, position }: CadState,
  { phase, factor }: { readonly phase: CadPhase; readonly factor: number },
  training: Training,
): Promise<CadStepLosses> {
  const { step } = position;
  const { positives, negatives } = await loadClasses(training, step);
  const { options, schedule } = training;
  const dropoutSeed = randomStream(options.seed, 'dropout', step).integer(2 ** 31);
  const terms = tf.tidy(() => {
    const batch = {
      positives: imagenetNormalise(positives),
      negatives: imagenetNormalise(negatives),
    };
    return update(model, optimiser, batch, {
      loss: { ...schedule.loss, dropoutSeed },
      phase,
      factor,
    });
  });
  try {
    const [loss = 0, focal = 0, penalty = 0] = await terms.data();
    return { loss, focal, penalty };
  } finally {
    tf.dispose([terms, positives, negatives]);
  }
}

/** One forward and backward pass and one step of Adam; returns [loss, focal losses, penalty]. */
function update(
  model: CadModel,
  optimiser: Adam,
  batch: { readonly positives: tf.Tensor4D; readonly negatives: tf.Tensor4D },
  settings: { readonly loss: CadLossOptions; readonly phase: CadPhase; readonly factor: number },
): tf.Tensor1D {
  const rates = Object.entries(settings.phase.learningRates) as [CadPart, number][];
  const trained = new Map(
    [...model.parameters].filter(([name]) => rates.some(([part]) => name.startsWith(`${part}.`))),
  );
  let focal: tf.Tensor | undefined;
  let penalty: tf.Tensor | undefined;
  const { value, gradients } = valueAndVariableGradients(() => {
    const terms = cadLoss(model, batch, settings.loss);
    focal = tf.keep(tf.add(terms.focalPositive, terms.focalNegative));
    penalty = tf.keep(terms.penalty);
    return terms.loss;
  }, trained);
  for (const [part, rate] of rates) {
    const own = Object.entries(gradients).filter(([name]) => name.startsWith(`${part}.`));
    optimiser.apply(trained, Object.fromEntries(own), rate * settings.factor);
  }
  const terms = [value, focal, penalty] as tf.Scalar[];
  const stacked = tf.stack(terms) as tf.Tensor1D;
  tf.dispose([focal, penalty] as tf.Tensor[]);
  return stacked;
}

async function loadClasses(
  { images, options, schedule, positives, negatives }: Training,
  step: number,
) {
  const { seed } = options;
  const { augmentation, perClass } = schedule;
  const batch = balancedBatch({ positives, negatives, perClass, seed }, step);
  const load = (label: CaseLabel, indices: readonly number[]) =>
    loadBatch(images.training, indices, {
      ...(augmentation && { augmentation }),
      random: randomStream(seed, 'augmentation', label, step),
    });
  return {
    positives: await load('positive', batch.positives),
    negatives: await load('negative', batch.negatives),
  };
}
