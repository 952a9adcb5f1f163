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
import {
  drawPatient,
  phantomCohort,
  readPng,
  writePng,
  writeSyntheticDicom,
} from '@mammo/mammo-io';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testedEngines, useEngine } from '../../../vitest.engines.ts';
import { runCommand } from '../src/cli/run-command.ts';
import { parseCard } from '../src/index.ts';

/** ONNX Runtime where it is: tfjs's own cpu takes half a minute to train two steps. */
const [onnx] = (await testedEngines()).filter(
  ({ backend, problem }) => backend === 'onnx' && !problem,
);
const ENGINE = onnx ? 'onnx' : 'cpu';
const HERE = ['--engine', ENGINE, '--threads', '0'];
const SIZE = ['--height', '24', '--width', '12', '--policy', 'stretch', ...HERE];
let folder = '';
const inFolder = (...names: string[]) => join(folder, ...names);

/** Runs the program as its first lines do; what it throws is no message. */
async function run(...args: string[]) {
  let [stdout, stderr] = ['', ''];
  const status = await runCommand(args, {
    out: (text) => {
      stdout += text;
    },
    err: (text) => {
      stderr += text;
    },
    signal: new AbortController().signal,
  });
  expect(stderr, 'no stack traces').not.toMatch(/^\s+at /m);
  return { status, stdout, stderr };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cad-cli-'));
  const plan = phantomCohort({ seed: 5, height: 24, width: 24, patients: 20, positiveShare: 0.5 });
  mkdirSync(inFolder('cohort'));
  const rows = ['path,patient_id,laterality,view,label,image_id,exam_id'];
  for (const index of plan.patients.keys()) {
    for (const { image, pixels } of drawPatient(plan, index)) {
      const { imageId, patientId, laterality, view, label } = image;
      const isDicom = index % 2 === 0;
      const name = `${imageId}.${isDicom ? 'dcm' : 'png'}`;
      const content = { pixels, height: 24, width: 24, bitsStored: 16 };
      const mark = { program: 'test', version: '1', description: 'phantom' };
      const breast = { patientId, laterality, view };
      const bytes = isDicom
        ? writeSyntheticDicom(content, { mark, breast, uidSeed: imageId })
        : writePng({ pixels, height: 24, width: 24 });
      writeFileSync(inFolder('cohort', name), await bytes);
      rows.push([name, patientId, laterality, view, label, imageId, 'e1'].join(','));
    }
  }
  writeFileSync(inFolder('cohort', 'manifest.csv'), rows.join('\n'));
  const trained = await run(
    'train',
    inFolder('cohort', 'manifest.csv'),
    '--out',
    inFolder('model'),
    '--seed',
    '3',
    '--steps',
    '2',
    ...SIZE,
    '--threshold',
    'specificity-90',
    '--calibration',
    'isotonic',
    '--name',
    'phantoms',
    '--licence',
    'CC0-1.0',
    '--data',
    'twenty phantoms',
    '--json',
  );
  expect(trained.stderr).toContain(`engine ${ENGINE}`);
  expect(trained.status).toBe(0);
  expect(JSON.parse(trained.stdout)).toMatchObject({ steps: 2, endedBy: 'schedule' });
}, 120_000);

afterAll(async () => {
  await useEngine('cpu');
  rmSync(folder, { recursive: true, force: true });
});

