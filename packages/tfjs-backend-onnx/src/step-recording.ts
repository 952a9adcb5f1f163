import type * as tf from '@tensorflow/tfjs-core';
import { sameShape, type Value } from './graph.ts';
import { originOf } from './kept.ts';
import type { Memory } from './memory.ts';
import { detached, type Plan } from './plan.ts';

/** What a step made. */
export interface StepTensors {
  /** What it uploaded and will make anew for every run; alive when it ends. */
  readonly made: readonly tf.Tensor[];
  /** What it returns. */
  readonly outputs: readonly tf.Tensor[];
}

/** Runs a step again that was recorded once. */
export interface StepRecording {
  /**
   * Whether the recording still describes the step: the variables live, the tensors have the shapes of the recorded ones, and
   * those that shared an array still do.
   *
   * @param tensors - what the step is given
   */
  isCurrent(tensors: readonly tf.Tensor[]): boolean;
  /**
   * Computes the step on other inputs: returns new tensors, and gives the variables that it assigned new values.
   *
   * @param tensors - what the step is given
   * @param made - what it makes itself for every run
   */
  run(tensors: readonly tf.Tensor[], made: readonly tf.Tensor[]): tf.Tensor[];
  /** Whether both say the same: only then is it known that the step does not depend on anything else. */
  equals(other: StepRecording): boolean;
}

/** Watches what a program does while it records a step. */
export class StepWatch {
  /** Arrays that the step uploaded itself. */
  readonly uploads: Set<Memory> = new Set();
  /** False once the step has read a number on the host, which may decide what it does next, or was computed in parts. */
  isWhole = true;
}

/** An input of a step (what it is given, then what it makes), by its place, or a variable. */
export type Holder = number | tf.Variable;

/** Where the array is found that a leaf of a plan reads. */
export type Source =
  /** Inputs and variables that all show the same array. */
  | { readonly holders: readonly Holder[] }
  /** A tensor from outside: valid while somebody has it. */
  | { readonly captured: Memory }
  /** Numbers that the step uploads itself, the same in every run. */
  | { readonly uploaded: Memory }
  /** An array, or what was made of it once and for all: valid while it is found where it was. */
  | { readonly fixed: Memory; readonly origin: Memory; readonly from: Source };

/** Data that tensors share; `refCount` of them. */
interface Shared {
  readonly refCount: number;
}

/** A tensor and the array that it shows. */
export interface ShownTensor {
  readonly holder: Holder;
  readonly tensor: tf.Tensor;
  readonly entry: Shared;
  readonly memory: Memory;
}

/** Arrays that inputs and variables show. */
export function sourceByArray(shown: readonly ShownTensor[]): Map<Memory, Source> {
  const ofArray = new Map<Memory, ShownTensor[]>();
  for (const one of shown) {
    const others = ofArray.get(one.memory);
    if (others === undefined) ofArray.set(one.memory, [one]);
    else others.push(one);
  }
  return new Map([...ofArray].map(([memory, all]) => [memory, sharedSource(memory, all)]));
}

/** A copy that somebody else keeps beside a variable must not follow the variable. */
function sharedSource(memory: Memory, shown: readonly ShownTensor[]): Source {
  const tensors = new Set(shown.map(({ tensor }) => tensor));
  const entries = new Set(shown.map(({ entry }) => entry));
  const sharing = [...entries].reduce((sum, { refCount }) => sum + refCount, 0);
  const isKnown = sharing === tensors.size && memory.owners === entries.size;
  const from = { holders: shown.map(({ holder }) => holder) };
  return isKnown ? from : { fixed: memory, origin: memory, from };
}

/** Where the plan's leaves come from; undefined if an array came and went within the step, so that nobody can say. */
export function sourcesOf(
  plan: Plan,
  shown: ReadonlyMap<Memory, Source>,
  uploads: ReadonlySet<Memory>,
): readonly Source[] | undefined {
  const sourceOf = (memory: Memory): Source | undefined => {
    const known = shown.get(memory);
    if (known !== undefined) return known;
    if (uploads.has(memory)) return { uploaded: memory };
    if (memory.owners > 0) return { captured: memory };
    const origin = originOf(memory);
    const from = origin && sourceOf(origin);
    return from && { fixed: memory, origin, from };
  };
  const sources: Source[] = [];
  for (const { memory } of plan.leaves) {
    const source = sourceOf(memory!);
    if (source === undefined) return undefined;
    sources.push(source);
  }
  return sources;
}

