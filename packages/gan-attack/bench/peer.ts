import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Job } from './steps.ts';

/** Time of one run, and what the process has held at most since the job before. */
export interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMiB: number;
}

interface Answer extends Partial<Cost> {
  readonly error?: string;
}

/**
 * A program that computes steps: it prints `{"name": …}` when it is ready, or `{"error": …}`, and then answers each line on
 * its standard input, a job as JSON, with a line of {@link Cost} or `{"error": …}`.
 */
export class Peer {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #lines: Interface;
  #ending: string | undefined;

  private constructor(name: string, child: ChildProcess, lines: Interface) {
    this.name = name;
    this.#child = child;
    this.#lines = lines;
    child.once('close', (code, signal) => {
      this.#ending = endingOf(code, signal);
    });
  }

  /** @throws Error if the program does not start; the message says why */
  static async start(program: string, args: readonly string[]): Promise<Peer> {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    const lines = createInterface({ input: child.stdout! });
    const { name, error } = await answer<{ name?: string; error?: string }>(child, lines);
    if (name === undefined) throw new Error(error ?? 'it did not start');
    return new Peer(name, child, lines);
  }

  /** @throws Error if the step could not be computed */
  async run(job: Job): Promise<Cost> {
    if (this.#ending !== undefined) throw new Error(this.#ending);
    const reply = answer<Answer>(this.#child, this.#lines);
    this.#child.stdin!.write(`${JSON.stringify(job)}\n`);
    const { error, ...cost } = await reply;
    if (error !== undefined) throw new Error(error);
    return cost as Cost;
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }
}

const endingOf = (code: number | null, signal: NodeJS.Signals | null): string =>
  `the process ended (${signal ?? code})`;

async function answer<T>(child: ChildProcess, lines: Interface): Promise<T> {
  const ended = new AbortController();
  const { signal } = ended;
  try {
    return await Promise.race([
      once(lines, 'line', { signal }).then(([line]) => JSON.parse(line as string) as T),
      once(child, 'close', { signal }).then(([code, by]) => ({ error: endingOf(code, by) }) as T),
      once(child, 'error', { signal }).then(([error]) => ({ error: String(error) }) as T),
    ]);
  } finally {
    ended.abort();
  }
}