describe('cad-classifier', () => {
  test('says what it can', async () => {
    const help = await run('--help');
    expect(help).toMatchObject({ status: 0, stderr: '' });
    for (const name of ['train', 'score', 'heatmap']) {
      expect(help.stdout).toContain(name);
      const own = await run(name, '--help');
      expect(own.status).toBe(0);
      expect(own.stdout).toMatch(
        new RegExp(`^Usage: cad-classifier ${name} [\\s\\S]*Examples:\\n`),
      );
    }
  });

  test.each<[string[], string]>([
    [[], 'cad-classifier: a command must be given'],
    [['draw'], 'cad-classifier: no command draw'],
    [['score'], 'cad-classifier score: weights, and files or folders, must be given, got nothing'],
    [
      ['score', 'w', 'nowhere'],
      'cad-classifier score: nowhere must be a file or a folder, found none',
    ],
    [['score', 'w', '.', '--colour'], "cad-classifier score: Unknown option '--colour'"],
    [
      ['score', 'w', '.', '--views', 'min'],
      'cad-classifier score: --views must be mean or max, got min',
    ],
    [
      ['score', 'nowhere', 'package.json', '--engine', 'cpu'],
      'cad-classifier score: nowhere must be a readable file, got ENOENT',
    ],
    [
      ['score', 'w', 'package.json', '--engine', 'abacus'],
      'cad-classifier score: --engine must be one of ',
    ],
    [['heatmap', 'w', '.'], 'cad-classifier heatmap: --out must name a folder'],
    [
      ['heatmap', 'w', 'package.json', 'package.json', '--out', 'o'],
      'cad-classifier heatmap: two files would both become package.heatmap.png',
    ],
    [
      ['train', '--out', 'o', '--seed', '1'],
      'cad-classifier train: one manifest must be given, got nothing',
    ],
    [['train', 'm.csv', '--out', 'o'], 'cad-classifier train: --seed must be given'],
    [
      ['train', 'm.csv', '--out', 'o', '--seed', '1.5'],
      'cad-classifier train: --seed must be a whole number from 0 on, got 1.5',
    ],
    [
      ['train', 'm.csv', '--out', 'o', '--seed', '1', '--preset', 'paper-low'],
      'cad-classifier train: --vgg11 must name the weights that preset paper-low starts from',
    ],
  ])('wrong usage: %j', async (args, message) => {
    const { status, stdout, stderr } = await run(...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  test('train leaves weights, a card that fits them, and a history', () => {
    expect(readdirSync(inFolder('model')).sort()).toEqual([
      'cad.safetensors',
      'card.json',
      'history.json',
      'images',
    ]);
    const card = parseCard(readFileSync(inFolder('model', 'card.json'), 'utf8'));
    expect(card).toMatchObject({
      name: 'phantoms',
      licence: 'CC0-1.0',
      input: { height: 24, width: 12 },
      trainingData: { description: 'twenty phantoms', synthetic: true },
      training: { steps: 2 },
      calibration: { method: 'isotonic' },
      operatingPoint: { policy: 'specificity', atLeast: 0.9 },
    });
  });

  test('train again is the same to the last bit', async () => {
    const again = await run(
      'train',
      inFolder('cohort', 'manifest.csv'),
      '--out',
      inFolder('again'),
      '--seed',
      '3',
      '--steps',
      '2',
      ...SIZE,
    );
    expect(again.status).toBe(0);
    expect(readFileSync(inFolder('again', 'cad.safetensors'))).toEqual(
      readFileSync(inFolder('model', 'cad.safetensors')),
    );
  }, 60_000);

  test('score says the same of a manifest and of its folder, and joins breasts and examinations', async () => {
    const weights = inFolder('model', 'cad.safetensors');
    const rows = await run('score', weights, inFolder('cohort', 'manifest.csv'), ...HERE, '--json');
    expect(rows.status).toBe(0);
    const { images, exams, threshold, calibrated, model } = JSON.parse(rows.stdout);
    expect(model.name).toBe('phantoms');
    expect(calibrated).toBe(true);
    const plain = await run(
      'score',
      weights,
      inFolder('cohort'),
      ...HERE,
      '--json',
      '--batch',
      '3',
    );
    const byPath = new Map(
      JSON.parse(plain.stdout).images.map((one: { path: string }) => [one.path, one]),
    );
    for (const image of images) {
      const other = byPath.get(image.path) as typeof image;
      expect(other.probability).toBeCloseTo(image.probability, 5);
      expect(image.positive).toBe(image.probability > threshold);
      expect(image.synthetic).toBe(image.path.endsWith('.dcm'));
    }
    expect(exams).toHaveLength(20);
    const [exam] = exams;
    expect(exam.score).toBe(Math.max(...exam.breasts.map(({ score }: { score: number }) => score)));
    const text = await run('score', weights, inFolder('cohort', 'manifest.csv'), ...HERE);
    expect(text.stdout).toMatch(
      /^file\tprobability\tmargin\tdecision\n[\s\S]*\npatient\texamination\tscore\n/,
    );
  }, 60_000);

  test('a file that cannot be read is named, the others are scored', async () => {
    mkdirSync(inFolder('mixed'), { recursive: true });
    writeFileSync(inFolder('mixed', 'broken.png'), 'no picture');
    writeFileSync(
      inFolder('mixed', 'white.png'),
      writePng({
        pixels: new Uint16Array(24 * 24).fill(60_000).fill(65_535, 0, 9),
        height: 24,
        width: 24,
      }),
    );
    const { status, stdout, stderr } = await run(
      'score',
      inFolder('model', 'cad.safetensors'),
      inFolder('mixed'),
      ...HERE,
      '--json',
    );
    expect(status).toBe(1);
    const { images, warnings } = JSON.parse(stdout);
    expect(images[0].error).toMatch(/must be/);
    expect(images[1].probability).toBeGreaterThanOrEqual(0);
    expect(warnings).toEqual([
      '1 of 1 images, the first at index 0: most of the image is white: MONOCHROME1 that was not inverted?',
    ]);
    expect(stderr).toContain('broken.png: ');
  });

  test('heatmap draws every file, and marks what is made from synthetic ones', async () => {
    const { status, stdout } = await run(
      'heatmap',
      inFolder('model', 'cad.safetensors'),
      inFolder('cohort'),
      '--out',
      inFolder('maps'),
      '--scale',
      '2',
      ...HERE,
      '--json',
    );
    expect(status).toBe(0);
    const reports = JSON.parse(stdout);
    expect(reports.length).toBeGreaterThan(20);
    for (const { path, picture, synthetic, peak, map } of reports) {
      expect(existsSync(picture)).toBe(true);
      expect(synthetic).toBe(path.endsWith('.dcm'));
      expect(picture.endsWith(synthetic ? '.heatmap.synthetic.png' : '.heatmap.png')).toBe(true);
      expect(map.evidence).toHaveLength(map.height * map.width);
      expect(peak.fieldInFile).toMatchObject({
        top: peak.field.top,
        bottom: peak.field.bottom + 1,
      });
    }
    const marked = reports.find(({ synthetic }: { synthetic: boolean }) => synthetic);
    const png = readPng(readFileSync(marked.picture));
    expect([png.height, png.width, png.channels]).toEqual([48, 24, 3]);
    expect(png.text.Synthetic).toBeDefined();
  }, 60_000);

  test('weights of another card are refused', async () => {
    const card = readFileSync(inFolder('model', 'card.json'), 'utf8').replace(
      /"weightsSha256": "./,
      '"weightsSha256": "g',
    );
    writeFileSync(inFolder('other-card.json'), card);
    const { status, stderr } = await run(
      'score',
      inFolder('model', 'cad.safetensors'),
      inFolder('cohort'),
      ...HERE,
      '--card',
      inFolder('other-card.json'),
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /cad-classifier score: parseCard: weightsSha256 must be 64 hexadecimal digits/,
    );
  });

  test('problems of a manifest are all told', async () => {
    writeFileSync(
      inFolder('bad.csv'),
      'path,patient_id,laterality,view,label\na.png,P,X,CC,positive\nb.png,P,L,CC,maybe\n',
    );
    const { status, stderr } = await run(
      'train',
      inFolder('bad.csv'),
      '--out',
      inFolder('never'),
      '--seed',
      '1',
      ...SIZE,
    );
    expect(status).toBe(1);
    expect(stderr).toContain('row 2: laterality must be L or R, got "X"');
    expect(stderr).toContain('row 3: label must be positive or negative, got "maybe"');
    expect(existsSync(inFolder('never'))).toBe(false);
  });
});
