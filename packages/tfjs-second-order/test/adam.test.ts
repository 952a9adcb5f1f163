import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { onEveryEngine, testedEngines } from '../../../vitest.engines.ts';
import { Adam } from '../src/index.ts';

/** Adam as its authors write it, in float64. */
function referenceAdam(start: number, gradients: number[], learningRate: number): number {
  let [theta, m, v] = [start, 0, 0];
  gradients.forEach((g, index) => {
    m = 0.5 * m + 0.5 * g;
    v = 0.9 * v + 0.1 * g * g;
    const mHat = m / (1 - 0.5 ** (index + 1));
    const vHat = v / (1 - 0.9 ** (index + 1));
    theta -= (learningRate * mHat) / (Math.sqrt(vHat) + 1e-8);
  });
  return theta;
}

function model(values: number[]): Map<string, tf.Variable> {
  return new Map([['weight', tf.variable(tf.tensor1d(values))]]);
}

function step(adam: Adam, variables: Map<string, tf.Variable>, values: number[], rate?: number) {
  tf.tidy(() => adam.apply(variables, { weight: tf.tensor1d(values) }, rate));
}

function dispose(adam: Adam, variables: Map<string, tf.Variable>) {
  adam.dispose();
  tf.dispose([...variables.values()]);
}

onEveryEngine(await testedEngines(), () => {
  test('three steps agree with the published algorithm', async () => {
    const variables = model([1, -2]);
    const adam = new Adam({ learningRate: 0.1 });
    for (const gradient of [
      [0.3, -1],
      [-0.2, 4],
      [0.05, 0],
    ]) {
      step(adam, variables, gradient);
    }
    const values = await variables.get('weight')!.data();
    expect(values[0]).toBeCloseTo(referenceAdam(1, [0.3, -0.2, 0.05], 0.1), 6);
    expect(values[1]).toBeCloseTo(referenceAdam(-2, [-1, 4, 0], 0.1), 6);
    dispose(adam, variables);
  });

  test('the first step is the learning rate times the sign of the gradient', async () => {
    const variables = model([0, 0]);
    const adam = new Adam({ learningRate: 1 });
    step(adam, variables, [1e-3, -7], 0.25);
    const values = await variables.get('weight')!.data();
    expect(values[0]).toBeCloseTo(-0.25, 5);
    expect(values[1]).toBeCloseTo(0.25, 6);
    dispose(adam, variables);
  });

  test('variables of any size and shape move as each of them alone', async () => {
    const shapes = { bias: [3], filter: [3, 3, 8, 16], gain: [2, 1], one: [] };
    const names = Object.keys(shapes) as (keyof typeof shapes)[];
    const waves = (name: keyof typeof shapes, phase: number) => {
      const size = tf.util.sizeFromShape(shapes[name]);
      const values = Float32Array.from({ length: size }, (_, i) => Math.sin(7 * i + phase));
      return tf.tensor(values, shapes[name]);
    };
    const start = () => new Map(names.map((name) => [name, tf.variable(waves(name, 0))]));
    const [together, alone] = [start(), start()];
    const [adam, ...others] = [undefined, ...names].map(() => new Adam({ learningRate: 0.1 }));
    for (let phase = 1; phase < 4; phase++) {
      tf.tidy(() => {
        adam!.apply(together, Object.fromEntries(names.map((name) => [name, waves(name, phase)])));
        for (const [i, name] of names.entries()) {
          others[i]!.apply(alone, { [name]: waves(name, phase) });
        }
      });
    }
    for (const name of names) {
      expect(await together.get(name)!.data()).toEqual(await alone.get(name)!.data());
    }
    for (const one of [adam!, ...others]) one.dispose();
    tf.dispose([...together.values(), ...alone.values()]);
  });

  test('a variable without a gradient keeps its value and its step count', async () => {
    const variables = new Map([
      ['a', tf.variable(tf.scalar(1))],
      ['b', tf.variable(tf.scalar(2))],
    ]);
    const adam = new Adam({ learningRate: 0.1 });
    tf.tidy(() => adam.apply(variables, { a: tf.scalar(1) }));
    tf.tidy(() => adam.apply(variables, { a: tf.scalar(1), b: tf.scalar(1) }));
    expect(adam.state().steps).toEqual({ a: 2, b: 1 });
    expect((await variables.get('b')!.data())[0]).toBeCloseTo(1.9, 6);
    dispose(adam, variables);
  });

  test('a restored optimizer continues bit by bit', async () => {
    const gradients = Array.from({ length: 7 }, (_, i) => [Math.sin(3 * i), Math.cos(i)]);
    const whole = model([1, -2]);
    const adam = new Adam({ learningRate: 0.03 });
    for (const gradient of gradients) step(adam, whole, gradient);

    const first = model([1, -2]);
    const interrupted = new Adam({ learningRate: 0.03 });
    for (const gradient of gradients.slice(0, 3)) step(interrupted, first, gradient);
    const { steps, tensors } = interrupted.state();
    const moments: Record<string, tf.Tensor> = {};
    for (const [name, tensor] of Object.entries(tensors)) {
      moments[name] = tf.tensor(await tensor.data(), tensor.shape);
    }
    const second = model(Array.from(await first.get('weight')!.data()));
    const resumed = new Adam({ learningRate: 0.03 });
    resumed.restore({ steps: JSON.parse(JSON.stringify(steps)), tensors: moments });
    resumed.restore(resumed.state()); // its own state is no exception
    for (const gradient of gradients.slice(3)) step(resumed, second, gradient);

    expect(await second.get('weight')!.data()).toEqual(await whole.get('weight')!.data());
    dispose(adam, whole);
    dispose(interrupted, first);
    dispose(resumed, second);
  });

  test('steps do not accumulate tensors', () => {
    const variables = model([1]);
    const adam = new Adam({ learningRate: 0.1 });
    step(adam, variables, [1]);
    const { numTensors } = tf.memory();
    step(adam, variables, [1]);
    expect(tf.memory().numTensors).toBe(numTensors);
    dispose(adam, variables);
  });

  test.each([
    [() => new Adam({ learningRate: 0 }), 'Adam: learningRate must be positive and finite, got 0'],
    [
      () => new Adam({ learningRate: 1, epsilon: Number.NaN }),
      'Adam: epsilon must be positive and finite, got NaN',
    ],
    [() => new Adam({ learningRate: 1, beta2: 1 }), 'Adam: beta2 must be in [0, 1), got 1'],
    [
      () => new Adam({ learningRate: 1 }).apply(new Map(), {}, -1),
      'Adam: learningRate must be positive and finite, got -1',
    ],
    [
      () => new Adam({ learningRate: 1 }).apply(new Map(), { w: tf.scalar(1) }),
      'Adam: gradients must be of given variables, got "w"',
    ],
    [
      () => new Adam({ learningRate: 1 }).restore({ steps: { w: 0 }, tensors: {} }),
      'Adam: steps of "w" must be a positive integer, got 0',
    ],
    [
      () =>
        new Adam({ learningRate: 1 }).restore({
          steps: { w: 1 },
          tensors: { 'w.first': tf.scalar(0) },
        }),
      'Adam: state must hold "w.second", got none',
    ],
  ])('refuses wrong arguments, %#', (call, message) => {
    expect(call).toThrow(new RangeError(message));
  });

  test('refuses a gradient of another shape', () => {
    const variables = model([1, 2]);
    expect(() => step(new Adam({ learningRate: 1 }), variables, [1])).toThrow(
      new RangeError('Adam: gradient of "weight" must have shape [2], got [1]'),
    );
    tf.dispose([...variables.values()]);
  });
});
