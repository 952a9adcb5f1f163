import { balancedBatch, randomStream } from '@mammo/mammo-io';
import { loadBatch } from '@mammo/mammo-io/tensors';
import { type Adam, StepRecorder } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { checkWeights } from '../attack-checkpoint.ts';
import { digestOf } from '../attack-configuration.ts';
import { AttackDivergedError } from '../attack-diverged.ts';
import { type AttackValidation, measureAttack } from '../attack-validation.ts';
import { Divergence } from '../divergence.ts';
import { createGenerator } from '../generator.ts';
import { generatorAttack } from '../image-attack.ts';
import type { AttackDirection, Victim } from '../victim.ts';
import {
  type CycleGanState,
  restoreCycleGanState,
  saveCycleGanState,
} from './cycle-gan-checkpoint.ts';
import {
  type CycleImages,
  cycleGanAdam,
  generatorsStep,
  generatorVariables,
  judgeStep,
} from './cycle-gan-step.ts';
import { HistoryPool } from './history-pool.ts';
import { createPatchJudge } from './patch-judge.ts';
import {
  type CycleGanLosses,
  type CycleGanTrainingResult,
  type ResolvedCycleGanOptions,
  resolveCycleGanOptions,
  type TrainCycleGanOptions,
} from './train-cycle-gan-options.ts';

const DIRECTIONS = ['remove', 'insert'] as const;

/**
 * Trains a CycleGAN, whose two generators learn to remove and to insert cancer from images of both classes alone: it never
 * sees a classifier, and any may be its victim.
 *
 * All that is random is a function of the seed and the step; with `onCheckpoint` the training can be interrupted and
 * continued with `resumeFrom`, to the last bit on the same engine.
 *
 * **Differences** from the paper: the generators are the U-Net of this package instead of the residual network, so that
 * both attacks differ by how they learn; convolutions pad with zeros; the learning rate falls by the step, not by the epoch.
 *
 * @throws RangeError if an option is out of range, a class is missing from the images, sizes do not match, or
 *   `resumeFrom` belongs to another configuration
 * @throws AttackDivergedError if a loss or a weight is no longer finite; it holds the last good checkpoint
 * @throws the signal's reason, when aborted
 * @see Becker et al. (2018), Injecting and removing malignant features in mammography with CycleGAN, arXiv 1811.07767
 * @see Zhu et al. (2017), Unpaired image-to-image translation, doi 10.1109/ICCV.2017.244
 */
export async function trainCycleGan(
  options: TrainCycleGanOptions,
): Promise<CycleGanTrainingResult> {
  const resolved = resolveCycleGanOptions(options);
  const state = startState(resolved);
  const { generators } = state.networks;
  try {
    await train(state, resolved);
    const { step: steps, history } = state;
    const { attack } = generatorAttack('cycle-gan', generators);
    return { generators, attack, steps, history };
  } catch (error) {
    for (const direction of DIRECTIONS) generators[direction].dispose();
    if (!(error instanceof Divergence)) throw error;
    const { quantity, value, condition } = error;
    const { step, lastCheckpoint } = state;
    throw new AttackDivergedError(
      `${quantity} must ${condition}, got ${value} in step ${step}`,
      { step, quantity, value, ...(lastCheckpoint && { lastCheckpoint }) },
      'trainCycleGan',
    );
  } finally {
    for (const direction of DIRECTIONS) {
      state.networks.judges[direction].dispose();
    }
    for (const optimiser of Object.values(state.optimisers)) optimiser.dispose();
  }
}

function startState({
  generator,
  judge,
  learningRate,
  poolSize,
  seed,
}: ResolvedCycleGanOptions): CycleGanState {
  const networksOf = (direction: AttackDirection) => ({
    generator: createGenerator(generator, {
      seed: randomStream(seed, 'cycle', direction).integer(2 ** 31),
    }),
    judge: createPatchJudge(judge, { seed, name: direction }),
  });
  const [remove, insert] = [networksOf('remove'), networksOf('insert')];
  const adam = (): Adam => cycleGanAdam(learningRate);
  return {
    networks: {
      generators: { remove: remove.generator, insert: insert.generator },
      judges: { remove: remove.judge, insert: insert.judge },
    },
    optimisers: { generators: adam(), remove: adam(), insert: adam() },
    pools: { remove: new HistoryPool(poolSize), insert: new HistoryPool(poolSize) },
    recorder: new StepRecorder(),
    step: 0,
    history: [],
  };
}

