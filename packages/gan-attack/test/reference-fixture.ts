import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { GeneratorOptions } from '../src/index.ts';

/** A tensor of a fixture, in PyTorch's layout. */
export interface FixtureTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export type FixtureTensors = Readonly<Record<string, FixtureTensor>>;

/** The `config` of a fixture, as far as it is used. */
export interface FixtureConfig {
  readonly height: number;
  readonly width: number;
  readonly vnet_modules: number;
  readonly d_mult: number;
  readonly fc_group_min: number;
  readonly g_mult: number;
  readonly g_levels: number;
  readonly g_norm: 'bn' | 'gn';
  readonly g_output: 'image' | 'delta';
}

const DATA =
  process.env.MAMMO_TEST_DATA ??
  join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data');

/** The reference program's folder, beside the shared data. */
export const REFERENCE: string = join(DATA, '..', 'reference');

const FIXTURES = process.env.MAMMO_FIXTURES ?? join(REFERENCE, 'fixtures');

/** Whether the fixtures are there. */
export const hasFixtures: boolean = existsSync(join(FIXTURES, 'discriminator_step.json'));

/** Reads a fixture. */
export function readFixture<T>(name: string): T {
  return JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), 'utf8')) as T;
}

/** A fixture's tensor in the layout of tfjs: NHWC and HWIO from rank 4, [in, out] from rank 2 if it is a weight. */
export function fromTorch(
  { shape, data }: FixtureTensor,
  kind: 'images' | 'weight' = 'weight',
): tf.Tensor {
  return tf.tidy(() => {
    const tensor = tf.tensor([...data], [...shape], 'float32');
    if (shape.length === 4) {
      return tf.transpose(tensor, kind === 'images' ? [0, 2, 3, 1] : [2, 3, 1, 0]);
    }
    return shape.length === 2 && kind === 'weight' ? tf.transpose(tensor) : tensor;
  });
}

/** All weights of a fixture. */
export function weightsOf(tensors: FixtureTensors): Map<string, tf.Tensor> {
  return new Map(Object.entries(tensors).map(([name, tensor]) => [name, fromTorch(tensor)]));
}

/** The generator that a fixture describes. */
export function generatorOptionsOf(config: FixtureConfig): GeneratorOptions {
  return {
    height: config.height,
    width: config.width,
    levels: config.g_levels,
    channelMultiplier: config.g_mult,
    normalisation: config.g_norm === 'bn' ? 'batch' : 'group',
    output: config.g_output,
  };
}

/** Greatest difference, relative to the greatest magnitude of the expected values; elements may be left out. */
export async function relativeError(
  actual: tf.Tensor,
  expected: FixtureTensor,
  options: { kind?: 'images' | 'weight'; where?: (element: number) => boolean } = {},
): Promise<number> {
  const { kind = 'weight', where = () => true } = options;
  const reference = fromTorch(expected, kind);
  expect(actual.shape).toEqual(reference.shape);
  const [got, wanted] = await Promise.all([actual.data(), reference.data()]);
  reference.dispose();
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < wanted.length; i++) {
    largest = Math.max(largest, Math.abs(wanted[i] as number));
    if (!where(i)) continue;
    difference = Math.max(difference, Math.abs((got[i] as number) - (wanted[i] as number)));
  }
  return difference / Math.max(largest, 1e-12);
}