/** The array that an input or a variable shows now; undefined where it is gone. */
type Find = (holder: Holder) => Memory | undefined;

/** Whether a source still says where its array is. */
export function isValid(source: Source, find: Find): boolean {
  if ('uploaded' in source) return true;
  if ('captured' in source) return source.captured.owners > 0;
  if ('fixed' in source) {
    return isValid(source.from, find) && arrayOf(source.from, find) === source.origin;
  }
  const [first, ...others] = source.holders.map(find);
  return first !== undefined && others.every((memory) => memory === first);
}

/** The array of a valid source. */
export function arrayOf(source: Source, find: Find): Memory {
  if ('holders' in source) return find(source.holders[0]!)!;
  if ('captured' in source) return source.captured;
  return 'fixed' in source ? source.fixed : source.uploaded;
}

/** Who gets an array that a step computes: an output of the step, by its place, or a variable. */
export interface Receiver {
  readonly holder: Holder;
  readonly shape: readonly number[];
}

/**
 * Who gets what a step computes.
 *
 * @param pending - what is to be computed, and the data that show it
 * @param byEntry - by data, the outputs and variables that have them
 * @returns undefined where others have such data too, or where an output or a variable needs no computing
 */
export function receiversOf(
  pending: ReadonlyMap<Value, readonly Shared[]>,
  byEntry: ReadonlyMap<Shared, readonly Receiver[]>,
): ReadonlyMap<Value, readonly Receiver[]> | undefined {
  const receivers = new Map<Value, readonly Receiver[]>();
  let found = 0;
  for (const [value, entries] of pending) {
    if (value.node === undefined) return undefined;
    const all: Receiver[] = [];
    for (const entry of entries) {
      const own = byEntry.get(entry);
      if (own?.length !== entry.refCount) return undefined;
      all.push(...own);
      found++;
    }
    receivers.set(value, all);
  }
  return found === byEntry.size ? receivers : undefined;
}

/** A step as a plan, with the origin of what it reads and the receivers of what it computes. */
export interface RecordedStep {
  readonly plan: Plan;
  /** By leaf of the plan. */
  readonly sources: readonly Source[];
  /** By output of the plan. */
  readonly receivers: readonly (readonly Receiver[])[];
  /** What the step is given. */
  readonly given: readonly Pick<tf.Tensor, 'shape' | 'dtype'>[];
}

/** The step without the arrays that it was recorded on. */
export function withoutArrays(step: RecordedStep): RecordedStep {
  return { ...step, plan: detached(step.plan) };
}

/** Whether two recordings of a step say the same. */
export function sameStep(a: RecordedStep, b: RecordedStep): boolean {
  return (
    a.plan.key === b.plan.key &&
    a.sources.every((source, i) => sameSource(source, b.sources[i]!)) &&
    a.receivers.every((of, i) => sameReceivers(of, b.receivers[i]!))
  );
}

function sameSource(a: Source, b: Source): boolean {
  if ('holders' in a) return 'holders' in b && sameItems(a.holders, b.holders);
  if ('captured' in a) return 'captured' in b && a.captured === b.captured;
  if ('fixed' in a) return 'fixed' in b && a.fixed === b.fixed && sameSource(a.from, b.from);
  return 'uploaded' in b && sameNumbers(a.uploaded.data, b.uploaded.data);
}

const sameReceivers = (a: readonly Receiver[], b: readonly Receiver[]): boolean =>
  a.length === b.length &&
  a.every(({ holder, shape }, i) => holder === b[i]!.holder && sameShape(shape, b[i]!.shape));

const sameItems = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((item, i) => item === b[i]);

/** Bit by bit, but for the many kinds of NaN. */
const sameNumbers = (a: ArrayLike<number>, b: ArrayLike<number>): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
};
