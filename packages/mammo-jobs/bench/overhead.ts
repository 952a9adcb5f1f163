import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import '@tensorflow/tfjs-backend-cpu';
import { readManifestFile } from '@mammo/mammo-io/node';
import { keepMeasurement, machine } from '../measured/measurement.ts';
import type { OverheadReport } from '../measured/reports.ts';
import { overheadText } from '../measured/tables.ts';
import {
  type Dispatcher,
  type OperationChoice,
  processPool,
  queueDispatcher,
  runJob,
  serveQueue,
} from '../src/index.ts';
import { digestFile } from '../src/operations/load-weights.ts';
import { makeArchive } from '../test/archive.ts';
import { FROM_SOURCE } from '../test/command.ts';
import { startRedis } from '../test/redis-server.ts';

/**
 * What a job costs beside its operation, and the memory that it takes, over many small images: of a model of no weight in a process
 * of this machine, or of a tiny classifier in one that a queue feeds. Kept in `measured/overhead-pool.json` or `-queue.json`.
 *
 *   npm run bench:overhead -w packages/mammo-jobs -- [--by pool|queue] [--images 100000]
 */
const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '100000' },
    by: { type: 'string', default: 'pool' },
  },
});
const count = Number(values.images);
const SAMPLES = 10;
const folder = await mkdtemp(join(tmpdir(), 'overhead-'));
const archive = await makeArchive(folder, 100);
const files = await readManifestFile(archive.manifest);
const images = Array.from({ length: count }, (_, index) => ({
  ...files[index % files.length]!,
  imageId: `I${index}`,
  row: index + 2,
}));
const limits = { workers: 1, timeoutMs: 60_000, memoryMiB: 4096, execArgv: FROM_SOURCE };
const stop = new AbortController();
const server = values.by === 'queue' ? await startRedis() : undefined;
const serving =
  server &&
  serveQueue({
    ...limits,
    redis: server.url,
    roots: [folder],
    signal: stop.signal,
    onMessage: () => undefined,
  });

let [done, workMs] = [0, 0];
const memory: OverheadReport['memory'][number][] = [];
const started = performance.now();
await runJob(
  { images, manifestSha256: '', operation: await operationOf(), folder: join(folder, 'out') },
  async (setup) =>
    watched(
      server === undefined
        ? processPool(setup, limits)
        : await queueDispatcher(setup, { redis: server.url }),
    ),
);
const elapsedMs = performance.now() - started;
stop.abort();
await serving;
await server?.stop();
await rm(folder, { recursive: true, force: true });
const report: OverheadReport = {
  images: count,
  by: values.by,
  seconds: elapsedMs / 1000,
  workMs: workMs / done,
  besideMs: (elapsedMs - workMs) / done,
  memory,
  machine: machine(),
};
await keepMeasurement(`overhead-${values.by}`, report);
process.stdout.write(`${overheadText(report)}\n`);

/** Only the command line's operations go through a queue. */
async function operationOf(): Promise<OperationChoice> {
  if (server === undefined) {
    const mean = new URL('../test/operations/mean.ts', import.meta.url).href as `file:${string}`;
    return { name: mean, settings: {} };
  }
  const model = { path: archive.model, sha256: await digestFile(archive.model) };
  return {
    name: 'score',
    settings: { engine: 'onnx', threads: 1, model, reading: { policy: 'pad' } },
  };
}

/** Adds up what workers say of their chunks. */
function watched(dispatcher: Dispatcher): Dispatcher {
  return {
    ...dispatcher,
    run: async (request, signal) => {
      const reply = await dispatcher.run(request, signal);
      workMs += reply.elapsedMs;
      const sample = Math.floor(done / (count / SAMPLES));
      done += reply.images;
      if (Math.floor(done / (count / SAMPLES)) > sample) {
        const coordinatorMiB = process.memoryUsage.rss() / 2 ** 20;
        memory.push({ images: done, workerMiB: reply.rssMiB, coordinatorMiB });
      }
      return reply;
    },
  };
}
