import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { UNFINISHED, writeWhole } from '@mammo/mammo-io/node';
import { requireKey, type Store } from './store.ts';

/** What a file to be created is called until it is: {@link removeUnfinished}, by whoever has the folder, leaves it alone. */
const DRAFT = '.draft';

/**
 * A store in a folder, which may be shared by any number of processes and machines. Files are written beside their place,
 * flushed, and renamed or linked into it.
 *
 * @param folder - created if it does not exist
 */
export async function folderStore(folder: string): Promise<Store> {
  const root = resolve(folder);
  await mkdir(root, { recursive: true });
  const place = (key: string): string => join(root, requireKey(key));
  return {
    read: (key) => readFile(place(key)).catch(nothingWhereAbsent),
    write: (key, bytes) => writeWhole(place(key), bytes),
    create: (key, bytes) => createWhole(place(key), bytes),
    list: async (prefix) => {
      const folder = prefix === '' ? root : place(prefix.replace(/\/$/, ''));
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
        nothingWhereAbsent,
      );
      return (entries ?? [])
        .filter((entry) => entry.isFile() && !/\.(unfinished|draft)$/.test(entry.name))
        .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
        .sort();
    },
    remove: (key) => rm(place(key), { force: true }),
  };
}

/** Removes what killed processes left half written. Nobody else may be writing in the folder. */
export async function removeUnfinished(folder: string): Promise<void> {
  const names = await readdir(folder, { recursive: true });
  for (const name of names.filter((one) => one.endsWith(UNFINISHED))) {
    await rm(join(folder, name), { force: true });
  }
}

/** Makes a file with its content, unless there is one. */
async function createWhole(path: string, content: Uint8Array | string): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}${DRAFT}`;
  try {
    await writeFile(draft, content, { flag: 'wx', flush: true });
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(draft, { force: true });
  }
}

function nothingWhereAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
}
