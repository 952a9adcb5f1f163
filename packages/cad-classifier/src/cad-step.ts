import { balancedBatch, randomStream } from '@mammo/mammo-io';
import { imagenetNormalise, loadBatch } from '@mammo/mammo-io/tensors';
import { type Adam, type StepRecorder, valueAndVariableGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import type { CadState } from './cad-checkpoint.ts';
import { type CadLossOptions, cadLoss } from './cad-loss.ts';
import type { CadModel } from './cad-model.ts';
import type { CadPhase, CadSchedule } from './cad-schedule.ts';
import { gradientsInPasses } from './gradients-in-passes.ts';
import type {
  AdversaryTurn,
  CadImages,
  CadStepLosses,
  TrainCadOptions,
} from './train-cad-options.ts';

/** A training's images, options and schedule, checked. */
export interface Training {
  readonly images: CadImages;
  readonly options: TrainCadOptions;
  readonly schedule: CadSchedule;
  readonly positives: readonly number[];
  readonly negatives: readonly number[];
  readonly recorder: StepRecorder;
}

/** Takes one step: loads a balanced batch, goes forward and back, and moves the weights. */
export async function trainStep(
  { model, optimiser, position }: CadState,
  { phase, factor }: { readonly phase: CadPhase; readonly factor: number },
  training: Training,
): Promise<CadStepLosses> {
  const { step } = position;
  const grey = await loadClasses(training, step);
  const { options, schedule } = training;
  const dropoutSeed = randomStream(options.seed, 'dropout', step).integer(2 ** 31);
  const settings: StepSettings = {
    loss: { ...schedule.loss, dropoutSeed },
    rates: Object.fromEntries(
      Object.entries(phase.learningRates).map(([part, rate]) => [part, rate * factor]),
    ),
    variables: partsOf(model, Object.keys(phase.learningRates)),
  };
  try {
    return await (schedule.imagesAtOnce === undefined
      ? stepAtOnce(model, optimiser, grey, { ...settings, recorder: training.recorder })
      : stepInPasses(model, optimiser, grey, {
          ...settings,
          imagesAtOnce: schedule.imagesAtOnce,
        }));
  } finally {
    tf.dispose(Object.values(grey));
  }
}

interface StepSettings {
  readonly loss: CadLossOptions;
  /** Learning rates by part of the network. */
  readonly rates: Readonly<Record<string, number>>;
  /** What is trained. */
  readonly variables: ReadonlyMap<string, tf.Variable>;
}

const partsOf = (model: CadModel, parts: readonly string[]): ReadonlyMap<string, tf.Variable> =>
  new Map(
    [...model.parameters].filter(([name]) => parts.some((part) => name.startsWith(`${part}.`))),
  );

/** Grey images of each class, [N, H, W, 1] in [0, 1]. */
interface GreyBatch {
  readonly positives: tf.Tensor4D;
  readonly negatives: tf.Tensor4D;
}

const normalised = ({ positives, negatives }: GreyBatch) => ({
  positives: imagenetNormalise(positives),
  negatives: imagenetNormalise(negatives),
});

/** One forward and backward pass and one step of Adam, with one read. */
async function stepAtOnce(
  model: CadModel,
  optimiser: Adam,
  grey: GreyBatch,
  { recorder, ...settings }: StepSettings & { readonly recorder: StepRecorder },
): Promise<CadStepLosses> {
  const { loss: lossOptions, rates, variables } = settings;
  const { dropoutSeed = 0, ...options } = lossOptions;
  const call = {
    structure: JSON.stringify([options, Object.keys(rates)]),
    tensors: [grey.positives, grey.negatives],
    numbers: { ...rates, dropoutSeed },
  };
  const [terms] = recorder.run(call, () => {
    let focal: tf.Tensor | undefined;
    let penalty: tf.Tensor | undefined;
    const { value, gradients } = valueAndVariableGradients(() => {
      const loss = cadLoss(model, normalised(grey), lossOptions);
      focal = tf.keep(tf.add(loss.focalPositive, loss.focalNegative));
      penalty = tf.keep(loss.penalty);
      return loss.loss;
    }, variables);
    applyGradients(optimiser, gradients, settings, (part) => recorder.number(part));
    const stacked = tf.stack([value, focal, penalty] as tf.Scalar[]);
    tf.dispose([focal, penalty] as tf.Tensor[]);
    return [stacked];
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
  grey: GreyBatch,
  settings: StepSettings & { readonly imagesAtOnce: number },
): Promise<CadStepLosses> {
  const batch = tf.tidy(() => normalised(grey));
  try {
    const { losses, gradients } = await gradientsInPasses(model, batch, settings);
    applyGradients(optimiser, gradients, settings, (part) => settings.rates[part]!);
    tf.dispose(Object.values(gradients));
    return losses;
  } finally {
    tf.dispose(Object.values(batch));
  }
}

/** Each part of the network has its own rate. */
function applyGradients(
  optimiser: Adam,
  gradients: Readonly<Record<string, tf.Tensor>>,
  { rates, variables }: Pick<StepSettings, 'rates' | 'variables'>,
  rateOf: (part: string) => number,
): void {
  for (const part of Object.keys(rates)) {
    const own = Object.entries(gradients).filter(([name]) => name.startsWith(`${part}.`));
    optimiser.apply(variables, Object.fromEntries(own), () => rateOf(part));
  }
}

async function loadClasses(training: Training, step: number): Promise<GreyBatch> {
  const { perClass } = training.schedule;
  const batch = balancedBatch({ ...training, perClass, seed: training.options.seed }, step);
  const positives = await loadClass(training, { label: 'positive', step }, batch.positives);
  try {
    const turn = { label: 'negative', step } as const;
    return { positives, negatives: await loadClass(training, turn, batch.negatives) };
  } catch (error) {
    positives.dispose();
    throw error;
  }
}

/** Images of one class, as the adversary leaves them. */
async function loadClass(
  { images: { training }, options: { seed, adversary }, schedule: { augmentation } }: Training,
  turn: Omit<AdversaryTurn, 'images'>,
  indices: readonly number[],
): Promise<tf.Tensor4D> {
  const images = await loadBatch(training, indices, {
    ...(augmentation && { augmentation }),
    random: randomStream(seed, 'augmentation', turn.label, turn.step),
  });
  if (adversary === undefined) return images;
  try {
    const changed = await adversary({ ...turn, images });
    if (changed !== images && String(changed.shape) === String(images.shape)) return changed;
    if (changed !== images) changed.dispose();
    throw new RangeError(
      `trainCad: adversary must return a new tensor of shape [${images.shape}], got ${changed === images ? 'its images' : `[${changed.shape}]`}`,
    );
  } finally {
    images.dispose();
  }
}
