import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CaseImage } from '../src/case-image.ts';
import { createImageStore, ImageStoreError, openImageStore } from '../src/node.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'image-store-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const size = { height: 2, width: 3 };

function image(i: number): CaseImage {
  return {
    imageId: `é${i}`,
    patientId: `p${i}`,
    laterality: 'R',
    view: 'MLO',
    label: i % 2 ? 'positive' : 'negative',
    ...(i % 2 && { lesionType: 'mass' }),
  };
}

function pixels(i: number): Uint16Array {
  return Uint16Array.from({ length: 6 }, (_, at) => 1000 * i + at);
}

function mask(i: number): Uint8Array {
  return new Uint8Array(6).fill(i % 2);
}

async function fill(from: number, to: number, options: object = {}): Promise<void> {
  const store = await createImageStore(folder, { ...size, masks: true, ...options });
  for (let i = from; i < to; i++) await store.append(image(i), pixels(i), mask(i));
  await store.close();
}

function bytesOf(file: string): Buffer {
  return readFileSync(join(folder, file));
}

describe('createImageStore and openImageStore', () => {
  test('return what was appended', async () => {
    await fill(0, 3, { fingerprint: 'seed 1' });
    const set = await openImageStore(folder);
    expect(set).toMatchObject({ ...size, fingerprint: 'seed 1' });
    expect(set.images).toEqual([image(0), image(1), image(2)]);
    expect(await set.pixels(2)).toEqual(pixels(2));
    expect(await set.mask?.(1)).toEqual(mask(1));
  });

  test('keep images in memory as far as the cache allows', async () => {
    await fill(0, 4);
    const set = await openImageStore(folder, { cacheBytes: 2 * 12 });
    const first = await set.pixels(0);
    expect(await set.pixels(0)).toBe(first);
    await set.pixels(1);
    await set.pixels(0); // used again: image 1 is now the oldest
    const second = await set.pixels(1);
    await set.pixels(2);
    expect(await set.pixels(1)).toBe(second);
    expect(await set.pixels(0)).not.toBe(first);
    expect(await set.pixels(0)).toEqual(first);
    const uncached = await openImageStore(folder, { cacheBytes: 0 });
    expect(await uncached.pixels(0)).not.toBe(await uncached.pixels(0));
  });

  test('have no masks where none were stored', async () => {
    const store = await createImageStore(folder, size);
    await store.append(image(0), pixels(0));
    await expect(store.append(image(1), pixels(1), mask(1))).rejects.toThrow(
      'append: mask must be absent, got 6',
    );
    await store.close();
    expect((await openImageStore(folder)).mask).toBeUndefined();
  });

  test('continue after the last image', async () => {
    await fill(0, 2);
    const store = await createImageStore(folder, { ...size, masks: true });
    expect(store.images).toEqual([image(0), image(1)]);
    await store.append(image(2), pixels(2), mask(2));
    await store.close();
    expect((await openImageStore(folder)).images).toHaveLength(3);
  });

  test('carry out overlapping calls in their order, and go on after a failed one', async () => {
    const store = await createImageStore(folder, size);
    const results = await Promise.allSettled([
      store.append(image(0), pixels(0)),
      store.append(image(0), pixels(1)),
      store.append(image(1), pixels(1)),
    ]);
    await store.close();
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const set = await openImageStore(folder);
    expect(set.images).toEqual([image(0), image(1)]);
    expect(await set.pixels(1)).toEqual(pixels(1));
  });

  test('continue bit for bit wherever the files were cut', async () => {
    await fill(0, 4);
    const files = ['images.jsonl', 'pixels.u16', 'masks.u8'];
    const whole = files.map(bytesOf);
    const firstLine = (whole[0] as Buffer).indexOf(10) + 1;
    const cuts = fc.record({
      rows: fc.integer({ min: firstLine, max: whole[0]?.length ?? 0 }),
      pixels: fc.integer({ min: 0, max: 48 }),
      masks: fc.integer({ min: 0, max: 24 }),
    });
    await fc.assert(
      fc.asyncProperty(cuts, async (cut) => {
        files.forEach((file, i) => {
          writeFileSync(join(folder, file), whole[i] as Buffer);
        });
        truncateSync(join(folder, 'images.jsonl'), cut.rows);
        truncateSync(join(folder, 'pixels.u16'), cut.pixels);
        truncateSync(join(folder, 'masks.u8'), cut.masks);
        const store = await createImageStore(folder, { ...size, masks: true });
        const kept = store.images.length;
        for (let i = kept; i < 4; i++) await store.append(image(i), pixels(i), mask(i));
        await store.close();
        expect(files.map(bytesOf)).toEqual(whole);
      }),
      { numRuns: 40 },
    );
  });

  test('survive a kill while they are written', { timeout: 30000 }, async () => {
    const program = fileURLToPath(new URL('fixtures/append-images.ts', import.meta.url));
    const options = { height: 64, width: 50, masks: true, fingerprint: 'kill test' };
    let committed = 0;
    for (const wait of [0, 5, 21]) {
      const child = spawn(process.execPath, ['--import', 'tsx', program, folder]);
      await new Promise((done) => child.stdout.once('data', done));
      await new Promise((done) => setTimeout(done, wait));
      const before = await openImageStore(folder);
      child.kill('SIGKILL');
      await new Promise((done) => child.once('exit', done));
      expect(before.images.length).toBeGreaterThan(committed);
      const store = await createImageStore(folder, options);
      expect(store.images.length).toBeGreaterThanOrEqual(before.images.length);
      committed = store.images.length;
      await store.close();
    }
    const set = await openImageStore(folder);
    for (let i = 0; i < committed; i++) {
      expect(set.images[i]?.imageId).toBe(`image ${i}`);
      expect((await set.pixels(i))[7]).toBe((i * 31 + 7) % 65536);
      expect((await set.mask?.(i))?.[3199]).toBe(i % 2);
    }
  });

  test('refuse to continue with another configuration', async () => {
    await fill(0, 1, { fingerprint: 'seed 1' });
    await expect(
      createImageStore(folder, { height: 4, width: 3, masks: true, fingerprint: 'seed 2' }),
    ).rejects.toThrow(
      `createImageStore: ${folder} holds images of another configuration: ` +
        'height must be 2, got 4; fingerprint must be seed 1, got seed 2',
    );
    await expect(createImageStore(folder, size)).rejects.toMatchObject({ code: 'mismatch' });
  });

  test('say that there is no store', async () => {
    await expect(openImageStore(folder)).rejects.toThrow(
      `openImageStore: ${folder} must hold an image store, got no images.jsonl`,
    );
    await expect(openImageStore(folder)).rejects.toMatchObject({ code: 'missing' });
  });

  test('notice damage', async () => {
    await fill(0, 2);
    const flipped = bytesOf('pixels.u16');
    flipped[13] = 255;
    writeFileSync(join(folder, 'pixels.u16'), flipped);
    truncateSync(join(folder, 'masks.u8'), 7);
    const set = await openImageStore(folder);
    expect(await set.pixels(0)).toEqual(pixels(0));
    const path = join(folder, 'pixels.u16');
    await expect(set.pixels(1)).rejects.toThrow(`${path}: the pixels of image 1 (é1) are damaged`);
    await expect(set.mask?.(1)).rejects.toMatchObject({ code: 'damaged' });
    rmSync(join(folder, 'masks.u8'));
    await expect(fill(2, 2)).rejects.toThrow(
      `createImageStore: ${join(folder, 'masks.u8')} must be a file, found none`,
    );
    truncateSync(join(folder, 'images.jsonl'), 5);
    await expect(openImageStore(folder)).rejects.toThrow(ImageStoreError);
    await expect(openImageStore(folder)).rejects.toThrow(
      `${join(folder, 'images.jsonl')}: the first line is damaged`,
    );
  });

  test('name wrong arguments', async () => {
    await expect(createImageStore(folder, { height: 0, width: 3 })).rejects.toThrow(
      'createImageStore: height must be a positive integer, got 0',
    );
    const store = await createImageStore(folder, { ...size, masks: true });
    await store.append(image(0), pixels(0), mask(0));
    await expect(store.append(image(0), pixels(0), mask(0))).rejects.toThrow(
      'append: imageId must be new to the store, got é0',
    );
    await expect(store.append(image(1), new Uint16Array(5), mask(1))).rejects.toThrow(
      'append: pixels must have 2 × 3 values, got 5',
    );
    await expect(store.append(image(1), pixels(1))).rejects.toThrow(
      'append: mask must have 2 × 3 values, got undefined',
    );
    await store.close();
    const set = await openImageStore(folder);
    await expect(set.pixels(1)).rejects.toThrow('pixels: index must lie in [0, 1), got 1');
  });
});
