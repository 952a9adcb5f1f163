import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import '@tensorflow/tfjs-backend-cpu';
import { readManifestFile } from '@mammo/mammo-io/node';
import { runJob } from '../src/index.ts';
import { processPool } from '../src/workers/process-pool.ts';
import { makeArchive } from '../test/archive.ts';
import { FROM_SOURCE } from '../test/command.ts';

/**
 * What a job costs beside its operation, and the memory that it takes, over many small images and a model of no weight.
 *
 *   npm run bench:overhead -w packages/mammo-jobs -- [--images 100000]
 */
const { values } = parseArgs({ options: { images: { type: 'string', default: '100000' } } });
const count = Number(values.images);
const folder = await mkdtemp(join(tmpdir(), 'overhead-'));
const { manifest } = await makeArchive(folder, 100);
const files = await readManifestFile(manifest);
const images = Array.from({ length: count }, (_, index) => ({
  ...files[index % files.length]!,
  imageId: `I${index}`,
  row: index + 2,
}));
const mean = new URL('../test/operations/mean.ts', import.meta.url).href as `file:${string}`;

let [done, workingMs] = [0, 0];
const memory: { images: number; worker: number; coordinator: number }[] = [];
const started = performance.now();
await runJob(
  {
    images,
    manifestSha256: '',
    operation: { name: mean, settings: {} },
    folder: join(folder, 'out'),
  },
  (setup) => {
    const pool = processPool(setup, {
      workers: 1,
      timeoutMs: 60_000,
      memoryMiB: 4096,
      execArgv: FROM_SOURCE,
    });
    return {
      ...pool,
      run: async (request, signal) => {
        const reply = await pool.run(request, signal);
        workingMs += reply.elapsedMs;
        const before = done;
        done += reply.images;
        if (Math.floor(before / (count / 10)) < Math.floor(done / (count / 10))) {
          const coordinator = process.memoryUsage.rss() / 2 ** 20;
          memory.push({ images: done, worker: reply.rssMiB, coordinator });
        }
        return reply;
      },
    };
  },
);
const elapsedMs = performance.now() - started;
await rm(folder, { recursive: true, force: true });

const processor = cpus()[0]?.model.trim() ?? 'unknown';
const lines = [
  `${count} images, one worker, Node ${process.version}, ${cpus().length} cores (${processor})`,
  '',
  `- whole job: ${(elapsedMs / 1000).toFixed(1)} s, ${((1000 * done) / elapsedMs).toFixed(0)} images/s`,
  `- in the operation, with reading files and keeping results: ${(workingMs / done).toFixed(3)} ms an image`,
  `- beside it (messages, bookkeeping, final results, start): ${((elapsedMs - workingMs) / done).toFixed(3)} ms an image`,
  '',
  '| images | worker, MiB | coordinator, MiB |',
  '|---|---|---|',
  ...memory.map(
    (row) => `| ${row.images} | ${row.worker.toFixed(0)} | ${row.coordinator.toFixed(0)} |`,
  ),
];
process.stdout.write(`${lines.join('\n')}\n`);
