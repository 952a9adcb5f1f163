import { Worker } from 'bullmq';
import { processPool } from '../workers/process-pool.ts';
import { WorkerError } from '../workers/worker-error.ts';
import type { WorkerLimits } from '../workers/worker-process.ts';
import { jobPools } from './job-pools.ts';
import { type QueueReply, type QueueTask, requireTask } from './queue-task.ts';
import { connectRedis, QUEUE } from './redis-connection.ts';

/** How {@link serveQueue} works. */
export interface ServeQueueOptions extends WorkerLimits {
  /** Such as `redis://host:6379`. */
  readonly redis: string;
  /** Absolute paths of folders, and prefixes `s3://BUCKET/PREFIX`, that tasks may read and write in. */
  readonly roots: readonly string[];
  /** Processes at once. */
  readonly workers: number;
  /** Ends the service. */
  readonly signal: AbortSignal;
  /** Told when it waits for chunks, and what goes wrong. */
  readonly onMessage: (message: string) => void;
  /** How long a silent worker keeps its chunk before the queue gives it to another; default 15 s. */
  readonly lockMs?: number;
}

/** A chunk whose machines die is given to the next one this often; what kills a process is found by the process's parent. */
const MOST_STALLS = 1000;

/** Does chunks of the queue's jobs until the signal; chunks that are then under way go to other workers. */
export async function serveQueue(options: ServeQueueOptions): Promise<void> {
  const { redis: url, roots, workers, signal, onMessage, lockMs = 15_000 } = options;
  const connection = await connectRedis(url, { onTrouble: onMessage });
  const pools = jobPools((setup) => processPool(setup, options));
  const doTask = async ({ data }: { readonly data: QueueTask }): Promise<QueueReply> => {
    try {
      const { setup, request } = requireTask(data, roots);
      return { reply: await pools.run(setup, (pool) => pool.run(request, signal)) };
    } catch (error) {
      signal.throwIfAborted();
      const { message } = error as Error;
      onMessage(message);
      const code = error instanceof WorkerError ? error.code : 'setup';
      return { failure: { code, message } };
    }
  };
  const worker = new Worker<QueueTask, QueueReply>(QUEUE, doTask, {
    connection,
    concurrency: workers,
    lockDuration: lockMs,
    stalledInterval: lockMs,
    maxStalledCount: MOST_STALLS,
  });
  worker.on('error', ({ message }) => onMessage(`queue: ${message}`));
  onMessage(`waiting for chunks, ${workers} at once; Ctrl-C ends it`);
  if (!signal.aborted) {
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
  await pools.close();
  connection.disconnect();
  await worker.close(true).catch(() => undefined);
}
