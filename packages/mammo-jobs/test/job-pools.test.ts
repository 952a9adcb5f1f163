import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Dispatcher, WorkerSetup } from '../src/index.ts';
import { jobPools } from '../src/queue/job-pools.ts';

const setupOf = (job: string): WorkerSetup => ({
  job,
  folder: '/a',
  operation: { name: 'score', settings: {} },
});

/** Pools that say when they are started and closed, which takes a while. */
function pools() {
  const said: string[] = [];
  const all = jobPools(({ job }) => {
    said.push(`${job} starts`);
    const close = async () => {
      await sleep(5);
      said.push(`${job} closes`);
    };
    return { lanes: 1, run: () => expect.fail(), close } satisfies Dispatcher;
  });
  return { said, all };
}

test('jobs whose chunks come in turn keep their processes', async () => {
  const { said, all } = pools();
  for (const job of ['a', 'b', 'a', 'b', 'c']) await all.run(setupOf(job), async () => undefined);
  expect(said).toEqual(['a starts', 'b starts', 'c starts']);
  await all.run(setupOf('d'), async () => undefined);
  expect(said.slice(3)).toEqual(['d starts', 'a closes']);
  await all.close();
  expect(said.slice(5).sort()).toEqual(['b closes', 'c closes', 'd closes']);
});

test('chunks of a job that come at once share its processes, and a job at work is not closed', async () => {
  const { said, all } = pools();
  for (const job of ['a', 'b', 'c']) await all.run(setupOf(job), async () => undefined);
  const busy = all.run(setupOf('a'), () => sleep(30));
  await Promise.all(['d', 'd', 'e'].map((job) => all.run(setupOf(job), () => sleep(1))));
  expect(said.filter((line) => line.startsWith('d'))).toEqual(['d starts']);
  expect(said).not.toContain('a closes');
  await busy;
});
