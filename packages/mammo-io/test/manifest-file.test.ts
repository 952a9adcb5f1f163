import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readManifestFile } from '../src/node.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'manifest-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(...lines: string[]): string {
  const path = join(folder, 'cohort.csv');
  writeFileSync(path, ['path,patient_id,laterality,view,label', ...lines].join('\n'));
  return path;
}

describe('readManifestFile', () => {
  test('sees paths from the folder of the manifest', async () => {
    mkdirSync(join(folder, 'images'));
    writeFileSync(join(folder, 'images', 'a.png'), '');
    const absolute = join(folder, 'images', '..', 'b.png');
    writeFileSync(absolute, '');
    const rows = await readManifestFile(
      write('images/a.png,P1,L,CC,negative', `${absolute},P2,L,CC,negative`),
    );
    expect(rows.map((row) => row.path)).toEqual([
      join(folder, 'images', 'a.png'),
      join(folder, 'b.png'),
    ]);
    expect(rows[0]?.imageId).toBe('images/a.png');
  });

  test('lists all missing files with their rows', async () => {
    writeFileSync(join(folder, 'a.png'), '');
    const path = write('a.png,P1,L,CC,negative', 'b.png,P1,R,CC,negative', '.,P1,R,MLO,negative');
    await expect(readManifestFile(path)).rejects.toThrow(
      `readManifestFile: ${path}: 2 problems\n` +
        `  row 3: ${join(folder, 'b.png')} must be a file, found none\n` +
        `  row 4: ${folder} must be a file, found none`,
    );
  });

  test('names the file whose table is wrong', async () => {
    const path = write('a.png,P1,X,CC,negative');
    await expect(readManifestFile(path)).rejects.toThrow(
      `readManifestFile: ${path}: 1 problem\n  row 2: laterality must be L or R, got "X"`,
    );
    await expect(readManifestFile(join(folder, 'none.csv'))).rejects.toThrow('ENOENT');
  });

  test('refuses files outside the root, links included', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'outside-'));
    try {
      writeFileSync(join(outside, 'secret.png'), '');
      symlinkSync(join(outside, 'secret.png'), join(folder, 'link.png'));
      const absolute = join(outside, 'secret.png');
      const path = write(`${absolute},P1,L,CC,negative`, 'link.png,P2,L,CC,negative');
      await expect(readManifestFile(path)).rejects.toThrow(
        `  row 2: ${absolute} must lie in ${folder}\n  row 3: ${join(folder, 'link.png')} must lie in ${folder}`,
      );
      expect(await readManifestFile(path, { root: tmpdir() })).toHaveLength(2);
    } finally {
      rmSync(outside, { recursive: true });
    }
  });
});
