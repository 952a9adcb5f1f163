import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, extname, join, relative, resolve, sep } from 'node:path';
import { readPlan } from './plan-file.ts';
import { readGrey } from './read-grey.ts';
import { Refused } from './refused.ts';
import type { StudySource } from './studies.ts';

const PLAN = 'plan.json';

/**
 * A study from a folder: `plan.json`, and the images it shows. The plan's `files` says where each image lies in the folder; without it
 * images are named after their cases, in whatever sub-folder. The folder of a finished `npm run study` holds such a folder, `readers`.
 *
 * @throws Refused if there is no plan, or it is not sound
 */
export async function folderSource(folder: string, name?: string): Promise<StudySource> {
  const home = [folder, join(folder, 'readers')].find((path) => existsSync(join(path, PLAN)));
  if (home === undefined) {
    throw new Refused(400, `--from: ${folder} must hold a ${PLAN}, or a folder readers with one`);
  }
  const text = await readFile(join(home, PLAN), 'utf8');
  const plan = readPlan(text);
  const files = filesOf(home, JSON.parse(text).files) ?? (await filesByName(home));
  return {
    name: name ?? basename(resolve(folder)),
    plan,
    cases: new Set(files.keys()),
    load: async (caseId) => readGrey(await readFile(files.get(caseId)!)),
  };
}

function filesOf(home: string, files: unknown): ReadonlyMap<string, string> | undefined {
  if (files === undefined) return undefined;
  const named = Object.entries(Object(files) as Record<string, unknown>);
  return new Map(named.map(([caseId, file]) => [caseId, inside(home, String(file))]));
}

/** A plan of somebody else's must not make the room read other files. */
function inside(home: string, file: string): string {
  const path = resolve(home, file);
  if (!relative(home, path).startsWith('..') && path.startsWith(resolve(home) + sep)) return path;
  throw new Refused(400, `plan: files must lie in its folder, got ${file}`);
}

async function filesByName(home: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(home, { recursive: true, withFileTypes: true });
  const files = new Map<string, string>();
  for (const entry of entries) {
    if (!entry.isFile() || entry.name === PLAN) continue;
    const caseId = basename(entry.name, extname(entry.name));
    if (files.has(caseId)) throw new Refused(400, `--from: two files are called ${caseId}`);
    files.set(caseId, join(entry.parentPath, entry.name));
  }
  return files;
}
