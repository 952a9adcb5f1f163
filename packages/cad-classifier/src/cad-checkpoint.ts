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
import type { CadHistoryRow, CadStepLosses } from './train-cad-options.ts';

/** Where a training is: everything but its tensors, and plain enough for JSON. */
interface CadPosition {
  /** Steps trained so far. */
  step: number;
  /** Sums of the losses since the last validation, and their number. */
  sums: CadStepLosses & { readonly count: number };
  best?: { readonly step: number; readonly auc: number };
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

const FORMAT = 'mammo-cad-checkpoint-2';

/** What the checkpoint keeps as JSON. */
interface StoredState {
  readonly position: CadPosition;
  readonly adamSteps: Readonly<Record<string, number>>;
}

/** Writes all of a training's state into a safetensors file. */
export async function saveState(
  { model, optimiser, position, bestWeights = {} }: CadState,
  configuration: unknown,
): Promise<Uint8Array> {
  const { steps, tensors } = optimiser.state();
  return encodeCheckpoint(
    {
      tensors: {
        model: await readVariables(model.parameters),
        adam: await readVariables(new Map(Object.entries(tensors))),
        best: bestWeights,
      },
      state: { position, adamSteps: steps } satisfies StoredState,
    },
    { format: FORMAT, configuration },
  );
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
