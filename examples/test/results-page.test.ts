import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = fileURLToPath(new URL('../../docs/results.md', import.meta.url));

test('the page of results is what `npm run results -- --page` writes from the committed files', () => {
  const committed = readFileSync(page, 'utf8');
  const from = ['--conditions=@mammo/source', '--import', 'tsx', 'examples/results/main.ts'];
  const { status, stderr } = spawnSync(process.execPath, [...from, '--page'], {
    cwd: root,
    encoding: 'utf8',
  });
  const written = readFileSync(page, 'utf8');
  if (written !== committed) writeFileSync(page, committed);
  expect(status, stderr).toBe(0);
  expect(written).toBe(committed);
}, 60_000);
