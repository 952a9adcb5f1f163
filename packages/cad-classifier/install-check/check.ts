import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expectSame, type InstallCheck } from '../../../scripts/install-check/install-check.ts';

const PROGRAM = `
async function check({ tf, cad, io }) {
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

/** What a stranger must get from the tarball. */
export const check: InstallCheck = {
  modules: {
    tf: '@tensorflow/tfjs-core',
    cpu: '@tensorflow/tfjs-backend-cpu',
    cad: '@mammo/cad-classifier',
    io: '@mammo/mammo-io',
  },
  program: PROGRAM,
  beside: ['@tensorflow/tfjs-core@4.22.0', '@tensorflow/tfjs-backend-cpu@4.22.0'],
  withNodeTypes: true,
  types: `
import { type CadCard, type CadModel, createCadModel, score, trainCad, type TrainCadOptions } from '@mammo/cad-classifier';
import type { ImageSet } from '@mammo/mammo-io';
export async function run(set: ImageSet, options: TrainCadOptions): Promise<[number, readonly string[]]> {
  const model: CadModel = createCadModel('small', { seed: 1 });
  const { bestAuc } = await trainCad(model, { training: set, validation: set }, options);
  return [bestAuc, (await score(model, set)).warnings];
}
export const threshold = (card: CadCard): number => card.operatingPoint.threshold;`,
  page: true,
  budgets: [
    {
      what: 'all names without tfjs',
      program: "export * from '@mammo/cad-classifier';",
      kilobytes: 30,
      external: [/^@tensorflow/],
    },
  ],
  more: (project, expected) => {
    const [margin, again, ...rest] = expected.split(' ');
    expectSame('scores', [margin === again, ...rest].join(' '), 'true 0 20');
    const size = ['--height', '16', '--width', '16'];
    const cohort = ['--patients', '20', '--positive', '50', ...size];
    project.command('mammo-io', ['phantom', 'cohort', '--seed', '1', ...cohort]);
    const say = (...args: readonly string[]) =>
      project.command('cad-classifier', [...args, '--engine', 'cpu']);
    const manifest = 'cohort/manifest.csv';
    const train = ['--out', 'model', '--seed', '1', '--steps', '1', ...size];
    const trained = say('train', manifest, ...train);
    expectSame('train', trained.split(':')[0] ?? '', 'model/cad.safetensors');
    const scores = JSON.parse(say('score', 'model/cad.safetensors', manifest, '--json'));
    expectSame('score', String(scores.exams.length), '20');
    say('heatmap', 'model/cad.safetensors', manifest, '--out', 'maps');
    const maps = readdirSync(join(project.folder, 'maps')).length;
    expectSame('heatmap', String(maps), String(scores.images.length));
  },
};
