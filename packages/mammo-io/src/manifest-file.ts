import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { parseManifest } from './manifest.ts';
import { ManifestError } from './manifest-error.ts';
import type { ManifestRow } from './manifest-row.ts';

/** How {@link readManifestFile} finds the images. */
export interface ReadManifestOptions {
  /** The folder that all images must lie in, symbolic links followed; default: the manifest's. */
  readonly root?: string;
}

/**
 * Reads a cohort's manifest from a file; see {@link parseManifest} for its columns.
 *
 * @param path - the CSV or JSON Lines file
 * @returns its rows, each path made absolute: relative ones are seen from the manifest's folder
 * @throws ManifestError listing every problem of the table, or else every image file that does not exist or lies outside the root,
 * with rows
 */
export async function readManifestFile(
  path: string,
  options: ReadManifestOptions = {},
): Promise<readonly ManifestRow[]> {
  const source = `readManifestFile: ${path}`;
  const folder = dirname(resolve(path));
  const root = await realpath(options.root ?? folder);
  const rows = parseNamed(source, await readFile(path, 'utf8')).map((row) => ({
    ...row,
    path: resolve(folder, row.path),
  }));
  const problems = await inTurns(rows, (row) => fileProblem(row.path, root));
  const found = problems.flatMap((problem, i) =>
    problem ? [`row ${rows[i]?.row}: ${rows[i]?.path} ${problem}`] : [],
  );
  if (found.length > 0) throw new ManifestError(source, found);
  return rows;
}

function parseNamed(source: string, text: string): readonly ManifestRow[] {
  try {
    return parseManifest(text);
  } catch (error) {
    throw error instanceof ManifestError ? new ManifestError(source, error.problems) : error;
  }
}

async function fileProblem(path: string, root: string): Promise<string | undefined> {
  try {
    const inside = relative(root, await realpath(path));
    if (inside.startsWith('..') || isAbsolute(inside)) return `must lie in ${root}`;
    return (await stat(path)).isFile() ? undefined : 'must be a file, found none';
  } catch {
    return 'must be a file, found none';
  }
}

const AT_ONCE = 64;

/** Asks for a few at a time, so that a manifest of 100,000 images does not exhaust the system. */
async function inTurns<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE) {
    answers.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(ask))));
  }
  return answers;
}
