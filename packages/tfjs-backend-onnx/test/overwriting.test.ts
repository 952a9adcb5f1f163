import { StepRecorder } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { timelineOf } from '../src/execution-order.ts';
import { Graph, type Value } from '../src/graph.ts';
import '../src/index.ts';
import { Memory } from '../src/memory.ts';
import type { ReadNode } from '../src/onnx-model.ts';
import { overwrites } from '../src/overwriting.ts';
import { makePlan, valueName } from '../src/plan.ts';

const SIDE = 600; // 1.4 MB
const SQUARE = [SIDE, SIDE];

const graph = new Graph({ provider: 'cpu', channelBlock: undefined, compute: undefined });
const arrayOf = (size: number) => Memory.ofHost(new Float32Array(size), true);
const leafOf = (memory: Memory, shape = SQUARE) => graph.leaf(memory, shape, 'float32');
const leaf = (shape = SQUARE) => leafOf(arrayOf(shape[0]! * (shape[1] ?? 1)), shape);
const node = (op: string, inputs: Value[], shape = SQUARE, type: Value['type'] = 'float32') =>
  graph.node(op, inputs, shape, type);
const half = graph.scalar(0.5);

/** What the outputs are written over. */
function overwritten(outputs: readonly Value[], isLastRead = (_: Memory) => true) {
  const found = overwrites(makePlan(outputs), (value) => value.memory!, isLastRead);
  return outputs.map((output) => found.get(output));
}

const moment = (of: Value, gradient: Value) => node('Add', [node('Mul', [of, half]), gradient]);

describe('an array that nobody reads afterwards is written over by', () => {
  test('the moment that is made of it', () => {
    const [before, gradient] = [leaf(), leaf()];
    expect(overwritten([moment(before, gradient)])).toEqual([before.memory]);
  });

  test('the weights that are made of it, when all that reads it comes before', () => {
    const weights = leaf();
    const gradient = node('MatMul', [leaf(), node('Transpose', [weights])]);
    expect(overwritten([node('Sub', [weights, gradient])])).toEqual([weights.memory]);
  });

  test('one output, and each output writes over one', () => {
    const [a, b] = [leaf(), leaf()];
    const both = [node('Add', [a, b]), node('Sub', [a, b])];
    expect(overwritten(both)).toEqual([undefined, undefined]); // either may come first, and the other still reads both
    expect(overwritten([node('Add', [a, b])])).toEqual([a.memory]);
  });
});

test('where the order is known, whatever reads an array need only come before', () => {
  const weights = leaf();
  const update = node('Sub', [weights, leafOf(Memory.ofHost(new Float32Array(SIDE ** 2), false))]);
  const product = node('MatMul', [node('Reshape', [weights]), leaf()]);
  const plan = makePlan([update, product]);
  const name = (value: Value) => valueName(plan, value);
  const computed = (value: Value): ReadNode => ({
    type: value.node!.op,
    inputs: value.node!.inputs.map((input) => name(input!)),
    outputs: [name(value)],
  });
  const view = product.node!.inputs[0]!;
  const written = (...order: Value[]) =>
    overwrites(
      plan,
      (value) => value.memory!,
      () => true,
      timelineOf(order.map(computed)),
    );
  expect([...written(view, product, update)]).toEqual([[update, weights.memory]]);
  expect([...written(view, update, product)]).toEqual([]);
});

