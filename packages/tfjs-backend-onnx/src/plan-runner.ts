import type { BufferPool } from './buffer-pool.ts';
import { Device } from './device.ts';
import { type HostArray, sizeOf, type Value } from './graph.ts';
import { Memory } from './memory.ts';
import { onnxOptions } from './options.ts';
import { type Plan, valueName } from './plan.ts';
import type { OutputPlace, Runtime, RuntimeTensor } from './runtime.ts';
import { SessionCache } from './session-cache.ts';

/** Runs plans on ONNX Runtime: feeds what they read, takes what they compute, on the host or on a device. */
export class PlanRunner {
  readonly sessions: SessionCache;
  readonly #runtime: Runtime;
  readonly #device: Device | undefined;
  readonly #pool: BufferPool;
  /** Arrays of the host that a plan has read before: at the second time they go to the device for good. */
  readonly #readBefore = new WeakSet<Memory>();
  runs = 0;
  runtimeMs = 0;

  constructor(runtime: Runtime, pool: BufferPool) {
    this.#runtime = runtime;
    this.sessions = new SessionCache(runtime);
    this.#device = runtime.provider === 'webgpu' ? new Device(runtime) : undefined;
    this.#pool = pool;
  }

  /**
   * Computes the outputs of the plan.
   * @param wanted the values that are read on the host right afterwards
   */
  run(plan: Plan, wanted: ReadonlySet<Value>): Map<Value, Memory> {
    const places = this.#devicePlaces(plan, wanted);
    const isHostOnly = Object.keys(places).length === 0;
    const fetches: Record<string, RuntimeTensor | null> = {};
    const memories = new Map<Value, Memory>();
    for (const output of plan.outputs) {
      const name = valueName(plan, output);
      fetches[name] = null; // beside outputs on a device ONNX Runtime fills no array that it is given
      if (!isHostOnly) continue;
      const memory = this.allocate(output);
      memories.set(output, memory);
      fetches[name] = this.#hostTensor(output, memory.data);
    }
    const session = this.sessions.get(plan, onnxOptions(), places);
    const feeds: Record<string, RuntimeTensor> = {};
    for (const leaf of plan.leaves) feeds[valueName(plan, leaf)] = this.#feed(leaf, leaf.memory!);
    const started = performance.now();
    const results = session.run(feeds, fetches, {});
    this.runtimeMs += performance.now() - started;
    this.runs++;
    if (isHostOnly) return memories;
    for (const output of plan.outputs) {
      memories.set(output, this.#take(results[valueName(plan, output)]!));
    }
    return memories;
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

  #take(result: RuntimeTensor): Memory {
    return result.location === 'gpu-buffer'
      ? Memory.ofDevice(result, this.#device!)
      : Memory.ofHost(result.data as HostArray, true);
  }

  /** Memory on the host for a value, filled where the value is a constant. */
  allocate({ type, shape, constant }: Value): Memory {
    const data = this.#pool.take(type, sizeOf(shape));
    if (constant !== undefined) data.set(constant.data as HostArray);
    return Memory.ofHost(data, true);
  }

  dispose(): void {
    this.sessions.clear();
    this.#device?.dispose();
  }

  #feed(leaf: Value, memory: Memory): RuntimeTensor {
    if (this.#device?.holds(leaf.type, sizeOf(leaf.shape)) && memory.onDevice === undefined) {
      if (this.#readBefore.has(memory)) memory.onDevice = this.#device.upload(memory.data);
      this.#readBefore.add(memory);
    }
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
