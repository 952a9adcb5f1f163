import type { Dispatcher } from './dispatcher.ts';
import type { WorkerSetup } from './messages.ts';
import { WorkerError } from './worker-error.ts';
import { startWorker, type WorkerLimits, type WorkerProcess } from './worker-process.ts';

/** How a {@link processPool} runs. */
export interface ProcessPoolOptions extends WorkerLimits {
  /** Processes at once. */
  readonly workers: number;
  /** Told the number of each process that starts. */
  readonly onStart?: (pid: number) => void;
}

const STARTS_WITHOUT_SUCCESS = 20;

/** Worker processes that are started when they are needed, and again when they died or grew too large. */
export function processPool(setup: WorkerSetup, options: ProcessPoolOptions): Dispatcher {
  const idle: WorkerProcess[] = [];
  const all = new Set<WorkerProcess>();
  let failedStarts = 0;
  let closed = false;

  const start = async (): Promise<WorkerProcess> => {
    try {
      const worker = await startWorker(setup, options);
      failedStarts = 0;
      all.add(worker);
      if (closed) await discard(worker);
      if (worker.pid !== undefined) options.onStart?.(worker.pid);
      return worker;
    } catch (error) {
      failedStarts += 1;
      if (failedStarts < STARTS_WITHOUT_SUCCESS) throw error;
      throw new WorkerError(
        'setup',
        `processPool: a worker must start, got ${failedStarts} failures in a row, the last: ${(error as Error).message}`,
      );
    }
  };
  const discard = async (worker: WorkerProcess): Promise<void> => {
    all.delete(worker);
    await worker.kill();
  };
  const takeIdle = async (): Promise<WorkerProcess | undefined> => {
    for (let worker = idle.pop(); worker; worker = idle.pop()) {
      if (worker.isUsable()) return worker;
      await discard(worker);
    }
    return undefined;
  };
  return {
    lanes: options.workers,
    run: async (request, signal) => {
      const worker = (await takeIdle()) ?? (await start());
      const stop = () => void discard(worker);
      signal.addEventListener('abort', stop, { once: true });
      try {
        signal.throwIfAborted();
        const reply = await worker.run(request);
        idle.push(worker);
        return reply;
      } catch (error) {
        const isHealthy = error instanceof WorkerError && error.code !== 'died';
        if (isHealthy && worker.isUsable()) idle.push(worker);
        else await discard(worker);
        signal.throwIfAborted();
        throw error;
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
    close: async () => {
      closed = true;
      await Promise.all([...all].map(discard));
    },
  };
}
