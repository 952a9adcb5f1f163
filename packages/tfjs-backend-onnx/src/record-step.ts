import * as tf from '@tensorflow/tfjs-core';
import type { Entry, ShownEntry } from './entry.ts';
import type { ElementType, Value } from './graph.ts';
import type { Memory } from './memory.ts';
import type { Plan } from './plan.ts';
import type { Reading } from './plan-runner.ts';
import {
  arrayOf,
  type Holder,
  isValid,
  type Receiver,
  type RecordedStep,
  receiversOf,
  type ShownTensor,
  type StepRecording,
  type StepTensors,
  StepWatch,
  sameStep,
  sourceByArray,
  sourcesOf,
  withoutArrays,
} from './step-recording.ts';

/** What waits to be computed, by the recorded value. */
export type Pending = ReadonlyMap<Value, readonly ShownEntry[]>;

/** The backend as recording and repeating see it. */
export interface StepHost {
  /** The data of a tensor that is here. */
  find(dataId: tf.DataId): Entry | undefined;
  /** The same; a tensor of another backend is fetched first. */
  entry(dataId: tf.DataId): Entry;
  /** Computes all that is recorded. */
  flush(): void;
  /** Counts the time of planning and computing. */
  timed<T>(work: () => T): T;
  /** Tells the watch what happens meanwhile. */
  watched<T>(watch: StepWatch, work: () => T): T;
  takePending(): Pending;
  compute(pending: Pending, isWanted: (entry: ShownEntry) => boolean): Plan;
  /** Computes a plan on other arrays. */
  computeOn(plan: Plan, wanted: ReadonlySet<Value>, reading: Reading): ReadonlyMap<Value, Memory>;
  endGraph(): void;
  /** Lets data show another array. */
  show(entry: ShownEntry, memory: Memory, type: ElementType): void;
  /** A new tensor. */
  tensor(memory: Memory, shape: readonly number[], type: ElementType): tf.Tensor;
}

/** Runs a step and computes it as a whole: see `OnnxBackend.recordStep`. */
export function recordStep(
  host: StepHost,
  given: readonly tf.Tensor[],
  body: () => StepTensors,
): StepRecording | undefined {
  host.flush();
  const before = new Map(variablesOf(host).map((variable) => [variable, variable.dataId]));
  const shown = sourceByArray([
    ...given.map((tensor, i) => shownTensor(host, i, tensor)),
    ...[...before.keys()].map((variable) => shownTensor(host, variable, variable)),
  ]);
  const watch = new StepWatch();
  const recorded = host.watched(watch, () => {
    const tensors = body();
    const present = variablesOf(host);
    const isSame = present.length === before.size && present.every((one) => before.has(one));
    return watch.isWhole && isSame ? { ...tensors, pending: host.takePending() } : undefined;
  });
  if (recorded === undefined) return undefined;
  const { made, outputs, pending } = recorded;
  return host.timed(() => {
    const receivers = receiversOf(pending, receiving(host, outputs, before));
    const returned = new Set(outputs.map(({ dataId }) => host.entry(dataId)));
    const plan = host.compute(pending, (entry) => returned.has(entry));
    for (const [i, tensor] of made.entries()) {
      const place = given.length + i;
      shown.set(shownTensor(host, place, tensor).memory, { holders: [place] });
    }
    const sources = sourcesOf(plan, shown, watch.uploads);
    host.endGraph();
    if (receivers === undefined || sources === undefined) return undefined;
    const step = {
      ...{ plan, sources },
      receivers: plan.outputs.map((value) => receivers.get(value)!),
      given: given.map(({ shape, dtype }) => ({ shape, dtype })),
    };
    return recordingOf(host, withoutArrays(step));
  });
}

function recordingOf(host: StepHost, step: RecordedStep): StepRecording {
  const recording: StepRecording & { readonly step: RecordedStep } = {
    step,
    isCurrent: (tensors) => isCurrent(host, step, tensors),
    run: (tensors, made) => repeat(host, step, [...tensors, ...made]),
    equals: (other) => sameStep(step, (other as typeof recording).step),
  };
  return recording;
}

/** The variables that are here. */
function variablesOf(host: StepHost): tf.Variable[] {
  const all = Object.values(tf.engine().registeredVariables);
  return all.filter(({ dataId }) => host.find(dataId)?.view !== undefined);
}

