import { availableParallelism } from 'node:os';
import {
  type Command,
  defineCommand,
  integerOption,
  requiredOption,
  statusLine,
} from '@mammo/command-line';
import { serveQueue } from '../queue/serve-queue.ts';
import { placeOf, redisUrl } from './job-options.ts';

/** `mammo-jobs worker`. */
export const workerCommand: Command = defineCommand({
  name: 'worker',
  summary: 'does chunks of the jobs of a queue until it is stopped',
  help: `Usage: mammo-jobs worker --redis URL [--root DIR]

Takes chunks of whatever jobs wait in the queue, by as many processes as there are cores, until Ctrl-C. Images, weights and results are read and
written under the same paths as on the machine that runs the job, a folder that both share or an object store, and never outside of --root.

  --redis URL            the queue
  --root DIR             the folder that jobs may read and write in (default: this one), or s3://BUCKET/PREFIX; may be given again
  --workers N            processes; default: one for each core
  --timeout S            seconds for a chunk before its process is ended (default 600)
  --memory MIB           memory of a process above which it is replaced by a new one (default 4096)

Example:
  mammo-jobs worker --redis redis://queue:6379 --root /archive
`,
  options: {
    redis: { type: 'string' },
    root: { type: 'string', multiple: true },
    workers: { type: 'string' },
    timeout: { type: 'string' },
    memory: { type: 'string' },
  },
  run: async ({ values }, context) => {
    const count = (name: 'workers' | 'timeout' | 'memory', standard: number) =>
      integerOption(name, values[name], { from: 1 }) ?? standard;
    const line = statusLine(context);
    await serveQueue({
      redis: redisUrl(requiredOption('redis', values.redis)),
      roots: (values.root ?? ['.']).map((root) => placeOf('root', root)),
      workers: count('workers', availableParallelism()),
      timeoutMs: 1000 * count('timeout', 600),
      memoryMiB: count('memory', 4096),
      signal: context.signal,
      onMessage: line.say,
    });
    return 0;
  },
});
