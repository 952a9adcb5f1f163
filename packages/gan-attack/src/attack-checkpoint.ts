import {
  type ArrayTensor,
  assignVariables,
  decodeSafetensors,
  encodeSafetensors,
  readVariables,
} from '@mammo/tfjs-safetensors';
import * as tf from '@tensorflow/tfjs-core';
import type { AttackPlayers, OptimiserName } from './attack-players.ts';
import type { AttackPosition } from './attack-position.ts';

/** A training between two steps. */
export interface AttackState {
  readonly players: AttackPlayers;
  position: AttackPosition;
  /** Weights and statistics of the chosen generator by name. */
  best?: Readonly<Record<string, ArrayTensor>>;
}

/** Everything that a resumed training must share with the one it continues; plain enough for JSON. */
export type AttackConfiguration = Readonly<Record<string, unknown>>;

const FORMAT = 'mammo-gan-attack-checkpoint-1';

/** Writes all of a training's state into a safetensors file. */
export async function encodeCheckpoint(
  { players, position, best }: AttackState,
  configuration: AttackConfiguration,
): Promise<Uint8Array> {
  const { generator, discriminator, optimisers } = players;
  const tensors: Record<string, ArrayTensor> = {
    ...prefixed('generator', await readVariables(generatorVariables(players))),
    ...prefixed('discriminator', await readVariables(discriminator.parameters)),
    ...prefixed('best', best ?? {}),
  };
  const adamSteps: Record<string, Readonly<Record<string, number>>> = {};
  for (const [name, optimiser] of Object.entries(optimisers)) {
    const state = optimiser.state();
    adamSteps[name] = state.steps;
    Object.assign(tensors, prefixed(`adam/${name}`, await readVariables(mapOf(state.tensors))));
  }
  return encodeSafetensors(tensors, {
    format: FORMAT,
    synthetic: 'true',
    generator: JSON.stringify(generator.options),
    configuration: JSON.stringify(configuration),
    position: JSON.stringify(position),
    adamSteps: JSON.stringify(adamSteps),
  });
}

/**
 * Puts a training into the state that a checkpoint holds.
 *
 * @throws RangeError if the file is no checkpoint, or belongs to another configuration
 */
export function restoreCheckpoint(
  state: AttackState,
  bytes: Uint8Array,
  configuration: AttackConfiguration,
): void {
  const { tensors, metadata } = decodeSafetensors(bytes);
  if (metadata.format !== FORMAT) {
    throw new RangeError(
      `trainAttack: resumeFrom must be a checkpoint of format ${FORMAT}, got ${metadata.format}`,
    );
  }
  checkSameConfiguration(JSON.parse(metadata.configuration ?? '{}'), configuration);
  const { discriminator, optimisers } = state.players;
  assignVariables(generatorVariables(state.players), unprefixed('generator', tensors));
  assignVariables(discriminator.parameters, unprefixed('discriminator', tensors));
  const adamSteps = JSON.parse(metadata.adamSteps ?? '{}') as Record<OptimiserName, never>;
  for (const [name, optimiser] of Object.entries(optimisers)) {
    const moments = unprefixed(`adam/${name}`, tensors);
    tf.tidy(() => {
      const copies = Object.entries(moments).map(([moment, { data, shape }]) => [
        moment,
        tf.tensor(data, [...shape]),
      ]);
      optimiser.restore({
        steps: adamSteps[name as OptimiserName],
        tensors: Object.fromEntries(copies),
      });
    });
  }
  state.position = JSON.parse(metadata.position ?? '{}') as AttackPosition;
  if (state.position.chosen === undefined) delete state.best;
  else state.best = unprefixed('best', tensors);
}

/** The weights and statistics of the generator in training. */
export function generatorVariables({ generator }: AttackPlayers): ReadonlyMap<string, tf.Variable> {
  return new Map([...generator.parameters, ...generator.buffers]);
}

function checkSameConfiguration(saved: AttackConfiguration, current: AttackConfiguration): void {
  const before = leaves(saved);
  const now = leaves(JSON.parse(JSON.stringify(current)) as AttackConfiguration);
  const differences = [...new Set([...before.keys(), ...now.keys()])]
    .filter((path) => before.get(path) !== now.get(path))
    .map((path) => `${path} was ${before.get(path)} and is ${now.get(path)}`);
  if (differences.length > 0) {
    throw new RangeError(
      `trainAttack: resumeFrom must be of the same configuration, got ${differences.join('; ')}`,
    );
  }
}

/** The JSON of every leaf by its path. */
function leaves(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null) return new Map([[path, JSON.stringify(value)]]);
  const entries = Object.entries(value).flatMap(([key, child]) => [
    ...leaves(child, path === '' ? key : `${path}.${key}`),
  ]);
  return new Map(entries);
}

function mapOf(tensors: Readonly<Record<string, tf.Tensor>>): Map<string, tf.Tensor> {
  return new Map(Object.entries(tensors));
}

function prefixed(
  prefix: string,
  tensors: Readonly<Record<string, ArrayTensor>>,
): Record<string, ArrayTensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [`${prefix}/${name}`, tensor]),
  );
}

function unprefixed(
  prefix: string,
  tensors: Readonly<Record<string, ArrayTensor>>,
): Record<string, ArrayTensor> {
  const start = `${prefix}/`;
  return Object.fromEntries(
    Object.entries(tensors)
      .filter(([name]) => name.startsWith(start))
      .map(([name, tensor]) => [name.slice(start.length), tensor]),
  );
}
