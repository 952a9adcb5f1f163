import { readFileSync } from 'node:fs';
import { randomStream } from '@mammo/mammo-io';
import { registerMissingGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testedEngines, useEngine } from '../../../vitest.engines.ts';
import { NORM_BALLS, type PerturbationNorm } from '../src/gradient/norm-ball.ts';
import {
  type AttackTargets,
  attackOutcomes,
  autoProjectedGradient,
  binaryClassifier,
  carliniWagner,
  type DifferentiableClassifier,
  deepFool,
  GRADIENT_ATTACKS,
  type GradientAttackName,
  projectedGradient,
  universalPerturbation,
} from '../src/index.ts';

interface Golden {
  readonly shape: [number, number, number, number];
  readonly classes: number;
  readonly images: number[];
  readonly labels: number[];
  readonly conv: number[];
  readonly convBias: number[];
  readonly dense: number[];
  readonly denseBias: number[];
  readonly logits: number[];
  readonly attacks: Record<string, number[]>;
}

const golden: Golden = JSON.parse(
  readFileSync(new URL('fixtures/gradient-attacks/attacks.json', import.meta.url), 'utf8'),
);
const TOLERANCE = 1e-4;
const engines = await testedEngines();

registerMissingGradients();
beforeAll(() => tf.setBackend('cpu'));

/** Made anew for each use: a tensor that webgpu has taken over cannot be read by cpu. */
function weights(): [tf.Tensor4D, tf.Tensor, tf.Tensor2D, tf.Tensor] {
  const [, height, width, channels] = golden.shape;
  return [
    tf.tensor4d(golden.conv, [3, 3, channels, 4]),
    tf.tensor1d(golden.convBias),
    tf.tensor2d(golden.dense, [height * width * 4, golden.classes]),
    tf.tensor1d(golden.denseBias),
  ];
}

const network: DifferentiableClassifier = {
  bounds: [0, 1],
  logits: (images) => {
    const [conv, convBias, dense, denseBias] = weights();
    const features = tf.div(
      tf.softplus(tf.mul(tf.add(tf.conv2d(images, conv, 1, 'same'), convBias), 2)),
      2,
    );
    const flat = tf.reshape(features, [images.shape[0], -1]) as tf.Tensor2D;
    return tf.add(tf.matMul(flat, dense), denseBias) as tf.Tensor2D;
  },
};
const targets = (): AttackTargets => ({
  images: tf.tensor4d(golden.images, golden.shape),
  labels: golden.labels,
});

/** The largest difference from the golden's pixels. */
async function distance(name: string, attacked: tf.Tensor): Promise<number> {
  const expected = golden.attacks[name]!;
  const actual = await attacked.data();
  expect(actual).toHaveLength(expected.length);
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(value - actual[i]!)), 0);
}

const RADII = { linf: [0.05, 0.01], l2: [0.5, 0.1], l1: [2, 0.5] } as const;
const LOOP = { steps: 12, randomStart: false, seed: 1 } as const;
const NORMS = ['linf', 'l2', 'l1'] as const;

