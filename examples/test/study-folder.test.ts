import { readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  openStudyFolder,
  readConfiguration,
  type StudyConfiguration,
} from '../full-study/study-folder.ts';
import { temporaryFolder } from './temporary-folder.ts';

const CONFIGURATION: StudyConfiguration = {
  schemaVersion: 2,
  preset: 'small',
  seed: 1,
  engine: 'cpu',
  threads: 2,
  cohort: 'synthetic',
  cohortSha256: null,
  policy: null,
};

test('a stage runs once in the life of a study', async () => {
  const path = await temporaryFolder();
  let runs = 0;
  const run = async () => ({ runs: ++runs });
  const first = await openStudyFolder(path, CONFIGURATION, false);
  expect(await first.stage('cad', run)).toEqual({ runs: 1 });
  await first.close();
  const second = await openStudyFolder(path, CONFIGURATION, true);
  expect(await second.stage('cad', run)).toEqual({ runs: 1 });
  await second.close();
});

test('a stage that failed runs again', async () => {
  const path = await temporaryFolder();
  const folder = await openStudyFolder(path, CONFIGURATION, false);
  await expect(folder.stage('cad', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await folder.stage('cad', async () => 2)).toBe(2);
  await folder.close();
});

test('a folder that holds a study is not begun again', async () => {
  const path = await temporaryFolder();
  await (await openStudyFolder(path, CONFIGURATION, false)).close();
  await expect(openStudyFolder(path, CONFIGURATION, false)).rejects.toThrow(
    `${path} already holds a study; add --resume to go on with it, or choose another --out`,
  );
});

test('a folder of a time without policies is one of padded images', async () => {
  const path = await temporaryFolder();
  const { policy: _, ...old } = { ...CONFIGURATION, cohort: '/data/manifest.csv' };
  await writeFile(join(path, 'study.json'), JSON.stringify(old));
  expect((await readConfiguration(path))?.policy).toBe('pad');
  await writeFile(join(path, 'study.json'), JSON.stringify({ ...old, cohort: 'synthetic' }));
  expect((await readConfiguration(path))?.policy).toBeNull();
});

test('another configuration is refused, and all differences are named', async () => {
  const path = await temporaryFolder();
  await (await openStudyFolder(path, CONFIGURATION, false)).close();
  await expect(
    openStudyFolder(path, { ...CONFIGURATION, seed: 2, engine: 'onnx' }, true),
  ).rejects.toThrow(
    `${path} holds a study of another configuration
  seed: the folder has 1, this run asks for 2
  engine: the folder has cpu, this run asks for onnx`,
  );
});

test('a folder in which a study runs is refused', async () => {
  const path = await temporaryFolder();
  const folder = await openStudyFolder(path, CONFIGURATION, false);
  await expect(openStudyFolder(path, CONFIGURATION, true)).rejects.toThrow(
    `process ${process.pid} of ${hostname()} is working in ${path}`,
  );
  await folder.close();
  await (await openStudyFolder(path, CONFIGURATION, true)).close();
});

test('a study of version 1 becomes one of version 2, unless its program may still be running', async () => {
  const path = await temporaryFolder();
  await writeFile(join(path, 'study.json'), JSON.stringify({ ...CONFIGURATION, schemaVersion: 1 }));
  await writeFile(join(path, 'study.lock'), '999999999');
  await expect(openStudyFolder(path, CONFIGURATION, true)).rejects.toThrow(
    `an older version of this program was working in this folder; if it is not any more, remove ${join(path, 'study.lock')} to go on here`,
  );
  await rm(join(path, 'study.lock'));
  await (await openStudyFolder(path, CONFIGURATION, true)).close();
  expect(JSON.parse(await readFile(join(path, 'study.json'), 'utf8')).schemaVersion).toBe(2);
});

test('a study of a later version is refused', async () => {
  const path = await temporaryFolder();
  await writeFile(join(path, 'study.json'), JSON.stringify({ ...CONFIGURATION, schemaVersion: 3 }));
  await expect(readConfiguration(path)).rejects.toThrow(
    `schemaVersion of ${join(path, 'study.json')} must be at most 2, got 3; a later version of this program made it`,
  );
});
