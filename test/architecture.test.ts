import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

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
}

function siblingsOf(name: string): string[] {
  const manifest: Manifest = JSON.parse(readFileSync(`packages/${name}/package.json`, 'utf8'));
  const names = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  return names.filter((dependency) => dependency.startsWith('@mammo/')).map((id) => id.slice(7));
}

describe('the architecture', () => {
  test('every package is in the drawing', () => {
    expect(readdirSync('packages').sort()).toEqual(Object.keys(DRAWN).sort());
    const page = readFileSync('docs/architecture.md', 'utf8');
    for (const name of Object.keys(DRAWN)) expect(page).toContain(name);
  });

  test.each(Object.keys(DRAWN))('%s depends on what is drawn, and imports nothing else', (name) => {
    expect(siblingsOf(name).sort()).toEqual([...(DRAWN[name] ?? [])].sort());
    const sources = readdirSync(`packages/${name}/src`, { recursive: true, encoding: 'utf8' });
    const found = sources
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => readFileSync(`packages/${name}/src/${file}`, 'utf8').split('\n'))
      .filter((line) => /^(import|export|\}).* from '@mammo|import\('@mammo/.test(line));
    const imported = new Set(found.flatMap((line) => /@mammo\/([a-z0-9-]+)/.exec(line)?.[1] ?? []));
    imported.delete(name); // its own name, in examples of doc comments
    for (const sibling of imported) expect(siblingsOf(name)).toContain(sibling);
  });

  test('nothing points up: no package is reached from itself', () => {
    const reached = (name: string): string[] =>
      (DRAWN[name] ?? []).flatMap((sibling) => [sibling, ...reached(sibling)]);
    for (const name of Object.keys(DRAWN)) expect(reached(name)).not.toContain(name);
  });
});
