import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { discriminatorGradients } from '../src/attack-gradients.ts';
import { type Backbone, createDiscriminator } from '../src/index.ts';
import { tinyNetwork } from './tiny-scene.ts';

const images = (seed: number): tf.Tensor4D => tf.randomUniform([2, 8, 8, 1], 0, 1, 'float32', seed);

describe('createDiscriminator', () => {
  test('copies the network but for its last layer', async () => {
    const network = tinyNetwork();
    const headed = { ...network, parameters: new Map([...network.parameters]) };
    headed.parameters.set('head.weight', tf.zeros([6, 2]));
    const discriminator = createDiscriminator(headed, { seed: 1 });
    const names = ['vnet.0.weight', 'fnet.fc1.weight', 'head.weight', 'head.bias'];
    expect([...discriminator.parameters.keys()]).toEqual(names);
    expect(discriminator.parameters.get('head.weight')?.shape).toEqual([6, 1]);
    const copy = discriminator.parameters.get('vnet.0.weight') as tf.Variable;
    const original = network.parameters.get('vnet.0.weight') as tf.Tensor;
    expect(await copy.data()).toEqual(await original.data());
    const before = (await original.data()).slice();
    copy.assign(tf.zerosLike(copy));
    expect(await original.data()).toEqual(before);
    discriminator.dispose();
    network.dispose();
  });

  test('scores images by features · weight + bias', async () => {
    const network = tinyNetwork();
    const discriminator = createDiscriminator(network, { seed: 1 });
    const input: tf.Tensor4D = tf.tile(images(1), [1, 1, 1, 3]);
    discriminator.parameters.get('head.weight')?.assign(tf.ones([6, 1]));
    discriminator.parameters.get('head.bias')?.assign(tf.tensor1d([0.5]));
    const expected = await tf.add(tf.sum(network.features(input), 1), 0.5).data();
    const scores = discriminator.score(input);
    expect(scores.shape).toEqual([2, 1]);
    for (const [i, score] of (await scores.data()).entries()) {
      expect(score).toBeCloseTo(expected[i] as number, 5);
    }
    discriminator.dispose();
    network.dispose();
  });

  test('a dropout seed is passed on', async () => {
    const network = tinyNetwork();
    const discriminator = createDiscriminator(network, { seed: 1 });
    const input: tf.Tensor4D = tf.tile(images(1), [1, 1, 1, 3]);
    const score = async (dropoutSeed: number) => [
      ...(await discriminator.score(input, { dropoutSeed }).data()),
    ];
    expect(await score(1)).toEqual(await score(1));
    expect(await score(1)).not.toEqual(await score(4));
    discriminator.dispose();
    network.dispose();
  });

  test('refuses weights it cannot place', () => {
    const network = { featureCount: 1, parameters: new Map([['body.weight', tf.scalar(1)]]) };
    expect(() => createDiscriminator(network as unknown as Backbone, { seed: 1 })).toThrow(
      new RangeError(
        'createDiscriminator: weights must be named vnet.…, fnet.… or head.…, or partOf must say which part they are, got body.weight',
      ),
    );
    expect(() =>
      createDiscriminator({ ...network, featureCount: 0 } as never, { seed: 1 }),
    ).toThrow(
      new RangeError('createDiscriminator: featureCount must be a positive integer, got 0'),
    );
  });
});

describe('discriminatorGradients', () => {
  test('are those of the wanted parts', () => {
    const network = tinyNetwork();
    const discriminator = createDiscriminator(network, { seed: 1 });
    const inputs = { real: images(1), fake: images(2), penalty: { k: 0 } };
    const of = (parts: ('head' | 'fnet' | 'vnet')[]) =>
      Object.keys(discriminatorGradients(discriminator, { ...inputs, parts }).gradients).sort();
    expect(of(['head'])).toEqual(['head.bias', 'head.weight']);
    expect(of(['fnet', 'vnet'])).toEqual(['fnet.fc1.weight', 'vnet.0.weight']);
    discriminator.dispose();
    network.dispose();
  });
});
