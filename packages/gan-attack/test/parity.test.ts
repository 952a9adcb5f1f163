import { createCadModel } from '@mammo/cad-classifier';
import { imagenetNormalise } from '@mammo/mammo-io/tensors';
import { Adam } from '@mammo/tfjs-second-order';
import type * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testedEngines, useEngine } from '../../../vitest.engines.ts';
import { discriminatorGradients, generatorGradients } from '../src/attack-gradients.ts';
import { createDiscriminator, createGenerator, type Discriminator } from '../src/index.ts';
import {
  type FixtureConfig,
  type FixtureTensor,
  type FixtureTensors,
  fromTorch,
  generatorOptionsOf,
  hasFixtures,
  readFixture,
  relativeError,
  weightsOf,
} from './reference-fixture.ts';

interface Fixture {
  readonly config: FixtureConfig;
  readonly adam: { readonly lr: number };
  readonly gp: { readonly k: number; readonly o: number };
  readonly weights: FixtureTensors;
}

interface DiscriminatorFixture extends Fixture {
  readonly inputs: { readonly grey_target: FixtureTensor; readonly grey_fake: FixtureTensor };
  readonly forward: { readonly raw_target: FixtureTensor; readonly raw_fake: FixtureTensor };
  readonly losses: Readonly<Record<'loss' | 'gp' | 's_x' | 's_fake', number>>;
  readonly grads: FixtureTensors;
  readonly after: FixtureTensors;
}

interface GeneratorFixture extends Fixture {
  readonly inputs: { readonly grey_source: FixtureTensor };
  readonly forward: { readonly fake: FixtureTensor };
  readonly steps: readonly {
    readonly adversarial: boolean;
    readonly losses: {
      readonly loss: number;
      readonly gen1: number;
      readonly s_fake: number | null;
    };
    readonly grads: FixtureTensors;
    readonly after: FixtureTensors;
    readonly buffers_after: FixtureTensors;
  }[];
}

const TOLERANCE = 1e-4;
/** Gradients that are zero in exact arithmetic, as of biases before BatchNorm, are rounding noise in float32. */
const ZERO_GRADIENT = 1e-9;
/** Adam's first step is lr·sign(gradient): where the gradient is noise, so is the step. */
const STEP_GRADIENT = 1e-6;

const absence = hasFixtures ? '' : ' (skipped: ../shared/reference absent)';

for (const { backend, name, problem } of await testedEngines())
  describe.skipIf(problem !== '' || !hasFixtures)(
    `one training step ${name} equals PyTorch's${absence}`,
    () => {
      beforeAll(async () => {
        await useEngine(backend);
      });
      afterAll(async () => {
        await useEngine('cpu');
      });

      test('discriminator_step: scores, losses, gradients and weights', async () => {
        const fixture = readFixture<DiscriminatorFixture>('discriminator_step');
        const discriminator = discriminatorOf(fixture);
        const real = fromTorch(fixture.inputs.grey_target, 'images') as tf.Tensor4D;
        const fake = fromTorch(fixture.inputs.grey_fake, 'images') as tf.Tensor4D;
        const { forward, gp, losses } = fixture;
        const rawReal = discriminator.score(imagenetNormalise(real));
        const rawFake = discriminator.score(imagenetNormalise(fake));
        expect(await relativeError(rawReal, forward.raw_target, { kind: 'images' })).toBeLessThan(
          TOLERANCE,
        );
        expect(await relativeError(rawFake, forward.raw_fake, { kind: 'images' })).toBeLessThan(
          TOLERANCE,
        );

        const { report, gradients } = discriminatorGradients(discriminator, {
          real,
          fake,
          parts: ['head', 'fnet', 'vnet'],
          penalty: { k: gp.k, order: gp.o },
        });
        await expectScalars(report, [losses.loss, losses.gp, losses.s_x, losses.s_fake]);
        await expectStep(discriminator.parameters, gradients, fixture, fixture);
        discriminator.dispose();
      });

      describe.each(['generator_step_bn_image', 'generator_step_gn_delta'])('%s', (name) => {
        test.each([0, 1])(
          'forward, losses, gradients, weights and statistics of step %i',
          async (i) => {
            const fixture = readFixture<GeneratorFixture>(name);
            const { inputs, forward, steps } = fixture;
            const step = steps[i] as GeneratorFixture['steps'][number];
            const discriminator = discriminatorOf(
              readFixture<DiscriminatorFixture>('discriminator_step'),
            );
            const generator = generatorOf(fixture);
            const source = fromTorch(inputs.grey_source, 'images') as tf.Tensor4D;

            const { report, gradients } = generatorGradients(
              generator,
              source,
              step.adversarial ? { discriminator } : undefined,
            );
            const { loss, gen1, s_fake } = step.losses;
            await expectScalars(report, [loss, gen1, ...(s_fake === null ? [] : [s_fake])]);
            for (const [buffer, expected] of Object.entries(step.buffers_after)) {
              const actual = generator.buffers.get(buffer) as tf.Tensor;
              expect(await relativeError(actual, expected), buffer).toBeLessThan(TOLERANCE);
            }
            const fake = generator.generate(source, { training: true });
            expect(await relativeError(fake, forward.fake, { kind: 'images' })).toBeLessThan(
              TOLERANCE,
            );
            await expectStep(generator.parameters, gradients, step, fixture);
            generator.dispose();
            discriminator.dispose();
          },
        );
      });
    },
  );

