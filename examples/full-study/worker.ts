import { parentPort, workerData } from 'node:worker_threads';
import { attackTask } from './stages/attack-task.ts';
import { cadTask } from './stages/cad-task.ts';
import { drawCohortTask } from './stages/draw-cohort-task.ts';
import { evaluationTask } from './stages/evaluation-task.ts';
import { importCohortTask } from './stages/import-cohort-task.ts';
import { readersTask } from './stages/readers-task.ts';

const TASKS = {
  attack: attackTask,
  cad: cadTask,
  drawCohort: drawCohortTask,
  evaluation: evaluationTask,
  importCohort: importCohortTask,
  readers: readersTask,
};

export type TaskName = keyof typeof TASKS;
export type TaskInput<N extends TaskName> = Parameters<(typeof TASKS)[N]>[0];
export type TaskOutput<N extends TaskName> = Awaited<ReturnType<(typeof TASKS)[N]>>;

async function serve(): Promise<void> {
  if (!parentPort) return;
  const port = parentPort;
  const { task, input } = workerData as { task: TaskName; input: never };
  const abort = new AbortController();
  port.on('message', () => abort.abort(new DOMException('stopped', 'AbortError')));
  try {
    const output = await TASKS[task](input, {
      signal: abort.signal,
      report: (progress) => port.postMessage({ kind: 'progress', progress }),
    });
    port.postMessage({ kind: 'done', output });
  } catch (error) {
    const { name, message, stack } = error as Error;
    port.postMessage({ kind: 'failed', name, message, stack: stack ?? message });
  }
}

await serve();
