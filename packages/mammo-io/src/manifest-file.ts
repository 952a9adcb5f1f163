import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ManifestError, type ManifestRow, parseManifest } from './manifest.ts';

/**
 * Reads a cohort's manifest from a file; see {@link parseManifest} for its columns.
 *
 * @param path - the CSV file
 * @returns its rows, each path made absolute: relative ones are seen from the manifest's folder
 * @throws ManifestError listing every problem of the table, or else every image file that does not exist, with rows
 */
export async function readManifestFile(path: string): Promise<readonly ManifestRow[]> {
  const source = `readManifestFile: ${path}`;
  const rows = parseNamed(source, await readFile(path, 'utf8')).map((row) => ({
    ...row,
    path: resolve(dirname(path), row.path),
  }));
  const found = await Promise.all(rows.map((row) => isFile(row.path)));
  const missing = rows.filter((_, i) => !found[i]);
  if (missing.length > 0) {
    throw new ManifestError(
      source,
      missing.map((row) => `row ${row.row}: ${row.path} must be a file, found none`),
    );
  }
  return rows;
}

function parseNamed(source: string, csv: string): readonly ManifestRow[] {
  try {
    return parseManifest(csv);
  } catch (error) {
    throw error instanceof ManifestError ? new ManifestError(source, error.problems) : error;
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
