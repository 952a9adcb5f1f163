import {
  type ArrayTensor,
  assignVariables,
  decodeSafetensors,
  encodeSafetensors,
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

const FORMAT = 'mammo-cad-checkpoint-1';

/** Writes all of a training's state into a safetensors file. */
export async function encodeCheckpoint(
  { model, optimiser, position, bestWeights }: CadState,
  configuration: unknown,
): Promise<Uint8Array> {
  const { steps, tensors } = optimiser.state();
  return encodeSafetensors(
    {
      ...prefixed('model', await readVariables(model.parameters)),
      ...prefixed('adam', await readVariables(new Map(Object.entries(tensors)))),
      ...prefixed('best', bestWeights ?? {}),
    },
    {
      format: FORMAT,
      configuration: JSON.stringify(configuration),
      position: JSON.stringify(position),
      adamSteps: JSON.stringify(steps),
    },
  );
}

/**
 * Puts a training into the state that a checkpoint holds.
 *
 * @throws RangeError if the file is no checkpoint, or belongs to another configuration
 */
export function restoreCheckpoint(
  state: CadState,
  bytes: Uint8Array,
  configuration: unknown,
): void {
  const { tensors, metadata } = decodeSafetensors(bytes);
  if (metadata.format !== FORMAT) {
    throw new RangeError(
      `trainCad: resumeFrom must be a checkpoint of format ${FORMAT}, got ${metadata.format}`,
    );
  }
  checkSameConfiguration(JSON.parse(metadata.configuration ?? '{}'), configuration);
  assignVariables(state.model.parameters, unprefixed('model', tensors));
  tf.tidy(() => {
    const moments = Object.entries(unprefixed('adam', tensors)).map(([name, { data, shape }]) => [
      name,
      tf.tensor(data, [...shape]),
    ]);
    state.optimiser.restore({
      steps: JSON.parse(metadata.adamSteps ?? '{}'),
      tensors: Object.fromEntries(moments),
    });
  });
  state.position = JSON.parse(metadata.position ?? '{}');
  if (state.position.best === undefined) delete state.bestWeights;
  else state.bestWeights = unprefixed('best', tensors);
}

function checkSameConfiguration(saved: object, current: unknown): void {
  const before = saved as Record<string, unknown>;
  const now = JSON.parse(JSON.stringify(current)) as Record<string, unknown>;
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  const differences = names
    .map((name) => ({ name, was: JSON.stringify(before[name]), is: JSON.stringify(now[name]) }))
    .filter(({ was, is }) => was !== is)
    .map(({ name, was, is }) => `${name} was ${was} and is ${is}`);
  if (differences.length > 0) {
    throw new RangeError(
      `trainCad: resumeFrom must be of the same configuration, got ${differences.join('; ')}`,
    );
  }
}

function prefixed(prefix: string, tensors: Readonly<Record<string, ArrayTensor>>) {
  const entries = Object.entries(tensors);
  return Object.fromEntries(entries.map(([name, tensor]) => [`${prefix}/${name}`, tensor]));
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
