import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeSafetensors, encodeSafetensors } from '@mammo/tfjs-safetensors';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  createGenerator,
  type Generator,
  type GeneratorOptions,
  loadGenerator,
  saveGenerator,
} from '../src/index.ts';
import { REFERENCE } from './reference-fixture.ts';

const tiny: GeneratorOptions = {
  height: 8,
  width: 4,
  levels: 2,
  channelMultiplier: 1 / 16,
  normalisation: 'batch',
  output: 'image',
};

const weightsOf = async ({ parameters, buffers }: Generator): Promise<Record<string, number[]>> => {
  const weights: Record<string, number[]> = {};
  for (const [name, variable] of [...parameters, ...buffers])
    weights[name] = [...(await variable.data())];
  return weights;
};

const randomised = (): Generator => {
  const generator = createGenerator(tiny, { seed: 3 });
  for (const [i, variable] of [
    ...generator.parameters.values(),
    ...generator.buffers.values(),
  ].entries()) {
    tf.tidy(() => variable.assign(tf.randomNormal(variable.shape, 0, 1, 'float32', i)));
  }
  return generator;
};

describe('saveGenerator and loadGenerator', () => {
  test('give the same generator back', async () => {
    const generator = randomised();
    const loaded = loadGenerator(await saveGenerator(generator));
    expect(loaded.options).toEqual(tiny);
    expect(await weightsOf(loaded)).toEqual(await weightsOf(generator));
    for (const { dispose } of [generator, loaded]) dispose();
  });

  test("write PyTorch's names and layouts, and say that the images are synthetic", async () => {
    const generator = randomised();
    const bytes = await saveGenerator(generator, {
      direction: 'insert',
      notes: { seed: '7', synthetic: 'false' },
    });
    const { tensors, metadata } = decodeSafetensors(bytes);
    expect(tensors['down.1.0.weight']?.shape).toEqual([16, 8, 3, 3]);
    const here = await (generator.parameters.get('inc.3.weight') as tf.Variable).data();
    expect(tensors['inc.3.weight']?.data[1 * 36 + 2 * 9 + 0 * 3 + 2]).toBe(
      here[0 * 48 + 2 * 16 + 2 * 4 + 1], // [out 1, in 2, row 0, column 2]
    );
    expect(metadata).toMatchObject({ direction: 'insert', seed: '7', synthetic: 'true' });
    expect(metadata.notice).toContain('not a medical device');
    generator.dispose();
  });

  test('refuse weights that do not fit, all named at once', async () => {
    const generator = randomised();
    const bytes = await saveGenerator(generator);
    expect(() => loadGenerator(bytes, { ...tiny, normalisation: 'group' })).toThrow(
      /^loadGenerator: weights must fit the network, got down\.0\.1\.running_mean is not known; down\.0\.1\.running_var/,
    );
    expect(() => loadGenerator(bytes, { ...tiny, channelMultiplier: 1 / 8 })).toThrow(
      'inc.0.weight must have shape [3,3,1,8], got [3,3,1,4]; inc.0.bias must',
    );
    const { tensors } = decodeSafetensors(bytes);
    const { 'last.bias': _, ...rest } = tensors;
    expect(() => loadGenerator(encodeSafetensors(rest), tiny)).toThrow('got last.bias is missing');
    generator.dispose();
  });

  test('need options from somewhere', () => {
    expect(() => loadGenerator(encodeSafetensors({}))).toThrow(
      new RangeError(
        'loadGenerator: options must be given for a file without them in its metadata, got undefined',
      ),
    );
    expect(() => loadGenerator(encodeSafetensors({}, { options: '{' }))).toThrow(
      new RangeError("loadGenerator: the file's options must be JSON, got {"),
    );
    expect(() => loadGenerator(encodeSafetensors({}, { options: '{}' }))).toThrow(
      new RangeError('loadGenerator: levels must be an integer from 1 to 5, got undefined'),
    );
  });

  test("PyTorch's counters of BatchNorm are ignored", async () => {
    const generator = randomised();
    const { tensors } = decodeSafetensors(await saveGenerator(generator));
    const counted = {
      ...tensors,
      'inc.1.num_batches_tracked': { shape: [], data: Float32Array.of(5) },
    };
    const loaded = loadGenerator(encodeSafetensors(counted), tiny);
    expect(await weightsOf(loaded)).toEqual(await weightsOf(generator));
    for (const { dispose } of [generator, loaded]) dispose();
  });
});

const weights = join(REFERENCE, 'weights');

describe.skipIf(!existsSync(weights))(
  "the reference's generators (skipped: ../shared/reference absent)",
  () => {
    const golden = JSON.parse(
      readFileSync(join(import.meta.dirname, 'fixtures/p4-forward/data.json'), 'utf8'),
    ) as Record<string, number[]>;

    test.each(['remove', 'insert'])('%s makes the same fakes as in PyTorch', async (direction) => {
      const bytes = readFileSync(join(weights, `gnet_P4_${direction}.safetensors`));
      const generator = loadGenerator(bytes, 'small');
      const source = Float32Array.from({ length: 96 * 80 }, (_, i) => {
        const [row, column] = [Math.floor(i / 80), i % 80];
        return (
          0.45 +
          0.3 * Math.sin(0.11 * row + 0.05 * column) +
          0.15 * Math.cos(0.31 * column - 0.17 * row)
        );
      });
      const fake = await generator.generate(tf.tensor4d(source, [1, 96, 80, 1])).data();
      const expected = golden[direction] as number[];
      const changes = expected.map((value, i) => Math.abs(value - (source[41 * i] as number)));
      const errors = expected.map((value, i) => Math.abs(value - (fake[41 * i] as number)));
      expect(Math.max(...errors) / Math.max(...changes)).toBeLessThan(1e-4);
      generator.dispose();
    });
  },
);
