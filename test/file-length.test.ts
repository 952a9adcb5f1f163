import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const MOST_LINES = 400;
/** Tests that are still longer; a file that is split leaves this list, and none may join it. */
const STILL_LONGER = [
  'packages/reader-study-stats/test/agreement.test.ts',
  'packages/reader-study-stats/test/cli.test.ts',
  'packages/reader-study-stats/test/formats.test.ts',
  'packages/reader-study-stats/test/two-by-two.test.ts',
];

test(`no file of code has more than ${MOST_LINES} lines`, () => {
  const files = execFileSync('git', ['ls-files', '*.ts', '*.tsx', '*.mjs'], { encoding: 'utf8' });
  const long = files
    .trim()
    .split('\n')
    .filter((file) => readFileSync(file, 'utf8').split('\n').length - 1 > MOST_LINES);
  expect(long.filter((file) => !STILL_LONGER.includes(file))).toEqual([]);
});