async function train(state: CycleGanState, options: ResolvedCycleGanOptions): Promise<void> {
  const { steps, reportEvery, checkpointEvery, onCheckpoint, onStep, signal } = options;
  const configuration = configurationOf(options);
  if (options.resumeFrom) restoreCycleGanState(state, options.resumeFrom, configuration);
  while (state.step < steps) {
    signal?.throwIfAborted();
    const losses = await runStep(state, options);
    state.step++;
    const { step } = state;
    if (step % reportEvery === 0 || step === steps) {
      const validation = await validate(state, options);
      state.history.push({ step, ...losses, ...(validation && { validation }) });
    }
    onStep?.({ step, ...losses });
    if (onCheckpoint && step % checkpointEvery === 0) {
      const checkpoint = await saveCycleGanState(state, configuration);
      restoreCycleGanState(state, checkpoint, configuration); // so that a resumed training starts from the same
      await onCheckpoint(checkpoint);
      state.lastCheckpoint = checkpoint;
    }
    await new Promise((resolve) => setTimeout(resolve, 0)); // gives way to timers, signals, input and output
  }
  for (const direction of DIRECTIONS) {
    const { parameters } = state.networks.generators[direction];
    for (const [name, variable] of parameters) {
      const data = (await variable.data()) as Float32Array;
      checkWeights({ [name]: { data, shape: variable.shape } }, direction);
    }
  }
}

/** The generators learn from fresh fakes, unless the judges are alone yet; then each judge from fakes of its pool. */
async function runStep(
  state: CycleGanState,
  options: ResolvedCycleGanOptions,
): Promise<CycleGanLosses> {
  const images = await loadImages(state.step, options);
  try {
    const { values, fakes } =
      state.step < options.judgeWarmUp
        ? await unchanged(images)
        : await trainGenerators(state, images, options);
    for (const direction of DIRECTIONS) {
      const real = direction === 'remove' ? images.negative : images.positive;
      values.push(await trainJudge(state, direction, { real, fakes: fakes[direction] }, options));
    }
    return lossesOf(values);
  } finally {
    tf.dispose([images.positive, images.negative]);
  }
}

/** What the generators' step reports, and their fakes. */
interface GeneratorsTurn {
  readonly values: number[];
  readonly fakes: Readonly<Record<AttackDirection, Float32Array[]>>;
}

/** The turn of generators that do not learn yet and change nothing. */
async function unchanged({ positive, negative }: CycleImages): Promise<GeneratorsTurn> {
  return {
    values: [0, 0, 0, 0],
    fakes: { remove: await eachOf(positive), insert: await eachOf(negative) },
  };
}

/** Fakes of the images, and one step of both generators. */
async function trainGenerators(
  { networks, optimisers, recorder, step }: CycleGanState,
  images: CycleImages,
  options: ResolvedCycleGanOptions,
): Promise<GeneratorsTurn> {
  const call = {
    structure: 'generators',
    tensors: [images.positive, images.negative],
    numbers: { rate: learningRateAt(step, options) },
  };
  const [report, removed, inserted] = recorder.run(call, () => {
    const { gradients, report, fakes } = generatorsStep(networks, images, options.weights);
    optimisers.generators.apply(generatorVariables(networks.generators), gradients, () =>
      recorder.number('rate'),
    );
    return [report, fakes.remove, fakes.insert];
  });
  try {
    return {
      values: [...(await report.data())],
      fakes: { remove: await eachOf(removed), insert: await eachOf(inserted) },
    };
  } finally {
    tf.dispose([report, removed, inserted]);
  }
}

