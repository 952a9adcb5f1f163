import { runInThread } from '@mammo/tfjs-backend-onnx/thread';
import type { Progress } from './progress.ts';
import type { TaskInput, TaskName, TaskOutput } from './worker.ts';

export interface BackgroundOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** A stopped stage may still have to write its checkpoint. */
const GRACE_MS = 120_000;

/**
 * Runs one task of worker.ts in a thread of its own, so that an engine that blocks its thread does not block
 * Ctrl-C and the progress line, and so that nothing survives a kill -9 of the process.
 *
 * @throws what the task throws; on abort the signal's reason, once the task has stopped.
 */
export function runInBackground<N extends TaskName>(
  task: N,
  input: TaskInput<N>,
  { signal, onProgress }: BackgroundOptions,
): Promise<TaskOutput<N>> {
  const script = new URL('./worker-boot.mjs', import.meta.url);
  const options = { signal, graceMs: GRACE_MS, onReport: onProgress };
  return runInThread(script, { task, input }, options);
}
