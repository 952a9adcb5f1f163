import { preprocessFile } from './preprocess-file.ts';
import { serveTasks } from './serve-tasks.ts';

serveTasks(preprocessFile, ({ pixels }) => [pixels.buffer as ArrayBuffer]);
