import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { randomStream } from '@mammo/mammo-io';

const LEAST_MIB = 1;
const MOST_MIB = 64;

/**
 * Lets a process have 1 to 64 MiB of address space more than it has, and no more (RLIMIT_AS, by util-linux's `prlimit`): what it
 * asks for beyond is refused, and it must say so or die. False if the process has gone.
 */
export function takeMemory(pid: number, random: ReturnType<typeof randomStream>): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const [, kibibytes] = /^VmSize:\s+(\d+) kB$/m.exec(status) ?? [];
    if (kibibytes === undefined) return false;
    const spare = LEAST_MIB + random.integer(MOST_MIB - LEAST_MIB);
    execFileSync(
      'prlimit',
      ['--pid', String(pid), `--as=${1024 * Number(kibibytes) + spare * 2 ** 20}`],
      {
        stdio: 'ignore',
      },
    );
    return true;
  } catch {
    return false;
  }
}
