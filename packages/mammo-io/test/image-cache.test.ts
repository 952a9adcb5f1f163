import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { imageCacheKey, openImageCache } from '../src/image-cache.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cache-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const image = {
  pixels: Uint16Array.of(1, 2, 3, 40000, 5, 6),
  height: 2,
  width: 3,
  synthetic: false,
  laterality: 'L',
  placement: {
    source: { height: 4, width: 3 },
    target: { height: 2, width: 3 },
    rows: { scale: 0.5, offset: 0 },
    columns: { scale: 1, offset: 0 },
  },
  warnings: ['é'],
} as const;
const key = imageCacheKey(Uint8Array.of(1), { height: 2, width: 3 });
const fileOf = (one: string) => join(folder, one.slice(0, 2), `${one}.image`);
const fixture = fileURLToPath(new URL('fixtures/fill-cache.ts', import.meta.url));

function filesOf(ending: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith(ending));
}

async function startFilling(): Promise<ChildProcess> {
  const args = ['--import', 'tsx', '--conditions=@mammo/source', fixture, folder];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [first] = await once(child.stdout!, 'data');
  expect(String(first)).toBe('writing\n');
  return child;
}

describe('openImageCache', () => {
  test('gives back what was written', async () => {
    const cache = await openImageCache(folder);
    expect(await cache.read(key)).toBeUndefined();
    await cache.write(key, image);
    expect(await cache.read(key)).toEqual(image);
    expect(await (await openImageCache(folder)).read(key)).toEqual(image);
  });

  test('a damaged file is no image and is removed', async () => {
    const cache = await openImageCache(folder);
    const whole = await cache.write(key, image).then(() => readFileSync(fileOf(key)));
    for (const at of whole.keys()) {
      const damaged = Uint8Array.from(whole);
      damaged[at] = damaged[at]! ^ 1;
      writeFileSync(fileOf(key), damaged);
      expect(await cache.read(key), `byte ${at}`).toBeUndefined();
    }
    expect(filesOf('.image')).toEqual([]);
    for (const length of [0, 5, whole.length - 1]) {
      writeFileSync(fileOf(key), whole);
      truncateSync(fileOf(key), length);
      expect(await cache.read(key)).toBeUndefined();
    }
  });

  test('removes what a killed process left an hour ago', async () => {
    await (await openImageCache(folder)).write(key, image);
    const [old, young] = ['a', 'b'].map((name) => `${fileOf(key)}.${name}.unfinished`);
    for (const path of [old, young]) writeFileSync(path!, '');
    utimesSync(old!, 0, 0);
    await openImageCache(folder);
    expect(filesOf('.unfinished')).toEqual([expect.stringContaining('b.unfinished')]);
  });

  test('asks for a key', async () => {
    const cache = await openImageCache(folder);
    await expect(cache.read('../x')).rejects.toThrow(
      'image cache: key must be 64 hexadecimal digits, got "../x"',
    );
  });

  test('two processes share it and are killed: every image is whole', async () => {
    for (const afterMs of [40, 130]) {
      const children = await Promise.all([startFilling(), startFilling()]);
      const wrong: string[] = [];
      for (const child of children) child.stdout?.on('data', (text) => wrong.push(String(text)));
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      const ended = children.map((child) => once(child, 'exit'));
      for (const child of children) child.kill('SIGKILL');
      expect((await Promise.all(ended)).map(([, signal]) => signal)).toEqual([
        'SIGKILL',
        'SIGKILL',
      ]);
      expect(wrong).toEqual([]);
    }
    const cache = await openImageCache(folder);
    const keys = filesOf('.image').map((name) => name.slice(3, 67));
    expect(keys.length).toBeGreaterThan(5);
    for (const one of keys) {
      const kept = await cache.read(one);
      expect(kept?.pixels.length, one).toBe(200 * 100);
      expect(new Set(kept?.pixels).size).toBe(1);
    }
    expect(filesOf('.image')).toHaveLength(keys.length);
  }, 20_000);
});

describe('imageCacheKey', () => {
  test('depends on the bytes and on every option', () => {
    const bytes = Uint8Array.of(1, 2);
    const keys = [
      imageCacheKey(bytes, { height: 2, width: 3 }),
      imageCacheKey(Uint8Array.of(1, 3), { height: 2, width: 3 }),
      imageCacheKey(bytes, { height: 3, width: 2 }),
      imageCacheKey(bytes, { height: 2, width: 3, bitsStored: 12 }),
      imageCacheKey(bytes, { height: 2, width: 3, frame: 0 }),
      imageCacheKey(bytes, { height: 2, width: 3, policy: 'pad' }),
      imageCacheKey(bytes, { height: 2, width: 3, policy: 'canvas' }),
      imageCacheKey(bytes, { height: 2, width: 3, canvas: { height: 9, width: 9 } }),
      imageCacheKey(bytes, { height: 2, width: 3, fill: 1 }),
      imageCacheKey(bytes, { height: 2, width: 3, chestWall: 'left' }),
      imageCacheKey(bytes, { height: 2, width: 3, crop: 'breast' }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(imageCacheKey(bytes, { height: 2, width: 3 })).toBe(keys[0]);
  });
});
