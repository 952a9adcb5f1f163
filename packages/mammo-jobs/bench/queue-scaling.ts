import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { ManifestRow } from '@mammo/mammo-io';
import { Worker } from 'bullmq';
import { keepMeasurement, machine } from '../measured/measurement.ts';
import type { QueueReport } from '../measured/reports.ts';
import { queueText } from '../measured/tables.ts';
import { chunksOf } from '../src/chunks/chunk.ts';
import { queueDispatcher } from '../src/index.ts';
import type { QueueReply, QueueTask } from '../src/queue/queue-task.ts';
import { connectRedis, QUEUE } from '../src/queue/redis-connection.ts';
import { runChunks } from '../src/run-chunks.ts';
import { startRedis } from '../test/redis-server.ts';

/**
 * How the queue holds up to 64 workers that are far away: the real coordinator, BullMQ and Redis; workers that wait for as long as a
 * chunk and the network take, and compute nothing. Kept in `measured/queue.json`.
 *
 *   npm run bench:queue -w packages/mammo-jobs -- [--chunk-ms 500] [--delay-ms 20]
 */
const { values } = parseArgs({
  options: {
    'chunk-ms': { type: 'string', default: '500' },
    'delay-ms': { type: 'string', default: '20' },
  },
});
const [chunkMs, delayMs] = [Number(values['chunk-ms']), Number(values['delay-ms'])];
const CHUNK = 32;
const ROUNDS = 12;

const server = await startRedis();
if (server === undefined) throw new Error('redis-server must be installed, found none');
const signal = new AbortController().signal;
const onTrouble = (message: string) => process.stderr.write(`${message}\n`);
const rows: { workers: number; imagesPerSecond: number; share: number }[] = [];
for (const workers of [1, 2, 4, 8, 16, 32, 64]) {
  const imagesPerSecond = await measure(workers);
  const ideal = (1000 * CHUNK * workers) / (chunkMs + 2 * delayMs);
  rows.push({ workers, imagesPerSecond, share: imagesPerSecond / ideal });
}
await server.stop();
const report: QueueReport = { chunk: CHUNK, chunkMs, delayMs, rows, machine: machine() };
await keepMeasurement('queue', report);
process.stdout.write(`${queueText(report)}\n`);

async function measure(workers: number): Promise<number> {
  const connection = await connectRedis(server!.url, { onTrouble });
  const worker = new Worker<QueueTask, QueueReply>(QUEUE, work, {
    connection,
    concurrency: workers,
  });
  const row = { path: '/a/b/c.png', imageId: 'I', patientId: 'P', laterality: 'L', view: 'CC' };
  const images = Array.from({ length: CHUNK * workers * ROUNDS }, (_, index) => ({
    ...row,
    row: index,
  })) as unknown as readonly ManifestRow[];
  const setup = {
    job: randomUUID().replaceAll('-', ''),
    operation: { name: 'score', settings: {} },
    folder: '/a',
  } as const;
  const dispatcher = await queueDispatcher(setup, { redis: server!.url, onTrouble });
  const started = performance.now();
  await runChunks(chunksOf(images, CHUNK), dispatcher, {
    patienceMs: 0,
    signal,
    onTrouble,
    onChunk: () => undefined,
  });
  const seconds = (performance.now() - started) / 1000;
  await dispatcher.close();
  await worker.close();
  connection.disconnect();
  return images.length / seconds;
}

async function work({ data }: { readonly data: QueueTask }): Promise<QueueReply> {
  await new Promise((resolve) => setTimeout(resolve, chunkMs + 2 * delayMs));
  const { length } = data.request.chunk.images;
  return { reply: { images: length, quarantined: 0, elapsedMs: chunkMs, rssMiB: 0 } };
}
