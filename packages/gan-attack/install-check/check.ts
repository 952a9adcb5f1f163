import type { InstallCheck } from '../../../scripts/install-check/install-check.ts';

/** What a stranger must get from the tarball. */
export const check: InstallCheck = {
  modules: {
    tf: '@tensorflow/tfjs-core',
    cpu: '@tensorflow/tfjs-backend-cpu',
    gan: '@mammo/gan-attack',
    io: '@mammo/mammo-io',
  },
  program: `
async function check({ tf, gan, io }) {
  await tf.setBackend('cpu');
  const options = { height: 8, width: 8, levels: 1, channelMultiplier: 1 / 16, normalisation: 'group', output: 'delta' };
  const generator = gan.createGenerator(options, 1);
  const images = [{ imageId: 'a', patientId: 'a', laterality: 'L', view: 'CC', label: 'negative' }];
  const pixels = [Uint16Array.from({ length: 64 }, (_, i) => 900 * i)];
  const set = io.memoryImageSet({ height: 8, width: 8, images, pixels });
  const kept = gan.loadGenerator(await gan.saveGenerator(generator, { direction: 'insert' }));
  const said = [];
  for await (const fake of gan.applyGenerator(kept, set)) said.push(fake.source.imageId, fake.pixels.length, fake.synthetic);
  return said.join(' ');
}
`,
  text: 'a 64 true',
  beside: ['@tensorflow/tfjs-core@4.22.0', '@tensorflow/tfjs-backend-cpu@4.22.0'],
  withNodeTypes: true,
  types: `
import { applyGenerator, type AttackDirection, loadGenerator, trainAttack, type TrainAttackOptions } from '@mammo/gan-attack';
import type { ImageSet } from '@mammo/mammo-io';
export async function fakes(bytes: Uint8Array, set: ImageSet): Promise<number> {
  let count = 0;
  for await (const { synthetic } of applyGenerator(loadGenerator(bytes), set)) count += synthetic ? 1 : 0;
  return count;
}
export const direction: AttackDirection = 'insert';
export const train = (options: TrainAttackOptions) => trainAttack(options);
`,
  page: true,
  budgets: [
    {
      what: 'all names without tfjs and codecs',
      program: "export * from '@mammo/gan-attack';",
      kilobytes: 30,
      external: [/^@tensorflow/, /^@cornerstonejs/],
    },
  ],
};
