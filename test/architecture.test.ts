import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/** Private, and written into each `dist/cli.js`: a tarball must not ask for it. */
const BUNDLED = 'command-line';

/** The arrows of docs/architecture.md: what each package imports of its siblings. */
const DRAWN: Readonly<Record<string, readonly string[]>> = {
  'adversarial-eval': ['reader-study-stats'],
  'cad-classifier': [
    'adversarial-eval',
    'mammo-io',
    'tfjs-engine',
    'tfjs-second-order',
    'tfjs-safetensors',
  ],
  'command-line': [],
  'gan-attack': ['mammo-io', 'tfjs-second-order', 'tfjs-safetensors'],
  'mammo-io': [],
  'mammo-jobs': [
    'cad-classifier',
    'gan-attack',
    'mammo-io',
    'tfjs-backend-onnx',
    'tfjs-engine',
    'tfjs-safetensors',
  ],
  'reader-study-stats': [],
  'tfjs-backend-onnx': [],
  'tfjs-engine': ['tfjs-backend-onnx'],
  'tfjs-safetensors': [],
  'tfjs-second-order': [],
};

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly private?: boolean;
}

function manifestOf(name: string): Manifest {
  return JSON.parse(readFileSync(`packages/${name}/package.json`, 'utf8'));
}

function siblingsOf(name: string): string[] {
  const manifest = manifestOf(name);
  const names = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  return names.filter((dependency) => dependency.startsWith('@mammo/')).map((id) => id.slice(7));
}

/** The source files of a package that import a sibling, by sibling. */
function importsOf(name: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const files = readdirSync(`packages/${name}/src`, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((one) => one.endsWith('.ts'))) {
    const lines = readFileSync(`packages/${name}/src/${file}`, 'utf8').split('\n');
    for (const line of lines) {
      if (!/^(import|export|\}).* from '@mammo|import\('@mammo/.test(line)) continue;
      const [, sibling = ''] = /@mammo\/([a-z0-9-]+)/.exec(line) ?? [];
      if (sibling !== name) found.set(sibling, [...(found.get(sibling) ?? []), file]); // its own name stands in examples
    }
  }
  return found;
}

describe('the architecture', () => {
  test('every package is in the drawing', () => {
    expect(readdirSync('packages').sort()).toEqual(Object.keys(DRAWN).sort());
    const page = readFileSync('docs/architecture.md', 'utf8');
    for (const name of Object.keys(DRAWN)) expect(page).toContain(name);
  });

  test.each(Object.keys(DRAWN))('%s depends on what is drawn, and imports nothing else', (name) => {
    expect(siblingsOf(name).sort()).toEqual([...(DRAWN[name] ?? [])].sort());
    for (const sibling of importsOf(name).keys()) {
      if (sibling !== BUNDLED) expect(siblingsOf(name)).toContain(sibling);
    }
  });

  test('the frame of commands is private, and only commands and the writer of files use it', () => {
    expect(manifestOf(BUNDLED).private).toBe(true);
    for (const name of Object.keys(DRAWN)) {
      const files = importsOf(name).get(BUNDLED) ?? [];
      expect(siblingsOf(name), name).not.toContain(BUNDLED);
      const isDeclared = Object.hasOwn(manifestOf(name).devDependencies ?? {}, `@mammo/${BUNDLED}`);
      expect(isDeclared, name).toBe(files.length > 0);
      for (const file of files) expect(file).toMatch(/^cli\b|^write-whole\.ts$/);
    }
  });

  test('nothing points up: no package is reached from itself', () => {
    const reached = (name: string): string[] =>
      (DRAWN[name] ?? []).flatMap((sibling) => [sibling, ...reached(sibling)]);
    for (const name of Object.keys(DRAWN)) expect(reached(name)).not.toContain(name);
  });
});
