import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readManifestFile } from '@mammo/mammo-io/node';
import { expect, test } from 'vitest';
import { processPool, type RunJobOptions, runJob } from '../src/index.ts';
import { makeArchive } from './archive.ts';
import { FROM_SOURCE } from './command.ts';
import type { MeanSettings } from './operations/mean.ts';
import { temporaryFolder } from './temporary-folder.ts';

const MEAN = new URL('./operations/mean.ts', import.meta.url).href as `file:${string}`;

/** A job over 40 images, 8 in a chunk, whose model is the mean of the bytes. */
async function meanJob(settings: MeanSettings = {}): Promise<RunJobOptions> {
  const folder = await temporaryFolder();
  const { manifest } = await makeArchive(folder, 40);
  return {
    images: await readManifestFile(manifest),
    manifestSha256: 'of the manifest',
    operation: { name: MEAN, settings },
    folder: join(folder, 'out'),
    chunkSize: 8,
  };
}

function run(options: RunJobOptions, limits: { timeoutMs?: number; started?: number[] } = {}) {
  const { timeoutMs = 30_000, started = [] } = limits;
  return runJob(options, (setup) =>
    processPool(setup, {
      workers: 2,
      timeoutMs,
      memoryMiB: 4096,
      execArgv: FROM_SOURCE,
      onStart: (pid) => started.push(pid),
    }),
  );
}

const read = (options: RunJobOptions, name: string) => readFile(join(options.folder, name), 'utf8');
const lines = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

test('every image has one record, in the order of the manifest', async () => {
  const options = await meanJob();
  const { records, quarantined, progress } = await run(options);
  expect({ records, quarantined }).toEqual({ records: 40, quarantined: 0 });
  expect(progress).toMatchObject({ done: 40, total: 40, quarantined: 0 });
  const ids = lines(await read(options, 'results.jsonl')).map(({ caseId }) => caseId);
  expect(ids).toEqual(options.images.map(({ imageId }) => imageId));
  expect(await read(options, 'quarantine.jsonl')).toBe('');
});

test('an image that kills its worker, asks for too much memory or fails is quarantined; the others of the chunk are not', async () => {
  const options = await meanJob({ deadly: ['I3'], failing: ['I5'], greedy: ['I7'] });
  const trouble: string[] = [];
  const result = await run({ ...options, onTrouble: (message) => trouble.push(message) });
  expect(result).toMatchObject({ records: 37, quarantined: 3 });
  expect(lines(await read(options, 'quarantine.jsonl'))).toEqual([
    { row: 5, caseId: 'I3', code: 'deadly', message: 'the process that worked on it died 3 times' },
    { row: 7, caseId: 'I5', code: 'failed', message: 'I5 cannot be worked on' },
    { row: 9, caseId: 'I7', code: 'deadly', message: 'the process that worked on it died 3 times' },
  ]);
  expect(trouble).toContain('chunk 0: worker: its process ended by SIGKILL');
  expect(trouble).toContain('chunk 0 failed 3 times: its images are tried one by one');
});

test('a worker that does not come to an end is ended after the time for a chunk', async () => {
  const { images, folder } = await meanJob();
  const operation = { name: MEAN, settings: { endless: ['I0'] } };
  const limits = { workers: 1, timeoutMs: 3000, memoryMiB: 4096, execArgv: FROM_SOURCE };
  const pool = processPool({ job: 'endless', operation, folder }, limits);
  const request = { chunk: { index: 0, images: images.slice(0, 1) }, quarantine: {} };
  const done = pool.run(request, new AbortController().signal);
  await expect(done).rejects.toThrow('worker: its process was ended after 3 s');
  await pool.close();
});

test('a finished job does nothing again; a damaged chunk alone is done again, with the same result', async () => {
  const options = await meanJob();
  await run(options);
  const before = await read(options, 'results.jsonl');
  const started: number[] = [];
  await run(options, { started });
  expect(started).toEqual([]);
  const chunk = join(options.folder, 'chunks/000000/000002.jsonl');
  const bytes = await readFile(chunk);
  bytes[bytes.length - 9]! ^= 1;
  await writeFile(chunk, bytes);
  await run(options, { started });
  expect(started).toHaveLength(1);
  expect(await read(options, 'results.jsonl')).toBe(before);
});

test('another job is refused in the folder, with all differences', async () => {
  const options = await meanJob();
  await run(options);
  const other = { ...options, chunkSize: 4, operation: { name: MEAN, settings: { delayMs: 1 } } };
  await expect(run(other)).rejects.toThrow(
    `the folder holds another job; choose another --out, or ask for the same:
  chunkSize: the folder has 8, this command asks for 4
  operation.settings.delayMs: the folder has undefined, this command asks for 1`,
  );
});

test('images in quarantine are tried again when asked for', async () => {
  const options = await meanJob();
  const [first] = options.images;
  const { path } = first!;
  const poisoned = {
    ...options,
    images: [{ ...first!, path: `${path}.gone` }, ...options.images.slice(1)],
  };
  expect(await run(poisoned)).toMatchObject({ quarantined: 1 });
  expect(await run(options)).toMatchObject({ quarantined: 1 });
  expect(await run({ ...options, retryQuarantined: true })).toMatchObject({
    quarantined: 0,
    records: 40,
  });
});

test('a worker that cannot begin ends the job with its reason', async () => {
  const options = await meanJob();
  const operation = {
    name: 'score' as const,
    settings: {
      engine: 'cpu',
      threads: 1,
      model: { path: options.images[0]!.path, sha256: 'other' },
    },
  };
  await expect(run({ ...options, operation })).rejects.toThrow(
    /must be the file that the job began with, SHA-256 other, got [0-9a-f]{64}/,
  );
});

test('a stopped job goes on where it was', async () => {
  const options = await meanJob({ delayMs: 5 });
  const stop = new AbortController();
  const onProgress = ({ done }: { readonly done: number }) => {
    if (done >= 16) stop.abort(new Error('enough'));
  };
  await expect(run({ ...options, signal: stop.signal, onProgress })).rejects.toThrow('enough');
  const seen: number[] = [];
  await run({ ...options, onProgress: ({ done }) => seen.push(done) });
  expect(seen[0]).toBeGreaterThanOrEqual(16);
  expect(lines(await read(options, 'results.jsonl'))).toHaveLength(40);
});
