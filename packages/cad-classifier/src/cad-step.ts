import { balancedBatch, type CaseLabel, randomStream } from '@mammo/mammo-io';
import { imagenetNormalise, loadBatch } from '@mammo/mammo-io/tensors';
import { type Adam, valueAndVariableGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import type { CadState } from './cad-checkpoint.ts';
import { type CadLossOptions, cadLoss } from './cad-loss.ts';
import type { CadModel } from './cad-model.ts';
import type { CadPhase, CadSchedule } from './cad-schedule.ts';
import { type CadBatch, gradientsInPasses } from './gradients-in-passes.ts';
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
  const settings: StepSettings = {
    loss: { ...schedule.loss, dropoutSeed },
    rates: Object.entries(phase.learningRates).map(([part, rate]) => [part, rate * factor]),
    variables: partsOf(model, Object.keys(phase.learningRates)),
  };
  const batch = tf.tidy(() => ({
    positives: imagenetNormalise(positives),
    negatives: imagenetNormalise(negatives),
  }));
  tf.dispose([positives, negatives]);
  try {
    return await (schedule.imagesAtOnce === undefined
      ? stepAtOnce(model, optimiser, batch, settings)
      : stepInPasses(model, optimiser, batch, {
          ...settings,
          imagesAtOnce: schedule.imagesAtOnce,
        }));
  } finally {
    tf.dispose(Object.values(batch));
  }
}

interface StepSettings {
  readonly loss: CadLossOptions;
  /** Learning rates by part of the network. */
  readonly rates: readonly (readonly [part: string, rate: number])[];
  /** What is trained. */
  readonly variables: ReadonlyMap<string, tf.Variable>;
}

const partsOf = (model: CadModel, parts: readonly string[]): ReadonlyMap<string, tf.Variable> =>
  new Map(
    [...model.parameters].filter(([name]) => parts.some((part) => name.startsWith(`${part}.`))),
  );

/** One forward and backward pass and one step of Adam, with one read. */
async function stepAtOnce(
  model: CadModel,
  optimiser: Adam,
  batch: CadBatch,
  settings: StepSettings,
): Promise<CadStepLosses> {
  const terms = tf.tidy(() => {
    let focal: tf.Tensor | undefined;
    let penalty: tf.Tensor | undefined;
    const { value, gradients } = valueAndVariableGradients(() => {
      const loss = cadLoss(model, batch, settings.loss);
      focal = tf.keep(tf.add(loss.focalPositive, loss.focalNegative));
      penalty = tf.keep(loss.penalty);
      return loss.loss;
    }, settings.variables);
    applyGradients(optimiser, gradients, settings);
    const stacked = tf.stack([value, focal, penalty] as tf.Scalar[]);
    tf.dispose([focal, penalty] as tf.Tensor[]);
    return stacked;
  });
  try {
    const [loss = 0, focal = 0, penalty = 0] = await terms.data();
    return { loss, focal, penalty };
  } finally {
    terms.dispose();
  }
}

async function stepInPasses(
  model: CadModel,
  optimiser: Adam,
  batch: CadBatch,
  settings: StepSettings & { readonly imagesAtOnce: number },
): Promise<CadStepLosses> {
  const { losses, gradients } = await gradientsInPasses(model, batch, settings);
  tf.tidy(() => applyGradients(optimiser, gradients, settings));
  tf.dispose(Object.values(gradients));
  return losses;
}

function applyGradients(
  optimiser: Adam,
  gradients: Readonly<Record<string, tf.Tensor>>,
  { rates, variables }: StepSettings,
): void {
  for (const [part, rate] of rates) {
    const own = Object.entries(gradients).filter(([name]) => name.startsWith(`${part}.`));
    optimiser.apply(variables, Object.fromEntries(own), rate);
  }
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
