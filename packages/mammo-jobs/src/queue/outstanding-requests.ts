import type { ChunkReply } from '../workers/messages.ts';
import { WorkerError } from '../workers/worker-error.ts';
import type { QueueReply, QueueTask } from './queue-task.ts';

/** A request that the queue has, and of which nothing was heard yet. */
interface OutstandingRequest {
  readonly task: QueueTask;
  /** How often in a row the server knew nothing of it. */
  absences: number;
}

/** The requests of a coordinator that wait for their answer. */
export interface OutstandingRequests {
  /** Waits for the answer to a request. @throws WorkerError if it is a failure @throws the signal's reason */
  wait(id: string, task: QueueTask, signal: AbortSignal): Promise<ChunkReply>;
  /** Takes an answer; one to a request that is not waited for is nothing new. */
  answer(id: string, reply: QueueReply): void;
  /** Takes an error. */
  fail(id: string, error: unknown): void;
  get(id: string): OutstandingRequest | undefined;
  ids(): readonly string[];
}

interface Entry extends OutstandingRequest {
  readonly finish: (outcome: { readonly reply: ChunkReply } | { readonly error: unknown }) => void;
}

/** @param onSettled - told each request of which nothing more is to be heard */
export function outstandingRequests(onSettled: (id: string) => void): OutstandingRequests {
  const entries = new Map<string, Entry>();
  const settle = (id: string, outcome: Parameters<Entry['finish']>[0]): void => {
    const entry = entries.get(id);
    if (entry === undefined) return;
    entries.delete(id);
    entry.finish(outcome);
    onSettled(id);
  };
  return {
    wait: (id, task, signal) =>
      new Promise((resolve, reject) => {
        const abort = (): void => settle(id, { error: signal.reason });
        const finish: Entry['finish'] = (outcome) => {
          signal.removeEventListener('abort', abort);
          if ('reply' in outcome) resolve(outcome.reply);
          else reject(outcome.error);
        };
        entries.set(id, { task, absences: 0, finish });
        signal.addEventListener('abort', abort, { once: true });
        if (signal.aborted) abort();
      }),
    answer: (id, reply) =>
      settle(
        id,
        'reply' in reply
          ? reply
          : { error: new WorkerError(reply.failure.code, reply.failure.message) },
      ),
    fail: (id, error) => settle(id, { error }),
    get: (id) => entries.get(id),
    ids: () => [...entries.keys()],
  };
}
