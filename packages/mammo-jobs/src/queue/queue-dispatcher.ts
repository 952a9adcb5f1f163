import { randomUUID } from 'node:crypto';
import { Queue, QueueEvents } from 'bullmq';
import type { Dispatcher } from '../workers/dispatcher.ts';
import type { WorkerSetup } from '../workers/messages.ts';
import { WorkerError } from '../workers/worker-error.ts';
import { outstandingRequests } from './outstanding-requests.ts';
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
  /** Told what goes wrong and is tried again; by default nobody is. */
  readonly onTrouble?: (message: string) => void;
}

/** Answers wait at the server so many seconds to be asked for: the news of them may get lost. */
const KEPT = { age: 3600 };

/** The server has lost a chunk when it does not know it twice in a row: once may be between its end and the news of it. */
const ABSENCES = 2;

/**
 * Has chunks done by whatever workers have joined the queue (`mammo-jobs worker`).
 *
 * The queue may lose everything, and do chunks twice: results are in the job's folder, whose files a second writer writes again
 * alike, and a chunk that the server has lost is put into the queue again.
 *
 * @throws WorkerError `setup` if the server does not answer, refuses, or is too old
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
  await Promise.all([queue.waitUntilReady(), events.waitUntilReady()]).catch((error: Error) => {
    for (const connection of connections) connection.disconnect();
    throw new WorkerError('setup', `queue: ${error.message}`);
  });
  const requests = outstandingRequests((id) => {
    void queue.remove(id).catch(() => undefined); // else the server does, later
  });
  const add = (id: string, task: QueueTask) =>
    queue.add('chunk', task, { jobId: id, removeOnComplete: KEPT, removeOnFail: KEPT });
  const failed = (reason: string) => new WorkerError('died', `queue: ${reason}`);
  events.on('completed', ({ jobId, returnvalue }) => requests.answer(jobId, replyOf(returnvalue)));
  events.on('failed', ({ jobId, failedReason }) => requests.fail(jobId, failed(failedReason)));
  /** Asks for an answer the news of which may have been lost with a connection. */
  const askFor = async (id: string): Promise<void> => {
    const job = await queue.getJob(id);
    if (job?.failedReason) requests.fail(id, failed(job.failedReason));
    else if (job?.returnvalue) requests.answer(id, replyOf(job.returnvalue));
  };
  const look = async (id: string): Promise<void> => {
    const state = await queue.getJobState(id);
    if (state === 'completed' || state === 'failed') return askFor(id);
    const request = requests.get(id);
    if (request === undefined) return;
    request.absences = state === 'unknown' ? request.absences + 1 : 0;
    if (request.absences < ABSENCES) return;
    request.absences = 0;
    onTrouble(`queue: chunk ${request.task.request.chunk.index} was lost and is put into it again`);
    await add(id, request.task);
  };
  const lookAtAll = async (): Promise<void> => {
    for (const id of requests.ids()) await look(id);
  };
  const checks = repeat(lookAtAll, checkMs, onTrouble);
  // Never the name of an earlier request: what the server still has of that would be taken for the answer.
  const run = randomUUID();
  let count = 0;
  return {
    lanes: window,
    run: (request, signal) => {
      count += 1;
      const id = `${run}-${count}`;
      const task = { setup, request };
      const reply = requests.wait(id, task, signal);
      if (!signal.aborted) add(id, task).catch((error) => requests.fail(id, error));
      return reply;
    },
    close: async () => {
      checks.stop();
      for (const connection of connections) connection.disconnect();
      await Promise.allSettled([queue.close(), events.close()]);
    },
  };
}

/** What BullMQ hands on as it was, or as its JSON. */
function replyOf(value: unknown): QueueReply {
  return (typeof value === 'string' ? JSON.parse(value) : value) as QueueReply;
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
