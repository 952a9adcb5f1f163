import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { UNFINISHED } from '@mammo/mammo-io/node';

/** A row of results. */
export type ResultRow = Readonly<Record<string, unknown>>;

/** A file in the making: it is in its place whole, or not at all. */
export interface ResultFile {
  append(rows: readonly ResultRow[]): Promise<void>;
  /** Puts the file into its place. */
  commit(): Promise<void>;
  /** Removes what was not put into its place. */
  discard(): Promise<void>;
}

/** A file of JSON Lines. */
export async function lineFile(path: string): Promise<ResultFile> {
  const unfinished = `${path}.${randomUUID()}${UNFINISHED}`;
  const handle = await open(unfinished, 'wx');
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await handle.close();
    isOpen = false;
  };
  return {
    append: async (rows) => {
      const lines = rows.map((row) => `${JSON.stringify(row)}\n`);
      if (lines.length > 0) await handle.writeFile(lines.join(''));
    },
    commit: async () => {
      await handle.datasync();
      await close();
      await rename(unfinished, path);
    },
    discard: async () => {
      await close();
      await rm(unfinished, { force: true });
    },
  };
}
