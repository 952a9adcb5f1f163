import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, test } from 'vitest';
import { queueDispatcher } from '../src/index.ts';
import { requireTask } from '../src/queue/queue-task.ts';
import { connectRedis } from '../src/queue/redis-connection.ts';
import { makeArchive } from './archive.ts';
import { type CommandRun, childrenOf, startCommand } from './command.ts';
import { freePort, startRedis } from './redis-server.ts';
import { temporaryFolder } from './temporary-folder.ts';

const redisUrl = inject('redisUrl');
const skipped = redisUrl === '' ? ' (skipped: redis-server is not installed)' : '';

/** A job in a folder, by a queue or without one. */
function startJob(folder: string, out: string, ...more: readonly string[]): CommandRun {
  const file = (name: string) => join(folder, name);
  const model = ['--model', file('model.safetensors'), '--chunk', '8'];
  return startCommand([
    ...['score', '--cohort', file('manifest.csv'), '--out', file(out), ...model, ...more],
  ]);
}

test.skipIf(skipped)(
  `workers of a queue, one of which is killed, and a new server give what one machine gives${skipped}`,
  async () => {
    const folder = await temporaryFolder();
    await makeArchive(folder, 160, { poisonEvery: 50 });
    const alone = await startJob(folder, 'alone', '--workers', '2').ended;
    expect(alone.code, alone.err).toBe(1); // three images are in quarantine
    const port = await freePort();
    const url = `redis://127.0.0.1:${port}`;
    let server = await startRedis(port);
    const join2 = () =>
      startCommand(['worker', '--redis', url, '--root', folder, '--workers', '1']);
    const workers = [join2(), join2()];
    const job = startJob(folder, 'queue', '--redis', url);
    await sleep(1500);
    const [victim] = await childrenOf(workers[0]!.process.pid!);
    if (victim !== undefined) process.kill(victim, 'SIGKILL');
    workers[1]!.process.kill('SIGKILL');
    await server?.stop(); // and all that it knew
    server = await startRedis(port);
    const { code, err } = await job.ended;
    expect(code, err).toBe(1);
    workers[0]!.process.kill('SIGINT');
    expect((await workers[0]!.ended).code).toBe(0);
    await server?.stop();
    for (const name of ['results.jsonl', 'quarantine.jsonl']) {
      const [queued, local] = ['queue', 'alone'].map((out) => readFile(join(folder, out, name)));
      expect(await queued).toEqual(await local);
    }
  },
);

test('a server that does not answer in time ends the job', async () => {
  const trouble: string[] = [];
  const connected = connectRedis('redis://127.0.0.1:1', {
    onTrouble: (message) => trouble.push(message),
    firstAnswerMs: 300,
  });
  await expect(connected).rejects.toThrow(
    'queue: the server must answer within 0.3 s, got connect ECONNREFUSED 127.0.0.1:1',
  );
  expect(trouble).toEqual(['queue: connect ECONNREFUSED 127.0.0.1:1']); // said once
});

test.skipIf(skipped)(`a server that wants another password ends the job${skipped}`, async () => {
  const server = await startRedis();
  const admin = await connectRedis(server!.url, { onTrouble: () => undefined });
  await admin.config('SET', 'requirepass', 'right');
  for (const [user, said] of [
    ['', 'NOAUTH'],
    [':wrong@', 'WRONGPASS'],
  ] as const) {
    const url = server!.url.replace('//', `//${user}`);
    const connected = connectRedis(url, { onTrouble: () => undefined });
    await expect(connected).rejects.toThrow(
      `queue: the server must be Redis 6 or later, or Valkey, and let us in, got ${said}`,
    );
  }
  const rightUrl = server!.url.replace('//', '//:right@');
  (await connectRedis(rightUrl, { onTrouble: () => undefined })).disconnect();
  admin.disconnect();
  await server!.stop();
});

test('a server of a version that is too old, or that is none, ends the job', async () => {
  const old = createServer((socket) => {
    socket.on('data', (bytes) => {
      const commands = bytes.toString().match(/^\*\d+\r$/gm) ?? [];
      for (const _ of commands) socket.write("-ERR unknown command 'HELLO'\r\n");
    });
    socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(old, 'listening');
  const { port } = old.address() as { readonly port: number };
  const setup = { job: 'j', folder: '/a', operation: { name: 'score', settings: {} } } as const;
  const opened = queueDispatcher(setup, { redis: `redis://127.0.0.1:${port}` });
  await expect(opened).rejects.toThrow(
    "queue: the server must be Redis 6 or later, or Valkey, and let us in, got ERR unknown command 'HELLO'",
  );
  old.close();
});

test('a task of the queue may neither load a program nor leave the worker’s folder', () => {
  const task = (changes: {
    readonly name?: string;
    readonly folder?: string;
    readonly path?: string;
    readonly settings?: unknown;
  }) => ({
    setup: {
      job: 'j',
      folder: changes.folder ?? '/archive/out',
      operation: { name: changes.name ?? 'score', settings: changes.settings ?? {} },
    },
    request: {
      chunk: { index: 0, images: [{ path: changes.path ?? '/archive/a.png' }] },
      quarantine: {},
    },
  });
  expect(requireTask(task({}), ['/archive'])).toEqual(task({}));
  const refused = [
    [
      task({ name: 'file:///archive/evil.mjs' }),
      'operation must be score, attack or preprocess, got file:',
    ],
    [
      task({ name: 'constructor' }),
      'operation must be score, attack or preprocess, got constructor',
    ],
    [task({ folder: '/elsewhere' }), 'all paths must lie in /archive (--root), got /elsewhere'],
    [task({ folder: '/archive/../etc' }), 'got /archive/../etc'],
    [task({ path: '/etc/shadow' }), 'got /etc/shadow'],
    [task({ path: 'relative.png' }), 'got relative.png'],
    [task({ settings: { model: { path: '/root/w' } } }), 'got /root/w'],
    [task({ settings: { reading: { cache: '/tmp' } } }), 'got /tmp'],
    [{}, 'got undefined'],
    [null, 'got undefined'],
    [{ ...task({}), request: {} }, 'a task must have a chunk of images'],
  ] as const;
  for (const [value, message] of refused) {
    expect(() => requireTask(value, ['/archive'])).toThrow(message);
  }
});
