import { serveThread } from '@mammo/tfjs-backend-onnx/thread';
import type { Progress } from './progress.ts';

/** What a thread can be asked for. Each loads its own modules only: those of all take seconds. */
const TASKS = {
  ablation: async () => (await import('./probes/ablation-task.ts')).ablationTask,
  attack: async () => (await import('./stages/attack-task.ts')).attackTask,
  cad: async () => (await import('./stages/cad-task.ts')).cadTask,
  cycleGan: async () => (await import('./probes/cycle-gan-task.ts')).cycleGanTask,
  defence: async () => (await import('./probes/defence-task.ts')).defenceTask,
  detector: async () => (await import('./probes/detector-task.ts')).detectorTask,
  drawCohort: async () => (await import('./stages/draw-cohort-task.ts')).drawCohortTask,
  evaluation: async () => (await import('./stages/evaluation-task.ts')).evaluationTask,
  importCohort: async () => (await import('./stages/import-cohort-task.ts')).importCohortTask,
  readers: async () => (await import('./stages/readers-task.ts')).readersTask,
  transfer: async () => (await import('./probes/transfer-task.ts')).transferTask,
};

export type TaskName = keyof typeof TASKS;
type Task<N extends TaskName> = Awaited<ReturnType<(typeof TASKS)[N]>>;
export type TaskInput<N extends TaskName> = Parameters<Task<N>>[0];
export type TaskOutput<N extends TaskName> = Awaited<ReturnType<Task<N>>>;

await serveThread<{ task: TaskName; input: never }, unknown, Progress>(
  async ({ task, input }, context) => (await TASKS[task]())(input, context),
);
