import type { Device } from './device.ts';
import { type DeviceArrays, releaseAll } from './device-arrays.ts';
import { executionOrder, type Timeline } from './execution-order.ts';
import type { ModelNode } from './onnx-model.ts';
import type { ResolvedOnnxOptions } from './options.ts';
import { runsInKnownOrder } from './order-probe.ts';
import { encodePlan, modelNodes, type Plan, valueName, workingBytes } from './plan.ts';
import {
  type Awaitable,
  after,
  type OutputPlace,
  type Runtime,
  type RuntimeOptions,
  type RuntimeSession,
  type SynchronousRuntime,
} from './runtime.ts';
import { WorkingBlock } from './working-block.ts';
import { layOut, placedNodes, type WorkingMemory } from './working-memory.ts';

/** Steps whose intermediate results take less are left to ONNX Runtime. */
const LEAST_WORKING_BYTES = 2 ** 26;

export interface CompiledPlan {
  readonly session: RuntimeSession;
  /** Where its intermediate results are to be written. */
  readonly working: WorkingMemory | undefined;
  /** What its runs left on the device and is still held. */
  readonly arrays: DeviceArrays;
  readonly bytes: number;
  readonly profiled: boolean;
}

/** Compiled plans by structure; the least recently used are released first. */
export class SessionCache {
  readonly #runtime: Runtime;
  readonly #device: Device | undefined;
  /** Where plans with large intermediate results compute. */
  readonly block: WorkingBlock;
  #isOrderKnown: boolean | undefined;
  readonly #compiled = new Map<string, CompiledPlan>();
  #bytes = 0;
  compilations = 0;
  hits = 0;
  compileMs = 0;

  /** @param device where sessions may leave arrays */
  constructor(runtime: Runtime, device: Device | undefined) {
    this.#runtime = runtime;
    this.#device = device;
    this.block = new WorkingBlock(runtime.Tensor);
  }

  /** Plans held now. */
  get size(): number {
    return this.#compiled.size;
  }

  /** Working memory that the plans hold between runs: the block, and an estimate for those without places in it. */
  get bytes(): number {
    return this.#bytes + this.block.bytes;
  }

  /** When the arrays of a plan that has run before are computed and read, where that is known. */
  timelineOf(plan: Plan): Timeline | undefined {
    return this.#compiled.get(plan.key)?.working?.timeline;
  }

  /** @param places outputs that stay on the provider's device */
  get(
    plan: Plan,
    options: ResolvedOnnxOptions,
    places: Readonly<Record<string, OutputPlace>>,
  ): Awaitable<CompiledPlan> {
    const onDevice = Object.keys(places);
    const key = onDevice.length === 0 ? plan.key : `${plan.key}@${onDevice}`;
    const known = this.#compiled.get(key);
    if (known !== undefined) {
      this.hits++;
      this.#compiled.delete(key);
      this.#compiled.set(key, known);
      return known;
    }
    const bytes = options.keepsWorkingMemory ? workingBytes(plan) : 0;
    return after(this.#makeRoom(bytes, options), () => {
      const started = performance.now();
      const nodes = modelNodes(plan, this.#runtime);
      const settings = sessionOptions(options, this.#runtime.processors);
      const laidOut =
        bytes < LEAST_WORKING_BYTES ? undefined : this.#laidOut(plan, nodes, settings);
      const created: Awaitable<RuntimeSession> =
        laidOut?.session ??
        this.#runtime.createSession(encodePlan(plan, nodes, this.#runtime), settings, places);
      return after(created, (session) => {
        const compiled: CompiledPlan = {
          session,
          working: laidOut?.working,
          arrays: new Set(),
          bytes: laidOut === undefined ? bytes : 0,
          profiled: options.profilePrefix !== null,
        };
        this.#compiled.set(key, compiled);
        this.#bytes += compiled.bytes;
        this.compilations++;
        this.compileMs += performance.now() - started;
        return compiled;
      });
    });
  }

  /**
   * Compiles a plan whose intermediate results lie in the block that all share; undefined where that cannot be, as for want of memory or of
   * a folder to write to: the plan is then compiled as any other, which says what is wrong if that fails too.
   */
  #laidOut(plan: Plan, nodes: readonly ModelNode[], settings: RuntimeOptions) {
    const runtime = this.#runtime;
    if (!runtime.isSynchronous || !runtime.fillsArrays) return undefined;
    try {
      this.#isOrderKnown ??= runsInKnownOrder(runtime);
      return this.#isOrderKnown ? this.#inBlock(runtime, plan, nodes, settings) : undefined;
    } catch {
      return undefined;
    }
  }

  #inBlock(
    runtime: SynchronousRuntime,
    plan: Plan,
    nodes: readonly ModelNode[],
    settings: RuntimeOptions,
  ) {
    const outputs = new Set(plan.outputs.map((output) => valueName(plan, output)));
    const placed = placedNodes(nodes, outputs);
    const model = encodePlan(plan, nodes, runtime, placed);
    // an optimizer would join operations, whose results are then computed at another time, mostly a worse one
    const asWritten = { ...settings, graphOptimizationLevel: 'disabled' } as const;
    const session = runtime.createSession(model, asWritten, {}, true);
    const working = layOut(executionOrder(session.nodes!), placed);
    if (this.block.reserve(working.bytes)) return { session, working };
    session.release();
    return undefined;
  }

  /** Releases all, and what they left on the device. */
  clear(): void {
    for (const [key, { arrays }] of [...this.#compiled]) {
      releaseAll(arrays);
      this.#release(key);
    }
  }

  /** Releases the least recently used until so many bytes more fit; the arrays that they left on the device stay. */
  #makeRoom(bytes: number, options: ResolvedOnnxOptions): Awaitable<void> {
    const more = bytes < LEAST_WORKING_BYTES ? bytes : Math.max(0, bytes - this.block.bytes);
    const fits =
      this.#compiled.size < options.maxSessions && this.bytes + more <= options.maxSessionBytes;
    const [oldest] = this.#compiled;
    if (fits || oldest === undefined) return;
    const [key, { arrays }] = oldest;
    return after(this.#device?.takeOver(arrays), () => {
      this.#release(key);
      return this.#makeRoom(bytes, options);
    });
  }

  #release(key: string): void {
    const { session, working, bytes, profiled } = this.#compiled.get(key)!;
    this.#compiled.delete(key);
    this.#bytes -= bytes;
    if (working !== undefined) this.block.forget(working);
    if (![...this.#compiled.values()].some((plan) => plan.working !== undefined))
      this.block.clear();
    if (profiled) session.endProfiling();
    session.release();
  }
}

function sessionOptions(options: ResolvedOnnxOptions, processors: number): RuntimeOptions {
  return {
    intraOpNumThreads: options.threads ?? processors,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'extended',
    enableMemPattern: !options.keepsWorkingMemory, // one block for a whole run, as the first one laid it out
    enableCpuMemArena: options.keepsWorkingMemory,
    logSeverityLevel: 3,
    extra: {
      session: { intra_op: { allow_spinning: options.spinning ? '1' : '0' } },
      optimization: { disable_specified_optimizers: 'TransposeOptimizer' }, // it joins what transposition-steps.ts takes apart
    },
    ...(options.profilePrefix === null
      ? {}
      : { enableProfiling: true, profileFilePrefix: options.profilePrefix }),
  };
}
