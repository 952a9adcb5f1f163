import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { randomStream } from '@mammo/mammo-io';
import { FROM_SOURCE } from '../test/command.ts';
import { campaignFlags, runCampaign, type Scene } from './campaign.ts';
import { cutFile, flipBit } from './damage-file.ts';
import type { Fault } from './fault-run.ts';
import { takeMemory } from './memory.ts';
import { restart, restartFaults } from './process-faults.ts';
import { endOf, type Program, restartable } from './program.ts';
import type { SmallDisk } from './small-disk.ts';

type Random = ReturnType<typeof randomStream>;

/**
 * Trains a tiny classifier again and again while things go wrong. Needs Linux and root: a small tmpfs.
 *
 *   npm run campaign:training -w packages/mammo-jobs -- [--size 1000] [--faults 500] [--seconds 300] [--seed 1]
 */
const flags = campaignFlags({ size: 1000, by: 'trainer' });
const source = fileURLToPath(new URL('trainer.ts', import.meta.url));
const program = flags.program === undefined ? [...FROM_SOURCE, source] : [flags.program];
const training = (folder: string) => [...program, folder, String(flags.size)];

const scene: Scene = {
  name: 'training',
  subject: { steps: flags.size },
  diskMiB: 16,
  calm: async (folder) => {
    await mkdir(folder);
    await endOf(startTrainer(folder));
  },
  start: async (disk) => {
    const running = startTrainer(disk.path);
    return {
      faults: faultsOf(running, disk),
      isDone: running.isDone,
      finish: () => endOf(running),
      lastWords: running.lastWords,
      close: async () => undefined,
    };
  },
  outcome: async (folder) => {
    const bytes = await readFile(join(folder, 'model.safetensors'));
    return { digest: createHash('sha256').update(bytes).digest('hex'), wrong: {} };
  },
};
await runCampaign(async () => scene, flags);

function startTrainer(folder: string): Program {
  const trainer = restartable(process.execPath, training(folder), (code) => code === 0);
  trainer.start();
  return trainer;
}

function faultsOf(running: Program, disk: SmallDisk): readonly Fault[] {
  const checkpoints = join(disk.path, 'checkpoints');
  const damage = async (
    how: typeof flipBit,
    { pattern, newest = false }: { readonly pattern: RegExp; readonly newest?: boolean },
    random: Random,
  ): Promise<boolean> => {
    const names = (await readdir(checkpoints).catch((): string[] => []))
      .filter((name) => pattern.test(name))
      .sort();
    const name = newest ? names.at(-1) : names[random.integer(Math.max(1, names.length))];
    return name !== undefined && (await how(join(checkpoints, name), random)) && restart(running);
  };
  const pattern = /\.safetensors$/;
  return [
    ...restartFaults('trainer', running),
    {
      name: 'bit flipped in a checkpoint, trainer killed',
      strike: (random) => damage(flipBit, { pattern }, random),
    },
    {
      name: 'bit flipped in the last checkpoint, trainer killed',
      strike: (random) => damage(flipBit, { pattern, newest: true }, random),
    },
    {
      name: 'last checkpoint cut, trainer killed',
      strike: (random) => damage(cutFile, { pattern, newest: true }, random),
    },
    {
      name: 'note of the best checkpoint damaged, trainer killed',
      strike: (random) => damage(flipBit, { pattern: /^best\.json$/ }, random),
    },
    {
      name: 'disk full for a while',
      strike: async (random) => {
        await disk.fill(300 + random.integer(900));
        return true;
      },
    },
    {
      name: 'trainer gets no more memory',
      strike: async (random) => {
        const { pid } = running.current() ?? {};
        return pid !== undefined && takeMemory(pid, random);
      },
    },
    {
      name: 'second trainer in the folder',
      strike: async () => {
        if (!existsSync(checkpoints) || running.current() === undefined) return false;
        const rival = restartable(process.execPath, training(disk.path), () => true);
        rival.start();
        return (await rival.done) === 3 || running.isDone();
      },
    },
  ];
}
