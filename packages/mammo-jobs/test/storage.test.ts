import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, expect, test, vi } from 'vitest';
import {
  folderStore,
  lockFolder,
  OtherJobError,
  readCohort,
  runJob,
  type Store,
  s3Store,
} from '../src/index.ts';
import { digestFile, loadWeights } from '../src/operations/load-weights.ts';
import { requireTask } from '../src/queue/queue-task.ts';
import { lockStore } from '../src/storage/lock.ts';
import { openStore } from '../src/storage/open-store.ts';
import { readContent } from '../src/storage/read-content.ts';
import { s3Location } from '../src/storage/s3-location.ts';
import { type Archive, makeArchive } from './archive.ts';
import { startCommand } from './command.ts';
import { startS3 } from './s3-server.ts';
import { temporaryFolder } from './temporary-folder.ts';

const server = await startS3();
const skipped = server === undefined ? ' (skipped: moto_server is not installed)' : '';
for (const [name, value] of Object.entries(server?.environment ?? {})) vi.stubEnv(name, value);
if (server)
  await new S3Client({ forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: 'archive' }));
afterAll(() => server?.stop());

const stores: readonly (readonly [string, () => Promise<Store>])[] = [
  ['a folder', async () => folderStore(await temporaryFolder())],
  ['a module', async () => openStore(await memoryModule())],
  ...(server ? [['S3', async () => s3Store(`s3://archive/contract`)] as const] : []),
];

/** The URL of a module that keeps a store in memory. */
async function memoryModule(): Promise<string> {
  const path = join(await temporaryFolder(), 'memory.mjs');
  await writeFile(
    path,
    `
    const kept = new Map();
    export const openStore = async () => ({
      read: async (key) => kept.get(key),
      write: async (key, bytes) => void kept.set(key, Buffer.from(bytes)),
      create: async (key, bytes) => !kept.has(key) && !!kept.set(key, Buffer.from(bytes)),
      list: async (prefix) => [...kept.keys()].filter((key) => key.startsWith(prefix)).sort(),
      remove: async (key) => void kept.delete(key),
    });`,
  );
  return `file://${path}`;
}

test.each(stores)('%s keeps what is written, whole, under its key alone', async (_, open) => {
  const store = await open();
  expect(await store.read('a/1')).toBeUndefined();
  expect(await store.list('a/')).toEqual([]);
  await store.write('a/2', Uint8Array.of(0, 255, 128));
  await store.write('a/1', 'text');
  await store.write('b/1', 'other');
  await store.write('a/1', 'longer text');
  expect(Buffer.from((await store.read('a/1'))!).toString()).toBe('longer text');
  expect([...(await store.read('a/2'))!]).toEqual([0, 255, 128]);
  expect(await store.list('a/')).toEqual(['a/1', 'a/2']);
  expect(await store.list('')).toEqual(['a/1', 'a/2', 'b/1']);
  await store.remove('a/1');
  await store.remove('a/1');
  expect(await store.list('a/')).toEqual(['a/2']);
});

test.each(stores)('%s: of many who create a key, one is told so', async (_, open) => {
  const store = await open();
  const rivals = Array.from({ length: 8 }, (_unused, rival) =>
    store.create('new/1', `rival ${rival}`),
  );
  const winners = (await Promise.all(rivals)).flatMap((won, rival) => (won ? [rival] : []));
  expect(winners).toHaveLength(1);
  expect(Buffer.from((await store.read('new/1'))!).toString()).toBe(`rival ${winners[0]}`);
});

test.each(stores)('%s is locked once, and again when the lock was given back', async (_, open) => {
  const store = await open();
  const lock = () => lockStore(store, 'a.lock', { place: 'the store' });
  const unlock = await lock();
  await expect(lock()).rejects.toThrow(
    'is working in the store; if it is not, remove a.lock/1 there',
  );
  await unlock();
  await (await lock())();
  expect(await store.list('a.lock/')).toEqual(['a.lock/2']);
});

test('the lock of a folder is that of its store', async () => {
  const folder = await temporaryFolder();
  const unlock = await lockFolder(folder, 'a.lock');
  await expect(lockStore(await folderStore(folder), 'a.lock', { place: folder })).rejects.toThrow(
    'is working',
  );
  await unlock();
});

test.skipIf(skipped)(
  `more objects than a page of a listing has are all listed${skipped}`,
  async () => {
    const store = s3Store('s3://archive/many');
    const keys = Array.from({ length: 1005 }, (_, index) => `k/${String(index).padStart(4, '0')}`);
    for (let start = 0; start < keys.length; start += 40) {
      await Promise.all(keys.slice(start, start + 40).map((key) => store.write(key, key)));
    }
    expect(await store.list('k/')).toEqual(keys);
  },
);

