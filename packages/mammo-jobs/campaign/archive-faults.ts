import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { randomStream } from '@mammo/mammo-io';
import { cutFile, flipBit } from './damage-file.ts';
import type { Fault } from './fault-run.ts';
import { type Program, restartable } from './program.ts';
import type { SmallDisk } from './small-disk.ts';

type Random = ReturnType<typeof randomStream>;

/** The disk of a job and what is on it. */
export interface JobPlace {
  readonly disk: SmallDisk;
  /** The job's folder, on the disk. */
  readonly out: string;
  /** The image cache. */
  readonly cache: string;
}

/** Faults of the disk that a job works on. */
export function diskFaults({ disk, out, cache }: JobPlace): readonly Fault[] {
  const damage = async (root: string, how: typeof flipBit, random: Random): Promise<boolean> => {
    const group = await anyOf(root, random);
    const file = group && (await anyOf(group, random));
    return file !== undefined && how(file, random);
  };
  const chunks = join(out, 'chunks');
  return [
    { name: 'bit flipped in a result', strike: (random) => damage(chunks, flipBit, random) },
    { name: 'result cut', strike: (random) => damage(chunks, cutFile, random) },
    { name: 'bit flipped in the image cache', strike: (random) => damage(cache, flipBit, random) },
    {
      name: 'disk full for a while',
      strike: async (random) => {
        await disk.fill(300 + random.integer(900));
        return true;
      },
    },
  ];
}

/** Another command of the same job in its folder, which must be refused. */
export function rivalFault(running: Program, [command, ...args]: readonly string[]): Fault {
  return {
    name: 'second coordinator in the folder',
    strike: async () => {
      if (running.current() === undefined) return false;
      const rival = restartable(command!, args, () => true);
      rival.start();
      await rival.done;
      return rival.lastWords().includes('is working in') || running.isDone();
    },
  };
}

async function anyOf(directory: string, random: Random): Promise<string | undefined> {
  const names = await readdir(directory).catch((): string[] => []);
  const whole = names.filter((name) => !name.endsWith('.unfinished')).sort();
  return whole.length > 0 ? join(directory, whole[random.integer(whole.length)]!) : undefined;
}
