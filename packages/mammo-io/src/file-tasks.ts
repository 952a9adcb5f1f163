import { type ConvertedFile, type ConvertTask, convertFile } from './convert-file.ts';
import { type DrawnPatient, type DrawTask, drawPatientFiles } from './draw-patient-files.ts';
import { type InspectedFile, type InspectTask, inspectFile } from './inspect-file.ts';
import type { PreprocessedImage } from './preprocess.ts';
import { type PreprocessTask, preprocessFile } from './preprocess-file.ts';
import { mapInThreads, type TaskOutcome } from './thread-pool.ts';

/** What threads do with files. */
export type FileTask = PreprocessTask | ConvertTask | InspectTask | DrawTask;

/** The results by the kind of task. */
interface FileResults {
  readonly preprocess: PreprocessedImage;
  readonly convert: ConvertedFile;
  readonly inspect: InspectedFile;
  readonly draw: DrawnPatient;
}

type FileResult = FileResults[FileTask['kind']];

/** Does a task; the same in a thread and without. */
export async function doFileTask(task: FileTask): Promise<FileResult> {
  switch (task.kind) {
    case 'preprocess':
      return preprocessFile(task);
    case 'convert':
      return convertFile(task);
    case 'inspect':
      return inspectFile(task);
    case 'draw':
      return drawPatientFiles(task);
    default:
      return task satisfies never;
  }
}

/** Does tasks of one kind in worker threads, see {@link mapInThreads}. */
export function mapFiles<Task extends FileTask>(
  tasks: readonly Task[],
  options: {
    readonly threads: number;
    readonly prefetch: number;
    readonly signal?: AbortSignal | undefined;
  },
): AsyncGenerator<TaskOutcome<Task, FileResults[Task['kind']]>, void, undefined> {
  return mapInThreads<Task, FileResults[Task['kind']]>(tasks, {
    ...options,
    script: workerScript(),
    run: async (task) => (await doFileTask(task)) as FileResults[Task['kind']],
    threads: Math.min(options.threads, tasks.length),
  });
}

/** The built thread is an ES module, whichever module asks for it; beside the source lies its source. */
function workerScript(): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`./file-worker.${extension}`, import.meta.url);
}
