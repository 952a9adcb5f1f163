import { parentPort } from 'node:worker_threads';
import { ImageFileError } from './image-file-error.ts';
import type { ThreadMessage } from './thread-pool.ts';

/** Does the tasks that the thread of `mapInThreads` is sent, one after the other. */
export function serveTasks<Task, Result>(
  run: (task: Task) => Promise<Result>,
  buffersOf: (result: Result) => readonly ArrayBuffer[],
): void {
  const port = parentPort;
  port?.on('message', async (task: Task) => {
    try {
      const result = await run(task);
      port.postMessage({ result } satisfies ThreadMessage<Result>, [...buffersOf(result)]);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const code = error instanceof ImageFileError ? { code: error.code } : {};
      port.postMessage({ failure: { message, ...code } } satisfies ThreadMessage<Result>);
    }
  });
}
