import type { BufferPool } from './buffer-pool.ts';
import { computationError } from './computation-error.ts';
import { Device } from './device.ts';
import type { DeviceArrays } from './device-arrays.ts';
import { bytesOf, type HostArray, sizeOf, type Value } from './graph.ts';
import { Memory } from './memory.ts';
import { onnxOptions } from './options.ts';
import { overwrites } from './overwriting.ts';
import { makePlan, type Plan, valueName } from './plan.ts';
import {
  type Awaitable,
  after,
  type OutputPlace,
  type Runtime,
  type RuntimeTensor,
} from './runtime.ts';
import { SessionCache } from './session-cache.ts';

/** What a run computes: where each output goes. */
type Targets = ReadonlyMap<Value, Memory>;

/** One run of a plan. */
interface Run {
  readonly plan: Plan;
  /** The array that a leaf reads. */
  readonly memoryOf: (leaf: Value) => Memory;
  readonly targets: Targets;
  /** The outputs that are read on the host right afterwards. */
  readonly wanted: ReadonlySet<Value>;
  /** The arrays that outputs are written over. */
  readonly overwritten: ReadonlyMap<Value, Memory>;
}

/** What a plan is computed on. */
export interface Reading {
  /** The array that a leaf reads. */
  readonly memoryOf: (leaf: Value) => Memory;
  /** Whether nobody reads the array after the run. */
  readonly isLastRead: (memory: Memory) => boolean;
}

/** The arrays that were recorded; those that no tensor shows any more are read by this plan alone. */
export const AS_RECORDED: Reading = {
  memoryOf: (leaf) => leaf.memory!,
  isLastRead: ({ owners }) => owners === 0,
};

/**
 * Runs plans on ONNX Runtime: feeds what they read, fills the memory of what they compute, on the host or on a device. Where
 * the runtime answers later, the plans run one after the other.
 */
export class PlanRunner {
  readonly sessions: SessionCache;
  readonly #runtime: Runtime;
  readonly #device: Device | undefined;
  readonly #pool: BufferPool;
  /** Arrays of the host that a plan has read before: at the second time they go to the device for good. */
  readonly #readBefore = new WeakSet<Memory>();
  /** The end of what was asked for so far. */
  #end: Promise<void> | undefined;
  runs = 0;
  runtimeMs = 0;

