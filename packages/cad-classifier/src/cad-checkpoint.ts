import {
  type ArrayTensor,
  assignVariables,
  decodeCheckpoint,
  encodeCheckpoint,
  readVariables,
} from '@mammo/tfjs-safetensors';
import type { Adam } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import type { CadModel } from './cad-model.ts';
import type { LossTrend } from './loss-trend.ts';
import type { CadHistoryRow, CadStepLosses } from './train-cad-options.ts';

/** Where a training is: everything but its tensors, and plain enough for JSON. */
interface CadPosition {
  /** Steps trained so far. */
  step: number;
  /** Sums of the losses since the last validation, and their number. */
  sums: CadStepLosses & { readonly count: number };
  best?: { readonly step: number; readonly auc: number };
  trend: LossTrend;
  readonly history: CadHistoryRow[];
}

/** A training between two steps. */
export interface CadState {
  readonly model: CadModel;
  readonly optimiser: Adam;
  position: CadPosition;
  /** The weights with the best validation AUC so far. */
  bestWeights?: Readonly<Record<string, ArrayTensor>>;
}

const FORMAT = 'mammo-cad-checkpoint-3';

/** What the checkpoint keeps as JSON. */
interface StoredState {
  readonly position: CadPosition;
  readonly adamSteps: Readonly<Record<string, number>>;
}

/**
 * Writes all of a training's state into a safetensors file.
 *
 * @returns the file, or `undefined` if a number of the state is not finite: that is none to go on from
 */
export async function saveState(
  { model, optimiser, position, bestWeights = {} }: CadState,
  configuration: unknown,
): Promise<Uint8Array | undefined> {
  const { steps, tensors } = optimiser.state();
  const weights = await readVariables(model.parameters);
  const adam = await readVariables(new Map(Object.entries(tensors)));
  if (!areFinite(weights) || !areFinite(adam)) return undefined;
  return encodeCheckpoint(
    {
      tensors: { model: weights, adam, best: bestWeights },
      state: { position, adamSteps: steps } satisfies StoredState,
    },
    { format: FORMAT, configuration },
  );
}

function areFinite(tensors: Readonly<Record<string, ArrayTensor>>): boolean {
  return Object.values(tensors).every(({ data }) => data.every(Number.isFinite));
}

/**
 * Puts a training into the state that a checkpoint holds.
 *
 * @throws RangeError if the file is no checkpoint, or belongs to another configuration
 */
export function restoreState(state: CadState, bytes: Uint8Array, configuration: unknown): void {
  const guard = { caller: 'trainCad', format: FORMAT, configuration };
  const { tensors, state: stored } = decodeCheckpoint(bytes, guard);
  const { position, adamSteps } = stored as StoredState;
  assignVariables(state.model.parameters, tensors.model ?? {});
  tf.tidy(() => {
    const moments = Object.entries(tensors.adam ?? {}).map(([name, { data, shape }]) => [
      name,
      tf.tensor(data, [...shape]),
    ]);
    state.optimiser.restore({ steps: adamSteps, tensors: Object.fromEntries(moments) });
  });
  state.position = position;
  if (position.best === undefined) delete state.bestWeights;
  else state.bestWeights = tensors.best ?? {};
}
