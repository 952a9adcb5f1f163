import { existsSync } from 'node:fs';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runCommand } from '../src/cli/run-command.ts';
import { folderStore } from '../src/index.ts';
import { imageName } from '../src/operations/image-name.ts';
import { digestFile } from '../src/operations/load-weights.ts';
import { open } from '../src/operations/score.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** What preprocessing a manifest says that must be refused before anything is read. */
async function refusal(manifest: string, out: string): Promise<string> {
  let said = '';
  const code = await runCommand(
    ['preprocess', '--cohort', manifest, '--out', out, '--height', '8', '--width', '8'],
    {
      out: () => undefined,
      err: (text) => {
        said += text;
      },
      terminal: false,
      signal: new AbortController().signal,
    },
  );
  expect(code).toBe(1);
  expect(existsSync(out)).toBe(false);
  return said;
}

const HEADER = 'path,patient_id,laterality,view,label';

test('a path that leads out of the manifest’s folder is refused, also one by a symbolic link', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'archive'));
  await writeFile(join(folder, 'secret.png'), 'secret');
  await symlink(join(folder, 'secret.png'), join(folder, 'archive', 'link.png'));
  const manifest = join(folder, 'archive', 'manifest.csv');
  const row = (path: string) => `${path},P1,L,CC,negative\n`;
  for (const [path, message] of [
    ['../secret.png', "row 2: path must not lead out of the manifest's folder"],
    ['a/../../secret.png', "row 2: path must not lead out of the manifest's folder"],
    ['..\\secret.png', "row 2: path must not lead out of the manifest's folder"],
    ['http://host/a.png', 'row 2: path must name a file, not an address'],
    ['/etc/passwd', 'row 2: /etc/passwd must lie in'],
    ['link.png', 'must lie in'],
  ] as const) {
    await writeFile(manifest, `${HEADER}\n${row(path)}`);
    expect(await refusal(manifest, join(folder, 'out'))).toContain(message);
  }
});

test('a key of the prototype in a manifest is an unknown column', async () => {
  const folder = await temporaryFolder();
  const manifest = join(folder, 'manifest.jsonl');
  await writeFile(
    manifest,
    '{"path":"a.png","patient_id":"P","laterality":"L","view":"CC","label":"negative","__proto__":{"polluted":1}}\n',
  );
  expect(await refusal(manifest, join(folder, 'out'))).toContain(
    'row 1: the column "__proto__" is not one of',
  );
  expect('polluted' in {}).toBe(false);
});

test('an identifier, whatever its characters, names a file of its own in the store', async () => {
  const store = await folderStore(await temporaryFolder());
  const names = new Map<string, string>();
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.constantFrom('../../x', '..', '/etc/passwd', 'a\0b', 'CON', '=cmd|calc', 'a/b', 'a_b'),
      ),
      async (imageId) => {
        const name = imageName(imageId);
        expect(names.get(name) ?? imageId).toBe(imageId);
        names.set(name, imageId);
        await store.write(`images/${name}.png`, '');
      },
    ),
  );
  expect(await store.list('images/')).toHaveLength(names.size);
});

test.each(['../x', 'a/../x', '/x', 'a//x', '.hidden', 'a/.x', 'a\\x', 'a\0', '', 'a/', 'ä'])(
  'the store refuses the key %j',
  async (key) => {
    const folder = await temporaryFolder();
    const store = await folderStore(join(folder, 'store'));
    expect(() => store.write(key, 'x')).toThrow(
      'store: key must be names of letters, digits, ".", "_" and "-" between slashes, got',
    );
    expect(() => store.read(key)).toThrow(RangeError);
    expect(await readdir(folder)).toEqual(['store']);
  },
);

test('weights that a pickle pretends to be are refused by the worker', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'evil.pth'), 'cos\nsystem\n(Vtouch hacked\ntR.');
  const path = join(folder, 'evil.pth');
  const opening = open({
    engine: 'cpu',
    threads: 1,
    model: { path, sha256: await digestFile(path) },
    reading: { policy: 'pad' },
  });
  await expect(opening).rejects.toThrow('decodeSafetensors: header must have at most');
  expect(existsSync('hacked') || existsSync(join(folder, 'hacked'))).toBe(false);
});
