import type { InstallCheck } from '../../../scripts/install-check/install-check.ts';

/** A classifier of brightness that knows nothing of this house, and what the attacks make of it. */
const PROGRAM = `
async function check({ tf, gan, io }) {
  await tf.setBackend('cpu');
  const set = (patients, seed) => {
    const images = Array.from({ length: patients }, (_, i) => ({
      imageId: String(i), patientId: String(i), laterality: 'L', view: 'CC', label: i % 2 ? 'negative' : 'positive',
    }));
    const pixels = images.map(({ imageId, label }) => {
      const random = io.randomStream(seed, imageId);
      return Uint16Array.from({ length: 64 }, () => (label === 'positive' ? 25000 : 21000) + random.integer(500));
    });
    return io.memoryImageSet({ height: 8, width: 8, images, pixels });
  };
  const weight = tf.tensor2d([[10]]);
  const backbone = {
    featureCount: 1,
    parameters: new Map([['layers.0', weight]]),
    partOf: () => 'fnet',
    input: 'grey',
    features: (grey, { parameters = backbone.parameters } = {}) =>
      tf.matMul(tf.sub(tf.reshape(tf.mean(grey, [1, 2, 3]), [-1, 1]), 0.35), parameters.get('layers.0')),
  };
  const victim = {
    backbone,
    score: async (grey) => {
      const means = await tf.mean(grey, [1, 2, 3]).data();
      return Float32Array.from(means, (mean) => 1 / (1 + Math.exp(300 * (0.354 - mean))));
    },
  };
  const sizes = gan.generatorOptions('small', { height: 8, width: 8, levels: 1, channelMultiplier: 1 / 16 });
  const stages = [
    { name: 'critic-warm-up', maxSteps: 8, learningRates: { head: 0.3 } },
    { name: 'adversarial-head', maxSteps: 4, learningRates: { head: 0.01, generator: 0.01 } },
  ];
  const cohort = { training: set(16, 1), validation: set(8, 2) };
  const trained = await gan.trainAttack({
    direction: 'insert', victim, cohort, generator: sizes, seed: 1,
    schedule: { batch: 2, validateEvery: 4, stages }, select: ({ fooled }) => fooled,
  });
  const weights = await gan.saveGenerator(trained.generator, { direction: 'insert' });
  const card = await gan.createGeneratorCard(trained.generator, weights, {
    name: 'toy', direction: 'insert', victim: 'brightness', preprocessing: 'none', licence: 'CC0-1.0', limits: [],
    trainingData: { description: 'toy', synthetic: true, positiveImages: 8, negativeImages: 8 },
    training: { method: 'u-net-gan', seed: 1, steps: trained.steps, penaltyWeight: null, validation: null },
  });
  const kept = await gan.loadGeneratorWithCard(weights, JSON.stringify(card));
  const { generators } = await gan.trainCycleGan({ cohort, generator: sizes, judge: { layers: 1 }, steps: 2, seed: 1 });
  const classifier = gan.binaryClassifier((x) => tf.sub(tf.mean(x, [1, 2, 3]), 0.354), [0, 1]);
  const image = tf.fill([1, 8, 8, 1], 0.32);
  const pgd = await gan.ATTACKS.pgd.prepare(classifier, { epsilon: 0.05 }).attack(image, { labels: [0] });
  const cycle = await gan.ATTACKS['cycle-gan'].prepare(generators).attack(image, { labels: [0] });
  const [outcome] = await gan.attackOutcomes(classifier, { images: image, labels: [0] }, pgd.images);
  return [trained.chosen.validation.fooled, kept.card.direction, outcome.fooled, cycle.synthetic].join(' ');
}
`;

/** What a stranger must get from the tarball. */
export const check: InstallCheck = {
  modules: {
    tf: '@tensorflow/tfjs-core',
    cpu: '@tensorflow/tfjs-backend-cpu',
    gan: '@mammo/gan-attack',
    io: '@mammo/mammo-io',
  },
  program: PROGRAM,
  text: '1 insert true true',
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
      what: 'all names without tfjs',
      program: "export * from '@mammo/gan-attack';",
      kilobytes: 35,
      external: [/^@tensorflow/],
    },
  ],
};