/** The loss of a judge, which is shown real images and what the pool makes of the fakes. */
async function trainJudge(
  { networks, optimisers, pools, recorder, step }: CycleGanState,
  direction: AttackDirection,
  { real, fakes }: { readonly real: tf.Tensor4D; readonly fakes: readonly Float32Array[] },
  options: ResolvedCycleGanOptions,
): Promise<number> {
  const shown = pools[direction].exchange(
    fakes,
    randomStream(options.seed, 'pool', direction, step),
  );
  const fake = tf.tidy(() => tf.stack(shown.map((image) => tf.tensor(image, real.shape.slice(1))))); // [N, H, W, 1]
  const call = {
    structure: direction,
    tensors: [real, fake],
    numbers: {
      rate: learningRateAt(step, { ...options, learningRate: options.judgeLearningRate }),
    },
  };
  const [loss] = recorder.run(call, () => {
    const judge = networks.judges[direction];
    const { gradients, loss } = judgeStep(judge, { real, fake: fake as tf.Tensor4D });
    optimisers[direction].apply(judge.parameters, gradients, () => recorder.number('rate'));
    return [loss];
  });
  fake.dispose();
  const [value] = await loss.data();
  loss.dispose();
  return value as number;
}

/** The images of a batch as they would be stored, in [0, 1]. */
async function eachOf(images: tf.Tensor4D): Promise<Float32Array[]> {
  const [count, height, width] = images.shape;
  const levels = (await images.data()).map((level) => Math.min(1, Math.max(0, level)));
  const size = height * width;
  return Array.from({ length: count }, (_, i) =>
    Float32Array.from(levels.subarray(i * size, (i + 1) * size)),
  );
}

/**
 * η until half of the steps are done, then in equal steps to 0.
 *
 * @see Zhu et al. (2017), Section 4: 100 epochs and 100 epochs
 */
export function learningRateAt(
  step: number,
  { steps, learningRate }: Pick<ResolvedCycleGanOptions, 'steps' | 'learningRate'>,
): number {
  const half = Math.ceil(steps / 2);
  return learningRate * Math.min(1, (steps - step) / (steps - half + 1));
}

async function loadImages(
  step: number,
  { cohort, classes, batch, seed, augmentation }: ResolvedCycleGanOptions,
): Promise<CycleImages> {
  const indices = balancedBatch({ ...classes, perClass: batch, seed }, step);
  const load = (own: readonly number[], label: string) =>
    loadBatch(
      cohort.training,
      own,
      augmentation ? { augmentation, random: randomStream(seed, 'augmentation', label, step) } : {},
    );
  return {
    positive: await load(indices.positives, 'positive'),
    negative: await load(indices.negatives, 'negative'),
  };
}

function lossesOf(values: readonly number[]): CycleGanLosses {
  const [lossGenerators, verdict, cycle, identity, remove, insert] = values as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const losses = { lossGenerators, verdict, cycle, identity };
  const judges = { remove, insert };
  for (const [name, value] of [...Object.entries(losses), ...Object.entries(judges)]) {
    if (!Number.isFinite(value)) throw new Divergence(name, value, 'stay finite');
  }
  return { ...losses, lossJudges: judges };
}

async function validate(
  { networks: { generators } }: CycleGanState,
  { victim, cohort, seed, signal }: ResolvedCycleGanOptions,
): Promise<Readonly<Record<AttackDirection, AttackValidation>> | undefined> {
  if (victim === undefined || cohort.validation === undefined) return undefined;
  const shared = { victim: victim as Victim, images: cohort.validation, count: 128, seed, signal };
  return {
    remove: await measureAttack(generators.remove, { ...shared, direction: 'remove' }),
    insert: await measureAttack(generators.insert, { ...shared, direction: 'insert' }),
  };
}

/** What makes the steps of a training what they are. */
function configurationOf(options: ResolvedCycleGanOptions): unknown {
  const { generator, steps, judgeWarmUp, seed, batch, learningRate, judgeLearningRate } = options;
  const { weights, judge, poolSize, augmentation, reportEvery, checkpointEvery, cohort } = options;
  return {
    ...{ generator, steps, judgeWarmUp, seed, batch, learningRate, judgeLearningRate },
    ...{ weights, judge, poolSize, augmentation },
    ...{ reportEvery, checkpointEvery, training: digestOf(cohort.training) },
  };
}
