import { balancedBatch, randomStream } from '@mammo/mammo-io';
import { loadBatch } from '@mammo/mammo-io/tensors';
import { assignVariables, readVariables } from '@mammo/tfjs-safetensors';
import {
  type AttackState,
  checkWeights,
  generatorVariables,
  restoreState,
  saveState,
} from './attack-checkpoint.ts';
import {
  attackConfiguration,
  type ResolvedOptions,
  resolveOptions,
} from './attack-configuration.ts';
import { AttackDivergedError } from './attack-diverged.ts';
import { dismissPlayers, gatherPlayers, trainStep } from './attack-players.ts';
import {
  type AttackLosses,
  leaveStage,
  needsValidation,
  recordRow,
  recordStep,
  stageIsOver,
  startOf,
} from './attack-position.ts';
import { probeBackbone } from './attack-probe.ts';
import { type AttackStage, trainsGenerator } from './attack-stage.ts';
import { type AttackValidation, createAttackValidator } from './attack-validation.ts';
import { createDiscriminator } from './discriminator.ts';
import { Divergence } from './divergence.ts';
import { createGenerator, type Generator } from './generator.ts';
import { encodeGenerator } from './generator-weights.ts';
import { generatorAttack } from './image-attack.ts';
import type { AttackTrainingResult, TrainAttackOptions } from './train-attack-options.ts';

/**
 * Trains a generator whose fakes fool the victim, in the stages of a schedule.
 *
 * The victim may be any classifier: it gives scores, and a backbone that the discriminator copies. One that only gives
 * scores is attacked through a `surrogate`.
 *
 * All that is random is a function of the seed and the step. With `onCheckpoint` the training can be interrupted at
 * any moment and continued with `resumeFrom`: on the same engine it then takes the very same steps, to the last bit,
 * as if it had not been interrupted. One step reads one small tensor and gives way to other tasks once.
 *
 * @throws RangeError if an option is out of range, a class is missing from the images, sizes do not match, the victim
 *   gives no probabilities, its backbone no gradients, or `resumeFrom` belongs to another configuration
 * @throws AttackDivergedError if a loss or a weight is no longer finite, or Loss_gen1 exceeds `divergenceLimit`; it
 *   holds the last good checkpoint and the best generator
 * @throws the signal's reason, when aborted
 * @see Zhou et al. (2021), Methods, doi 10.1038/s41467-021-27577-x
 */
export async function trainAttack(options: TrainAttackOptions): Promise<AttackTrainingResult> {
  const resolved = resolveOptions(options);
  const { seed, generator: sizes, direction } = resolved;
  const discriminator = createDiscriminator(resolved.backbone, { seed });
  const generator = createGenerator(sizes, { seed });
  const players = gatherPlayers(generator, discriminator);
  const state: AttackState = { players, position: startOf(resolved.schedule.stages) };
  try {
    await probeBackbone(players.discriminator, resolved);
    await train(state, resolved);
    if (state.best !== undefined) assignVariables(generatorVariables(players), state.best);
    const { chosen, step, history, endedBy = 'last step' } = state.position;
    const { attack } = generatorAttack('u-net-gan', { [direction]: generator });
    return {
      direction,
      generator,
      attack,
      steps: step,
      endedBy,
      history,
      ...(chosen && { chosen }),
    };
  } catch (error) {
    generator.dispose();
    throw error instanceof Divergence ? divergedError(error, state, resolved) : error;
  } finally {
    dismissPlayers(players);
  }
}

async function train(state: AttackState, options: ResolvedOptions): Promise<void> {
  const { checkpointEvery, onCheckpoint, onStep, resumeFrom, schedule, signal } = options;
  const configuration = attackConfiguration(options);
  if (resumeFrom !== undefined) restoreState(state, resumeFrom, configuration);
  if (state.position.endedBy !== undefined) return;
  const validate = await createAttackValidator({
    caller: 'trainAttack',
    direction: options.direction,
    victim: options.victim,
    images: options.cohort.validation,
    count: options.validationImages,
    batch: options.validationBatch,
    confidence: options.confidence,
    seed: options.seed,
    signal,
  });
  while (state.position.endedBy === undefined) {
    signal?.throwIfAborted();
    const stage = schedule.stages[state.position.stage] as AttackStage;
    const losses = await runStep(state, stage, options);
    recordStep(state.position, stage, losses);
    const { step, stageSteps: stageStep } = state.position;
    const validation = await closeStep(state, stage, options, validate);
    const { chosen } = state.position;
    onStep?.({
      stage: stage.name,
      stageStep,
      step,
      ...losses,
      ...(validation && { validation }),
      ...(chosen && { chosen }),
    });
    if (onCheckpoint !== undefined && step % checkpointEvery === 0) {
      const checkpoint = await saveState(state, configuration);
      restoreState(state, checkpoint, configuration); // so that a resumed training starts from the same
      await onCheckpoint(checkpoint);
      state.lastCheckpoint = checkpoint;
    }
    await nextTask();
  }
  checkWeights(await readVariables(generatorVariables(state.players)), 'generator');
}

