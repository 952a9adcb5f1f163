import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  openStudyFolder,
  readConfiguration,
  type StudyConfiguration,
  writeAtomically,
} from '../full-study/study-folder.ts';

const CONFIGURATION: StudyConfiguration = {
  schemaVersion: 1,
  preset: 'small',
  seed: 1,
  engine: 'cpu',
  threads: 2,
  cohort: 'synthetic',
  cohortSha256: null,
  policy: null,
};
const temporary = () => mkdtemp(join(tmpdir(), 'study-folder-'));

test('a stage runs once in the life of a study', async () => {
  const path = await temporary();
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
  const path = await temporary();
  const folder = await openStudyFolder(path, CONFIGURATION, false);
  await expect(folder.stage('cad', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await folder.stage('cad', async () => 2)).toBe(2);
  await folder.close();
});

test('a folder that holds a study is not begun again', async () => {
  const path = await temporary();
  await (await openStudyFolder(path, CONFIGURATION, false)).close();
  await expect(openStudyFolder(path, CONFIGURATION, false)).rejects.toThrow(
    `study: ${path} already holds a study; add --resume to go on with it, or choose another --out`,
  );
});

test('a folder of a time without policies is one of padded images', async () => {
  const path = await temporary();
  const { policy: _, ...old } = { ...CONFIGURATION, cohort: '/data/manifest.csv' };
  await writeFile(join(path, 'study.json'), JSON.stringify(old));
  expect((await readConfiguration(path))?.policy).toBe('pad');
  await writeFile(join(path, 'study.json'), JSON.stringify({ ...old, cohort: 'synthetic' }));
  expect((await readConfiguration(path))?.policy).toBeNull();
});

test('another configuration is refused, and all differences are named', async () => {
  const path = await temporary();
  await (await openStudyFolder(path, CONFIGURATION, false)).close();
  await expect(
    openStudyFolder(path, { ...CONFIGURATION, seed: 2, engine: 'onnx' }, true),
  ).rejects.toThrow(
    `study: ${path} holds a study of another configuration
  seed: the folder has 1, this run asks for 2
  engine: the folder has cpu, this run asks for onnx`,
  );
});

test('a folder in which a living process works is refused; the lock of a dead one is not', async () => {
  const path = await temporary();
  await writeFile(join(path, 'study.lock'), '1'); // process 1 always lives
  await expect(openStudyFolder(path, CONFIGURATION, false)).rejects.toThrow('process 1 is working');
  await writeFile(join(path, 'study.lock'), '999999999');
  const folder = await openStudyFolder(path, CONFIGURATION, false);
  await folder.close();
  expect(existsSync(join(path, 'study.lock'))).toBe(false);
});

test.skipIf(!existsSync('/proc/self/stat'))(
  'the lock of another process that has got the number of a dead one is taken over',
  async () => {
    const path = await temporary();
    await writeFile(join(path, 'study.lock'), '1 12345678901'); // process 1 was not born then
    const folder = await openStudyFolder(path, CONFIGURATION, false);
    await folder.close();
  },
);

test.skipIf(!existsSync('/proc/self/stat'))(
  'a killed process that nobody has buried yet holds no lock',
  async () => {
    const path = await temporary();
    const child = spawn('sh', ['-c', 'sleep 0 & exec sleep 30']); // its own child becomes a zombie
    await setTimeout(300);
    const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
    const zombie = children.trim();
    expect(readFileSync(`/proc/${zombie}/stat`, 'utf8')).toContain(') Z ');
    await writeFile(join(path, 'study.lock'), zombie);
    const folder = await openStudyFolder(path, CONFIGURATION, false);
    await folder.close();
    child.kill();
  },
);

test('an atomic write leaves the file alone', async () => {
  const path = await temporary();
  await writeAtomically(join(path, 'a', 'b.txt'), 'text');
  expect(await readFile(join(path, 'a', 'b.txt'), 'utf8')).toBe('text');
  expect(readdirSync(join(path, 'a'))).toEqual(['b.txt']);
});
