import { cadLoss, createCadModel, gradientsInPasses } from '@mammo/cad-classifier';
import { imagenetNormalise } from '@mammo/mammo-io/tensors';
import { Adam, StepRecorder, valueAndVariableGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { gatherPlayers, type StepInputs, trainStep } from '../src/attack-players.ts';
import { createDiscriminator, createGenerator } from '../src/index.ts';

/** What is timed, by the names of the PyTorch reference's own benchmark. */
export const STEPS = [
  'cad_forward',
  'cad_gradient',
  'cad_step_no_gp',
  'cad_step_gp',
  'cad_step_gp_in_passes',
  'gnet_forward',
  'g_step_identity',
  'd_step_gp',
  'd_and_g_step',
] as const;
type StepName = (typeof STEPS)[number];

/** Sizes of the networks, as the reference names them, and of a batch: so many images of each class. */
export interface Size {
  readonly height: number;
  readonly width: number;
  readonly vggModules: number;
  readonly cadWidth: number;
  readonly generatorWidth: number;
  readonly levels: number;
  readonly batch: number;
}

export interface Job extends Size {
  readonly what: StepName;
}

/** The study's own sizes and those between them; the widths are shares of the paper's. */
export const SIZES: Readonly<Record<string, Size>> = {
  small: size(96, 80, 1 / 4, 1 / 8, 8, { vggModules: 6, levels: 4 }),
  medium: size(192, 160, 1 / 4, 1 / 8, 8, { vggModules: 6, levels: 4 }),
  large: size(384, 320, 1 / 4, 1 / 8, 8, { vggModules: 6, levels: 4 }),
  '256×208 ½': size(256, 208, 1 / 2, 1 / 2, 1, { levels: 4 }),
  '256×208 1': size(256, 208, 1, 1, 1, { levels: 4 }),
  'paper-low': size(1024, 832, 1, 1, 1, {}),
  'paper-high': size(1728, 1408, 1, 1, 1, {}),
};

function size(
  height: number,
  width: number,
  cadWidth: number,
  generatorWidth: number,
  batch: number,
  { vggModules = 21, levels = 5 }: { vggModules?: number; levels?: number },
): Size {
  return { height, width, vggModules, cadWidth, generatorWidth, levels, batch };
}

const SEED = 1;
const NO_DROPOUT = 0;

function images({ height, width, batch }: Size): tf.Tensor4D {
  const values = new Float32Array(batch * height * width);
  for (let i = 0; i < values.length; i++) values[i] = ((i * 7919) % 1009) / 1009;
  return tf.tensor4d(values, [batch, height, width, 1]);
}

function createCad({ height, width, vggModules, cadWidth }: Size) {
  const options = {
    ...{ height, width, vggModules },
    channelMultiplier: cadWidth,
    dropout: NO_DROPOUT,
    channelsPerGroup: 8,
  };
  return createCadModel(options, { seed: SEED });
}

function createGnet({ height, width, levels, generatorWidth }: Size) {
  const sizes = { height, width, levels, channelMultiplier: generatorWidth };
  return createGenerator({ ...sizes, normalisation: 'group', output: 'image' }, { seed: SEED });
}

async function read(tensor: tf.Tensor): Promise<void> {
  await tensor.data();
  tensor.dispose();
}

/** Sets a step up on the present engine. Each run ends by reading its small result. */
export function createStep(job: Job): () => Promise<void> {
  switch (job.what) {
    case 'cad_forward': {
      const cad = createCad(job);
      const recorder = new StepRecorder();
      const logits = (grey: tf.Tensor4D) =>
        recorder.run({ structure: 'logits', tensors: [grey] }, () => [
          cad.logits(imagenetNormalise(grey)),
        ])[0];
      return () => read(tf.tidy(() => logits(images(job))));
    }
    case 'gnet_forward': {
      const generator = createGnet(job);
      return () => read(tf.tidy(() => tf.mean(generator.generate(images(job)))));
    }
    case 'cad_step_gp_in_passes':
      return cadStepInPasses(job);
    case 'cad_gradient':
    case 'cad_step_no_gp':
    case 'cad_step_gp':
      return cadStep(job);
    default:
      return attackStep(job);
  }
}

function cadStep(job: Job): () => Promise<void> {
  const cad = createCad(job);
  const adam = new Adam({ learningRate: 1e-5, beta1: 0.5, beta2: 0.9 });
  const penaltyWeight = job.what === 'cad_step_gp' ? 10 : 0;
  const recorder = new StepRecorder();
  const step = (grey: readonly tf.Tensor4D[]) =>
    recorder.run({ structure: job.what, tensors: grey }, () => {
      const [positives, negatives] = grey.map(imagenetNormalise) as [tf.Tensor4D, tf.Tensor4D];
      const { value, gradients } = valueAndVariableGradients(
        () =>
          cadLoss(cad, { positives, negatives }, { penaltyWeight, penalizedOutput: 'logit-sum' })
            .loss,
        cad.parameters,
      );
      if (job.what === 'cad_gradient') {
        const sums = Object.values(gradients).map((gradient) => tf.sum(gradient));
        return [sums.reduce((total, sum) => tf.add(total, sum))];
      }
      adam.apply(cad.parameters, gradients);
      return [value];
    });
  return () => read(tf.tidy(() => step([images(job), images(job)])[0] as tf.Tensor));
}

/** Image by image: the same gradients in the memory of one. */
function cadStepInPasses(job: Job): () => Promise<void> {
  const cad = createCad(job);
  const adam = new Adam({ learningRate: 1e-5, beta1: 0.5, beta2: 0.9 });
  const loss = { penaltyWeight: 10, penalizedOutput: 'logit-sum' } as const;
  return async () => {
    const batch = tf.tidy(() => ({
      positives: imagenetNormalise(images(job)),
      negatives: imagenetNormalise(images(job)),
    }));
    const { gradients } = await gradientsInPasses(cad, batch, { imagesAtOnce: 1, loss });
    tf.tidy(() => adam.apply(cad.parameters, gradients));
    tf.dispose([Object.values(batch), Object.values(gradients)]);
    const [weight] = cad.parameters.values();
    await weight!.data();
  };
}

function attackStep(job: Job): () => Promise<void> {
  const players = gatherPlayers(
    createGnet(job),
    createDiscriminator(createCad(job), { seed: SEED }),
  );
  const rates = { generator: 1e-5, head: 1e-5, fnet: 1e-5, vnet: 1e-5 };
  const name = job.what === 'g_step_identity' ? 'reconstruct' : 'adversarial-vnet';
  return async () => {
    const source = images(job);
    const inputs: StepInputs = {
      stage: { name, maxSteps: 1, learningRates: rates },
      source,
      ...(name === 'reconstruct' ? {} : { target: source }),
      trainGenerator: job.what === 'd_and_g_step',
      penalty: {},
      stabiliser: true,
      dropoutSeeds: { real: 1, fake: 2, generator: 3 },
    };
    await trainStep(players, inputs);
    source.dispose();
  };
}