  constructor(runtime: Runtime, pool: BufferPool) {
    this.#runtime = runtime;
    this.#device = runtime.provider === 'webgpu' ? new Device(runtime) : undefined;
    this.sessions = new SessionCache(runtime, this.#device);
    this.#pool = pool;
  }

  /**
   * Computes the outputs of a plan. What cannot be computed (for want of memory, or of indices in range) fails when it is read,
   * and does not stand in the way of the others, unless their arrays were being written over.
   * @param wanted the outputs that are read on the host right afterwards
   * @param reading the arrays to compute on
   * @returns their memory, filled now or later
   */
  compute(plan: Plan, wanted: ReadonlySet<Value>, { memoryOf, isLastRead }: Reading): Targets {
    const targets = new Map(plan.outputs.map((value) => [value, Memory.promised(bytesOf(value))]));
    if (targets.size === 0) return targets;
    const overwritten = this.#runtime.fillsArrays
      ? overwrites(plan, memoryOf, isLastRead, this.sessions.timelineOf(plan))
      : new Map<Value, Memory>();
    this.#enqueue(() => this.#runOrFail({ plan, memoryOf, targets, wanted, overwritten }));
    return targets;
  }

  /** One value, at once where the runtime answers at once. */
  computeAlone(value: Value): Memory {
    const reading = { ...AS_RECORDED, isLastRead: () => false }; // the rest of the graph is yet to run
    return this.compute(makePlan([value]), new Set([value]), reading).get(value)!;
  }

  /** Gives arrays back that no plan asked for from now on reads. */
  recycle(memories: ReadonlySet<Memory>): void {
    this.#enqueue(() => this.#pool.recycle(memories));
  }

  /** Time in ONNX Runtime during which the caller waited, in milliseconds. */
  get blockedMs(): number {
    return this.#runtime.isSynchronous ? this.runtimeMs + this.sessions.compileMs : 0;
  }

  /** Resolves when the array is on the host, or it is known that it cannot be computed. */
  async fetch(memory: Memory): Promise<void> {
    if (memory.hostArray !== undefined) return;
    this.#enqueue(() => memory.fetch());
    await this.#end;
  }

  /** Resolves when everything asked for so far is computed. */
  async idle(): Promise<void> {
    await this.#end;
  }

  /** Memory on the host for a constant. */
  constant({ type, shape, constant }: Value): Memory {
    const data = this.#pool.take(type, sizeOf(shape));
    data.set(constant!.data as HostArray);
    return Memory.ofHost(data, true);
  }

  dispose(): void {
    this.#enqueue(() => {
      this.sessions.clear();
      this.#device?.dispose();
    });
  }

  #enqueue(action: () => Awaitable<void>): void {
    if (this.#runtime.isSynchronous) void action();
    else this.#end = (this.#end ?? Promise.resolve()).then(action);
  }

  /** Runs the plan; where it fails, each of its outputs alone, unless what they read may be overwritten by then. */
  #runOrFail(run: Run): Awaitable<void> {
    return otherwise(
      () => this.#run(run),
      (error) => {
        const { plan, targets, overwritten } = run;
        const isLost = [...overwritten.values()].some(({ hostArray }) => hostArray === undefined);
        if (plan.outputs.length === 1 || isLost) {
          for (const output of plan.outputs) {
            targets.get(output)!.fail(computationError(error, output));
          }
          return;
        }
        const alone = { ...run, overwritten: new Map<Value, Memory>() };
        return plan.outputs.reduce<Awaitable<void>>(
          (last, output) =>
            after(last, () => this.#runOrFail({ ...alone, plan: makePlan([output]) })),
          undefined,
        );
      },
    );
  }

  #run({ plan, memoryOf, targets, wanted, overwritten }: Run): Awaitable<void> {
    const places = this.#devicePlaces(plan, wanted);
    const compiled = this.sessions.get(plan, onnxOptions(), places);
    return after(compiled, ({ session, working, arrays }) =>
      after(this.#feeds(plan, memoryOf), (feeds) => {
        const results = working && this.sessions.block.arraysFor(working);
        const fetches = { ...this.#fetches(plan, overwritten), ...results };
        const started = performance.now();
        const run: Awaitable<Record<string, RuntimeTensor>> = session.run(feeds, fetches);
        return after(run, (outputs) => {
          this.runtimeMs += performance.now() - started;
          this.runs++;
          for (const output of plan.outputs) {
            this.#fill(targets.get(output)!, outputs[valueName(plan, output)]!, arrays);
          }
        });
      }),
    );
  }

  #devicePlaces(plan: Plan, wanted: ReadonlySet<Value>): Record<string, OutputPlace> {
    const places: Record<string, OutputPlace> = {};
    const device = this.#device;
    if (device === undefined) return places;
    for (const output of plan.outputs) {
      const isHeld = !wanted.has(output) && device.holds(output.type, sizeOf(output.shape));
      if (isHeld) places[valueName(plan, output)] = 'gpu-buffer';
    }
    return places;
  }

  /** Arrays to fill, where the runtime does not make its own. */
  #fetches(plan: Plan, overwritten: Run['overwritten']): Record<string, RuntimeTensor | null> {
    const fetches: Record<string, RuntimeTensor | null> = {};
    for (const output of plan.outputs) {
      const { type, shape } = output;
      const array = () =>
        overwritten.get(output)?.handOver() ?? this.#pool.take(type, sizeOf(shape));
      fetches[valueName(plan, output)] = this.#runtime.fillsArrays
        ? this.#hostTensor(output, array())
        : null;
    }
    return fetches;
  }

  #fill(memory: Memory, result: RuntimeTensor, arrays: DeviceArrays): void {
    if (result.location === 'gpu-buffer') memory.fillOnDevice(result, this.#device!, arrays);
    else memory.fillOnHost(result.data as HostArray);
  }

  /** What the plan reads. */
  #feeds(plan: Plan, memoryOf: Run['memoryOf']): Awaitable<Record<string, RuntimeTensor>> {
    const uploaded = plan.leaves.reduce<Awaitable<void>>(
      (last, leaf) => after(last, () => this.#uploadIfReadBefore(leaf, memoryOf(leaf))),
      undefined,
    );
    return after(uploaded, () =>
      Object.fromEntries(
        plan.leaves.map((leaf) => [valueName(plan, leaf), this.#feed(leaf, memoryOf(leaf))]),
      ),
    );
  }

  #uploadIfReadBefore({ type, shape }: Value, memory: Memory): Awaitable<void> {
    const device = this.#device;
    if (!device?.holds(type, sizeOf(shape)) || memory.onDevice !== undefined) return;
    if (this.#readBefore.has(memory)) return device.upload(memory);
    this.#readBefore.add(memory);
  }

  #feed(leaf: Value, memory: Memory): RuntimeTensor {
    const { onDevice } = memory;
    if (onDevice === undefined) return this.#hostTensor(leaf, memory.data);
    return this.#runtime.Tensor.fromGpuBuffer(onDevice.gpuBuffer, {
      dataType: 'float32',
      dims: leaf.shape,
    }) as RuntimeTensor;
  }

  #hostTensor({ type, shape }: Value, data: HostArray): RuntimeTensor {
    return new this.#runtime.Tensor(type as 'float32', data as Float32Array, shape);
  }
}

/** Runs; continues with the error where it fails, now or later. */
function otherwise(
  run: () => Awaitable<void>,
  recover: (error: Error) => Awaitable<void>,
): Awaitable<void> {
  try {
    const done = run();
    return done instanceof Promise ? done.catch(recover) : done;
  } catch (error) {
    return recover(error as Error);
  }
}
