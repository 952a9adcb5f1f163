import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import '@tensorflow/tfjs-backend-cpu';
import { makeArchive } from '../test/archive.ts';
import { FROM_SOURCE } from '../test/command.ts';
import { diskFaults, rivalFault } from './archive-faults.ts';
import { archiveOutcome } from './archive-outcome.ts';
import { campaignFlags, runCampaign, type Scene } from './campaign.ts';
import { restartFaults, workerFaults } from './process-faults.ts';
import { endOf, type Program, restartable } from './program.ts';
import { openQueueSite } from './queue-site.ts';

/**
 * Scores a synthetic archive again and again while things go wrong, on two worker processes of one command, or by a queue whose two
 * workers and command have networks of their own. Needs Linux and root: a small tmpfs, and name spaces for the queue.
 *
 *   npm run campaign:archive -w packages/mammo-jobs -- [--by pool|queue] [--size 20000] [--faults 500] [--seconds 300] [--seed 1]
 */
const flags = campaignFlags({ size: 20_000, by: 'pool' });
const source = fileURLToPath(new URL('../src/cli.ts', import.meta.url));
const cli = [
  process.execPath,
  ...(flags.program === undefined ? [...FROM_SOURCE, source] : [flags.program]),
];
const POISON_EVERY = 997;
const WORKERS = 2;

await runCampaign(archiveScene, flags);

async function archiveScene(folder: string): Promise<Scene> {
  const { manifest, model } = await makeArchive(folder, flags.size, { poisonEvery: POISON_EVERY });
  const cache = join(folder, 'cache');
  const job = (where: string) => [
    ...cli,
    ...['score', '--cohort', manifest, '--model', model, '--out', join(where, 'out')],
    ...['--chunk', '16', '--timeout', '60', '--cache', cache],
  ];
  const poolJob = (where: string) => [...job(where), '--workers', String(WORKERS)];
  const outcome = (where: string) => archiveOutcome(join(where, 'out'), flags.size);
  const common = {
    subject: { images: flags.size, 'no image': Math.floor(flags.size / POISON_EVERY) },
    diskMiB: 64,
    calm: (where: string) => endOf(startProgram(poolJob(where), where)),
    outcome,
  };
  if (flags.by === 'queue') {
    return {
      ...common,
      name: 'archive by a queue',
      start: async (disk) => {
        const site = await openQueueSite({ cli, root: folder, workers: WORKERS });
        const command = site.command(job(disk.path));
        const running = startProgram(command, disk.path);
        return {
          faults: [
            ...restartFaults('coordinator', running),
            ...site.faults,
            ...diskFaults({ disk, out: join(disk.path, 'out'), cache }),
            rivalFault(running, command),
          ],
          isDone: running.isDone,
          finish: () => endOf(running),
          lastWords: () => `${running.lastWords()}\n${site.lastWords()}`,
          close: site.close,
        };
      },
    };
  }
  return {
    ...common,
    name: 'archive on one machine',
    start: async (disk) => {
      const running = startProgram(poolJob(disk.path), disk.path);
      return {
        faults: [
          ...restartFaults('coordinator', running),
          ...workerFaults([running]),
          ...diskFaults({ disk, out: join(disk.path, 'out'), cache }),
          rivalFault(running, poolJob(disk.path)),
        ],
        isDone: running.isDone,
        finish: () => endOf(running),
        lastWords: running.lastWords,
        close: async () => undefined,
      };
    },
  };
}

/** Code 1 means images in quarantine, and is also that of a job that gave up: it is done when its results are there. */
function startProgram([command, ...args]: readonly string[], where: string): Program {
  const isDone = (code: number) => code <= 1 && existsSync(join(where, 'out', 'results.jsonl'));
  const program = restartable(command!, args, isDone);
  program.start();
  return program;
}
