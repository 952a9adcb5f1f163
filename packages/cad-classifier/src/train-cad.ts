import type { CaseLabel, ImageSet } from '@mammo/mammo-io';
import { assignVariables, readVariables } from '@mammo/tfjs-safetensors';
import { Adam, StepRecorder } from '@mammo/tfjs-second-order';
import { areaUnderCurve } from './area-under-curve.ts';
import { type CadState, restoreState, saveState } from './cad-checkpoint.ts';
import type { CadModel } from './cad-model.ts';
import { type CadPhase, cadSchedule, checkCadSchedule, rateOfStep } from './cad-schedule.ts';
import { type Training, trainStep } from './cad-step.ts';
import { lossLimit, NO_TREND, withLoss } from './loss-trend.ts';
import { score } from './score.ts';
import type {
  CadImages,
  CadStepLosses,
  CadTrainingResult,
  TrainCadOptions,
} from './train-cad-options.ts';
import { TrainingDivergedError } from './training-diverged-error.ts';

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
 * @throws TrainingDivergedError if the loss runs away or a number is no longer finite; the model then has the last good weights
 * @throws the signal's reason, when aborted
 * @see Zhou et al. (2021), Methods, doi 10.1038/s41467-021-27577-x
 */
export async function trainCad(
  model: CadModel,
  images: CadImages,
  options: TrainCadOptions,
): Promise<CadTrainingResult> {
  const training = prepare(model, images, options);
  const { checkpointEvery = 100, resumeFrom } = options;
  const configuration = { ...configurationOf(model, training), checkpointEvery };
  const optimiser = new Adam({ learningRate: 1e-3 });
  const position = { step: 0, sums: NO_SUMS, history: [], trend: NO_TREND };
  const state: CadState = { model, optimiser, position };
  const run: Run = { state, configuration };
  try {
    if (resumeFrom !== undefined) {
      restoreState(state, resumeFrom, configuration);
      run.checkpoint = resumeFrom;
    }
    const endedBy = await runSchedule(run, training);
    if (state.bestWeights) assignVariables(model.parameters, state.bestWeights);
    const { step, best, history } = state.position;
    return { steps: step, bestStep: best?.step ?? step, bestAuc: best?.auc ?? 0, endedBy, history };
  } catch (error) {
    throw error instanceof Diverged ? keepGoodWeights(run, error.message) : error;
  } finally {
    optimiser.dispose();
  }
}

/** A training under way. */
interface Run {
  readonly state: CadState;
  readonly configuration: unknown;
  /** The last one that was written. */
  checkpoint?: Uint8Array;
}

async function runSchedule(run: Run, training: Training): Promise<CadTrainingResult['endedBy']> {
  const { state } = run;
  const { schedule, options } = training;
  for (let rate = rateOfStep(schedule, state.position.step); rate; ) {
    if (isStale(state, options)) return 'patience';
    options.signal?.throwIfAborted();
    const losses = await trainStep(state, rate, training);
    const validationAuc = await closeStep(state, losses, training);
    report(state, rate.phase, losses, validationAuc, training);
    await writeCheckpoint(run, options);
    await nextTask();
    rate = rateOfStep(schedule, state.position.step);
  }
  return 'schedule';
}

/** Whether there was nothing better for too long. */
function isStale(
  { position: { best, history } }: CadState,
  { patience }: TrainCadOptions,
): boolean {
  if (patience === undefined || best === undefined) return false;
  return history.filter(({ step }) => step > best.step).length >= patience;
}

async function writeCheckpoint(
  run: Run,
  { checkpointEvery = 100, onCheckpoint }: TrainCadOptions,
): Promise<void> {
  const { state, configuration } = run;
  if (!onCheckpoint || state.position.step % checkpointEvery !== 0) return;
  const checkpoint = await saveState(state, configuration);
  if (checkpoint === undefined) throw new Diverged('a weight is not finite');
  restoreState(state, checkpoint, configuration); // so that a resumed training starts from the same
  run.checkpoint = checkpoint;
  await onCheckpoint(checkpoint);
}

/** What {@link keepGoodWeights} turns into the error that callers see. */
class Diverged extends Error {}

/** Gives the model the weights of the best validation, else of the last checkpoint. */
function keepGoodWeights(
  { state, configuration, checkpoint }: Run,
  reason: string,
): TrainingDivergedError {
  const { step } = state.position;
  if (state.bestWeights && state.position.best) {
    assignVariables(state.model.parameters, state.bestWeights);
    return new TrainingDivergedError({ step, reason, keptStep: state.position.best.step });
  }
  if (checkpoint === undefined) return new TrainingDivergedError({ step, reason });
  restoreState(state, checkpoint, configuration);
  return new TrainingDivergedError({ step, reason, keptStep: state.position.step });
}

const DIVERGENCE_FACTOR = 10;
const NO_SUMS = { loss: 0, focal: 0, penalty: 0, count: 0 };

function prepare(model: CadModel, images: CadImages, options: TrainCadOptions): Training {
  const schedule = options.schedule ?? cadSchedule('small');
  checkCadSchedule(schedule);
  const { checkpointEvery = 100, patience = 1, divergenceFactor = DIVERGENCE_FACTOR } = options;
  for (const [name, count] of Object.entries({ checkpointEvery, patience })) {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new RangeError(`trainCad: ${name} must be a positive integer, got ${count}`);
    }
  }
  if (!(divergenceFactor > 1)) {
    throw new RangeError(
      `trainCad: divergenceFactor must be greater than 1, got ${divergenceFactor}`,
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
    recorder: new StepRecorder(),
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
    patience: options.patience,
    ...(options.adversary && { adversary: true }),
    trainingImages: images.training.images.length,
    validationImages: images.validation.images.length,
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
  if (!Number.isFinite(losses.loss)) throw new Diverged(`the loss became ${losses.loss}`);
  position.trend = withLoss(position.trend, losses.loss);
  const limit = lossLimit(position.trend, options.divergenceFactor ?? DIVERGENCE_FACTOR);
  if (position.trend.recent > limit) {
    throw new Diverged(
      `the mean loss must stay below ${limit.toPrecision(3)}, got ${position.trend.recent.toPrecision(3)}`,
    );
  }
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
  if (!probabilities.every(Number.isFinite)) throw new Diverged('a validation score is not finite');
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
