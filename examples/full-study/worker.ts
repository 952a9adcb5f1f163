import { serveThread } from '@mammo/tfjs-backend-onnx/thread';
import { ablationTask } from './probes/ablation-task.ts';
import { cycleGanTask } from './probes/cycle-gan-task.ts';
import { defenceTask } from './probes/defence-task.ts';
import { detectorTask } from './probes/detector-task.ts';
import { transferTask } from './probes/transfer-task.ts';
import type { Progress } from './progress.ts';
import { attackTask } from './stages/attack-task.ts';
import { cadTask } from './stages/cad-task.ts';
import { drawCohortTask } from './stages/draw-cohort-task.ts';
import { evaluationTask } from './stages/evaluation-task.ts';
import { importCohortTask } from './stages/import-cohort-task.ts';
import { readersTask } from './stages/readers-task.ts';

const TASKS = {
  ablation: ablationTask,
  attack: attackTask,
  cad: cadTask,
  cycleGan: cycleGanTask,
  defence: defenceTask,
  detector: detectorTask,
  drawCohort: drawCohortTask,
  evaluation: evaluationTask,
  importCohort: importCohortTask,
  readers: readersTask,
  transfer: transferTask,
};

export type TaskName = keyof typeof TASKS;
export type TaskInput<N extends TaskName> = Parameters<(typeof TASKS)[N]>[0];
export type TaskOutput<N extends TaskName> = Awaited<ReturnType<(typeof TASKS)[N]>>;

await serveThread<{ task: TaskName; input: never }, unknown, Progress>(({ task, input }, context) =>
  TASKS[task](input, context),
);
