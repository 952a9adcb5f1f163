import { Queue, QueueEvents } from 'bullmq';
import type { Dispatcher } from '../workers/dispatcher.ts';
import type { ChunkReply, WorkerSetup } from '../workers/messages.ts';
import { WorkerError } from '../workers/worker-error.ts';
import type { QueueReply, QueueTask } from './queue-task.ts';
import { connectRedis, QUEUE } from './redis-connection.ts';

/** How a {@link queueDispatcher} works. */
export interface QueueDispatcherOptions {
  /** Such as `redis://host:6379`. */
  readonly redis: string;
  /** Chunks in the queue at once, which bounds the server's memory; default 256. */
  readonly window?: number;
  /** Time between two looks at what became of chunks of which nothing is heard; default 2 s. */
  readonly checkMs?: number;
  readonly onTrouble?: (message: string) => void;
}

interface Waiting {
  readonly task: QueueTask;
  readonly resolve: (reply: ChunkReply) => void;
  readonly reject: (error: Error) => void;
  /** Takes its listener off the signal. */
  readonly forget: () => void;
  /** How often in a row the server knew nothing of it. */
  absences: number;
}

/** The server has lost a chunk when it does not know it twice in a row: once may be between its end and the news of it. */
const ABSENCES = 2;

/**
 * Has chunks done by whatever workers have joined the queue (`mammo-jobs worker`).
 *
 * The queue may lose everything, and do chunks twice: results are in the job's folder, whose files a second writer writes again
 * alike, and a chunk that the server has lost is put into the queue again.
 *
 * @throws WorkerError `setup` if the server does not answer
 */
export async function queueDispatcher(
  setup: WorkerSetup,
  options: QueueDispatcherOptions,
): Promise<Dispatcher> {
  const { redis: url, window = 256, checkMs = 2000, onTrouble = () => undefined } = options;
  const connections = [
    await connectRedis(url, { onTrouble }),
    await connectRedis(url, { onTrouble }),
  ];
  const queue = new Queue<QueueTask, QueueReply>(QUEUE, { connection: connections[0]! });
  const events = new QueueEvents(QUEUE, { connection: connections[1]! });
  const complain = ({ message }: Error): void => onTrouble(`queue: ${message}`);
  queue.on('error', complain);
  events.on('error', complain);
  await events.waitUntilReady();
  const waiting = new Map<string, Waiting>();
  const add = (id: string, task: QueueTask) =>
    queue.add('chunk', task, { jobId: id, removeOnComplete: true, removeOnFail: true });
  const settle = (id: string, finish: (one: Waiting) => void): void => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (one === undefined) return;
    one.forget();
    finish(one);
  };
  events.on('completed', ({ jobId, returnvalue }) =>
    settle(jobId, (one) => answer(one, returnvalue as unknown)),
  );
  events.on('failed', ({ jobId, failedReason }) =>
    settle(jobId, ({ reject }) => reject(new WorkerError('died', `queue: ${failedReason}`))),
  );
  const check = async (): Promise<void> => {
    for (const [id, one] of [...waiting]) {
      const state = await queue.getJobState(id);
      one.absences = state === 'unknown' ? one.absences + 1 : 0;
      if (one.absences < ABSENCES || !waiting.has(id)) continue;
      one.absences = 0;
      onTrouble(`queue: chunk ${one.task.request.chunk.index} was lost and is put into it again`);
      await add(id, one.task);
    }
  };
  const checks = repeat(check, checkMs, onTrouble);
  return {
    lanes: window,
    run: (request, signal) => {
      const id = `${setup.job}-${request.chunk.index}-${request.probe ?? 'all'}`;
      const task = { setup, request };
      return new Promise<ChunkReply>((resolve, reject) => {
        const abort = () => settle(id, () => reject(signal.reason));
        signal.addEventListener('abort', abort, { once: true });
        waiting.set(id, {
          task,
          absences: 0,
          resolve,
          reject,
          forget: () => signal.removeEventListener('abort', abort),
        });
        if (signal.aborted) abort();
        else add(id, task).catch((error) => settle(id, (one) => one.reject(error)));
      });
    },
    close: async () => {
      checks.stop();
      for (const connection of connections) connection.disconnect();
      await Promise.allSettled([queue.close(), events.close()]);
    },
  };
}

function answer({ resolve, reject }: Waiting, value: unknown): void {
  const reply = (typeof value === 'string' ? JSON.parse(value) : value) as QueueReply;
  if ('reply' in reply) resolve(reply.reply);
  else reject(new WorkerError(reply.failure.code, reply.failure.message));
}

/** Does something again and again, never twice at once. */
function repeat(
  task: () => Promise<void>,
  everyMs: number,
  onTrouble: (message: string) => void,
): { stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const next = (): void => {
    if (stopped) return;
    timer = setTimeout(() => {
      task()
        .catch((error: Error) => stopped || onTrouble(error.message))
        .finally(next);
    }, everyMs);
  };
  next();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
