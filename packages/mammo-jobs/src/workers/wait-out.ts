import { setTimeout as sleep } from 'node:timers/promises';
import { isSystemFailure } from './system-failure.ts';
import { WorkerError } from './worker-error.ts';

/** How long and how {@link waitOut} waits. */
export interface WaitOutOptions {
  /** All waiting together. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  readonly onTrouble: (message: string) => void;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5000;

/**
 * Does something that the system may refuse, a full disk or a lost network, again and again until it is done or the patience is
 * over. Between two tries it waits twice as long as before, 5 seconds at most; no clock is looked at.
 *
 * @throws what `attempt` throws, if it is not the system's or there is no more patience
 * @throws the signal's reason
 */
export async function waitOut<T>(attempt: () => Promise<T>, options: WaitOutOptions): Promise<T> {
  const { patienceMs, signal, onTrouble } = options;
  let waitedMs = 0;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    try {
      return await attempt();
    } catch (error) {
      const passes =
        error instanceof WorkerError ? error.code === 'system' : isSystemFailure(error);
      if (!passes || waitedMs >= patienceMs) throw error;
      onTrouble((error as Error).message);
      await sleep(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
      waitedMs += waitMs;
    }
  }
}
