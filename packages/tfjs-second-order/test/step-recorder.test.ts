import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { onEveryEngine, testedEngines } from '../../../vitest.engines.ts';
import {
  Adam,
  dropoutMask,
  groupNorm,
  relu,
  StepRecorder,
  valueAndVariableGradients,
} from '../src/index.ts';

const STEPS = 9;

const values = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);

/** A little training with all that changes from step to step: batches, rates and dropout. */
class Training {
  readonly adam = new Adam({ learningRate: 1e-3 });
  readonly variables = new Map([
    ['filter', tf.variable(tf.tidy(() => tf.mul(values([3, 3, 1, 4], 1), 0.3)))],
    ['gain', tf.variable(tf.ones([4]))],
    ['bias', tf.variable(tf.zeros([4]))],
    ['weight', tf.variable(tf.tidy(() => tf.mul(values([4, 1], 2), 0.5)))],
    ['offset', tf.variable(tf.scalar(0.5))],
  ]);
  calls = 0;

  body(images: tf.Tensor4D, seed: number, rate: number | (() => number)): [tf.Tensor] {
    this.calls++;
    const of = (name: string) => this.variables.get(name) as tf.Tensor;
    const { value, gradients } = valueAndVariableGradients(() => {
      const map = relu(tf.conv2d(images, of('filter') as tf.Tensor4D, 1, 'same'));
      const features = groupNorm(tf.mean<tf.Tensor2D>(map, [1, 2]), {
        groups: 2,
        gain: of('gain') as tf.Tensor1D,
        bias: of('bias') as tf.Tensor1D,
      });
      const kept = tf.mul(features, dropoutMask(features.shape, { rate: 0.5, seed }));
      const score = tf.matMul(kept as tf.Tensor2D, of('weight') as tf.Tensor2D);
      return tf.mean(tf.square(tf.sub(score, of('offset'))));
    }, this.variables);
    this.adam.apply(this.variables, gradients, rate);
    return [value];
  }

  /** The losses and what is learned, with or without a recorder. */
  async run(recorder?: StepRecorder, from = 0, to = STEPS): Promise<number[][]> {
    const losses: number[] = [];
    for (let step = from; step < to; step++) {
      const images = values([4, 6, 5, 1], 10 + step) as tf.Tensor4D;
      const numbers = { seed: 1000 + step, rate: 0.01 / (1 + step) };
      const [loss] =
        recorder === undefined
          ? tf.tidy(() => this.body(images, numbers.seed, numbers.rate))
          : recorder.run({ structure: 'step', tensors: [images], numbers }, () =>
              this.body(images, recorder.number('seed'), () => recorder.number('rate')),
            );
      losses.push((await loss.data())[0]!);
      tf.dispose([loss, images]);
    }
    const learned = [];
    for (const variable of this.variables.values()) learned.push([...(await variable.data())]);
    return [losses, ...learned];
  }

  dispose(): void {
    this.adam.dispose();
    tf.dispose([...this.variables.values()]);
  }
}

const records = () => 'recordStep' in tf.backend();

