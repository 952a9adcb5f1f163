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

interface CompiledPlan {
  readonly session: RuntimeSession;
  readonly bytes: number;
  readonly profiled: boolean;
}

/** Compiled plans by structure; the least recently used are released first. */
export class SessionCache {
  readonly #runtime: Runtime;
  readonly #compiled = new Map<string, CompiledPlan>();
  #bytes = 0;
  compilations = 0;
  hits = 0;
  compileMs = 0;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
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
  ): Awaitable<RuntimeSession> {
    const onDevice = Object.keys(places);
    const key = onDevice.length === 0 ? plan.key : `${plan.key}@${onDevice}`;
    const known = this.#compiled.get(key);
    if (known !== undefined) {
      this.hits++;
      this.#compiled.delete(key);
      this.#compiled.set(key, known);
      return known.session;
    }
    const started = performance.now();
    const bytes = options.keepsWorkingMemory ? workingBytes(plan) : 0;
    this.#makeRoom(bytes, options);
    const model = encodePlan(plan, this.#runtime);
    const created: Awaitable<RuntimeSession> = this.#runtime.createSession(
      model,
      sessionOptions(options, this.#runtime.processors),
      places,
    );
    return after(created, (session) => {
      this.#compiled.set(key, { session, bytes, profiled: options.profilePrefix !== undefined });
      this.#bytes += bytes;
      this.compilations++;
      this.compileMs += performance.now() - started;
      return session;
    });
  }

  clear(): void {
    for (const key of [...this.#compiled.keys()]) this.#release(key);
  }

  #makeRoom(bytes: number, options: ResolvedOnnxOptions): void {
    for (const key of [...this.#compiled.keys()]) {
      const fits =
        this.#compiled.size < options.maxSessions && this.#bytes + bytes <= options.maxSessionBytes;
      if (fits) return;
      this.#release(key);
    }
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
    extra: { session: { intra_op: { allow_spinning: options.spinning ? '1' : '0' } } },
    ...(options.profilePrefix === undefined
      ? {}
      : { enableProfiling: true, profileFilePrefix: options.profilePrefix }),
  };
}