async function runStep(
  { players, position }: AttackState,
  stage: AttackStage,
  options: ResolvedOptions,
): Promise<AttackLosses> {
  const { seed, penalty, stabiliser, classes, schedule, divergenceLimit } = options;
  const { step, stageSteps } = position;
  const indices = balancedBatch({ ...classes, perClass: schedule.batch, seed }, step);
  const load = (role: 'source' | 'target') => loadImages(indices, role, step, options);
  const dropoutSeed = (role: string): number =>
    randomStream(seed, 'dropout', role, step).integer(2 ** 31);
  const source = await load('source');
  const target = stage.name === 'reconstruct' ? undefined : await load('target');
  try {
    const losses = await trainStep(players, {
      stage,
      source,
      ...(target && { target }),
      trainGenerator: trainsGenerator(stage, stageSteps),
      penalty,
      stabiliser,
      dropoutSeeds: {
        real: dropoutSeed('real'),
        fake: dropoutSeed('fake'),
        generator: dropoutSeed('generator'),
      },
    });
    checkLosses(losses, divergenceLimit);
    return losses;
  } finally {
    source.dispose();
    target?.dispose();
  }
}

function loadImages(
  indices: ReturnType<typeof balancedBatch>,
  role: 'source' | 'target',
  step: number,
  { cohort: { training }, direction, schedule: { augmentation }, seed }: ResolvedOptions,
) {
  const positive = (direction === 'remove') === (role === 'source');
  return loadBatch(training, positive ? indices.positives : indices.negatives, {
    ...(augmentation && { augmentation, random: randomStream(seed, 'augmentation', role, step) }),
  });
}

/** Validates if it is time, keeps the best generator, and goes on to the next stage if this one is over. */
async function closeStep(
  state: AttackState,
  stage: AttackStage,
  { schedule: { validateEvery, stages }, select, onReconstructed }: ResolvedOptions,
  validate: (generator: Generator) => Promise<AttackValidation>,
): Promise<AttackValidation | undefined> {
  const { position, players } = state;
  const stageEnds = stageIsOver(position, stage);
  let validation: AttackValidation | undefined;
  if (needsValidation(position, stage, { validateEvery, stageEnds })) {
    validation = await validate(players.generator);
    recordRow(position, stage, { validation, score: select(validation) });
    if (position.chosen?.step === position.step) {
      const weights = await readVariables(generatorVariables(players));
      checkWeights(weights, 'generator');
      state.best = weights;
    }
  } else if (stageEnds || position.step % validateEvery === 0) recordRow(position, stage);
  if (stageIsOver(position, stage)) leaveStage(position, stages);
  if (stageEnds && stage.name === 'reconstruct') await onReconstructed?.(players.generator);
  return validation;
}

function checkLosses(losses: AttackLosses, limit: number): void {
  for (const [name, value] of Object.entries(losses)) {
    if (!Number.isFinite(value)) throw new Divergence(name, value, 'stay finite');
  }
  const { lossGen1 = 0 } = losses;
  if (lossGen1 > limit) throw new Divergence('lossGen1', lossGen1, `stay below ${limit}`);
}

function divergedError(
  { quantity, value, condition }: Divergence,
  { position, best, lastCheckpoint }: AttackState,
  { generator, direction }: ResolvedOptions,
): AttackDivergedError {
  const { step } = position;
  return new AttackDivergedError(`${quantity} must ${condition}, got ${value} in step ${step}`, {
    step,
    quantity,
    value,
    ...(lastCheckpoint && { lastCheckpoint }),
    ...(best && { bestGenerator: encodeGenerator(best, generator, { direction }) }),
  });
}

/** Gives way to other tasks: timers, signals, input and output. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