function discriminatorOf({ config, weights }: DiscriminatorFixture): Discriminator {
  const sizes = {
    height: config.height,
    width: config.width,
    vggModules: config.vnet_modules,
    channelMultiplier: config.d_mult,
    dropout: 0,
    channelsPerGroup: config.fc_group_min,
  };
  const model = createCadModel(sizes, { seed: 1 });
  const discriminator = createDiscriminator(model, { seed: 1 });
  model.dispose(); // the discriminator runs its architecture on its own weights
  for (const [name, weight] of weightsOf(weights)) {
    discriminator.parameters.get(name)?.assign(weight);
  }
  return discriminator;
}

function generatorOf(fixture: GeneratorFixture) {
  const generator = createGenerator(generatorOptionsOf(fixture.config), { seed: 1 });
  const weights = weightsOf(fixture.weights);
  expect([...generator.parameters.keys()]).toEqual([...weights.keys()]);
  for (const [name, weight] of weights) generator.parameters.get(name)?.assign(weight);
  return generator;
}

async function expectScalars(actual: tf.Tensor1D, expected: readonly number[]): Promise<void> {
  const values = await actual.data();
  expect(values.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) {
    expect(Math.abs((values[i] as number) - value) / Math.abs(value)).toBeLessThan(TOLERANCE);
  }
}

async function expectStep(
  parameters: ReadonlyMap<string, tf.Variable>,
  gradients: Record<string, tf.Tensor>,
  expected: { readonly grads: FixtureTensors; readonly after: FixtureTensors },
  { adam }: Fixture,
): Promise<void> {
  expect(Object.keys(gradients).sort()).toEqual(Object.keys(expected.grads).sort());
  for (const [name, reference] of Object.entries(expected.grads)) {
    if (reference.data.every((value) => Math.abs(value) < ZERO_GRADIENT)) continue;
    const error = await relativeError(gradients[name] as tf.Tensor, reference);
    expect(error, `gradient of ${name}`).toBeLessThan(TOLERANCE);
  }
  const optimiser = new Adam({ learningRate: adam.lr });
  optimiser.apply(parameters, gradients);
  for (const [name, reference] of Object.entries(expected.after)) {
    const gradient = fromTorch(expected.grads[name] as FixtureTensor);
    const slopes = await gradient.data();
    const error = await relativeError(parameters.get(name) as tf.Tensor, reference, {
      where: (i) => Math.abs(slopes[i] as number) > STEP_GRADIENT,
    });
    expect(error, `${name} after the step`).toBeLessThan(TOLERANCE);
  }
  optimiser.dispose();
}
