import type { BufferPool } from './buffer-pool.ts';
import { computationError } from './computation-error.ts';
import { Device } from './device.ts';
import { bytesOf, type HostArray, sizeOf, type Value } from './graph.ts';
import { Memory } from './memory.ts';
import { onnxOptions } from './options.ts';
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
}

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
    this.sessions = new SessionCache(runtime);
    this.#device = runtime.provider === 'webgpu' ? new Device(runtime) : undefined;
    this.#pool = pool;
  }

  /**
   * Computes the outputs of a plan. What cannot be computed (for want of memory, or of indices in range) fails when it is read,
   * and does not stand in the way of the others.
   * @param wanted the outputs that are read on the host right afterwards
   * @param memoryOf the arrays to compute on; default: those that were recorded
   * @returns their memory, filled now or later
   */
  compute(
    plan: Plan,
    wanted: ReadonlySet<Value>,
    memoryOf: Run['memoryOf'] = (leaf) => leaf.memory!,
  ): Targets {
    const targets = new Map(plan.outputs.map((value) => [value, Memory.promised(bytesOf(value))]));
    this.#enqueue(() => this.#runOrFail({ plan, memoryOf, targets, wanted }));
    return targets;
  }

  /** One value, at once where the runtime answers at once. */
  computeAlone(value: Value): Memory {
    return this.compute(makePlan([value]), new Set([value])).get(value)!;
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

  /** Runs the plan; where it fails, each of its outputs alone. */
  #runOrFail(run: Run): Awaitable<void> {
    return otherwise(
      () => this.#run(run),
      (error) => {
        const [output, ...others] = run.plan.outputs as [Value, ...Value[]];
        if (others.length === 0) {
          return run.targets.get(output)!.fail(computationError(error, output));
        }
        return run.plan.outputs.reduce<Awaitable<void>>(
          (last, alone) => after(last, () => this.#runOrFail({ ...run, plan: makePlan([alone]) })),
          undefined,
        );
      },
    );
  }

  #run({ plan, memoryOf, targets, wanted }: Run): Awaitable<void> {
    const places = this.#devicePlaces(plan, wanted);
    const session = this.sessions.get(plan, onnxOptions(), places);
    return after(session, (compiled) =>
      after(this.#feeds(plan, memoryOf), (feeds) => {
        const fetches = this.#fetches(plan);
        const started = performance.now();
        const results: Awaitable<Record<string, RuntimeTensor>> = compiled.run(feeds, fetches);
        return after(results, (outputs) => {
          this.runtimeMs += performance.now() - started;
          this.runs++;
          for (const output of plan.outputs) {
            this.#fill(targets.get(output)!, outputs[valueName(plan, output)]!);
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
  #fetches(plan: Plan): Record<string, RuntimeTensor | null> {
    const fetches: Record<string, RuntimeTensor | null> = {};
    for (const output of plan.outputs) {
      const { type, shape } = output;
      fetches[valueName(plan, output)] = this.#runtime.fillsArrays
        ? this.#hostTensor(output, this.#pool.take(type, sizeOf(shape)))
        : null;
    }
    return fetches;
  }

  #fill(memory: Memory, result: RuntimeTensor): void {
    if (result.location === 'gpu-buffer') memory.fillOnDevice(result, this.#device!);
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
    if (this.#readBefore.has(memory)) {
      return after(device.upload(memory.data), (tensor) => {
        memory.onDevice = tensor;
      });
    }
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
