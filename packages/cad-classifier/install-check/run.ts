import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { emptyProject, expectSame, say } from '../../../empty-project.ts';

/**
 * Installs the tarballs of this package and of the siblings that it declares, with tfjs-core and one engine from the registry, into an
 * empty project, and uses them there: as ES module, as CommonJS, from strict TypeScript that also checks the packages' own
 * declarations, and from the command line, where a model is trained on drawn images, scores them and explains itself.
 *
 *   npx nx run-many -t build -p @mammo/cad-classifier && npm run check:install -w packages/cad-classifier
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const workspace = join(root, '../..');
const { folder: project, run, node } = emptyProject();

/** Siblings, each after those that it needs. */
const SIBLINGS = [
  'reader-study-stats',
  'adversarial-eval',
  'mammo-io',
  'tfjs-engine',
  'tfjs-safetensors',
  'tfjs-second-order',
];

const PROGRAM = `
async function check(tf, cad, io) {
  await tf.setBackend('cpu');
  const [height, width] = [16, 12];
  const options = cad.cadOptions('small', { height, width, vggModules: 3, channelMultiplier: 1 / 16 });
  const model = cad.createCadModel(options, { seed: 1 });
  const images = [{ imageId: 'a', patientId: 'a', laterality: 'L', view: 'CC', label: 'positive' }];
  const pixels = [Uint16Array.from({ length: height * width }, (_, i) => 300 * i)];
  const set = io.memoryImageSet({ height, width, images, pixels });
  const weights = await cad.saveCad(model);
  const facts = { name: 'x', preprocessing: 'none', trainingData: { description: 'none', synthetic: true, patients: 0, positiveImages: 0, negativeImages: 0 }, licence: 'CC0-1.0' };
  const card = await cad.createCard(model, weights, facts);
  const copy = await cad.loadCadWithCard(weights, JSON.stringify(card));
  const { logits, warnings } = await cad.score(copy.model, set);
  const [heat] = await cad.heatmaps(copy.model, set);
  const [margin] = cad.marginsOf(logits);
  return [margin.toFixed(5), heat.margin.toFixed(5), warnings.length, copy.model.receptiveField].join(' ');
}
`;

try {
  install();
  const expected = node(
    'check.mjs',
    `${PROGRAM}
    import * as tf from '@tensorflow/tfjs-core';
    import '@tensorflow/tfjs-backend-cpu';
    import * as cad from '@mammo/cad-classifier';
    import * as io from '@mammo/mammo-io';
    console.log(await check(tf, cad, io));`,
  );
  const [margin, again, ...rest] = expected.split(' ');
  expectSame('ES module', [margin === again, ...rest].join(' '), 'true 0 20');
  expectSame(
    'CommonJS',
    node(
      'check.cjs',
      `${PROGRAM}
      const tf = require('@tensorflow/tfjs-core');
      require('@tensorflow/tfjs-backend-cpu');
      check(tf, require('@mammo/cad-classifier'), require('@mammo/mammo-io')).then(console.log);`,
    ),
    expected,
  );
  expectSame('strict TypeScript', typecheck(), '');
  commandLine();
} finally {
  rmSync(project, { recursive: true });
}

function install(): void {
  const folders = [...SIBLINGS.map((name) => join(root, '..', name)), root];
  const tarballs = folders.map((folder) => {
    const packed = run('npm', ['pack', '--json', '--pack-destination', project], folder);
    const [{ filename, size }] = JSON.parse(packed) as [{ filename: string; size: number }];
    if (folder === root) say(`tarball: ${filename}, ${Math.round(size / 1000)} kB packed`);
    return `./${filename.replace(/^@/, '').replace('/', '-')}`;
  });
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  const tfjs = ['core', 'backend-cpu'].map((name) => `@tensorflow/tfjs-${name}@4.22.0`);
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...tarballs, ...tfjs]);
  const names = readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'));
  say(`installed beside it: ${names.join(', ')}`);
}

function typecheck(): string {
  writeFileSync(
    join(project, 'check.mts'),
    `
    import { type CadCard, type CadModel, createCadModel, score, trainCad, type TrainCadOptions } from '@mammo/cad-classifier';
    import type { ImageSet } from '@mammo/mammo-io';
    export async function run(set: ImageSet, options: TrainCadOptions): Promise<[number, readonly string[]]> {
      const model: CadModel = createCadModel('small', { seed: 1 });
      const { bestAuc } = await trainCad(model, { training: set, validation: set }, options);
      return [bestAuc, (await score(model, set)).warnings];
    }
    export const threshold = (card: CadCard): number => card.operatingPoint.threshold;`,
  );
  const options = [
    ...['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'true'],
    ...['--target', 'es2022', '--lib', 'es2022,dom', '--types', 'node'],
    ...['--typeRoots', join(workspace, 'node_modules/@types')],
  ];
  for (const [module, resolution] of [
    ['node16', 'node16'],
    ['esnext', 'bundler'],
  ] as const) {
    const tsc = join(workspace, 'node_modules/typescript/bin/tsc');
    const how = ['--module', module, '--moduleResolution', resolution, 'check.mts'];
    const output = run(process.execPath, [tsc, ...options, ...how]);
    if (output !== '') return output;
  }
  return '';
}

function commandLine(): void {
  const size = ['--height', '16', '--width', '16'];
  run('npx', [
    '--no-install',
    'mammo-io',
    'phantom',
    'cohort',
    '--seed',
    '1',
    '--patients',
    '20',
    '--positive',
    '50',
    ...size,
  ]);
  const cad = ['--no-install', 'cad-classifier'];
  const model = ['--seed', '1', '--steps', '1', '--engine', 'cpu', ...size];
  const trained = run('npx', [...cad, 'train', 'cohort/manifest.csv', '--out', 'model', ...model]);
  expectSame('train', trained.split(':')[0] ?? '', 'model/cad.safetensors');
  const files = ['model/cad.safetensors', 'cohort/manifest.csv', '--engine', 'cpu'];
  const scores = JSON.parse(run('npx', [...cad, 'score', ...files, '--json']));
  expectSame('score', String(scores.exams.length), '20');
  run('npx', [...cad, 'heatmap', ...files, '--out', 'maps']);
  expectSame(
    'heatmap',
    String(readdirSync(join(project, 'maps')).length),
    String(scores.images.length),
  );
}