test.skipIf(skipped)(
  `an archive in S3 is preprocessed by killed runs as one in a folder is, and nothing is on disk${skipped}`,
  async () => {
    const folder = await temporaryFolder();
    const archive = await makeArchive(folder, 24, { poisonEvery: 10 });
    await upload(folder, archive);
    const preprocess = (from: string, out: string) =>
      startCommand([
        ...['preprocess', '--cohort', `${from}/manifest.csv`, '--height', '8', '--width', '8'],
        ...['--out', out, '--chunk', '4', '--workers', '1', '--format', 'jsonl,parquet'],
      ]);
    const local = await preprocess(folder, join(folder, 'out')).ended;
    expect(local.code, local.err).toBe(1); // two images are in quarantine
    const [from, out] = ['s3://archive/in put', 's3://archive/out'];
    const first = preprocess(from, out);
    const store = s3Store(out);
    while ((await store.list('chunks/')).length < 2)
      await new Promise((next) => setTimeout(next, 20));
    first.process.kill('SIGKILL');
    await first.ended;
    const second = preprocess(from, out);
    const { code, err } = await second.ended;
    expect(code, err).toBe(1);
    const pictures = await store.list('images/');
    expect(pictures).toHaveLength(22);
    for (const name of ['results.jsonl', 'results.parquet', 'quarantine.jsonl', ...pictures]) {
      expect(Buffer.from((await store.read(name))!)).toEqual(
        await readFile(join(folder, 'out', name)),
      );
    }
    const weights = { path: `${from}/model.safetensors`, sha256: await digestFile(archive.model) };
    expect(Buffer.from(await loadWeights(weights))).toEqual(await readFile(archive.model));
    const other = {
      images: [],
      manifestSha256: '',
      operation: { name: 'score', settings: {} },
    } as const;
    await expect(runJob({ ...other, folder: out }, () => expect.fail())).rejects.toThrow(
      OtherJobError,
    );
  },
);

/** Puts an archive into the bucket, under a prefix with a space in it. */
async function upload(folder: string, { manifest, model }: Archive): Promise<void> {
  const client = new S3Client({ forcePathStyle: true });
  const { images } = await readCohort(manifest);
  for (const file of [manifest, model, ...images.map(({ path }) => path)]) {
    const Key = `in put${file.slice(folder.length)}`;
    await client.send(new PutObjectCommand({ Bucket: 'archive', Key, Body: await readFile(file) }));
  }
}

test.skipIf(skipped)(
  `a server that is away is waited for, a bucket that is not there ends the job${skipped}`,
  async () => {
    await expect(s3Store('s3://nobodys/x').read('a')).rejects.toThrow(
      'storage: read x/a of s3://nobodys: NoSuchBucket: The specified bucket does not exist',
    );
    await expect(s3Store('s3://nobodys/x').read('a')).rejects.toMatchObject({ code: 'ESTORE' });
    const store = s3Store('s3://archive/pause');
    server!.process.kill('SIGSTOP');
    const writing = store.write('a', 'late');
    await new Promise((next) => setTimeout(next, 500));
    server!.process.kill('SIGCONT');
    await writing;
    expect(Buffer.from((await store.read('a'))!).toString()).toBe('late');
    await expect(readContent('s3://archive/none')).rejects.toMatchObject({ code: 'ENOENT' });
  },
);

test('addresses of objects have a bucket, and keys that lead nowhere else', () => {
  expect(s3Location('s3://bucket')).toEqual({ bucket: 'bucket', key: '' });
  expect(s3Location('s3://bucket/a b/ä.png')).toEqual({ bucket: 'bucket', key: 'a b/ä.png' });
  expect(s3Location('s3://bucket/a/')).toEqual({ bucket: 'bucket', key: 'a' });
  for (const wrong of [
    's3://',
    's3:///a',
    's3://b',
    's3://UP/a',
    's3://b.b/../a',
    's3://b.b/a//c',
    's3://b.b/./a',
    's3://b.b/a\0',
  ]) {
    expect(() => s3Location(wrong), wrong).toThrow(
      `storage: an object's address must be s3://BUCKET/KEY, its key without ".", ".." and empty parts, got ${JSON.stringify(wrong)}`,
    );
  }
});

test('a task of the queue stays inside of the worker’s prefixes', () => {
  const task = (folder: string, path: string) => ({
    setup: { job: 'j', folder, operation: { name: 'score', settings: {} } },
    request: { chunk: { index: 0, images: [{ path }] }, quarantine: {} },
  });
  const roots = ['/archive', 's3://bucket/in'];
  for (const path of ['/archive/a.png', 's3://bucket/in/a.png']) {
    expect(requireTask(task('s3://bucket/in/out', path), roots)).toBeDefined();
  }
  for (const path of [
    's3://bucket/inner/a.png',
    's3://other/in/a.png',
    's3://bucket/in/../a.png',
    'file:///x.mjs',
  ]) {
    expect(() => requireTask(task('/archive/out', path), roots), path).toThrow(
      `queue: all paths must lie in /archive or s3://bucket/in (--root), got ${path}`,
    );
  }
  expect(() => requireTask(task('file:///archive/x.mjs', '/archive/a.png'), roots)).toThrow(
    'got file:',
  );
});

test('images of a manifest in S3 lie beside it or below', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'b'));
  const rows = (path: string) =>
    `path,patient_id,laterality,view,label\n${path},P1,L,CC,negative\n`;
  if (server === undefined) return;
  const store = s3Store('s3://archive/manifests');
  await store.write('m.csv', rows('./b/a.png'));
  const { images } = await readCohort('s3://archive/manifests/m.csv');
  expect(images[0]?.path).toBe('s3://archive/manifests/b/a.png');
  for (const path of ['/etc/passwd', '../a.png', 'b/../../a.png', 'b//a.png', 's3://other/a.png']) {
    await store.write('m.csv', rows(path));
    await expect(readCohort('s3://archive/manifests/m.csv'), path).rejects.toThrow('row 2: ');
  }
});