describe.each(engines)(
  'attacks give what the published algorithms give in PyTorch, $name',
  (tested) => {
    const { backend, engine, problem } = tested;
    const tolerance = engine === 'wasm' ? 2 * TOLERANCE : TOLERANCE; // apgd doubles its rounding errors
    beforeAll(async () => {
      if (problem === '') await useEngine(backend);
    });
    afterAll(() => useEngine('cpu'));

    test.skipIf(problem !== '')('on the same logits', async () => {
      const actual = await network.logits(targets().images).data();
      for (const [i, value] of golden.logits.entries()) expect(actual[i]).toBeCloseTo(value, 4);
    });

    test.skipIf(problem !== '').each([0.02, 0.1])('fgsm %f', async (epsilon) => {
      const attacked = await GRADIENT_ATTACKS.fgsm.run(network, targets(), { epsilon });
      expect(await distance(`fgsm ${epsilon}`, attacked)).toBeLessThan(TOLERANCE);
    });

    test.skipIf(problem !== '').each(NORMS)('pgd %s', async (norm) => {
      const [epsilon, stepSize] = RADII[norm];
      const options = { ...LOOP, norm, epsilon, stepSize, loss: 'cross-entropy' } as const;
      const attacked = await GRADIENT_ATTACKS.pgd.run(network, targets(), options);
      expect(await distance(`pgd ${norm}`, attacked)).toBeLessThan(TOLERANCE);
    });

    test.skipIf(problem !== '').each(NORMS)('momentum-pgd %s', async (norm) => {
      const [epsilon, stepSize] = RADII[norm];
      const options = { ...LOOP, norm, epsilon, stepSize, momentum: 0.9, loss: 'margin' } as const;
      const attacked = await projectedGradient(network, targets(), options);
      expect(await distance(`momentum-pgd ${norm}`, attacked)).toBeLessThan(TOLERANCE);
    });

    test.skipIf(problem !== '').each([
      ['linf', 'cross-entropy', 0.05],
      ['linf', 'margin', 0.05],
      ['linf', 'dlr', 0.05],
      ['l2', 'margin', 0.4],
    ] as const)('apgd %s %s', async (norm, loss, epsilon) => {
      const options = {
        norm,
        loss,
        epsilon,
        steps: 12,
        successShare: 0.75,
        randomStart: false,
        seed: 1,
      };
      const attacked = await autoProjectedGradient(network, targets(), options);
      expect(await distance(`apgd ${norm} ${loss}`, attacked)).toBeLessThan(tolerance);
    });

    test.skipIf(problem !== '').each([
      [
        0,
        { searchSteps: 5, steps: 60, learningRate: 0.05, initialConstant: 0.1, abortEarly: true },
      ],
      [
        0.5,
        { searchSteps: 4, steps: 50, learningRate: 0.05, initialConstant: 1, abortEarly: false },
      ],
    ] as const)('carlini-wagner, confidence %f', async (confidence, options) => {
      const attacked = await carliniWagner(network, targets(), { ...options, confidence });
      expect(await distance(`carlini-wagner ${confidence}`, attacked)).toBeLessThan(TOLERANCE);
    });

    test.skipIf(problem !== '')('deepfool', async () => {
      const attacked = await deepFool(network, targets(), { steps: 50, overshoot: 0.02 });
      expect(await distance('deepfool', attacked)).toBeLessThan(TOLERANCE);
    });
  },
);

const names = Object.keys(GRADIENT_ATTACKS) as GradientAttackName[];
const few = { steps: 10, searchSteps: 3, queries: 60 };
const run = (name: GradientAttackName, at: AttackTargets, more: object = {}) => {
  const { defaults, run } = GRADIENT_ATTACKS[name];
  const options = Object.fromEntries(
    Object.entries({
      ...defaults,
      ...few,
      epsilon: 0.1,
      learningRate: 0.05,
      initialConstant: 1,
      ...more,
    }).filter(([key]) => key in defaults),
  );
  return run(network, at, options as never);
};

