import type { Dispatcher } from '../workers/dispatcher.ts';
import type { WorkerSetup } from '../workers/messages.ts';

/** Processes for each of the jobs that a worker is given chunks of. */
export interface JobPools {
  /** Has work done by the processes of a job. */
  run<T>(setup: WorkerSetup, work: (pool: Dispatcher) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

interface Entry {
  readonly pool: Dispatcher;
  running: number;
}

/** Jobs whose idle processes are kept: a queue gives chunks of several jobs in turn. */
const KEPT_JOBS = 3;

/** Processes of the last jobs; those of the job that waits longest give way when there are too many. */
export function jobPools(startPool: (setup: WorkerSetup) => Dispatcher): JobPools {
  const pools = new Map<string, Entry>(); // the last one used is the last
  const closeOldest = async (): Promise<void> => {
    const idle = [...pools].filter(([, { running }]) => running === 0);
    const tooMany = idle.slice(0, Math.max(0, pools.size - KEPT_JOBS));
    for (const [job] of tooMany) pools.delete(job);
    await Promise.all(tooMany.map(([, { pool }]) => pool.close()));
  };
  return {
    run: async (setup, work) => {
      const entry = pools.get(setup.job) ?? { pool: startPool(setup), running: 0 };
      entry.running += 1;
      pools.delete(setup.job);
      pools.set(setup.job, entry);
      try {
        await closeOldest();
        return await work(entry.pool);
      } finally {
        entry.running -= 1;
      }
    },
    close: async () => {
      await Promise.all([...pools.values()].map(({ pool }) => pool.close()));
    },
  };
}
