import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { FolderLockedError, lockFolder } from '../src/index.ts';
import { childrenOf, FROM_SOURCE } from './command.ts';
import { temporaryFolder } from './temporary-folder.ts';

const holder = (pid: number, birth = '', host = hostname()) => JSON.stringify({ host, pid, birth });

async function writeLock(folder: string, number: number, content: string): Promise<void> {
  await mkdir(join(folder, 'a.lock'), { recursive: true });
  await writeFile(join(folder, 'a.lock', String(number)), content);
}

test('a folder is locked once, and again when the lock was given back', async () => {
  const folder = await temporaryFolder();
  const unlock = await lockFolder(folder, 'a.lock');
  await expect(lockFolder(folder, 'a.lock')).rejects.toThrow(FolderLockedError);
  await expect(lockFolder(folder, 'a.lock')).rejects.toThrow(
    `process ${process.pid} of ${hostname()} is working in ${folder}; if it is not, remove a.lock/1 there`,
  );
  await unlock();
  await (await lockFolder(folder, 'a.lock'))();
  expect(await readdir(join(folder, 'a.lock'))).toEqual(['2']);
});

test('the lock of a dead process, or of another one with its number, is taken over', async () => {
  const folder = await temporaryFolder();
  await writeLock(folder, 7, holder(999_999_999));
  await (await lockFolder(folder, 'a.lock'))();
  await writeLock(folder, 9, holder(1, '12345678901')); // process 1 was not born then
  await (await lockFolder(folder, 'a.lock'))();
  expect(await readdir(join(folder, 'a.lock'))).toEqual(['10']);
});

test.skipIf(!existsSync('/proc/self/stat'))(
  'a killed process that nobody has buried yet holds no lock',
  async () => {
    const folder = await temporaryFolder();
    const child = spawn('sh', ['-c', 'sleep 0 & exec sleep 30']); // its own child becomes a zombie
    await sleep(300);
    const zombie = Number((await childrenOf(child.pid!))[0]);
    expect(readFileSync(`/proc/${zombie}/stat`, 'utf8')).toContain(') Z ');
    await writeLock(folder, 1, holder(zombie));
    await (await lockFolder(folder, 'a.lock'))();
    child.kill();
  },
);

test('nobody can say whether a process of another machine lives', async () => {
  const folder = await temporaryFolder();
  await writeLock(folder, 1, holder(1, '', 'elsewhere'));
  await expect(lockFolder(folder, 'a.lock')).rejects.toThrow('process 1 of elsewhere');
});

test('of many processes that want a dead one’s lock at once, one gets it', async () => {
  const folder = await temporaryFolder();
  await writeLock(folder, 1, holder(999_999_999));
  const module = new URL('../src/storage/lock.ts', import.meta.url).href;
  const program = `const { lockFolder } = await import('${module}');
    await new Promise((resolve) => process.stdin.once('data', resolve));
    await lockFolder('${folder}', 'a.lock').then(() => console.log('mine'), () => console.log('no'));
    setTimeout(() => {}, 3000);`;
  const args = [...FROM_SOURCE, '--input-type=module', '-e', program];
  const rivals = Array.from({ length: 4 }, () => spawn(process.execPath, args));
  const answers = rivals.map(async ({ stdout }) => String(await once(stdout, 'data')).trim());
  for (const { stdin } of rivals) stdin.write('go');
  expect((await Promise.all(answers)).sort()).toEqual(['mine', 'no', 'no', 'no']);
  for (const rival of rivals) rival.kill('SIGKILL');
});
