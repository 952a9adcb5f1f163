import type { randomStream } from '@mammo/mammo-io';
import { childrenOf } from '../test/command.ts';
import { type Fault, pause } from './fault-run.ts';
import { takeMemory } from './memory.ts';
import { canSkewClock, type Program, randomSkewDays } from './program.ts';

type Random = ReturnType<typeof randomStream>;

/** Kills a program and starts it again, with another clock if asked for; false if it is done. */
export async function restart(program: Program, skewDays?: number): Promise<boolean> {
  await program.kill();
  if (program.isDone()) return false;
  program.start(skewDays);
  return true;
}

/** Faults of a program that is started again. */
export function restartFaults(name: string, program: Program): readonly Fault[] {
  const faults: Fault[] = [{ name: `${name} killed`, strike: () => restart(program) }];
  if (canSkewClock) {
    faults.push({
      name: `${name} killed, goes on with another clock`,
      strike: (random) => restart(program, randomSkewDays(random)),
    });
  }
  return faults;
}

/** Faults of the processes that programs have started to work for them. */
export function workerFaults(programs: readonly Program[]): readonly Fault[] {
  const anyWorker = async (random: Random): Promise<number | undefined> => {
    const parents = programs.map((program) => program.current()?.pid ?? 0);
    const pids = (await Promise.all(parents.map(childrenOf))).flat();
    return pids.length > 0 ? pids[random.integer(pids.length)] : undefined;
  };
  return [
    {
      name: 'worker process killed',
      strike: async (random) => signal(await anyWorker(random), 'SIGKILL'),
    },
    {
      name: 'worker process stopped for a while',
      strike: async (random) => {
        const pid = await anyWorker(random);
        if (!signal(pid, 'SIGSTOP')) return false;
        await pause(200 + random.integer(800));
        return signal(pid, 'SIGCONT');
      },
    },
    {
      name: 'worker process gets no more memory',
      strike: async (random) => {
        const pid = await anyWorker(random);
        return pid !== undefined && takeMemory(pid, random);
      },
    },
  ];
}

function signal(pid: number | undefined, name: NodeJS.Signals): boolean {
  try {
    return pid !== undefined && process.kill(pid, name);
  } catch {
    return false;
  }
}
