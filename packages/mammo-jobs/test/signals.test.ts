import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { makeArchive } from './archive.ts';
import { type CommandRun, childrenOf, startCommand } from './command.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('SIGTERM, and Ctrl-C twice, end a job and its workers; the same command goes on', async () => {
  const folder = await temporaryFolder();
  const { manifest } = await makeArchive(folder, 240);
  const out = join(folder, 'out');
  const run = () =>
    startCommand([
      ...['preprocess', '--cohort', manifest, '--out', out, '--height', '8', '--width', '8'],
      ...['--chunk', '4', '--workers', '1'],
    ]);
  const chunks = async () => (await readdir(join(out, 'chunks/000000')).catch(() => [])).length;
  const hasMore = async ({ process }: CommandRun): Promise<number[]> => {
    const before = await chunks();
    while ((await chunks()) < before + 2) await sleep(10);
    return [...(await childrenOf(process.pid!))];
  };
  const terminated = run();
  const workers = await hasMore(terminated);
  terminated.process.kill('SIGTERM');
  const first = await terminated.ended;
  expect(first.err).toContain('mammo-jobs preprocess: stopped; the same command goes on');
  const interrupted = run();
  workers.push(...(await hasMore(interrupted)));
  for (const signal of ['SIGINT', 'SIGINT'] as const) interrupted.process.kill(signal);
  const second = await interrupted.ended;
  expect([first.code, second.code]).toEqual([130, 130]);
  await expect
    .poll(() => workers.filter((pid) => existsSync(`/proc/${pid}`)), { timeout: 30_000 }) // one may still be starting
    .toEqual([]);
  expect(existsSync(join(out, 'results.jsonl'))).toBe(false);
  const { code, err } = await run().ended;
  expect(code, err).toBe(0);
  const lines = (await readFile(join(out, 'results.jsonl'), 'utf8')).trim().split('\n');
  expect(new Set(lines.map((line) => JSON.parse(line).caseId)).size).toBe(240);
});