describe.each(names)('%s', (name) => {
  const { aim, reference } = GRADIENT_ATTACKS[name];

  test('stays within the bounds and its radius, fools more, leaves no tensor, and does it again', async () => {
    const at = targets();
    const before = tf.memory().numTensors;
    const attacked = await run(name, at);
    expect(tf.memory().numTensors).toBe(before + 1);
    const [least, greatest] = [await tf.min(attacked).data(), await tf.max(attacked).data()];
    expect(least[0]).toBeGreaterThanOrEqual(0);
    expect(greatest[0]).toBeLessThanOrEqual(1);
    const outcomes = await attackOutcomes(network, at, attacked);
    if (aim === 'fixed radius') {
      for (const { linf } of outcomes) expect(linf).toBeLessThanOrEqual(0.1 + 1e-6);
    }
    const untouched = await attackOutcomes(network, at, at.images);
    expect(untouched.filter(({ fooled, l2 }) => fooled || l2 > 0)).toEqual([]);
    expect(outcomes.filter(({ fooled }) => fooled).length).toBeGreaterThanOrEqual(3);
    expect([...(await (await run(name, at)).data())]).toEqual([...(await attacked.data())]);
    expect(reference).toMatch(/\d{4}/);
  });

  test('treats each image for itself', async () => {
    const at = targets();
    const whole = await run(name, at, { abortEarly: false });
    const alone = await run(
      name,
      { images: tf.slice(at.images, [0, 0, 0, 0], [1, -1, -1, -1]), labels: [at.labels[0]!] },
      { abortEarly: false },
    );
    const size = (await alone.data()).length;
    const first = (await whole.data()).slice(0, size);
    const other = await alone.data();
    for (const [i, value] of first.entries()) expect(other[i]).toBeCloseTo(value, 4);
  });

  test.each([
    [
      'pixels',
      { images: () => tf.fill([1, 6, 5, 2], 2), labels: [0] },
      'pixels must lie in [0, 1], got [2, 2]',
    ],
    [
      'pixels that are no numbers',
      { images: () => tf.fill([1, 6, 5, 2], Number.NaN), labels: [0] },
      'pixels must lie in [0, 1]',
    ],
    [
      'shapes',
      { images: () => tf.zeros([6, 5, 2]), labels: [0] },
      'images must have shape [N, H, W, C], got [6,5,2]',
    ],
    [
      'labels',
      { images: () => tf.zeros([1, 6, 5, 2]), labels: [3] },
      'labels must be 1 classes in [0, 3), got 3',
    ],
    [
      'too few labels',
      { images: () => tf.zeros([2, 6, 5, 2]), labels: [1] },
      'labels must be 2 classes in [0, 3), got 1',
    ],
  ] as const)('refuses wrong %s', async (_, { images, labels }, message) => {
    await expect(run(name, { images: images() as tf.Tensor4D, labels })).rejects.toThrow(message);
  });
});

test.each([
  ['epsilon', 'pgd', { epsilon: 0 }, 'projectedGradient: epsilon must be a positive number, got 0'],
  ['steps', 'pgd', { steps: 1.5 }, 'projectedGradient: steps must be a positive integer, got 1.5'],
  [
    'momentum',
    'momentum-pgd',
    { momentum: -1 },
    'projectedGradient: momentum must be at least 0, got -1',
  ],
  [
    'share',
    'apgd',
    { successShare: 1 },
    'autoProjectedGradient: successShare must lie in (0, 1), got 1',
  ],
  [
    'confidence',
    'carlini-wagner',
    { confidence: -1 },
    'carliniWagner: confidence must be at least 0, got -1',
  ],
  [
    'overshoot',
    'deepfool',
    { overshoot: -0.1 },
    'deepFool: overshoot must be at least 0, got -0.1',
  ],
  [
    'first share',
    'square',
    { firstShare: 2 },
    'squareAttack: firstShare must lie in (0, 1], got 2',
  ],
] as const)('refuses a wrong %s', async (_, name, more, message) => {
  await expect(run(name, targets(), more)).rejects.toThrow(message);
});

test('a classifier without a gradient gives deepfool no way', async () => {
  const flat: DifferentiableClassifier = {
    bounds: [0, 1],
    logits: (x) => tf.add(tf.mul(tf.sum(x, [1, 2]), 0), tf.tensor1d([1, 0])) as tf.Tensor2D,
  };
  await expect(
    deepFool(flat, { images: tf.zeros([1, 2, 2, 2]), labels: [0] }, { steps: 2, overshoot: 0 }),
  ).rejects.toThrow('deepFool: the gradient of image 0 must not be zero');
});