onEveryEngine(await testedEngines(), (engine) => {
  // tfjs-backend-wasm has no kernel for the filter gradient of a convolution
  const trains = engine === 'wasm' ? test.skip : test;

  trains('a training whose steps are recorded has the same bits', async () => {
    const [plain, recorded] = [new Training(), new Training()];
    expect(await recorded.run(new StepRecorder())).toEqual(await plain.run());
    expect(plain.calls).toBe(STEPS);
    expect(recorded.calls).toBe(records() ? 3 : STEPS); // the first makes Adam's moments
    for (const training of [plain, recorded]) training.dispose();
  });

  trains('goes on from a restored optimiser and from weights of somebody else', async () => {
    const [plain, recorded] = [new Training(), new Training()];
    const recorder = new StepRecorder();
    for (const training of [plain, recorded]) {
      await training.run(training === recorded ? recorder : undefined, 0, 5);
      training.adam.restore(training.adam.state());
      const filter = values([3, 3, 1, 4], 3);
      training.variables.get('filter')!.assign(filter);
      filter.dispose();
    }
    expect(await recorded.run(recorder, 5)).toEqual(await plain.run(undefined, 5));
    for (const training of [plain, recorded]) training.dispose();
  });

  trains('holds no more tensors from step to step', async () => {
    const training = new Training();
    const recorder = new StepRecorder();
    await training.run(recorder, 0, 2);
    const { numTensors } = tf.memory();
    await training.run(recorder, 2);
    expect(tf.memory().numTensors).toBe(numTensors);
    training.dispose();
  });

  /** Runs [1], [2], … through a step, and returns its results and how often it was called. */
  async function through(
    body: (x: tf.Tensor1D, recorder: StepRecorder) => tf.Tensor,
    { count = 6, structure = 'step' } = {},
  ): Promise<{ results: number[]; calls: number }> {
    const recorder = new StepRecorder();
    const results: number[] = [];
    let calls = 0;
    for (let i = 1; i <= count; i++) {
      const x = tf.tensor1d([i]);
      const call = { structure, tensors: [x], numbers: { i } };
      const [y] = recorder.run(call, () => {
        calls++;
        return [body(x, recorder)];
      });
      results.push((await y.data())[0]!);
      tf.dispose([x, y]);
    }
    return { results, calls };
  }

  test('is called twice where it depends on its tensors alone', async () => {
    const { results, calls } = await through((x) => tf.add(tf.square(x), 1));
    expect(results).toEqual([2, 5, 10, 17, 26, 37]);
    expect(calls).toBe(records() ? 2 : 6);
  });

  test('is called every time where it counts, draws or reads on its own', async () => {
    let count = 0;
    const counting = await through((x) => tf.add(x, ++count));
    expect(counting).toEqual({ results: [2, 4, 6, 8, 10, 12], calls: 6 });
    const reading = await through((x) => tf.add(x, x.dataSync()[0]!));
    expect(reading).toEqual({ results: [2, 4, 6, 8, 10, 12], calls: 6 });
    const drawing = await through((x, recorder) =>
      tf.sum(tf.mul(dropoutMask([64], { rate: 0.5, seed: recorder.number('i') + 10 }), x)),
    );
    expect(drawing.calls).toBe(6);
    expect(new Set(drawing.results).size).toBe(6);
  });

  test('is called every time where it keeps tensors, and does not lose them', async () => {
    const kept: tf.Tensor[] = [];
    const { calls } = await through((x) => {
      kept.push(tf.keep(tf.mul(x, 2)));
      return tf.add(x, 1);
    });
    expect(calls).toBe(6);
    const found = kept.map((tensor) => tensor.dataSync()[0]);
    expect(found).toEqual([2, 4, 6, 8, 10, 12]);
    tf.dispose(kept);
  });

  test('follows a tensor that is replaced, and a copy stays what it was', async () => {
    let captured = tf.tensor1d([10]);
    const variable = tf.variable(tf.tensor1d([0]));
    const copy = tf.clone(variable as unknown as tf.Tensor1D);
    const { results } = await through(
      (x) => {
        variable.assign(tf.add(variable as unknown as tf.Tensor1D, x));
        return tf.add(tf.add(variable as unknown as tf.Tensor1D, captured), copy);
      },
      { count: 4 },
    );
    expect(results).toEqual([11, 13, 16, 20]);
    expect([...(await copy.data())]).toEqual([0]);
    const recorder = new StepRecorder();
    const added: number[] = [];
    for (let i = 0; i < 8; i++) {
      if (i === 5) {
        captured.dispose();
        captured = tf.tensor1d([100]);
      }
      const x = tf.tensor1d([i]);
      const [y] = recorder.run({ structure: '', tensors: [x] }, () => [tf.add(x, captured)]);
      added.push((await y.data())[0]!);
      tf.dispose([x, y]);
    }
    expect(added).toEqual([10, 11, 12, 13, 14, 105, 106, 107]);
    tf.dispose([captured, variable, copy]);
  });

  test('tells tensors that were one from tensors that are two', async () => {
    const recorder = new StepRecorder();
    const run = (a: tf.Tensor1D, b: tf.Tensor1D) =>
      recorder.run({ structure: '', tensors: [a, b] }, () => [tf.sub(a, tf.mul(b, 2))])[0];
    const [one, two] = [tf.tensor1d([1]), tf.tensor1d([2])];
    for (let i = 0; i < 4; i++) {
      const same = run(one, one);
      expect((await same.data())[0]).toBe(-1);
      same.dispose();
    }
    for (let i = 0; i < 4; i++) {
      const different = run(one, two);
      expect((await different.data())[0]).toBe(-3);
      different.dispose();
    }
    tf.dispose([one, two]);
  });

  test('tells shapes, types and structures apart', async () => {
    const recorder = new StepRecorder();
    const sum = async (x: tf.Tensor, factor: number) => {
      const call = { structure: `times ${factor}`, tensors: [x] };
      const [y] = recorder.run(call, () => [tf.sum(tf.mul(x, factor))]);
      const [value] = await y.data();
      tf.dispose([x, y]);
      return value;
    };
    for (let i = 0; i < 4; i++) {
      expect(await sum(tf.tensor1d([1, 2]), 2)).toBe(6);
      expect(await sum(tf.tensor1d([1, 2]), 3)).toBe(9);
      expect(await sum(tf.tensor1d([1, 2, 3]), 2)).toBe(12);
      expect(await sum(tf.tensor1d([1, 2, 3], 'int32'), 2)).toBe(12);
      expect(await sum(tf.scalar(1), 2)).toBe(2);
    }
  });

  test('runs as it is on strings', async () => {
    const recorder = new StepRecorder();
    for (const text of ['a', 'b', 'c', 'd']) {
      const x = tf.tensor1d([text], 'string');
      const [y] = recorder.run({ structure: '', tensors: [x] }, () => [tf.clone(x)]);
      expect(await y.data()).toEqual([text]);
      tf.dispose([x, y]);
    }
  });

  test('runs as it is inside a gradient', async () => {
    const recorder = new StepRecorder();
    const f = (x: tf.Tensor) =>
      recorder.run({ structure: '', tensors: [x] }, () => [tf.sum(tf.square(x))])[0];
    for (let i = 0; i < 4; i++) {
      const x = tf.tensor1d([i]);
      const gradient = tf.grad(f)(x);
      const y = f(x);
      expect((await gradient.data())[0]).toBe(2 * i);
      expect((await y.data())[0]).toBe(i * i);
      tf.dispose([x, gradient, y]);
    }
  });

  test('what a step throws leaves the recorder as it was', async () => {
    const recorder = new StepRecorder();
    for (let i = 0; i < 6; i++) {
      const x = tf.tensor1d([i]);
      const call = { structure: '', tensors: [x] };
      if (i % 2 === 0) {
        const failing = () =>
          recorder.run(call, () => {
            throw new Error('not this time');
          });
        if (i < 4 || !records()) expect(failing).toThrow('not this time');
      } else {
        const [y] = recorder.run(call, () => [tf.add(x, 1)]);
        expect((await y.data())[0]).toBe(i + 1);
        y.dispose();
      }
      x.dispose();
    }
  });

  test('a number that the call does not have is refused by name', () => {
    const recorder = new StepRecorder();
    const call = { structure: '', tensors: [], numbers: { rate: 1 } };
    expect(() => recorder.run(call, () => [tf.scalar(recorder.number('seed'))])).toThrow(
      new RangeError('StepRecorder: name must be one of [rate], got seed'),
    );
  });
});
