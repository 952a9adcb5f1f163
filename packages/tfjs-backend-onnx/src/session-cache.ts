import type { Device } from './device.ts';
import { type DeviceArrays, releaseAll } from './device-arrays.ts';
import type { ResolvedOnnxOptions } from './options.ts';
import { encodePlan, type Plan, workingBytes } from './plan.ts';
import {
  type Awaitable,
  after,
  type OutputPlace,
  type Runtime,
  type RuntimeOptions,
  type RuntimeSession,
} from './runtime.ts';

export interface CompiledPlan {
  readonly session: RuntimeSession;
  /** What its runs left on the device and is still held. */
  readonly arrays: DeviceArrays;
  readonly bytes: number;
  readonly profiled: boolean;
}

/** Compiled plans by structure; the least recently used are released first. */
export class SessionCache {
  readonly #runtime: Runtime;
  readonly #device: Device | undefined;
  readonly #compiled = new Map<string, CompiledPlan>();
  #bytes = 0;
  compilations = 0;
  hits = 0;
  compileMs = 0;

  /** @param device where sessions may leave arrays */
  constructor(runtime: Runtime, device: Device | undefined) {
    this.#runtime = runtime;
    this.#device = device;
  }

  /** Plans held now. */
  get size(): number {
    return this.#compiled.size;
  }

  /** Estimated working memory that the plans hold between runs. */
  get bytes(): number {
    return this.#bytes;
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
      const model = encodePlan(plan, this.#runtime);
      const created: Awaitable<RuntimeSession> = this.#runtime.createSession(
        model,
        sessionOptions(options, this.#runtime.processors),
        places,
      );
      return after(created, (session) => {
        const profiled = options.profilePrefix !== null;
        const compiled = { session, arrays: new Set(), bytes, profiled } satisfies CompiledPlan;
        this.#compiled.set(key, compiled);
        this.#bytes += bytes;
        this.compilations++;
        this.compileMs += performance.now() - started;
        return compiled;
      });
    });
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
    const fits =
      this.#compiled.size < options.maxSessions && this.#bytes + bytes <= options.maxSessionBytes;
    const [oldest] = this.#compiled;
    if (fits || oldest === undefined) return;
    const [key, { arrays }] = oldest;
    return after(this.#device?.takeOver(arrays), () => {
      this.#release(key);
      return this.#makeRoom(bytes, options);
    });
  }

  #release(key: string): void {
    const { session, bytes, profiled } = this.#compiled.get(key)!;
    this.#compiled.delete(key);
    this.#bytes -= bytes;
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
