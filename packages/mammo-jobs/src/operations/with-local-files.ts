import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ManifestRow } from '@mammo/mammo-io';
import { readContent } from '../storage/read-content.ts';
import { isS3 } from '../storage/s3-location.ts';

/** Images whose objects are files of this machine for as long as `use` runs; files stay where they are. */
export async function withLocalFiles<T>(
  rows: readonly ManifestRow[],
  use: (rows: readonly ManifestRow[]) => Promise<T>,
): Promise<T> {
  if (!rows.some(({ path }) => isS3(path))) return use(rows);
  const folder = await mkdtemp(join(tmpdir(), 'mammo-jobs-'));
  try {
    const local = rows.map(async (row, index): Promise<ManifestRow> => {
      if (!isS3(row.path)) return row;
      const path = join(folder, String(index));
      const bytes = await readContent(row.path).catch(nothingWhereAbsent);
      if (bytes !== undefined) await writeFile(path, bytes);
      return { ...row, path };
    });
    return await use(await Promise.all(local));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whoever reads the file finds none, and says so. */
function nothingWhereAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
