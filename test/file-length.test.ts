import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const MOST_LINES = 400;

test(`no file of code has more than ${MOST_LINES} lines`, () => {
  const files = execFileSync('git', ['ls-files', '*.ts', '*.tsx', '*.mjs'], { encoding: 'utf8' });
  const long = files
    .trim()
    .split('\n')
    .filter((file) => readFileSync(file, 'utf8').split('\n').length - 1 > MOST_LINES);
  expect(long).toEqual([]);
});
