import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flipImage } from '../src/flip-image.ts';
import { drawPatient, phantomCohort } from '../src/phantom/cohort.ts';
import { toSource } from '../src/placement.ts';
import { readPng, writePng } from '../src/png.ts';
import { preprocessMammogram } from '../src/preprocess.ts';
import { preprocessFiles } from '../src/preprocess-files.ts';
import { resizeBicubic } from '../src/resize.ts';
import { writeSyntheticDicom } from '../src/write-synthetic-dicom.ts';
import { writeSyntheticPng } from '../src/write-synthetic-png.ts';
import { buildPackage } from './built-package.ts';

const size = { height: 3, width: 2 };
let folder = '';
let files: { path: string; row: number; bitsStored?: number }[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'preprocess-'));
  files = Array.from({ length: 6 }, (_, i) => {
    const path = join(folder, `${i}.png`);
    const pixels = Uint16Array.from({ length: 8 * 8 }, (_, at) => i * 100 + at);
    writeFileSync(path, writePng({ pixels, height: 8, width: 8 }));
    return { path, row: i + 2, bitsStored: 12 };
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

describe('preprocessMammogram', () => {
  test('reads, scales and resizes, and keeps the mark', async () => {
    const image = { pixels: Uint16Array.of(0, 10, 20, 65535), height: 2, width: 2 };
    const mark = { program: 'test', version: '1', description: 'four pixels' };
    const result = await preprocessMammogram(writeSyntheticPng(image, { mark }), size);
    expect(result.pixels).toEqual(resizeBicubic(image, size).pixels);
    expect(result).toMatchObject({ ...size, synthetic: true });
    expect(result.warnings).toContain('the file is marked as made by a program');
  });
});

describe('preprocessMammogram with geometry', () => {
  const phantom = { height: 192, width: 160 };
  const plan = phantomCohort({ seed: 1, ...phantom, patients: 1, positiveShare: 0 });
  const drawn = drawPatient(plan, 0).find(({ image }) => image.laterality === 'L')!;

  /** A left breast as it is hung, the chest wall on the left, or its mirror image. */
  function breast(mirrored: boolean) {
    const image = { pixels: drawn.pixels, ...phantom };
    return writePng(mirrored ? flipImage(image, { leftRight: true, upsideDown: false }) : image);
  }

  test('hangs, cuts and pads, and says where every pixel went', async () => {
    const options = {
      height: 96,
      width: 80,
      policy: 'pad',
      chestWall: 'left',
      crop: 'breast',
    } as const;
    const left = await preprocessMammogram(breast(false), options);
    const right = await preprocessMammogram(breast(true), options);
    expect(left.warnings).toEqual([]);
    expect(right.pixels).toEqual(left.pixels);
    expect(left.pixels[48 * 80]).toBeGreaterThan(10000);
    const chestWall = toSource(right.placement, { row: 48, column: 0 });
    expect(chestWall.column).toBeCloseTo(160, 6);
    const other = toSource(left.placement, { row: 48, column: 0 });
    expect(other.column).toBeCloseTo(0, 6);
    expect(other.row).toBeCloseTo(chestWall.row, 6);
    expect(right.placement.source).toEqual(phantom);
  });

  test('leaves alone what it cannot know, and says so', async () => {
    const { warnings } = await preprocessMammogram(breast(false), {
      ...size,
      chestWall: 'by-side',
    });
    expect(warnings).toEqual(['the file does not say its side: not flipped']);
    const empty = writePng({ pixels: new Uint16Array(100), height: 10, width: 10 });
    const cut = await preprocessMammogram(empty, { ...size, crop: 'breast' });
    expect(cut.warnings).toEqual(['the chest wall is on neither side: not cut to the breast']);
    expect(cut.placement.source).toEqual({ height: 10, width: 10 });
  });

  test('hangs by the side that the file says', async () => {
    const { pixels, height, width } = readPng(breast(false));
    const file = await writeSyntheticDicom(
      { pixels, height, width },
      {
        mark: { program: 'test', version: '1', description: 'a square breast' },
        breast: { patientId: 'P', laterality: 'R', view: 'CC' },
      },
    );
    const hung = await preprocessMammogram(file, { height: 60, width: 50, chestWall: 'by-side' });
    expect(hung.pixels[30 * 50]).toBe(0);
    expect(hung.pixels[30 * 50 + 49]).toBeGreaterThan(10000);
    expect(hung.warnings.join()).toContain('the pixels are believed');
  });
});

describe('preprocessFiles', () => {
  test('yields the images in the order of the files', async () => {
    const found = await collect(preprocessFiles(files, { ...size, threads: 0 }));
    expect(found.map(({ file }) => file)).toEqual(files);
    for (const [i, { image }] of found.entries()) {
      const expected = Uint16Array.from({ length: 64 }, (_, at) =>
        Math.round(((i * 100 + at) * 65535) / 4095),
      );
      expect(image.pixels).toEqual(
        resizeBicubic({ pixels: expected, height: 8, width: 8 }, size).pixels,
      );
    }
  });

  test('names the row of a file that cannot be read, or leaves it to the caller', async () => {
    const broken = join(folder, 'broken.png');
    writeFileSync(broken, 'no image');
    const missing = join(folder, 'none.png');
    const list = [files[0]!, { path: broken, row: 9 }, { path: missing }, files[1]!];
    await expect(collect(preprocessFiles(list, { ...size, threads: 0 }))).rejects.toMatchObject({
      name: 'ImageFileError',
      code: 'unsupported',
      message: expect.stringMatching(/^preprocessFiles: row 9: .*broken\.png: readMammogram: /),
    });
    const errors: string[] = [];
    const onError = (error: Error) => errors.push(error.message);
    const found = await collect(preprocessFiles(list, { ...size, threads: 0, onError }));
    expect(found.map(({ file }) => file)).toEqual([files[0], files[1]]);
    expect(errors).toEqual([
      expect.stringContaining('row 9'),
      expect.stringMatching(/^preprocessFiles: .*none\.png: ENOENT/),
    ]);
  });

  test('stops at the signal and at the end of the loop', async () => {
    const controller = new AbortController();
    const seen: unknown[] = [];
    const loop = async () => {
      for await (const { file } of preprocessFiles(files, {
        ...size,
        threads: 0,
        prefetch: 1,
        signal: controller.signal,
      })) {
        seen.push(file);
        if (seen.length === 2) controller.abort(new Error('stop'));
      }
    };
    await expect(loop()).rejects.toThrow('stop');
    expect(seen).toHaveLength(2);
    for await (const _ of preprocessFiles(files, { ...size, threads: 0 })) break;
  });

  test('takes from the cache what it has of the same content', async () => {
    const cache = join(folder, 'cache');
    const first = await collect(preprocessFiles(files, { ...size, threads: 0, cache }));
    expect(
      readdirSync(cache, { recursive: true }).filter((name) => String(name).endsWith('.image')),
    ).toHaveLength(6);
    const second = await collect(preprocessFiles(files, { ...size, threads: 0, cache }));
    expect(second).toEqual(first);
  });

  test('names wrong options', async () => {
    await expect(collect(preprocessFiles(files, { ...size, threads: -1 }))).rejects.toThrow(
      'preprocessFiles: threads must be an integer from 0 on, got -1',
    );
    await expect(collect(preprocessFiles(files, { ...size, prefetch: 0 }))).rejects.toThrow(
      'preprocessFiles: prefetch must be an integer from 1 on, got 0',
    );
    await expect(collect(preprocessFiles(files, { height: 0, width: 1 }))).rejects.toThrow(
      'preprocessFiles: height must be an integer from 1 on, got 0',
    );
  });
});

describe('preprocessFiles in threads', () => {
  let built = '';
  beforeAll(async () => {
    built = await buildPackage('threads');
  }, 60_000);

  /** Runs a program that imports the built package; what it prints is JSON. */
  function run(body: string): unknown {
    const program = `
      import { preprocessFiles } from ${JSON.stringify(join(built, 'node.js'))};
      const files = ${JSON.stringify(files)};
      ${body}`;
    const args = ['--input-type=module', '-e', program];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 20_000 }));
  }

  test('gives the same as without', async () => {
    const found = run(`
      const found = [];
      for await (const { file, image } of preprocessFiles([...files, ...files], { height: 3, width: 2, threads: 2 })) {
        found.push([file.row, ...image.pixels]);
      }
      console.log(JSON.stringify(found));`);
    const expected = await collect(preprocessFiles(files, { ...size, threads: 0 }));
    const rows = expected.map(({ file, image }) => [file.row, ...image.pixels]);
    expect(found).toEqual([...rows, ...rows]);
  });

  test('names the row of a file, stops at the signal, and the process ends', () => {
    expect(
      run(`
      const outcomes = [];
      const bad = [files[0], { path: '/nowhere/x.png', row: 17 }, files[1]];
      try {
        for await (const { file } of preprocessFiles(bad, { height: 3, width: 2, threads: 2 })) outcomes.push(file.row);
      } catch (error) { outcomes.push(error.message.slice(0, 49)); }
      const controller = new AbortController();
      try {
        for await (const { file } of preprocessFiles(files, { height: 3, width: 2, threads: 2, signal: controller.signal })) {
          outcomes.push(file.row);
          controller.abort(new Error('stop'));
        }
      } catch (error) { outcomes.push(error.message); }
      console.log(JSON.stringify(outcomes));`),
    ).toEqual([2, 'preprocessFiles: row 17: /nowhere/x.png: ENOENT: ', 2, 'stop']);
  });
});
