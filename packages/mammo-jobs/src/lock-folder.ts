import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { link, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Thrown for a folder in which another process is working. */
export class FolderLockedError extends Error {
  override readonly name = 'FolderLockedError';
}

/** Who holds a lock. */
interface Holder {
  readonly host: string;
  readonly pid: number;
  /** When the process started, where the system tells; another process may later have its number. */
  readonly birth: string;
}

/**
 * Keeps other processes out of a folder, whichever program they run. A lock whose holder died, even by kill -9, is taken over; the
 * holder may be on another machine that shares the folder, where nobody can see whether it lives.
 *
 * Locks are numbered files, `NAME.1`, `NAME.2`, …: whoever finds the last one dead or given back makes the next one, which only one
 * process can, and gives way if there is a later one. No clock is looked at.
 *
 * @param folder - created if it does not exist
 * @returns what gives the lock back
 * @throws FolderLockedError if another living process holds it, or one of another machine
 */
export async function lockFolder(folder: string, name: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const own: Holder = {
    host: hostname(),
    pid: process.pid,
    birth: lifeOf(process.pid)?.birth ?? '',
  };
  for (;;) {
    const last = Math.max(0, ...(await numbersOf(folder, name)));
    const path = join(folder, `${name}.${last}`);
    const holder = last > 0 ? await holderOf(path) : undefined;
    if (holder !== undefined && isAlive(holder)) {
      throw new FolderLockedError(
        `process ${holder.pid} of ${holder.host} is working in this folder; if it is not, remove ${path}`,
      );
    }
    const mine = join(folder, `${name}.${last + 1}`);
    if (!(await createWhole(mine, JSON.stringify(own)))) continue;
    const numbers = await numbersOf(folder, name);
    if (numbers.some((number) => number > last + 1)) {
      await rm(mine, { force: true });
      continue;
    }
    for (const number of numbers.filter((one) => one <= last)) {
      await rm(join(folder, `${name}.${number}`), { force: true });
    }
    return () => truncate(mine); // needs no room on a full disk
  }
}

/** Makes a file with its content, unless there is one. */
async function createWhole(path: string, content: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}.draft`;
  try {
    await writeFile(draft, content, { flag: 'wx' });
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(draft, { force: true });
  }
}

async function numbersOf(folder: string, name: string): Promise<readonly number[]> {
  const names = await readdir(folder);
  return names
    .filter((one) => one.startsWith(`${name}.`) && /^\d+$/.test(one.slice(name.length + 1)))
    .map((one) => Number(one.slice(name.length + 1)));
}

/** Who a lock file names; nobody if it is empty, and so given back, or damaged: locks are written whole. */
async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    const { host, pid, birth } = JSON.parse(await readFile(path, 'utf8')) as Holder;
    return { host, pid, birth };
  } catch {
    return undefined;
  }
}

/** Whether the process that wrote the lock still runs: not a zombie, nor another one with the same number. */
function isAlive({ host, pid, birth }: Holder): boolean {
  if (host !== hostname()) return true;
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
