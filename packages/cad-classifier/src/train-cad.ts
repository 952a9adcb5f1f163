import { balancedBatch, type CaseLabel, type ImageSet, randomStream } from '@mammo/mammo-io';
import { imagenetNormalise, loadBatch } from '@mammo/mammo-io/tensors';
import { assignVariables, readVariables } from '@mammo/tfjs-safetensors';
import { Adam, valueAndVariableGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { areaUnderCurve } from './area-under-curve.ts';
import { type CadState, restoreState, saveState } from './cad-checkpoint.ts';
import { type CadLossOptions, cadLoss } from './cad-loss.ts';
import type { CadModel } from './cad-model.ts';
import {
  type CadPart,
  type CadPhase,
  type CadSchedule,
  cadSchedule,
  checkCadSchedule,
  rateOfStep,
} from './cad-schedule.ts';
import { score } from './score.ts';
import type {
  CadImages,
  CadStepLosses,
  CadTrainingResult,
  TrainCadOptions,
} from './train-cad-options.ts';

interface Training {
  readonly images: CadImages;
  readonly options: TrainCadOptions;
  readonly schedule: CadSchedule;
  readonly positives: readonly number[];
  readonly negatives: readonly number[];
}

/**
 * Trains a classifier in the phases of a schedule, and leaves it with the weights of the best validation AUC.
 *
 * All that is random is a function of the seed and the step. With `onCheckpoint` the training can be interrupted at
 * any moment and continued with `resumeFrom`: on the same engine it then takes the very same steps, to the last bit,
 * as if it had not been interrupted. One step reads one small tensor and gives way to other tasks once.
 *
 * @param model - its weights are trained in place
 * @throws RangeError if an option is out of range, a class is missing from the images, sizes do not match, or
 *   `resumeFrom` belongs to another configuration
 * @throws Error if the loss is no longer finite
 * @throws the signal's reason, when aborted
 * @see Zhou et al. (2021), Methods, doi 10.1038/s41467-021-27577-x
 */
export async function trainCad(
  model: CadModel,
  images: CadImages,
  options: TrainCadOptions,
): Promise<CadTrainingResult> {
  const training = prepare(model, images, options);
  const { schedule } = training;
  const { checkpointEvery = 100, onCheckpoint, resumeFrom, signal } = options;
  const configuration = { ...configurationOf(model, training), checkpointEvery };
  const optimiser = new Adam({ learningRate: 1e-3 });
  const state: CadState = { model, optimiser, position: { step: 0, sums: NO_SUMS, history: [] } };
  try {
    if (resumeFrom !== undefined) restoreState(state, resumeFrom, configuration);
    for (let rate = rateOfStep(schedule, state.position.step); rate; ) {
      signal?.throwIfAborted();
      const losses = await trainStep(state, rate, training);
      const validationAuc = await closeStep(state, losses, training);
      report(state, rate.phase, losses, validationAuc, training);
      const { step } = state.position;
      if (onCheckpoint && step % checkpointEvery === 0) {
        const checkpoint = await saveState(state, configuration);
        restoreState(state, checkpoint, configuration); // so that a resumed training starts from the same
        await onCheckpoint(checkpoint);
      }
      await nextTask();
      rate = rateOfStep(schedule, step);
    }
    if (state.bestWeights) assignVariables(model.parameters, state.bestWeights);
    const { step, best, history } = state.position;
    return { steps: step, bestStep: best?.step ?? step, bestAuc: best?.auc ?? 0, history };
  } finally {
    optimiser.dispose();
  }
}

const NO_SUMS = { loss: 0, focal: 0, penalty: 0, count: 0 };

function prepare(model: CadModel, images: CadImages, options: TrainCadOptions): Training {
  const schedule = options.schedule ?? cadSchedule('small');
  checkCadSchedule(schedule);
  const { checkpointEvery = 100 } = options;
  if (!Number.isSafeInteger(checkpointEvery) || checkpointEvery < 1) {
    throw new RangeError(
      `trainCad: checkpointEvery must be a positive integer, got ${checkpointEvery}`,
    );
  }
  for (const [name, set] of Object.entries(images) as [string, ImageSet][]) {
    checkSize(name, set, model);
    for (const label of ['positive', 'negative'] as const) {
      if (indicesOf(set, label).length === 0) {
        throw new RangeError(`trainCad: ${name} images must hold a ${label} one, got none`);
      }
    }
  }
  return {
    images,
    options,
    schedule,
    positives: indicesOf(images.training, 'positive'),
    negatives: indicesOf(images.training, 'negative'),
  };
}

function checkSize(name: string, { height, width }: ImageSet, { options }: CadModel): void {
  if (height !== options.height || width !== options.width) {
    throw new RangeError(
      `trainCad: ${name} images must be of the model's size ${options.height}×${options.width}, got ${height}×${width}`,
    );
  }
}

function indicesOf({ images }: ImageSet, label: CaseLabel): number[] {
  return images.flatMap((image, index) => (image.label === label ? [index] : []));
}

/** Everything that a resumed training must share with the one it continues. */
function configurationOf({ options: sizes }: CadModel, training: Training) {
  const { images, options, schedule } = training;
  return {
    sizes,
    schedule,
    seed: options.seed,
    trainingImages: images.training.images.length,
    validationImages: images.validation.images.length,
  };
}

async function trainStep(
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
    if (!Number.isFinite(loss)) {
      throw new Error(`trainCad: the loss of step ${step + 1} must be finite, got ${loss}`);
    }
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

/** Counts the step; validates after every so many and after the last. Returns the validation AUC, if measured. */
async function closeStep(
  state: CadState,
  losses: CadStepLosses,
  { images, options, schedule }: Training,
): Promise<number | undefined> {
  const { position } = state;
  const { sums } = position;
  position.step += 1;
  position.sums = {
    loss: sums.loss + losses.loss,
    focal: sums.focal + losses.focal,
    penalty: sums.penalty + losses.penalty,
    count: sums.count + 1,
  };
  const { step } = position;
  const isLast = rateOfStep(schedule, step) === undefined;
  if (step % schedule.validateEvery !== 0 && !isLast) return undefined;
  const auc = await validationAuc(state.model, images.validation, options);
  const { count } = position.sums;
  position.history.push({
    step,
    validationAuc: auc,
    loss: position.sums.loss / count,
    focal: position.sums.focal / count,
    penalty: position.sums.penalty / count,
  });
  position.sums = NO_SUMS;
  if (auc > (position.best?.auc ?? -1)) {
    position.best = { step, auc };
    state.bestWeights = await readVariables(state.model.parameters);
  }
  return auc;
}

async function validationAuc(
  model: CadModel,
  set: ImageSet,
  { validationBatch = 16, signal }: TrainCadOptions,
): Promise<number> {
  const { probabilities } = await score(model, set, {
    batch: validationBatch,
    ...(signal && { signal }),
  });
  const of = (label: CaseLabel) => indicesOf(set, label).map((index) => probabilities[index] ?? 0);
  return areaUnderCurve(of('positive'), of('negative'));
}

function report(
  { position }: CadState,
  phase: CadPhase,
  losses: CadStepLosses,
  validationAuc: number | undefined,
  { options, schedule }: Training,
): void {
  options.onStep?.({
    ...losses,
    phase: phase.name,
    step: position.step,
    totalSteps: schedule.phases.reduce((sum, { steps }) => sum + steps, 0),
    ...(validationAuc !== undefined && { validationAuc }),
    ...(position.best && { bestAuc: position.best.auc }),
  });
}

/** Lets other tasks, such as an abort, have their turn. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
