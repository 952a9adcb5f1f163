import {
  type CommandContext,
  type ExitCode,
  jsonText,
  statusLine,
  UsageError,
} from '@mammo/command-line';
import type { OperationChoice, OperationName } from '../operations/operation.ts';
import { describeProgress } from '../progress.ts';
import { queueDispatcher } from '../queue/queue-dispatcher.ts';
import { runJob } from '../run-job.ts';
import { readCohort } from '../storage/read-cohort.ts';
import { StoreError } from '../storage/store.ts';
import { processPool } from '../workers/process-pool.ts';
import { type JobValues, jobRun, placeOf } from './job-options.ts';

/** Runs an operation over a cohort, on this machine or by a queue, and says what came of it. */
export async function runArchiveJob(
  name: OperationName,
  values: JobValues,
  {
    context,
    settings,
  }: { readonly context: CommandContext; readonly settings: () => Promise<unknown> },
): Promise<ExitCode> {
  const { redis, workers, timeoutMs, memoryMiB, ...run } = jobRun(values);
  const manifest = placeOf('cohort', values.cohort as string | undefined);
  const operation: OperationChoice = { name, settings: await settings() };
  const cohort = await readCohort(manifest).catch(explainMissing(manifest));
  const line = statusLine(context);
  const { records, quarantined, progress } = await runJob(
    {
      ...run,
      ...cohort,
      operation,
      signal: context.signal,
      onProgress: (now) => line.show(describeProgress(now), now.done / now.total),
      onTrouble: line.say,
    },
    (setup) =>
      redis === undefined
        ? processPool(setup, { workers, timeoutMs, memoryMiB })
        : queueDispatcher(setup, { redis, onTrouble: line.say }),
  ).finally(line.end);
  const outcome = { ...progress, records, quarantined, folder: run.folder };
  if (values.json === true) context.out(jsonText(outcome));
  else {
    const files = run.formats.map((format) => `results.${format}`).join(', ');
    const rest = quarantined > 0 ? `; ${quarantined} images are in quarantine.jsonl` : '';
    context.out(`${records} records in ${run.folder}: ${files}${rest}\n`);
  }
  return quarantined > 0 ? 1 : 0;
}

function explainMissing(path: string) {
  return (error: NodeJS.ErrnoException): never => {
    if (error.code === undefined || error instanceof StoreError) throw error;
    throw new UsageError(`--cohort must be a file that can be read, got ${path}: ${error.code}`);
  };
}
