import { balancedBatch, type ImageSet, randomStream } from '@mammo/mammo-io';
import { loadBatch } from '@mammo/mammo-io/tensors';
import { assignVariables, readVariables } from '@mammo/tfjs-safetensors';
import {
  type AttackState,
  generatorVariables,
  restoreState,
  saveState,
} from './attack-checkpoint.ts';
import {
  attackConfiguration,
  type ResolvedOptions,
  resolveOptions,
} from './attack-configuration.ts';
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
import { type AttackStage, trainsGenerator } from './attack-stage.ts';
import { type AttackValidation, createAttackValidator } from './attack-validation.ts';
import { createDiscriminator } from './discriminator.ts';
import { createGenerator, type Generator } from './generator.ts';
import type {
  AttackScene,
  AttackTrainingResult,
  TrainAttackOptions,
} from './train-attack-options.ts';

/**
 * Trains a generator whose fakes fool the victim, in the stages of a schedule.
 *
 * All that is random is a function of the seed and the step. With `onCheckpoint` the training can be interrupted at
 * any moment and continued with `resumeFrom`: on the same engine it then takes the very same steps, to the last bit,
 * as if it had not been interrupted. One step reads one small tensor and gives way to other tasks once.
 *
 * @throws RangeError if an option is out of range, a class is missing from the images, sizes do not match, or
 *   `resumeFrom` belongs to another configuration
 * @throws Error if a loss is no longer finite
 * @throws the signal's reason, when aborted
 * @see Zhou et al. (2021), Methods, doi 10.1038/s41467-021-27577-x
 */
export async function trainAttack(
  scene: AttackScene,
  options: TrainAttackOptions,
): Promise<AttackTrainingResult> {
  const resolved = resolveOptions(scene, options);
  const { seed, generator: sizes, direction } = resolved;
  const generator = createGenerator(sizes, seed);
  const players = gatherPlayers(generator, createDiscriminator(scene.network, seed));
  try {
    const state: AttackState = { players, position: startOf(resolved.schedule.stages) };
    await train(state, scene, resolved);
    if (state.best !== undefined) assignVariables(generatorVariables(players), state.best);
    const { chosen, step, history, endedBy = 'last step' } = state.position;
    return { direction, generator, steps: step, endedBy, history, ...(chosen && { chosen }) };
  } catch (error) {
    generator.dispose();
    throw error;
  } finally {
    dismissPlayers(players);
  }
}

async function train(
  state: AttackState,
  scene: AttackScene,
  options: ResolvedOptions,
): Promise<void> {
  const { checkpointEvery, onCheckpoint, onStep, resumeFrom, schedule, signal } = options;
  const configuration = attackConfiguration(scene, options);
  if (resumeFrom !== undefined) restoreState(state, resumeFrom, configuration);
  if (state.position.endedBy !== undefined) return;
  const validate = await createAttackValidator({
    direction: options.direction,
    victim: scene.victim,
    images: scene.validation,
    count: options.validationImages,
    batch: options.validationBatch,
    confidence: options.confidence,
    seed: options.seed,
    signal,
  });
  while (state.position.endedBy === undefined) {
    signal?.throwIfAborted();
    const stage = schedule.stages[state.position.stage] as AttackStage;
    const losses = await runStep(state, stage, scene, options);
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
    }
    await nextTask();
  }
}

async function runStep(
  { players, position }: AttackState,
  stage: AttackStage,
  { training }: AttackScene,
  options: ResolvedOptions,
): Promise<AttackLosses> {
  const { seed, penalty, stabiliser, classes, schedule } = options;
  const { step, stageSteps } = position;
  const indices = balancedBatch({ ...classes, perClass: schedule.batch, seed }, step);
  const load = (role: 'source' | 'target') => loadImages(training, indices, role, step, options);
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
    checkFinite(losses, step);
    return losses;
  } finally {
    source.dispose();
    target?.dispose();
  }
}

function loadImages(
  training: ImageSet,
  indices: ReturnType<typeof balancedBatch>,
  role: 'source' | 'target',
  step: number,
  { direction, schedule: { augmentation }, seed }: ResolvedOptions,
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
      state.best = await readVariables(generatorVariables(players));
    }
  } else if (stageEnds || position.step % validateEvery === 0) recordRow(position, stage);
  if (stageIsOver(position, stage)) leaveStage(position, stages);
  if (stageEnds && stage.name === 'reconstruct') await onReconstructed?.(players.generator);
  return validation;
}

function checkFinite(losses: AttackLosses, step: number): void {
  for (const [name, value] of Object.entries(losses)) {
    if (!Number.isFinite(value)) {
      throw new Error(`trainAttack: ${name} must stay finite, got ${value} in step ${step}`);
    }
  }
}

/** Gives way to other tasks: timers, signals, input and output. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
