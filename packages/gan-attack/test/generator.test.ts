import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  countGeneratorParameters,
  createGenerator,
  type GeneratorOptions,
  generatorOptions,
} from '../src/index.ts';

const tiny: GeneratorOptions = {
  height: 8,
  width: 4,
  levels: 2,
  channelMultiplier: 1 / 16,
  normalisation: 'group',
  output: 'delta',
};

const images = (seed: number, { height, width } = tiny): tf.Tensor4D =>
  tf.randomUniform([2, height, width, 1], 0, 1, 'float32', seed);

describe('generatorOptions', () => {
  test("has 25,197,313 parameters at the paper's width", () => {
    expect(countGeneratorParameters(generatorOptions('paper-high'))).toBe(25_197_313);
    expect(countGeneratorParameters(generatorOptions('paper-low'))).toBe(25_197_313);
  });

  test('counts the parameters of any width and depth', () => {
    const count = (options: GeneratorOptions): number => {
      const generator = createGenerator(options, { seed: 1 });
      const total = [...generator.parameters.values()].reduce((sum, { size }) => sum + size, 0);
      generator.dispose();
      return total;
    };
    const small = generatorOptions('small');
    expect(countGeneratorParameters(small)).toBe(count(small));
    expect(count(small)).toBe(210_721);
  });

  test.each([
    ['small', { levels: 6 }, 'levels must be an integer from 1 to 5, got 6'],
    [
      'paper-high',
      { height: 1720 },
      'height must be a positive multiple of 2^levels = 32, got 1720',
    ],
    ['small', { width: 0 }, 'width must be a positive multiple of 2^levels = 16, got 0'],
    ['small', { channelMultiplier: 0 }, 'channelMultiplier must lie in (0, 8], got 0'],
    ['small', { normalisation: 'layer' }, "normalisation must be 'group' or 'batch', got layer"],
    ['small', { output: 'residual' }, "output must be 'image' or 'delta', got residual"],
  ])('%s with %o is refused', (preset, changes, message) => {
    expect(() => generatorOptions(preset as 'small', changes as Partial<GeneratorOptions>)).toThrow(
      new RangeError(`generatorOptions: ${message}`),
    );
  });

  test('an unknown preset is refused', () => {
    expect(() => generatorOptions('huge' as 'small')).toThrow(
      'preset must be one of paper-high, paper-low, large, medium, small, got huge',
    );
  });
});

describe('createGenerator', () => {
  test('a delta generator starts as the identity', async () => {
    const generator = createGenerator(tiny, { seed: 5 });
    const source = images(1);
    const fake = generator.generate(source);
    expect(await fake.data()).toEqual(await source.data());
    generator.dispose();
  });

  test('evaluation keeps fakes in [0, 1], training does not clip a delta', async () => {
    const generator = createGenerator(tiny, { seed: 5 });
    generator.parameters.get('last.bias')?.assign(tf.tensor1d([2]));
    const source = images(1);
    const clipped = await generator.generate(source).data();
    const free = await generator.generate(source, { training: true }).data();
    expect(Math.max(...clipped)).toBe(1);
    expect(Math.min(...free)).toBeGreaterThanOrEqual(2);
    generator.dispose();
  });

  test.each(['group', 'batch'] as const)(
    'fakes of a whole image lie in [0, 1], %s',
    async (normalisation) => {
      const generator = createGenerator({ ...tiny, output: 'image', normalisation }, { seed: 5 });
      const fake = generator.generate(images(2));
      expect(fake.shape).toEqual([2, 8, 4, 1]);
      for (const value of await fake.data()) expect(value > 0 && value < 1).toBe(true);
      generator.dispose();
    },
  );

  test('the same seed gives the same weights, another seed others', async () => {
    const weightsOf = async (seed: number): Promise<Float32Array> => {
      const generator = createGenerator(tiny, { seed });
      const values = (await generator.parameters.get('up.0.3.weight')?.data()) as Float32Array;
      generator.dispose();
      return values.slice();
    };
    expect(await weightsOf(1)).toEqual(await weightsOf(1));
    expect(await weightsOf(1)).not.toEqual(await weightsOf(2));
  });

  test('weights are Xavier-normal, biases 0, gains 1', async () => {
    const generator = createGenerator(generatorOptions('small'), { seed: 1 });
    const values = await (generator.parameters.get('down.3.0.weight') as tf.Variable).data();
    const square =
      (values as Float32Array).reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(square / (2 / (9 * (64 + 64)))).toBeCloseTo(1, 1);
    expect(new Set(await generator.parameters.get('inc.0.bias')?.data())).toEqual(new Set([0]));
    expect(new Set(await generator.parameters.get('inc.1.weight')?.data())).toEqual(new Set([1]));
    generator.dispose();
  });

  test('GroupNorm makes a fake independent of the images beside it', async () => {
    const generator = createGenerator({ ...tiny, output: 'image' }, { seed: 5 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1000 }), async (seed) => {
        const both = images(seed);
        const one: tf.Tensor4D = tf.slice(both, [1, 0, 0, 0], [1, -1, -1, -1]);
        const alone = await generator.generate(one, { training: true }).data();
        const together = (await generator.generate(both, { training: true }).data()).slice(32);
        for (const [i, value] of alone.entries())
          expect(value).toBeCloseTo(together[i] as number, 6);
      }),
      { numRuns: 5 },
    );
    generator.dispose();
  });

  test('only training moves the running statistics of BatchNorm', async () => {
    const generator = createGenerator({ ...tiny, normalisation: 'batch' }, { seed: 5 });
    const mean = generator.buffers.get('inc.1.running_mean') as tf.Variable;
    tf.dispose(generator.generate(images(1)));
    expect(new Set(await mean.data())).toEqual(new Set([0]));
    tf.dispose(generator.generate(images(1), { training: true }));
    expect((await mean.data()).some((value) => value !== 0)).toBe(true);
    generator.dispose();
  });

  test('refuses images of another shape', () => {
    const generator = createGenerator(tiny, { seed: 5 });
    expect(() => generator.generate(tf.zeros([1, 8, 8, 1]))).toThrow(
      new RangeError('generate: images must have shape [batch, 8, 4, 1], got [1,8,8,1]'),
    );
    generator.dispose();
  });
});