test('deepfool leaves images without a gradient where they are, if asked to', async () => {
  const rectified: DifferentiableClassifier = {
    bounds: [-1, 1],
    logits: (x) => {
      const sum = tf.relu(tf.sum(x, [1, 2]));
      return tf.concat([tf.add(sum, 1), tf.mul(tf.onesLike(sum), 1.5)], 1) as tf.Tensor2D;
    },
  };
  const images = tf.tensor4d([1, 1, 1, 1, -1, -1, -1, -1], [2, 2, 2, 1]);
  const walk = { steps: 3, overshoot: 0, stuck: 'stay' } as const;
  const walked = await deepFool(rectified, { images, labels: [0, 1] }, walk);
  const [first, second] = (await walked.array()) as number[][][][];
  expect(first!.flat(2).reduce((sum, x) => sum + x)).toBeCloseTo(0.5, 2);
  expect(second!.flat(2)).toEqual([-1, -1, -1, -1]);
  tf.dispose([images, walked]);
  await expect(
    deepFool(rectified, targets(), { ...walk, stuck: 'wait' as 'stay' }),
  ).rejects.toThrow('deepFool: stuck must be throw or stay, got wait');
});

test('one logit is two classes', async () => {
  const brightness = binaryClassifier((x) => tf.sub(tf.mean(x, [1, 2, 3]), 0.5), [0, 1]);
  const at = { images: tf.fill([1, 2, 2, 1], 0.52) as tf.Tensor4D, labels: [1] };
  const darker = await GRADIENT_ATTACKS.fgsm.run(brightness, at, { epsilon: 0.1 });
  expect((await darker.data())[0]).toBeCloseTo(0.42, 5);
  const [outcome] = await attackOutcomes(brightness, at, darker);
  expect(outcome).toMatchObject({ predicted: 0, fooled: true });
  expect(outcome?.l2).toBeCloseTo(0.2, 5);
});

test('a universal perturbation fools many images with one change within its radius', async () => {
  const at = targets();
  const options = {
    norm: 'l2',
    epsilon: 0.8,
    passes: 6,
    fooledShare: 0.8,
    steps: 20,
    overshoot: 0.05,
    seed: 2,
  } as const;
  const v = await universalPerturbation(network, at, options);
  const moved = tf.clipByValue(tf.add(at.images, v), 0, 1) as tf.Tensor4D;
  const outcomes = await attackOutcomes(network, at, moved);
  expect(outcomes.filter(({ fooled }) => fooled).length).toBeGreaterThanOrEqual(3);
  expect((await tf.norm(v).data())[0]).toBeLessThanOrEqual(0.8 + 1e-5);
});

describe.each(NORMS)('the %s ball', (norm: PerturbationNorm) => {
  const ball = NORM_BALLS[norm];
  const lengthOf = (values: readonly number[]) =>
    norm === 'linf'
      ? Math.max(...values.map(Math.abs))
      : norm === 'l2'
        ? Math.hypot(...values)
        : values.reduce((sum, value) => sum + Math.abs(value), 0);
  const vectors = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), {
    minLength: 3,
    maxLength: 3,
  });

  test('holds its projections, leaves what is inside, and no point of it is nearer', () => {
    fc.assert(
      fc.property(
        vectors,
        vectors,
        fc.double({ min: 0.1, max: 3, noNaN: true }),
        (d, other, radius) => {
          const project = (values: number[]) =>
            tf.tidy(() => [...ball.project(tf.tensor2d([values]), radius).dataSync()]);
          const projected = project(d);
          expect(lengthOf(projected)).toBeLessThanOrEqual(radius * (1 + 1e-5) + 1e-6);
          if (lengthOf(d) <= radius * 0.999) {
            for (const [i, value] of projected.entries()) expect(value).toBeCloseTo(d[i]!, 5);
          }
          const inside = project(other);
          const gap = (to: readonly number[]) => Math.hypot(...d.map((value, i) => value - to[i]!));
          expect(gap(projected)).toBeLessThanOrEqual(gap(inside) + 1e-5);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('starts lie in it, not only near its middle', () => {
    const lengths = Array.from({ length: 300 }, (_, i) =>
      lengthOf([...ball.randomStart(randomStream(1, 'ball', i), 3)]),
    );
    expect(Math.max(...lengths)).toBeLessThanOrEqual(1 + 1e-6);
    // uniform in a ball of 3 dimensions: the median radius is ∛½
    const median = lengths.sort((a, b) => a - b)[150]!;
    expect(Math.abs(median - 0.5 ** (1 / 3))).toBeLessThan(0.05);
  });
});