describe('an array stays as it is', () => {
  const weights = leaf();
  const update = node('Sub', [weights, leafOf(Memory.ofHost(new Float32Array(SIDE ** 2), false))]);

  test('when something reads it that the update does not need', () => {
    expect(overwritten([update])).toEqual([weights.memory]);
    expect(overwritten([update, node('MatMul', [weights, leaf()])])[0]).toBeUndefined();
    const turned = node('Transpose', [weights]);
    const needing = node('Sub', [weights, node('MatMul', [turned, leaf()])]);
    expect(overwritten([needing])).toEqual([weights.memory]);
    expect(overwritten([needing, node('MatMul', [turned, leaf()])])[0]).toBeUndefined();
    expect(overwritten([needing, turned])[0]).toBeUndefined();
  });

  test('when it is read under another shape', () => {
    const flat = leafOf(weights.memory!, [SIDE * SIDE]);
    const other = node('Relu', [flat], [SIDE * SIDE]);
    expect(overwritten([update, other])[0]).toBeUndefined();
  });

  test('when the output repeats it, is no sum of places, or is of another type', () => {
    const row = leaf([1, SIDE * SIDE]);
    expect(overwritten([node('Add', [row, leaf()], [2, SIDE * SIDE])])).toEqual([undefined]);
    expect(overwritten([node('MatMul', [leaf(), leaf()])])).toEqual([undefined]);
    const product = node('MatMul', [weights, leaf()]);
    expect(overwritten([node('Add', [product, half])])).toEqual([undefined]);
    expect(overwritten([node('Mul', [leaf(), half], SQUARE, 'int32')])).toEqual([undefined]);
  });

  test('when it is small, somebody outside may hold it, or a tensor still shows it', () => {
    const small = leaf([100]);
    expect(overwritten([moment(small, small)])).toEqual([undefined]);
    const lent = leafOf(Memory.ofHost(new Float32Array(SIDE * SIDE), false));
    expect(overwritten([node('Sub', [lent, half])])).toEqual([undefined]);
    expect(overwritten([node('Sub', [leaf(), half])], () => false)).toEqual([undefined]);
  });

  test('when the run may fail for the numbers that it reads', () => {
    const places = graph.leaf(Memory.ofHost(new Int32Array(3), true), [3], 'int32');
    const found = node('Gather', [leaf(), places], [3, SIDE]);
    expect(overwritten([update, found])[0]).toBeUndefined();
    const known = node('Gather', [leaf(), graph.integers([0, 1, 2])], [3, SIDE]);
    expect(overwritten([update, known])[0]).toBe(weights.memory);
  });
});

describe('a training whose arrays are written over', () => {
  beforeEach(async () => {
    await tf.setBackend('onnx');
  });

  /** w ← w − (m ← m / 2 + w), with the mean of w before; the mean of w² needs none of it. */
  test.each([{ isRecorded: false }, { isRecorded: true }])(
    'has the numbers of one whose are not, recorded: $isRecorded',
    async ({ isRecorded }) => {
      const [w, m] = [1, 0].map((fill) =>
        tf.variable(tf.tensor2d(new Float32Array(SIDE * SIDE).fill(fill), [SIDE, SIDE])),
      ) as [tf.Variable, tf.Variable];
      const recorder = new StepRecorder();
      const step = () => {
        m.assign(tf.add(tf.mul(m, 0.5), w as tf.Tensor));
        const means = [tf.mean(w), tf.mean(tf.square(w))];
        w.assign(tf.sub(w as tf.Tensor, m));
        return means;
      };
      const expected: number[] = [];
      const found: number[] = [];
      let [weight, speed] = [1, 0];
      for (let i = 0; i < 8; i++) {
        expected.push(weight, weight ** 2);
        speed = speed / 2 + weight;
        weight -= speed;
        const means = tf.tidy(() =>
          isRecorded ? recorder.run({ structure: 'step', tensors: [] }, step) : step(),
        );
        for (const mean of means) found.push((await mean.data())[0]!);
        tf.dispose(means);
      }
      expect(found.map((value) => Number(value.toFixed(5)))).toEqual(
        expected.map((value) => Number(value.toFixed(5))),
      );
      tf.dispose([w, m]);
    },
  );

  test('is lost as a whole when its run fails, and never goes on with half of it', async () => {
    const m = tf.variable(tf.zeros([SIDE, SIDE]));
    const add = () => tf.tidy(() => m.assign(tf.add(tf.mul(m, 0.5), 1)));
    const sum = async () => (await tf.tidy(() => tf.sum(m)).data())[0];
    add();
    expect(await sum()).toBe(SIDE * SIDE);
    const column = tf.tensor2d(new Float32Array(1e7), [1e7, 1]);
    const huge = tf.tidy(() => {
      add();
      return tf.sum(tf.matMul(column, column, false, true));
    });
    await expect(huge.data()).rejects.toThrow(/BatchMatMul \[10000000,10000000\] failed/);
    await expect(sum()).rejects.toThrow(/BatchMatMul \[10000000,10000000\] failed/);
    m.assign(tf.zeros([SIDE, SIDE]));
    add();
    expect(await sum()).toBe(SIDE * SIDE);
    tf.dispose([m, column, huge]);
  });
});
