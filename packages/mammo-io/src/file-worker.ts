import { doFileTask } from './file-tasks.ts';
import { serveTasks } from './serve-tasks.ts';

serveTasks(doFileTask, (result) =>
  'pixels' in result ? [result.pixels.buffer as ArrayBuffer] : [],
);
