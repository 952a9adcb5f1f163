import {
  type ArrayTensor,
  assignVariables,
  decodeCheckpoint,
  encodeCheckpoint,
  readVariables,
} from '@mammo/tfjs-safetensors';
import * as tf from '@tensorflow/tfjs-core';
import type { AttackPlayers } from './attack-players.ts';
import type { AttackPosition } from './attack-position.ts';
import { Divergence } from './divergence.ts';

/** A training between two steps. */
export interface AttackState {
  readonly players: AttackPlayers;
  position: AttackPosition;
  /** Weights and statistics of the chosen generator by name. */
  best?: Readonly<Record<string, ArrayTensor>>;
  /** The checkpoint that was handed out last. */
  lastCheckpoint?: Uint8Array;
}

/** Everything that a resumed training must share with the one it continues; plain enough for JSON. */
export type AttackConfiguration = Readonly<Record<string, unknown>>;

const FORMAT = 'mammo-gan-attack-checkpoint-2';

/** What the checkpoint keeps as JSON. */
interface StoredState {
  readonly position: AttackPosition;
  readonly adamSteps: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/**
 * Writes all of a training's state into a safetensors file.
 *
 * @throws Divergence if a weight is not finite
 */
export async function saveState(
  { players, position, best = {} }: AttackState,
  configuration: AttackConfiguration,
): Promise<Uint8Array> {
  const { generator, discriminator, optimisers } = players;
  const tensors: Record<string, Readonly<Record<string, ArrayTensor>>> = {
    generator: await readVariables(generatorVariables(players)),
    discriminator: await readVariables(discriminator.parameters),
    best,
  };
  checkWeights(tensors.generator as Weights, 'generator');
  checkWeights(tensors.discriminator as Weights, 'discriminator');
  const adamSteps: Record<string, Readonly<Record<string, number>>> = {};
  for (const [name, optimiser] of Object.entries(optimisers)) {
    const state = optimiser.state();
    adamSteps[name] = state.steps;
    tensors[adamGroup(name)] = await readVariables(new Map(Object.entries(state.tensors)));
  }
  return encodeCheckpoint(
    { tensors, state: { position, adamSteps } satisfies StoredState },
    { format: FORMAT, configuration },
    { synthetic: 'true', generator: JSON.stringify(generator.options) },
  );
}

/**
 * Puts a training into the state that a checkpoint holds.
 *
 * @throws RangeError if the file is no checkpoint, or belongs to another configuration
 */
export function restoreState(
  state: AttackState,
  bytes: Uint8Array,
  configuration: AttackConfiguration,
): void {
  const guard = { caller: 'trainAttack', format: FORMAT, configuration };
  const { tensors, state: stored } = decodeCheckpoint(bytes, guard);
  const { position, adamSteps } = stored as StoredState;
  const { discriminator, optimisers } = state.players;
  assignVariables(generatorVariables(state.players), tensors.generator ?? {});
  assignVariables(discriminator.parameters, tensors.discriminator ?? {});
  for (const [name, optimiser] of Object.entries(optimisers)) {
    tf.tidy(() => {
      const moments = Object.entries(tensors[adamGroup(name)] ?? {}).map(
        ([moment, { data, shape }]) => [moment, tf.tensor(data, [...shape])],
      );
      optimiser.restore({ steps: adamSteps[name] ?? {}, tensors: Object.fromEntries(moments) });
    });
  }
  state.position = position;
  if (position.chosen === undefined) delete state.best;
  else state.best = tensors.best ?? {};
}

type Weights = Readonly<Record<string, ArrayTensor>>;

/** @throws Divergence naming the first weight that is not finite */
export function checkWeights(weights: Weights, owner: string): void {
  for (const [name, { data }] of Object.entries(weights)) {
    const at = data.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) throw new Divergence(`${owner} ${name}`, data[at] as number, 'stay finite');
  }
}

/** The weights and statistics of the generator in training. */
export function generatorVariables({ generator }: AttackPlayers): ReadonlyMap<string, tf.Variable> {
  return new Map([...generator.parameters, ...generator.buffers]);
}

const adamGroup = (optimiser: string): string => `adam-${optimiser}`;
