import { existsSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { UsageError } from './options.ts';

/**
 * Keeps a second program out of a folder. A lock whose holder died, even by kill -9, is taken over.
 *
 * @returns what gives the lock back
 * @throws UsageError if another living process holds it
 */
export async function lockFolder(path: string): Promise<() => Promise<void>> {
  const [holder = '', birth = ''] = existsSync(path) ? readFileSync(path, 'utf8').split(' ') : [];
  const pid = Number(holder);
  if (pid > 0 && pid !== process.pid && isAlive(pid, birth)) {
    throw new UsageError(
      `study: process ${pid} is working in this folder; if that is no study, remove ${path}`,
    );
  }
  await writeFile(path, `${process.pid} ${lifeOf(process.pid)?.birth ?? ''}`);
  return () => rm(path, { force: true });
}

/** Whether the process that wrote the lock still runs: not a zombie, nor another one with the same number. */
function isAlive(pid: number, birth: string): boolean {
  if (existsSync('/proc/self/stat')) {
    const life = lifeOf(pid);
    return life !== undefined && !'ZX'.includes(life.state) && (!birth || life.birth === birth);
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** State and start time of a process where the system tells (Linux, proc(5): fields 3 and 22 of stat). */
function lifeOf(pid: number): { readonly state: string; readonly birth: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // from field 3 on
    return { state: fields[0] ?? '', birth: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}
