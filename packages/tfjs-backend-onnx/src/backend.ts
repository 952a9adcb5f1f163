import * as tf from '@tensorflow/tfjs-core';
import { BufferPool } from './buffer-pool.ts';
import {
  Entry,
  type ForeignContent,
  hostArray,
  isComputed,
  lend,
  type ShownEntry,
} from './entry.ts';
import { type ElementType, Graph, type Value } from './graph.ts';
import { inOrder, reshapeView, type View } from './layout.ts';
import { Memory } from './memory.ts';
import { onnxOptions } from './options.ts';
import { makePlan, type Plan } from './plan.ts';
import { AS_RECORDED, PlanRunner } from './plan-runner.ts';
import { type Pending, recordStep, type StepHost } from './record-step.ts';
import type { Runtime } from './runtime.ts';
import type { OnnxStatistics } from './statistics.ts';
import type { StepRecording, StepTensors, StepWatch } from './step-recording.ts';

/** A TensorFlow.js backend that records kernels and runs them as whole ONNX models. */
export class OnnxBackend extends tf.KernelBackend {
  /** What is recorded and not yet computed; the kernels add to it. */
  readonly graph: Graph;
  readonly #pool = new BufferPool(() => this.#bytes);
  readonly #runner: PlanRunner;
  /** Entries of tensors that came from another backend with its data id. */
  readonly #moved = new WeakMap<object, Entry>();
  readonly #pending = new Set<ShownEntry>();
  #entryCount = 0;
  #computeMs = 0;
  #bytes = 0;
  /** Memory of disposed tensors that the recorded graph may still read. */
  #orphanedBytes = 0;
  #fallbacks = 0;
  #repeats = 0;
  /** While a step is recorded. */
  #watch: StepWatch | undefined;

  constructor(runtime: Runtime) {
    super();
    this.#runner = new PlanRunner(runtime, this.#pool);
    this.graph = new Graph({
      provider: runtime.provider,
      channelBlock: runtime.channelBlock,
      compute: runtime.isSynchronous ? (value) => this.#runner.computeAlone(value) : undefined,
    });
  }

  /** Counters and times since the backend was created. */
  stats(): OnnxStatistics {
    const { sessions, runs, runtimeMs, blockedMs } = this.#runner;
    return {
      compilations: sessions.compilations,
      cacheHits: sessions.hits,
      runs,
      repeats: this.#repeats,
      sessions: sessions.size,
      sessionBytes: sessions.bytes,
      tensorBytes: this.#bytes,
      fallbacks: this.#fallbacks,
      compileMs: sessions.compileMs,
      runtimeMs,
      hostMs: this.#computeMs - blockedMs,
    };
  }

