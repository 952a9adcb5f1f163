import { Worker } from 'node:worker_threads';
import type { Progress } from './progress.ts';
import type { TaskInput, TaskName, TaskOutput } from './worker.ts';

/** Messages from a worker thread. */
type FromWorker<T> =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'done'; readonly output: T }
  | {
      readonly kind: 'failed';
      readonly name: string;
      readonly message: string;
      readonly stack: string;
    };

export interface BackgroundOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/**
 * Runs one task of worker.ts in a thread of its own, so that an engine that blocks its thread does not block
 * Ctrl-C and the progress line, and so that nothing survives a kill -9 of the process.
 *
 * @throws what the task throws; on abort the signal's reason, once the task has stopped.
 */
export async function runInBackground<N extends TaskName>(
  task: N,
  input: TaskInput<N>,
  { signal, onProgress }: BackgroundOptions,
): Promise<TaskOutput<N>> {
  signal.throwIfAborted();
  const worker = new Worker(new URL('./worker-boot.mjs', import.meta.url), {
    workerData: { task, input },
  });
  const abort = () => worker.postMessage('abort');
  signal.addEventListener('abort', abort);
  try {
    return await new Promise<TaskOutput<N>>((resolve, reject) => {
      worker.on('message', (message: FromWorker<TaskOutput<N>>) => {
        if (message.kind === 'progress') onProgress(message.progress);
        else if (message.kind === 'done') resolve(message.output);
        else reject(signal.aborted ? signal.reason : revive(message));
      });
      worker.on('error', reject);
      worker.on('exit', (code) =>
        reject(new Error(`study: the ${task} thread ended with code ${code}`)),
      );
    });
  } finally {
    signal.removeEventListener('abort', abort);
    await worker.terminate();
  }
}

function revive({ name, message, stack }: { name: string; message: string; stack: string }): Error {
  return Object.assign(new Error(message), { name, stack });
}
