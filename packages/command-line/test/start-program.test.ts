import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('stubborn-program.ts', import.meta.url));

function start(...args: readonly string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, ...args]);
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, out, err }));
  return { child, ended };
}

test('the exit code is the command’s, and a pipe keeps all that was said', async () => {
  const { code, out } = await start('speak', '--lines', '20000').ended;
  expect([code, out.length]).toEqual([1, 20000 * 6]);
});

test('a pipe whose reader has left ends the program quietly', async () => {
  const { child, ended } = start('speak', '--lines', '200000');
  child.stdout.once('data', () => child.stdout.destroy());
  expect(await ended).toMatchObject({ code: 0, err: '' });
});

test('Ctrl-C lets the command end in order; asked twice it ends at once', async () => {
  const asked = start('wait');
  await once(asked.child.stderr, 'data');
  asked.child.kill('SIGINT');
  expect(await asked.ended).toMatchObject({ code: 130, err: 'waits\nstubborn wait: stopped\n' });
  const twice = start('wait', '--deaf');
  await once(twice.child.stderr, 'data');
  twice.child.kill('SIGINT');
  await once(twice.child.stderr, 'data');
  twice.child.kill('SIGINT');
  expect(await twice.ended).toMatchObject({ code: 130, err: 'waits\nheard\n' });
});