  /** Takes an array as a new tensor's data: a float32, int32 or bool array itself, anything else a copy. */
  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    return this.#store(new Entry(), values, shape, dtype, 1);
  }

  /** The same of a tensor that another backend had. */
  override move(
    dataId: tf.DataId,
    values: tf.BackendValues,
    shape: number[],
    dtype: tf.DataType,
    refCount: number,
  ): void {
    const entry = dataId instanceof Entry ? dataId : new Entry();
    if (entry !== dataId) this.#moved.set(dataId, entry);
    this.#store(entry, values, shape, dtype, refCount);
  }

  #store(
    entry: Entry,
    values: tf.BackendValues,
    shape: readonly number[],
    dtype: tf.DataType,
    refCount: number,
  ): Entry {
    if (dtype === 'string' || dtype === 'complex64') {
      return this.#adopt(entry, undefined, { values }, refCount);
    }
    const memory = Memory.ofHost(hostArray(values, dtype), false);
    this.#watch?.uploads.add(memory);
    const shown = { value: this.graph.leaf(memory, shape, dtype), shape };
    return this.#adopt(entry, shown, undefined, refCount);
  }

  #adopt(
    entry: Entry,
    shown: View | undefined,
    foreign: ForeignContent | undefined,
    refCount: number,
  ): Entry {
    entry.owner = this;
    entry.view = shown;
    entry.foreign = foreign;
    entry.refCount = refCount;
    this.#entryCount++;
    if (shown !== undefined) {
      this.#retain(shown);
      if (!isComputed(shown)) this.#pending.add(entry as ShownEntry);
    }
    return entry;
  }

  #find(dataId: tf.DataId): Entry | undefined {
    const entry = dataId instanceof Entry ? dataId : this.#moved.get(dataId);
    return entry?.owner === this ? entry : undefined;
  }

  /** The entry of a tensor; a tensor of another backend is fetched from there first. */
  #entry(dataId: tf.DataId): Entry {
    const found = this.#find(dataId);
    if (found !== undefined) return found;
    (tf.engine() as unknown as tf.DataMover).moveData(this, dataId);
    return this.#find(dataId)!;
  }

  /** Registers a recorded view as a new tensor. */
  makeTensorInfo(shown: View): tf.TensorInfo {
    const dataId = this.#adopt(new Entry(), shown, undefined, 1);
    return { dataId, shape: [...shown.shape], dtype: shown.value.type as tf.DataType };
  }

  /** Registers strings or complex parts as a new tensor. */
  makeForeign(shape: number[], dtype: tf.DataType, content: ForeignContent): tf.TensorInfo {
    return { dataId: this.#adopt(new Entry(), undefined, content, 1), shape, dtype };
  }

  /** The parts of a complex tensor. */
  complexParts(dataId: tf.DataId): ForeignContent['complex'] {
    return this.#entry(dataId).foreign?.complex;
  }

  /** The recorded or computed view behind a tensor, under the shape of the tensor. */
  viewOf(tensor: tf.TensorInfo): View {
    const shown = this.#entry(tensor.dataId).view;
    if (shown === undefined) throw new TypeError(`onnx backend: cannot compute on ${tensor.dtype}`);
    const { value } = shown;
    const isUploadedScalar = value.shape.length === 0 && value.memory?.recyclable === false;
    const isOneOfEquals = this.#watch?.uploads.has(value.memory!) ?? true;
    if (!isUploadedScalar || !isOneOfEquals) return reshapeView(this.graph, shown, tensor.shape);
    return { value: this.graph.internScalar(value, value.memory.data), shape: tensor.shape };
  }

  /** Counts a kernel that tfjs-backend-cpu computes. */
  countFallback(): void {
    this.#fallbacks++;
  }

  /** Computes early when a program records without ever reading. */
  limitRecording(): void {
    const { maxRecordedOperations, maxRecordedBytes } = onnxOptions();
    const isFull = this.graph.nodeCount > maxRecordedOperations;
    if (isFull || this.#orphanedBytes > maxRecordedBytes) this.flush();
  }

  /** The values of a tensor, computed first where they are only recorded. */
  override async read(dataId: tf.DataId): Promise<tf.BackendValues> {
    if (this.#watch !== undefined) this.#watch.isWhole = false;
    const entry = this.#entry(dataId);
    if (entry.foreign !== undefined) {
      await this.#runner.idle();
      return this.#readForeign(entry.foreign);
    }
    const memory = this.#computed(entry);
    await this.#runner.fetch(memory);
    return lend(memory);
  }

  /** The same at once; throws where the runtime answers later and has not yet. */
  override readSync(dataId: tf.DataId): tf.BackendValues {
    if (this.#watch !== undefined) this.#watch.isWhole = false;
    const entry = this.#entry(dataId);
    return entry.foreign === undefined
      ? lend(this.#computed(entry))
      : this.#readForeign(entry.foreign);
  }

  #readForeign({ values, complex }: ForeignContent): tf.BackendValues {
    if (complex === undefined) return values!;
    const [real, imag] = [complex.real, complex.imag].map(
      (part) => this.readSync(part.dataId) as Float32Array,
    );
    return tf.backend_util.mergeRealAndImagArrays(real!, imag!);
  }

  /** The memory of a tensor's data, computed now or under way. */
  #computed(reader: Entry): Memory {
    if (!isComputed(reader.view!)) this.#flush(reader);
    return reader.view!.value.memory!;
  }

  /** Frees a tensor's data once nobody holds it any longer; true if it is gone. */
  override disposeData(dataId: tf.DataId, force = false): boolean {
    const entry = this.#find(dataId);
    if (entry === undefined) return true;
    entry.refCount--;
    if (!force && entry.refCount > 0) return false;
    const { view: shown, foreign } = entry;
    if (foreign?.complex !== undefined) {
      this.disposeData(foreign.complex.real.dataId, true);
      this.disposeData(foreign.complex.imag.dataId, true);
    }
    if (shown !== undefined) {
      this.#pending.delete(entry as ShownEntry);
      this.#release(shown);
    }
    entry.owner = undefined;
    entry.view = undefined;
    entry.foreign = undefined;
    this.#entryCount--;
    return true;
  }

  /** One more tensor has this data. */
  override incRef(dataId: tf.DataId): void {
    this.#entry(dataId).refCount++;
  }

  /** How many tensors have this data; 0 if it is not here. */
  override refCount(dataId: tf.DataId): number {
    return this.#find(dataId)?.refCount ?? 0;
  }

  /** How many data ids are held. */
  override numDataIds(): number {
    return this.#entryCount;
  }

  /** Whether `tf.memory()` can be relied on. */
  override memory(): ReturnType<tf.KernelBackend['memory']> {
    return { unreliable: false };
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  /** {@link time} measures. */
  override timerAvailable(): boolean {
    return true;
  }

  /** Time of `f` and of all that it recorded, in milliseconds; what was recorded before does not count. */
  override async time(f: () => void): Promise<tf.BackendTimingInfo> {
    this.flush();
    const earlier = this.#runner.idle();
    const recording = performance.now();
    f();
    this.flush(); // all of the work where the runtime answers at once
    const recordedMs = performance.now() - recording;
    await earlier;
    const started = performance.now();
    await this.#runner.idle();
    return { kernelMs: recordedMs + performance.now() - started };
  }

  /** Releases all sessions and the memory that was kept for reuse. */
  override dispose(): void {
    this.#runner.dispose();
    this.#pool.clear();
  }

  /** Indices of the true elements, for tf.whereAsync. */
  where(condition: tf.Tensor): tf.Tensor2D {
    return tf.kernel_impls.whereImpl(
      condition.shape,
      this.readSync(condition.dataId) as tf.TypedArray,
    );
  }

  /** Computes every live tensor that is recorded but not computed yet. What cannot be computed throws when it is read. */
  flush(): void {
    this.#flush(undefined);
  }

  /** @param reader the entry that is read right afterwards */
  #flush(reader: Entry | undefined): void {
    if (this.#watch !== undefined) this.#watch.isWhole = false;
    this.#timed(() => {
      if (this.#pending.size > 0) this.#compute(this.#takePending(), (entry) => entry === reader);
      this.#endGraph();
    });
  }

  #timed<T>(work: () => T): T {
    const started = performance.now();
    const result = work();
    this.#computeMs += performance.now() - started;
    return result;
  }

  /** What waits to be computed, by the recorded value. */
  #takePending(): Pending {
    const groups = new Map<Value, ShownEntry[]>();
    for (const entry of this.#pending) {
      const value = inOrder(this.graph, entry.view);
      const group = groups.get(value);
      if (group === undefined) groups.set(value, [entry]);
      else group.push(entry);
    }
    this.#pending.clear();
    return groups;
  }

  /** @returns the plan, of those values that are results of operations */
  #compute(groups: Pending, isWanted: (entry: ShownEntry) => boolean): Plan {
    const recorded = [...groups.keys()].filter((value) => value.node !== undefined);
    const wanted = recorded.filter((value) => groups.get(value)!.some(isWanted));
    const plan = makePlan(recorded);
    const computed = this.#runner.compute(plan, new Set(wanted), AS_RECORDED);
    for (const [value, shown] of groups) {
      const memory = computed.get(value) ?? value.memory ?? this.#runner.constant(value);
      for (const entry of shown) this.#show(entry, memory, value.type);
    }
    return plan;
  }

  #endGraph(): void {
    this.graph.reset();
    this.#orphanedBytes = 0;
    this.#runner.recycle(this.#pool.takeWaiting());
  }

  /** Lets an entry show another array of its shape. */
  #show(entry: ShownEntry, memory: Memory, type: ElementType): void {
    const { shape } = entry.view;
    this.#release(entry.view);
    entry.view = { value: this.graph.leaf(memory, shape, type), shape };
    this.#retain(entry.view);
  }

  /**
   * Runs a step and computes it as a whole, so that it can run again on other inputs without its program.
   *
   * @param given - what it reads and what differs from run to run
   * @param body - what it does with tensors: it may read variables and other tensors, and assign variables
   * @returns undefined where the step cannot be run again: it reads numbers on the host, is computed in parts, makes or
   *   disposes of variables, or keeps tensors that it does not return. It has then run as any other program
   */
  recordStep(given: readonly tf.Tensor[], body: () => StepTensors): StepRecording | undefined {
    return recordStep(this.#stepHost, given, body);
  }

  /** What recording and repeating needs of the backend. */
  readonly #stepHost: StepHost = {
    find: (dataId) => this.#find(dataId),
    entry: (dataId) => this.#entry(dataId),
    flush: () => this.flush(),
    timed: (work) => this.#timed(work),
    watched: (watch, work) => {
      this.#watch = watch;
      try {
        return work();
      } finally {
        this.#watch = undefined;
      }
    },
    takePending: () => this.#takePending(),
    compute: (pending, isWanted) => this.#compute(pending, isWanted),
    computeOn: (...run) => {
      this.#repeats++;
      return this.#runner.compute(...run);
    },
    endGraph: () => this.#endGraph(),
    show: (entry, memory, type) => this.#show(entry, memory, type),
    tensor: (memory, shape, type) => {
      const info = this.makeTensorInfo({ value: this.graph.leaf(memory, shape, type), shape });
      return tf.engine().makeTensorFromTensorInfo(info, this);
    },
  };

  #retain({ value: { memory } }: View): void {
    if (memory === undefined) return;
    if (memory.owners++ === 0) this.#bytes += memory.byteLength;
  }

  #release({ value: { memory } }: View): void {
    if (memory === undefined || --memory.owners > 0) return;
    this.#bytes -= memory.byteLength;
    this.#orphanedBytes += memory.byteLength;
    this.#pool.give(memory);
  }
}
