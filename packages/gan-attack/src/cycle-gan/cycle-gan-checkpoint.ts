import {
  type ArrayTensor,
  assignVariables,
  decodeCheckpoint,
  encodeCheckpoint,
  readVariables,
} from '@mammo/tfjs-safetensors';
import type { Adam, StepRecorder } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { checkWeights } from '../attack-checkpoint.ts';
import type { AttackDirection } from '../victim.ts';
import { type CycleNetworks, generatorVariables } from './cycle-gan-step.ts';
import type { HistoryPool } from './history-pool.ts';
import type { CycleGanHistoryRow } from './train-cycle-gan-options.ts';

/** A CycleGAN between two steps. */
export interface CycleGanState {
  readonly networks: CycleNetworks;
  readonly optimisers: Readonly<Record<'generators' | AttackDirection, Adam>>;
  readonly pools: Readonly<Record<AttackDirection, HistoryPool>>;
  readonly recorder: StepRecorder;
  /** Steps trained so far. */
  step: number;
  history: CycleGanHistoryRow[];
  /** The checkpoint that was handed out last. */
  lastCheckpoint?: Uint8Array;
}

interface StoredState {
  readonly step: number;
  readonly history: CycleGanHistoryRow[];
  readonly adamSteps: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const FORMAT = 'mammo-cycle-gan-checkpoint-1';

/** Everything that learns, by the names of the checkpoint's groups. */
function variableGroups({
  networks: { generators, judges },
}: CycleGanState): Record<string, ReadonlyMap<string, tf.Variable>> {
  return {
    generators: generatorVariables(generators),
    'statistics-remove': generators.remove.buffers,
    'statistics-insert': generators.insert.buffers,
    'judge-remove': judges.remove.parameters,
    'judge-insert': judges.insert.parameters,
  };
}

/**
 * Writes all of a training's state into a safetensors file.
 *
 * @throws Divergence if a weight is not finite
 */
export async function saveCycleGanState(
  state: CycleGanState,
  configuration: unknown,
): Promise<Uint8Array> {
  const tensors: Record<string, Readonly<Record<string, ArrayTensor>>> = {};
  for (const [group, variables] of Object.entries(variableGroups(state))) {
    const weights = await readVariables(variables);
    checkWeights(weights, group);
    tensors[group] = weights;
  }
  const { height, width } = state.networks.generators.remove.options;
  for (const [direction, { images }] of Object.entries(state.pools)) {
    const named = images.map((data, i) => [
      String(i).padStart(6, '0'),
      { data, shape: [1, height, width, 1] },
    ]);
    tensors[`pool-${direction}`] = Object.fromEntries(named);
  }
  const adamSteps: Record<string, Readonly<Record<string, number>>> = {};
  for (const [name, optimiser] of Object.entries(state.optimisers)) {
    const moments = optimiser.state();
    adamSteps[name] = moments.steps;
    tensors[`adam-${name}`] = await readVariables(new Map(Object.entries(moments.tensors)));
  }
  const { step, history } = state;
  return encodeCheckpoint(
    { tensors, state: { step, history, adamSteps } satisfies StoredState },
    { format: FORMAT, configuration },
    { synthetic: 'true' },
  );
}

/**
 * Puts a training into the state that a checkpoint holds.
 *
 * @throws RangeError if the file is no checkpoint, or belongs to another configuration
 */
export function restoreCycleGanState(
  state: CycleGanState,
  bytes: Uint8Array,
  configuration: unknown,
): void {
  const guard = { caller: 'trainCycleGan', format: FORMAT, configuration };
  const { tensors, state: stored } = decodeCheckpoint(bytes, guard);
  const { step, history, adamSteps } = stored as StoredState;
  for (const [group, variables] of Object.entries(variableGroups(state))) {
    assignVariables(variables, tensors[group] ?? {});
  }
  for (const [direction, pool] of Object.entries(state.pools)) {
    const images = Object.entries(tensors[`pool-${direction}`] ?? {}).sort(([a], [b]) =>
      a < b ? -1 : 1,
    );
    pool.restore(images.map(([, { data }]) => Float32Array.from(data)));
  }
  for (const [name, optimiser] of Object.entries(state.optimisers)) {
    tf.tidy(() => {
      const moments = Object.entries(tensors[`adam-${name}`] ?? {}).map(
        ([moment, { data, shape }]) => [moment, tf.tensor(data, [...shape])],
      );
      optimiser.restore({ steps: adamSteps[name] ?? {}, tensors: Object.fromEntries(moments) });
    });
  }
  state.step = step;
  state.history = history;
}
