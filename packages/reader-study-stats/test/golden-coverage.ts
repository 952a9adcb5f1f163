import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { TestProject } from 'vitest/node';

/**
 * After a run of all tests: every number of every golden, our own and the shared ones, must have been read by a test, or
 * stand below with the reason why it is not compared.
 */
const NOT_COMPARED: readonly {
  readonly golden: RegExp;
  readonly path: RegExp;
  readonly why: string;
}[] = [
  {
    golden: /vandyke/,
    path: /\/binormal_params\/b\/7$/,
    why: 'test 2, reader 4 has no interior operating point, and no curve: MRMCaov prints b = 1 beside an absent a',
  },
  {
    golden: /readersnested/,
    path: /\/imrmc_.*\/(dfBDG|pValueBDG|botCIBDG|topCIBDG|rejectBDG)\//,
    why: 'iMRMC in Java and in R disagree on degrees of freedom of unpaired readers: README, compare variances only',
  },
];

const fixtures = join(import.meta.dirname, 'fixtures');
const shared = join(
  process.env.MAMMO_TEST_DATA ?? join(import.meta.dirname, '../../../../shared/data'),
  'reader-study',
);

export function setup(project: TestProject): (() => void) | undefined {
  if (project.config.testNamePattern !== undefined || !existsSync(shared)) {
    project.provide('goldenReads', null);
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'golden-reads-'));
  project.provide('goldenReads', folder);
  return () => {
    const unread = unreadNumbers(folder);
    rmSync(folder, { recursive: true });
    if (unread.length === 0) return;
    const shown = unread.join('\n  ');
    throw new Error(`goldens: ${unread.length} numbers are compared by no test:\n  ${shown}`);
  };
}

function unreadNumbers(folder: string): readonly string[] {
  const read = new Map<string, Set<string>>();
  const ran = new Set<string>();
  for (const file of readdirSync(folder)) {
    const { test, reads } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
      readonly test: string;
      readonly reads: Readonly<Record<string, readonly string[]>>;
    };
    ran.add(basename(test));
    for (const [name, paths] of Object.entries(reads)) {
      read.set(name, new Set([...(read.get(name) ?? []), ...paths]));
    }
  }
  if (!testsOfGoldens().every((name) => ran.has(name))) return [];
  return goldenFiles().flatMap(({ name, path }) => {
    const excused = NOT_COMPARED.filter(({ golden }) => golden.test(name));
    return numbersOf(JSON.parse(readFileSync(path, 'utf8')), '')
      .filter((at) => !read.get(name)?.has(at) && !excused.some((entry) => entry.path.test(at)))
      .map((at) => `${name}${at}`);
  });
}

/** The test files that use goldens: only when all of them ran can anything be missing. */
function testsOfGoldens(): readonly string[] {
  return readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .filter((name) => /goldens\.ts'/.test(readFileSync(join(import.meta.dirname, name), 'utf8')))
    .map((name) => basename(name));
}

/** Our own, and those of the shared folder, where it is there, that have no copy among them. */
function goldenFiles(): readonly { readonly name: string; readonly path: string }[] {
  const own = jsonFiles(fixtures);
  const names = new Set(own.map(({ name }) => name));
  return [...own, ...jsonFiles(shared).filter(({ name }) => !names.has(name))];
}

function jsonFiles(folder: string): readonly { readonly name: string; readonly path: string }[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => ({ name, path: join(folder, name) }));
  } catch {
    return [];
  }
}

function numbersOf(value: unknown, path: string): readonly string[] {
  if (typeof value === 'number') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, own]) => numbersOf(own, `${path}/${key}`));
}
