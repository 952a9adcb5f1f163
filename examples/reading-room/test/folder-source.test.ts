import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePgm } from '@mammo/mammo-io';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folderSource } from '../server/folder-source.ts';
import { createStudy } from '../server/studies.ts';
import { openRoom, tinyStudy } from './room.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'room-folder-'));
});
afterAll(() => rm(folder, { recursive: true }));

const source = tinyStudy();

/** Writes every image of the tiny study, and its plan. */
async function writeFolder(name: string, files?: (id: string) => string): Promise<string> {
  const home = join(folder, name);
  const pathOf = files ?? ((id: string) => join('images', `${id}.pgm`));
  for (const id of source.cases) {
    const path = join(home, pathOf(id));
    await mkdir(join(path, '..'), { recursive: true });
    const { pixels, height, width } = await source.load(id);
    await writeFile(path, writePgm({ pixels, height, width, maxValue: 65535 }));
  }
  const places = files && Object.fromEntries([...source.cases].map((id) => [id, files(id)]));
  const plan = { ...source.plan, ...(places && { files: places }) };
  await writeFile(join(home, 'plan.json'), JSON.stringify(plan));
  return home;
}

describe('a study of a folder', () => {
  test.each<[string, ((id: string) => string) | undefined]>([
    ['whose images are named after their cases', undefined],
    [
      'whose plan says where they lie',
      (id) => join('session', `blinded-${source.plan.seed}-${[...source.cases].indexOf(id)}.pgm`),
    ],
  ])('%s becomes a study of the room', async (name, files) => {
    const found = await folderSource(await writeFolder(name, files));
    expect(found.name).toBe(name);
    const [id] = [...source.cases];
    expect((await found.load(id!)).pixels).toEqual((await source.load(id!)).pixels);
    const room = await openRoom();
    const { warnings } = await createStudy(room.open.database, room.pictures, found);
    expect(warnings).toEqual(source.plan.warnings);
    await room.close();
  });

  test('lies in readers/ of a finished npm run study', async () => {
    await writeFolder(join('run', 'readers'));
    const found = await folderSource(join(folder, 'run'), 'My study');
    expect([found.name, found.cases.size]).toEqual(['My study', source.cases.size]);
  });

  test('is refused without a plan, with files elsewhere, with two files of one name', async () => {
    await expect(folderSource(join(folder, 'nothing'))).rejects.toThrow(/must hold a plan.json/);
    const outside = await writeFolder('outside');
    const plan = { ...source.plan, files: { a: '../run/readers/plan.json' } };
    await writeFile(join(outside, 'plan.json'), JSON.stringify(plan));
    await expect(folderSource(outside)).rejects.toThrow(
      'plan: files must lie in its folder, got ../run/readers/plan.json',
    );
    const twice = await writeFolder('twice');
    await writeFile(join(twice, `${[...source.cases][0]}.png`), 'x');
    await expect(folderSource(twice)).rejects.toThrow(/two files are called/);
  });
});
