import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where each test file leaves which golden numbers it has read; null: not wanted in this run. */
    goldenReads: string | null;
  }
}

const reads = new Map<string, Set<string>>();

/** The golden with every number that is read from it noted, for `golden-coverage.ts`. */
export function recordReads<T>(name: string, golden: T): T {
  const paths = reads.get(name) ?? new Set<string>();
  reads.set(name, paths);
  return watched(golden, '', paths);
}

function watched<T>(value: T, path: string, paths: Set<string>): T {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get(target, key) {
      const own = Reflect.get(target, key);
      if (typeof key === 'symbol' || !Object.hasOwn(target, key)) return own;
      if (typeof own === 'number') paths.add(`${path}/${key}`);
      return watched(own, `${path}/${key}`, paths);
    },
  });
}

afterAll(() => {
  const folder = inject('goldenReads');
  if (folder === null) return;
  const content = {
    test: expect.getState().testPath,
    reads: Object.fromEntries([...reads].map(([name, paths]) => [name, [...paths]])),
  };
  writeFileSync(join(folder, `${randomUUID()}.json`), JSON.stringify(content));
});
