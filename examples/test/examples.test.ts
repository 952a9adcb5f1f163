import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);
/** What examples share. */
const SHARED = ['check.ts', 'small-cohort.ts', 'vitest.config.ts'];
const examples = readdirSync(FOLDER).filter(
  (name) => name.endsWith('.ts') && !SHARED.includes(name),
);

describe('every example, run as its first line says,', () => {
  test.each(examples)('%s finds its own claims true', { timeout: 120_000 }, async (name) => {
    const { stdout } = await run(
      process.execPath,
      ['--conditions=@mammo/source', '--import', 'tsx', `${FOLDER}${name}`],
      { timeout: 100_000 },
    );
    expect(stdout.split('\n').filter((line) => line.startsWith('true: ')).length).toBeGreaterThan(
      1,
    );
  });
});
