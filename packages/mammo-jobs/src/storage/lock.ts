import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { folderStore } from './folder-store.ts';
import type { Store } from './store.ts';

/** Thrown for a folder in which another process is working. */
export class FolderLockedError extends Error {
  /** For telling it apart where `instanceof` cannot. */
  override readonly name = 'FolderLockedError';
}

/** Who holds a lock. */
interface Holder {
  readonly host: string;
  readonly pid: number;
  /** When the process started, where the system tells; another process may later have its number. */
  readonly birth: string;
  /** Tells two locks of one process apart. */
  readonly nonce: string;
}

/**
 * Keeps other processes out of a folder, whichever program they run. A lock whose holder died, even by kill -9, is taken over; the
 * holder may be on another machine that shares the folder, where nobody can see whether it lives.
 *
 * @param folder - created if it does not exist
 * @param name - a folder of this name in it holds the lock
 * @returns what gives the lock back
 * @throws FolderLockedError if another living process holds it, or one of another machine
 */
export async function lockFolder(folder: string, name: string): Promise<() => Promise<void>> {
  return lockStore(await folderStore(folder), name, { place: folder });
}

/**
 * The lock of {@link lockFolder}, in any store.
 *
 * Locks are numbered keys, `NAME/1`, `NAME/2`, …: whoever finds the last one dead or given back makes the next one, which only one
 * process can, and gives way if there is a later one. No clock is looked at.
 *
 * @param options - `place`: what to call the store in the error
 */
export async function lockStore(
  store: Store,
  name: string,
  { place }: { readonly place: string },
): Promise<() => Promise<void>> {
  const birth = lifeOf(process.pid)?.birth ?? '';
  const own: Holder = { host: hostname(), pid: process.pid, birth, nonce: randomUUID() };
  const keyOf = (number: number): string => `${name}/${number}`;
  for (;;) {
    const last = Math.max(0, ...(await numbersOf(store, name)));
    const holder = last > 0 ? await holderOf(store, keyOf(last)) : undefined;
    if (holder !== undefined && isAlive(holder)) {
      throw new FolderLockedError(
        `process ${holder.pid} of ${holder.host} is working in ${place}; if it is not, remove ${keyOf(last)} there`,
      );
    }
    const mine = keyOf(last + 1);
    if (!(await store.create(mine, JSON.stringify(own)))) continue;
    const numbers = await numbersOf(store, name);
    if (numbers.some((number) => number > last + 1)) {
      await store.remove(mine);
      continue;
    }
    for (const number of numbers.filter((one) => one <= last)) await store.remove(keyOf(number));
    // An empty key keeps the number: whoever still looks at an earlier one must not make this one again.
    return () => store.write(mine, '').catch(() => store.remove(mine)); // on a full disk
  }
}

async function numbersOf(store: Store, name: string): Promise<readonly number[]> {
  const keys = await store.list(`${name}/`);
  return keys.map((key) => Number(key.slice(name.length + 1))).filter(Number.isSafeInteger);
}

/** Who a lock names; nobody if it is empty, and so given back, or damaged: locks are written whole. */
async function holderOf(store: Store, key: string): Promise<Holder | undefined> {
  const bytes = await store.read(key);
  try {
    const { host, pid, birth, nonce } = JSON.parse(Buffer.from(bytes ?? []).toString()) as Holder;
    return { host, pid, birth, nonce };
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