function shownTensor(host: StepHost, holder: Holder, tensor: tf.Tensor): ShownTensor {
  const entry = host.entry(tensor.dataId) as ShownEntry;
  return { holder, tensor, entry, memory: entry.view.value.memory! };
}

/** By data, the outputs and the variables with new values that have them. */
function receiving(
  host: StepHost,
  outputs: readonly tf.Tensor[],
  before: ReadonlyMap<tf.Variable, tf.DataId>,
): ReadonlyMap<Entry, readonly Receiver[]> {
  const byEntry = new Map<Entry, Receiver[]>();
  const add = (holder: Holder, { dataId, shape }: tf.Tensor) => {
    const entry = host.entry(dataId);
    byEntry.set(entry, [...(byEntry.get(entry) ?? []), { holder, shape }]);
  };
  for (const [i, output] of outputs.entries()) add(i, output);
  for (const [variable, dataId] of before) {
    if (variable.dataId !== dataId) add(variable, variable);
  }
  return byEntry;
}

/** The array that an input or a variable shows now. */
function shownBy(host: StepHost, holder: Holder, inputs: readonly tf.Tensor[]): Memory | undefined {
  const { dataId } = typeof holder === 'number' ? inputs[holder]! : holder;
  return host.find(dataId)?.view?.value.memory;
}

function isCurrent(
  host: StepHost,
  { given, sources, receivers }: RecordedStep,
  tensors: readonly tf.Tensor[],
): boolean {
  host.flush();
  const fits = tensors.every(({ shape, dtype }, i) => {
    const recorded = given[i];
    return recorded?.dtype === dtype && tf.util.arraysEqual(recorded.shape, shape);
  });
  const isMade = ({ holders: [first] }: { readonly holders: readonly Holder[] }) =>
    typeof first === 'number' && first >= tensors.length;
  const find = (holder: Holder) => shownBy(host, holder, tensors);
  return (
    fits &&
    sources.every((source) => ('holders' in source && isMade(source)) || isValid(source, find)) &&
    receivers.every((of) => of.every(({ holder }) => typeof holder === 'number' || find(holder)))
  );
}

function repeat(
  host: StepHost,
  { plan, sources, receivers }: RecordedStep,
  inputs: readonly tf.Tensor[],
): tf.Tensor[] {
  host.flush();
  return host.timed(() => {
    const find = (holder: Holder) => shownBy(host, holder, inputs);
    const arrays = new Map(plan.leaves.map((leaf, i) => [leaf, arrayOf(sources[i]!, find)]));
    const isReturned = ({ holder }: Receiver) => typeof holder === 'number';
    const wanted = plan.outputs.filter((_, i) => receivers[i]!.some(isReturned));
    const replaced = new Set(receivers.flat().map(({ holder }) => soleArray(host, holder)));
    const computed = host.computeOn(plan, new Set(wanted), {
      memoryOf: (leaf) => arrays.get(leaf)!,
      isLastRead: (memory) => replaced.has(memory),
    });
    const outputs: tf.Tensor[] = [];
    for (const [i, value] of plan.outputs.entries()) {
      const memory = computed.get(value)!;
      for (const { holder, shape } of receivers[i]!) {
        if (typeof holder !== 'number') assign(host, holder, memory, value.type);
        else outputs[holder] = host.tensor(memory, shape, value.type);
      }
    }
    host.endGraph();
    return outputs;
  });
}

/** The array of a variable that nothing else shows. */
function soleArray(host: StepHost, holder: Holder): Memory | undefined {
  if (typeof holder === 'number') return undefined;
  const { refCount, view: shown } = host.entry(holder.dataId) as ShownEntry;
  const { memory } = shown.value;
  return refCount === 1 && memory?.owners === 1 ? memory : undefined;
}

/** Gives a variable its new array; other tensors that share its data keep the old one. */
function assign(host: StepHost, variable: tf.Variable, memory: Memory, type: ElementType): void {
  const entry = host.entry(variable.dataId) as ShownEntry;
  if (entry.refCount === 1) {
    host.show(entry, memory, type);
  } else {
    const value = host.tensor(memory, variable.shape, type);
    variable.assign(value);
    value.dispose();
  }
}
