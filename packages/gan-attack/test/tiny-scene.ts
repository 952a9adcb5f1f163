import { type CaseImage, type ImageSet, memoryImageSet, randomStream } from '@mammo/mammo-io';
import { dropoutMask } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import type { AttackCohort, Backbone, Victim } from '../src/index.ts';

const SIZE = 8;

/** Images of 8×8 pixels in which a bright spot is cancer; the last row is air. */
export function tinySet(count: number, seed: number): ImageSet {
  const images: CaseImage[] = [];
  const pixels: Uint16Array[] = [];
  for (let i = 0; i < count; i++) {
    const random = randomStream(seed, 'tiny', i);
    const positive = i % 2 === 0;
    const grey = Uint16Array.from({ length: SIZE * SIZE }, (_, k) =>
      k >= SIZE * (SIZE - 1) ? 0 : 20_000 + random.integer(4000),
    );
    if (positive) grey[SIZE * (2 + random.integer(3)) + 2 + random.integer(3)] = 60_000;
    pixels.push(grey);
    images.push({
      imageId: `${seed}-${i}`,
      patientId: `${seed}-${i}`,
      laterality: 'L',
      view: 'CC',
      label: positive ? 'positive' : 'negative',
    });
  }
  return memoryImageSet({ height: SIZE, width: SIZE, images, pixels });
}

/** A network of one convolution and one layer, whose features follow the brightest spot. */
export function tinyNetwork(): Backbone & { dispose(): void } {
  const random = randomStream(3, 'tiny network');
  const make = (shape: number[], scale: number): tf.Variable =>
    tf.tidy(() => {
      const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
      random.normals(values);
      return tf.variable(
        tf.tensor(
          values.map((v) => v * scale),
          shape,
        ),
      );
    });
  const parameters = new Map([
    ['vnet.0.weight', make([3, 3, 3, 4], 0.3)],
    ['fnet.fc1.weight', make([4, 6], 0.5)],
  ]);
  return {
    featureCount: 6,
    parameters,
    features: (images, { parameters: weights = parameters, dropoutSeed } = {}) =>
      tf.tidy(() => {
        const get = (name: string) => weights.get(name) as tf.Tensor;
        const h = tf.relu(tf.conv2d(images, get('vnet.0.weight') as tf.Tensor4D, 1, 'same'));
        const pooled: tf.Tensor2D = tf.mean(tf.square(h), [1, 2]);
        const v: tf.Tensor2D = tf.matMul(pooled, get('fnet.fc1.weight') as tf.Tensor2D);
        if (dropoutSeed === undefined) return tf.softplus(v);
        return tf.softplus(tf.mul(v, dropoutMask([6], { rate: 0.2, seed: dropoutSeed })));
      }),
    dispose: () => tf.dispose([...parameters.values()]),
  };
}

/** Sees cancer where the brightest pixel is above 0.55. */
export const brightSpotVictim: Victim = {
  async score(grey) {
    const scores = tf.tidy(() => tf.sigmoid(tf.mul(tf.sub(tf.max(grey, [1, 2, 3]), 0.55), 20)));
    const values = (await scores.data()) as Float32Array;
    scores.dispose();
    return values;
  },
};

/** A whole tiny attack; the backbone is the caller's to dispose. */
export function tinyScene(backbone: Backbone): { victim: Victim; cohort: AttackCohort } {
  return {
    victim: { ...brightSpotVictim, backbone },
    cohort: { training: tinySet(12, 1), validation: tinySet(8, 2) },
  };
}

/** Images, by default of 8×8 pixels, of which the brighter are positive. */
export function brightnessSet(count: number, seed: number, size: number = SIZE): ImageSet {
  const { images } = tinySet(count, seed);
  const pixels = images.map(({ imageId, label }) => {
    const random = randomStream(seed, 'brightness', imageId);
    const level = label === 'positive' ? 25_000 : 21_000;
    return Uint16Array.from({ length: size * size }, () => level + random.integer(500));
  });
  return memoryImageSet({ height: size, width: size, images, pixels });
}

/** A network whose only feature is the brightness. */
export function brightnessNetwork(): Backbone & { dispose(): void } {
  const weight = tf.tidy(() => tf.variable(tf.tensor2d([[10]])));
  const parameters = new Map([['fnet.fc1.weight', weight]]);
  return {
    featureCount: 1,
    parameters,
    features: (images, { parameters: weights = parameters } = {}) =>
      tf.tidy(() => {
        const brightness: tf.Tensor2D = tf.reshape(tf.mean(images, [1, 2, 3]), [-1, 1]);
        return tf.matMul(tf.add(brightness, 0.45), weights.get('fnet.fc1.weight') as tf.Tensor2D);
      }),
    dispose: () => weight.dispose(),
  };
}

/** Sees cancer where the mean is above 0.354. */
export const brightnessVictim: Victim = {
  async score(grey) {
    const scores = tf.tidy(() => tf.sigmoid(tf.mul(tf.sub(tf.mean(grey, [1, 2, 3]), 0.354), 300)));
    const values = (await scores.data()) as Float32Array;
    scores.dispose();
    return values;
  },
};
