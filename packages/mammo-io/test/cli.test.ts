import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  parseManifest,
  readDicom,
  readMammogram,
  readPgm,
  readPng,
  SYNTHETIC_MARK,
  splitByPatient,
  writePgm,
  writePng,
} from '../src/index.ts';
import { buildPackage } from './built-package.ts';
import { readShared, skipReason } from './shared-data.ts';

let cli = '';
let folder = '';
beforeAll(async () => {
  cli = join(await buildPackage('cli'), 'cli.js');
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
}, 60_000);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect(stderr, 'no stack traces').not.toMatch(/^\s+at /m);
  return { status, stdout, stderr };
}

function filesIn(path: string): string[] {
  return readdirSync(join(folder, path), { recursive: true, encoding: 'utf8' }).sort();
}

describe('mammo-io', () => {
  test('says what it can', () => {
    const help = run('--help');
    expect(help).toMatchObject({ status: 0, stderr: '' });
    for (const name of ['info', 'convert', 'preview', 'validate', 'split', 'phantom']) {
      expect(help.stdout).toContain(name);
      const own = run(name, '--help');
      expect(own.status).toBe(0);
      expect(own.stdout).toMatch(new RegExp(`^Usage: mammo-io ${name} [\\s\\S]*Examples?:\\n`));
    }
  });

  test.each([
    [[], 'mammo-io: a command must be given'],
    [['draw'], 'mammo-io: no command draw'],
    [['info'], 'mammo-io info: files or folders must be given, got nothing'],
    [['info', 'x', '--colour'], "mammo-io info: Unknown option '--colour'"],
    [['info', 'nowhere'], 'mammo-io info: nowhere must be a file or a folder, found none'],
    [['convert', '.'], 'mammo-io convert: --out must name a folder'],
    [
      ['convert', '.', '--out', 'o', '--format', 'gif'],
      'mammo-io convert: --format must be png or pgm or dicom, got gif',
    ],
    [
      ['convert', '.', '--out', 'o', '--bits', '17'],
      'mammo-io convert: --bits must be a whole number in 1..16, got 17',
    ],
    [
      ['convert', '.', '--out', 'o', '--format', 'dicom', '--patient', 'P1'],
      'mammo-io convert: --patient, --laterality and --view must be given together',
    ],
    [
      ['convert', '.', '--out', 'o', '--patient', 'P1', '--laterality', 'L', '--view', 'CC'],
      'mammo-io convert: --patient, --laterality and --view are for --format dicom',
    ],
    [['preview', '.'], 'mammo-io preview: --out must name a file'],
    [['split', 'm.csv'], 'mammo-io split: --seed must be given'],
    [
      ['split', 'm.csv', '--seed', '1', '--fractions', '50,50'],
      'mammo-io split: --fractions must be three percentages that add up to 100, got 50,50',
    ],
    [
      ['phantom', 'p', '--seed', 'x'],
      'mammo-io phantom: --seed must be a whole number from 0 on, got x',
    ],
    [['validate', 'a', 'b'], 'mammo-io validate: one manifest must be given, got 2'],
  ])('wrong usage: %j', (args, message) => {
    const { status, stdout, stderr } = run(...args);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
  });

  test('draws a cohort that it finds valid, divides, converts and shows', async () => {
    const size = ['--height', '64', '--width', '48'];
    const drawn = run(
      'phantom',
      'cohort',
      '--seed',
      '3',
      '--patients',
      '12',
      '--positive',
      '40',
      ...size,
      '--json',
      '--masks',
      '--twins',
    );
    expect(drawn.status).toBe(0);
    const { images } = JSON.parse(drawn.stdout) as { images: number };
    const rows = parseManifest(readFileSync(join(folder, 'cohort/manifest.csv'), 'utf8'));
    expect(rows).toHaveLength(images);
    expect(drawn.stderr).toMatch(/phantom 12\/12, [\d.]+\/s, 0 s left\n$/);
    const positives = rows.filter(({ label }) => label === 'positive').length;
    expect(filesIn('cohort/masks')).toHaveLength(positives);
    expect(filesIn('cohort/twins')).toHaveLength(images);
    expect(filesIn('cohort/images').every((name) => name.endsWith('.synthetic.png'))).toBe(true);

    const valid = run('validate', 'cohort/manifest.csv', '--json');
    expect(valid.status).toBe(0);
    expect(JSON.parse(valid.stdout)).toMatchObject({ images, patients: 12, problems: [] });

    const divided = run(
      'split',
      'cohort/manifest.csv',
      '--seed',
      '5',
      '--fractions',
      '60,20,20',
      '--out',
      'divided.jsonl',
      '--format',
      'jsonl',
      '--json',
    );
    expect(divided.status).toBe(0);
    const again = parseManifest(readFileSync(join(folder, 'divided.jsonl'), 'utf8'));
    const expected = splitByPatient(rows, { seed: 5, fractions: [0.6, 0.2, 0.2] });
    expect(again.flatMap(({ split }, index) => (split === 'test' ? [index] : []))).toEqual(
      expected.test,
    );
    expect(JSON.parse(divided.stdout)).toMatchObject([
      { split: 'training' },
      { split: 'validation' },
      { split: 'test', images: expected.test.length },
    ]);

    const converted = run(
      'convert',
      'cohort/images',
      '--out',
      'converted',
      '--threads',
      '2',
      '--json',
    );
    expect(converted.status).toBe(0);
    const [first] = filesIn('converted');
    const png = readPng(readFileSync(join(folder, 'converted', first ?? '')));
    expect(png.text).toHaveProperty('Synthetic');
    expect(png.pixels).toEqual(
      readPng(readFileSync(join(folder, 'cohort/images', first ?? ''))).pixels,
    );

    const sheet = run(
      'preview',
      'cohort/images',
      '--out',
      'sheet.png',
      '--size',
      '32',
      '--columns',
      '5',
    );
    expect(sheet.status).toBe(0);
    const { height, width, text } = readPng(readFileSync(join(folder, 'sheet.png')));
    expect([width, height]).toEqual([5 * 28 - 4, Math.ceil(images / 5) * 36 - 4]);
    expect(text).toHaveProperty('Synthetic');
  });

  test('draws DICOM files, the same for the same seed', async () => {
    const args = [
      '--seed',
      '1',
      '--patients',
      '2',
      '--height',
      '32',
      '--width',
      '24',
      '--format',
      'dicom',
    ];
    for (const name of ['first', 'second']) expect(run('phantom', name, ...args).status).toBe(0);
    const [name = ''] = filesIn('first/images');
    const file = readFileSync(join(folder, 'first/images', name));
    expect(file.equals(readFileSync(join(folder, 'second/images', name)))).toBe(true);
    expect(await readMammogram(file)).toMatchObject({
      synthetic: true,
      height: 32,
      pixelSpacingMm: { row: 7.5, column: 7.5 },
    });
    const info = run('info', '--json', 'first/images');
    expect(JSON.parse(info.stdout)[0]).toMatchObject({
      path: `first/images/${name}`,
      facts: {
        format: 'dicom',
        rows: 32,
        synthetic: { value: true, source: 'SyntheticData (0008,001C)' },
      },
    });
  });

  test('converts to PGM, names what fails and goes on, and replaces nothing unasked', () => {
    mkdirSync(join(folder, 'mixed/deep'), { recursive: true });
    const pixels = Uint16Array.of(0, 2048, 4095, 7);
    writeFileSync(join(folder, 'mixed/deep/a.png'), writePng({ pixels, height: 2, width: 2 }));
    const png = writePng({ pixels, height: 2, width: 2 });
    writeFileSync(join(folder, 'mixed/b.png'), png.slice(0, png.length - 20));
    writeFileSync(join(folder, 'mixed/notes.txt'), 'no image');
    const args = ['convert', 'mixed', '--out', 'pgm', '--format', 'pgm', '--bits', '12'];
    const first = run(...args);
    expect(first).toMatchObject({ status: 1, stdout: '1 of 2 files converted\n' });
    expect(first.stderr).toMatch(/mixed\/b\.png: readPng: /);
    expect(filesIn('pgm')).toEqual(['deep', 'deep/a.pgm']);
    expect([...readPgm(readFileSync(join(folder, 'pgm/deep/a.pgm'))).pixels]).toEqual([
      0, 32776, 65535, 112,
    ]);
    expect(run(...args).stderr).toContain('pgm/deep/a.pgm is there already: --force replaces it');
    expect(run(...args, '--force').status).toBe(1);
    writeFileSync(join(folder, 'mixed/deep/a.tif'), 'II*\0');
    expect(run(...args, '--force')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('would both become'),
    });
  });

  test('a synthetic image becomes no PGM', () => {
    run('phantom', 'one', '--seed', '1', '--patients', '1', '--height', '16', '--width', '16');
    const { status, stderr } = run('convert', 'one/images', '--out', 'one-pgm', '--format', 'pgm');
    expect(status).toBe(1);
    expect(stderr).toContain(
      'the image is synthetic: it must be written as PNG or DICOM, PGM cannot carry its mark',
    );
    expect(existsSync(join(folder, 'one-pgm'))).toBe(false);
  });

  test('files become DICOM: a synthetic one stays so, a film one is of the patient that is named', async () => {
    mkdirSync(join(folder, 'films'));
    const pixels = Uint16Array.of(0, 4095, 7, 9);
    const film = { pixels, height: 2, width: 2 };
    writeFileSync(join(folder, 'films/a.pgm'), writePgm(film));
    writeFileSync(join(folder, 'films/b.png'), writePng({ ...film, text: SYNTHETIC_MARK }));
    const args = ['convert', 'films', '--out', 'dicom', '--format', 'dicom', '--bits', '12'];
    expect(run(...args).stderr).toContain('breast must be given for PNG, TIFF and PGM files');
    const shown = ['--patient', 'P7', '--laterality', 'R', '--view', 'MLO'];
    expect(run(...args, ...shown).status).toBe(0);
    expect(filesIn('dicom')).toEqual(['a.dcm', 'b.synthetic.dcm']);
    for (const [name, synthetic] of [
      ['a.dcm', undefined],
      ['b.synthetic.dcm', true],
    ] as const) {
      const read = await readDicom(readFileSync(join(folder, 'dicom', name)));
      expect(read.storedValues).toEqual(pixels);
      expect([read.bitsStored, read.laterality?.value, read.view?.value]).toEqual([12, 'R', 'MLO']);
      expect(read.synthetic?.value).toBe(synthetic);
    }
  });

  test('lists all problems of a manifest and its files', () => {
    mkdirSync(join(folder, 'bad'));
    const image = writePng({ pixels: Uint16Array.of(1, 40000), height: 1, width: 2 });
    for (const name of ['a', 'b']) writeFileSync(join(folder, `bad/${name}.png`), image);
    writeFileSync(join(folder, 'bad/c.png'), 'no image');
    const header = 'path,patient_id,laterality,view,label';
    const write = (...rows: string[]) =>
      writeFileSync(join(folder, 'bad/manifest.csv'), [header, ...rows].join('\n'));
    write('a.png,P1,L,CC,positive', 'b.png,P2,L,CC,negative', 'c.png,P3,R,CC,negative');
    const files = run('validate', 'bad/manifest.csv');
    expect(files.status).toBe(1);
    expect(files.stdout).toContain(
      'bad/manifest.csv: 3 images of 3 patients, 2 problems, 0 warnings\n',
    );
    expect(files.stdout).toContain(
      '  problem: row 3: the file is that of row 2, of another patient or split\n',
    );
    expect(files.stdout).toMatch(/problem: row 4: .*c\.png: readMammogram: the file must be /);
    write('../a.png,P1,X,CC,positive', 'a.png,P1,L,XCC,negative');
    const table = run('validate', 'bad/manifest.csv', '--json');
    expect(table.status).toBe(1);
    expect(JSON.parse(table.stdout).problems).toHaveLength(3);
    expect(run('split', 'bad/manifest.csv', '--seed', '1')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^mammo-io split: parseManifest: 3 problems\n {2}row 2: /),
    });
    expect(run('validate', 'bad/none.csv')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('ENOENT'),
    });
  });

  test('Ctrl-C stops it with 130 and leaves whole files only', async () => {
    const args = [
      cli,
      'phantom',
      'stopped',
      '--seed',
      '1',
      '--patients',
      '60',
      '--height',
      '256',
      '--width',
      '208',
    ];
    const child = spawn(process.execPath, args, {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let messages = '';
    child.stderr.on('data', (text) => {
      messages += text;
    });
    while (!existsSync(join(folder, 'stopped/images')))
      await new Promise((resolve) => setTimeout(resolve, 20));
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(messages).toMatch(/mammo-io phantom: stopped\n$/);
    const files = filesIn('stopped/images');
    expect(files.length).toBeLessThan(240);
    for (const name of files) {
      expect(readPng(readFileSync(join(folder, 'stopped/images', name))).height, name).toBe(256);
    }
    expect(existsSync(join(folder, 'stopped/manifest.csv'))).toBe(false);
  }, 20_000);

  test.skipIf(skipReason)(`says of a real file nothing of its patient${skipReason}`, () => {
    const path = join(folder, 'real.dcm');
    writeFileSync(path, readShared('mammograms/dicom/ge_essential_R_MLO_jpegll70.dcm'));
    const { status, stdout } = run('info', path);
    expect(status).toBe(0);
    expect(stdout).toContain('laterality: R  (ImageLaterality (0020,0062))');
    expect(stdout).not.toMatch(/ANON|0000000000|2015/);
  });
});
