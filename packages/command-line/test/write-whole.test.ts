import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeWhole } from '../src/index.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whole-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a file and its folders are made, and replaced whole', async () => {
  const path = join(folder, 'a/b/c.txt');
  await writeWhole(path, 'one');
  await writeWhole(path, Uint8Array.of(50));
  expect(await readFile(path, 'utf8')).toBe('2');
  expect(await readdir(join(folder, 'a/b'))).toEqual(['c.txt']);
});

test('what fails leaves nothing behind', async () => {
  await writeWhole(join(folder, 'd/file'), '');
  await expect(writeWhole(join(folder, 'd'), 'a folder is there')).rejects.toThrow();
  expect(await readdir(folder)).toEqual(['d']);
});
