import { Adam, StepRecorder } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import {
  discriminatorGradients,
  generatorGradients,
  type PenaltyOptions,
} from './attack-gradients.ts';
import type { AttackLosses } from './attack-position.ts';
import { type AttackStage, type DiscriminatorPart, trainedParts } from './attack-stage.ts';
import type { Discriminator } from './discriminator.ts';
import type { Generator } from './generator.ts';

/** The optimisers of an attack: the generator has one before and one against the discriminator, each part its own. */
type OptimiserName = 'reconstruct' | 'generator' | DiscriminatorPart;

/** Everything that learns. Owns its tensors. */
export interface AttackPlayers {
  readonly generator: Generator;
  readonly discriminator: Discriminator;
  readonly optimisers: Readonly<Record<OptimiserName, Adam>>;
  readonly recorder: StepRecorder;
}

/** What one step trains on. */
export interface StepInputs {
  readonly stage: AttackStage;
  /** y, [N, H, W, 1] in [0, 1]. */
  readonly source: tf.Tensor4D;
  /** x, [N, H, W, 1] in [0, 1]; not needed to reconstruct. */
  readonly target?: tf.Tensor4D;
  /** Whether the generator learns too, after the discriminator. */
  readonly trainGenerator: boolean;
  readonly penalty: PenaltyOptions;
  readonly stabiliser: boolean;
  /** A seed for each run of the discriminator. */
  readonly dropoutSeeds: Readonly<Record<'real' | 'fake' | 'generator', number>>;
}

/** Puts a new optimiser, with β of the paper, beside each player. */
export function gatherPlayers(generator: Generator, discriminator: Discriminator): AttackPlayers {
  const adam = (): Adam => new Adam({ learningRate: 1e-4, beta1: 0.5, beta2: 0.9 });
  return {
    generator,
    discriminator,
    optimisers: {
      reconstruct: adam(),
      generator: adam(),
      head: adam(),
      fnet: adam(),
      vnet: adam(),
    },
    recorder: new StepRecorder(),
  };
}

/** Frees all that learns, but leaves the generator to its owner. */
export function dismissPlayers({ discriminator, optimisers }: AttackPlayers): void {
  discriminator.dispose();
  for (const optimiser of Object.values(optimisers)) optimiser.dispose();
}

/** Trains one step and reads its losses, which is its only read. */
export async function trainStep(players: AttackPlayers, inputs: StepInputs): Promise<AttackLosses> {
  const { source, target, dropoutSeeds, ...structure } = inputs;
  const call = {
    structure: JSON.stringify(structure),
    tensors: target === undefined ? [source] : [source, target],
    numbers: dropoutSeeds,
  };
  const [report] = players.recorder.run(call, () => [
    target === undefined ? reconstruct(players, inputs) : compete(players, { ...inputs, target }),
  ]);
  const values = [...(await report.data())];
  report.dispose();
  return inputs.target === undefined ? reconstructionLosses(values) : adversarialLosses(values);
}

function reconstruct({ generator, optimisers }: AttackPlayers, inputs: StepInputs): tf.Tensor1D {
  const { report, gradients } = generatorGradients(generator, inputs.source);
  const { generator: rate } = inputs.stage.learningRates;
  optimisers.reconstruct.apply(generator.parameters, gradients, rate);
  return report;
}

/**
 * The discriminator's step on a fake that is made without gradient, then perhaps the generator's on the same source
 * against the discriminator as it is now. The generator has not moved in between: an engine that shares equal
 * computations runs its forward pass once.
 */
function compete(
  { generator, discriminator, optimisers }: AttackPlayers,
  inputs: StepInputs & { readonly target: tf.Tensor4D },
): tf.Tensor1D {
  const { stage, source, target, penalty, stabiliser, dropoutSeeds } = inputs;
  const { learningRates, reconstructionWeight = 1, changePenalty } = stage;
  const parts = trainedParts(stage.name);
  const fake = generator.generate(source, { training: true });
  const step = discriminatorGradients(discriminator, {
    real: target,
    fake,
    parts,
    penalty,
    stabiliser,
    dropoutSeeds,
  });
  for (const part of parts) {
    const ofPart = Object.entries(step.gradients).filter(
      ([name]) => discriminator.parts.get(name) === part,
    );
    const gradients = Object.fromEntries(ofPart);
    optimisers[part].apply(discriminator.parameters, gradients, learningRates[part]);
  }
  if (!inputs.trainGenerator) return step.report;
  const dropoutSeed = dropoutSeeds.generator;
  const adversary = {
    discriminator,
    reconstructionWeight,
    dropoutSeed,
    ...(changePenalty && { penalty: changePenalty }),
  };
  const { report, gradients } = generatorGradients(generator, source, adversary);
  optimisers.generator.apply(generator.parameters, gradients, learningRates.generator);
  return tf.concat([step.report, report]);
}

function reconstructionLosses(values: readonly number[]): AttackLosses {
  const [lossGenerator, lossGen1] = values as [number, number];
  return { lossGenerator, lossGen1 };
}

function adversarialLosses(values: readonly number[]): AttackLosses {
  const [lossDiscriminator, penalty, scoreReal, scoreFake, lossGenerator, lossGen1] = values as [
    number,
    number,
    number,
    number,
    number | undefined,
    number | undefined,
  ];
  const gap = scoreReal - scoreFake;
  return {
    lossDiscriminator,
    penalty,
    scoreReal,
    scoreFake,
    gap,
    ...(lossGenerator !== undefined && { lossGenerator }),
    ...(lossGen1 !== undefined && { lossGen1 }),
  };
}
