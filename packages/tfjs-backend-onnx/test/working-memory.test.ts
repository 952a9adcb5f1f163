import { registerMissingGradients, StepRecorder } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { executionOrder } from '../src/execution-order.ts';
import { onnxBackend, setOnnxOptions } from '../src/index.ts';
import { loadRuntime } from '../src/node-runtime.ts';
import type { ReadNode } from '../src/onnx-model.ts';
import { runsInKnownOrder } from '../src/order-probe.ts';
import type { SynchronousRuntime } from '../src/runtime.ts';
import { layOut, type PlacedNode, placedNodes, type WorkingMemory } from '../src/working-memory.ts';
import { array } from './compare.ts';

registerMissingGradients();

afterAll(async () => {
  setOnnxOptions({ keepsWorkingMemory: true });
  await tf.setBackend('cpu');
});

const read = (type: string, inputs: string[], output: string): ReadNode => ({
  ...{ type, inputs },
  outputs: [output],
});

const placed = (output: string, elements: number): PlacedNode => ({
  ...{ op: 'any', name: output, inputs: [], output, attributes: {} },
  ...{ shape: [elements], type: 'float32' },
});

const MIB = 2 ** 18; // elements

describe('the order in which ONNX Runtime computes', () => {
  test('begins with what the last unread result needs, of inputs the last first', () => {
    const nodes = [
      read('Neg', ['x'], 'a'),
      read('Neg', ['x'], 'b'),
      read('Add', ['a', 'b'], 'c'),
      read('Neg', ['a'], 'unread'),
      read('Neg', ['b'], 'last'),
    ];
    const order = executionOrder(nodes).map(({ outputs }) => outputs[0]);
    expect(order).toEqual(['b', 'last', 'a', 'unread', 'c']);
  });

  test('is found out before anybody relies on it', () => {
    const runtime = loadRuntime('cpu');
    expect(runsInKnownOrder(runtime)).toBe(true);
    const other: SynchronousRuntime = {
      ...runtime,
      createSession(...given) {
        const session = runtime.createSession(...given);
        return { ...session, nodes: [...session.nodes!].reverse() };
      },
    };
    expect(runsInKnownOrder(other)).toBe(false);
  });
});

describe('places of results', () => {
  test('lie over those of results that nobody needs any longer', () => {
    const nodes = [
      read('Conv', ['x'], 'a'),
      read('Conv', ['a'], 'b'),
      read('Conv', ['b'], 'c'),
      read('Conv', ['c'], 'end'),
    ];
    const { bytes, results } = layOut(nodes, [
      placed('a', MIB),
      placed('b', MIB),
      placed('c', MIB),
    ]);
    expect(bytes).toBe(2 * 4 * MIB);
    expect(results.map(({ offset }) => offset)).toEqual([0, 4 * MIB, 0]);
  });

  test('of elementwise operations are those of an operand that is read for the last time', () => {
    const nodes = [
      read('Conv', ['x'], 'a'),
      read('Relu', ['a'], 'b'),
      read('Mul', ['b', 'row'], 'c'),
      read('Add', ['c', 'b'], 'd'),
      read('Conv', ['d'], 'end'),
    ];
    const all = ['a', 'b', 'c', 'd'].map((name) => placed(name, MIB));
    const { bytes, results } = layOut(nodes, all);
    const offset = Object.fromEntries(results.map(({ name, offset }) => [name, offset]));
    expect(offset).toEqual({ a: 0, b: 0, c: 4 * MIB, d: 4 * MIB }); // b is read again
    expect(bytes).toBe(2 * 4 * MIB);
  });

  test('are kept as long as a view of them is read', () => {
    const nodes = [
      read('Conv', ['x'], 'a'),
      read('Reshape', ['a', 'shape'], 'view'),
      read('Conv', ['x'], 'b'),
      read('Gemm', ['view', 'b'], 'end'),
    ];
    expect(layOut(nodes, [placed('a', MIB), placed('b', MIB)]).bytes).toBe(2 * 4 * MIB);
  });

  test('are for large results alone, not for views and outputs', () => {
    const node = (op: string, inputs: string[], output: string, elements: number) => ({
      ...{ op, name: output, inputs, output, attributes: {}, type: 'float32' as const },
      shape: [elements],
    });
    const nodes = [
      node('Conv', ['x'], 'large', MIB),
      node('Reshape', ['large'], 'view', MIB),
      node('Conv', ['view'], 'small', 16),
      node('Conv', ['small'], 'end', MIB),
      node('Neg', ['end'], 'after', MIB),
    ];
    const names = placedNodes(nodes, new Set(['end', 'after'])).map(({ output }) => output);
    expect(names).toEqual(['large']);
  });

  test('hold what was written to them as long as somebody reads it (any graph)', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 2, maxLength: 40 }), (steps) => {
        const { nodes, sizes } = graphOf(steps);
        const order = executionOrder(nodes);
        const candidates = order.flatMap(({ type, outputs: [name] }) =>
          type === 'Reshape' || name === 'end' ? [] : [placed(name!, sizes.get(name!)!)],
        );
        expectWhole(order, layOut(order, candidates));
      }),
    );
  });
});

const anyStep = fc.record({
  type: fc.constantFrom('Conv', 'Mul', 'Relu', 'Reshape', 'FusedConv'),
  inputs: fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
  elements: fc.constantFrom(MIB, 2 * MIB, MIB + 1),
});

interface Step {
  readonly type: string;
  readonly inputs: readonly number[];
  readonly elements: number;
}

/** A graph whose results are all read, by one another or by its end. */
function graphOf(steps: readonly Step[]) {
  const sizes = new Map<string, number>([['r0', MIB]]);
  const nodes = [read('Conv', ['x'], 'r0')];
  for (const [i, { type, inputs, elements }] of steps.entries()) {
    const names = inputs.map((input) => `r${input % (i + 1)}`);
    nodes.push(read(type, names, `r${i + 1}`));
    sizes.set(`r${i + 1}`, type === 'Reshape' ? sizes.get(names[0]!)! : elements);
  }
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  const unread = [...sizes.keys()].filter((name) => !used.has(name));
  return { nodes: [...nodes, read('Conv', unread, 'end')], sizes };
}

/** Runs a graph on names instead of numbers: each result must still be there when it is read. */
function expectWhole(order: readonly ReadNode[], { bytes, results }: WorkingMemory): void {
  const places = new Map(results.map((result) => [result.name, result]));
  const shown = new Map<string, string>();
  let held: { readonly from: number; readonly to: number; readonly name: string }[] = [];
  for (const { type, inputs, outputs } of order) {
    const sources = inputs.map((name) => shown.get(name) ?? name);
    const missing = sources.filter(
      (name) => places.has(name) && !held.some((h) => h.name === name),
    );
    expect(missing).toEqual([]);
    const name = outputs[0]!;
    if (type === 'Reshape') shown.set(name, sources[0]!);
    const place = places.get(name);
    if (place === undefined) continue;
    const written = { from: place.offset, to: place.offset + 4 * place.shape[0]!, name };
    expect(written.to).toBeLessThanOrEqual(bytes);
    const lost = held.filter(({ from, to }) => from < written.to && written.from < to);
    for (const { from, to, name: source } of lost) {
      if (!sources.includes(source)) continue; // only what may be written over while it is read
      expect(['Mul', 'Relu', 'FusedConv']).toContain(type);
      expect({ from, to }).toEqual({ from: written.from, to: written.to });
      expect(type === 'FusedConv' ? sources.indexOf(source) : 3).toBe(3);
    }
    held = [...held.filter((one) => !lost.includes(one)), written];
  }
}

/** Losses of a few steps of a network whose intermediate results take 75 MiB and more at a time. */
async function train(height: number): Promise<number[]> {
  const filters = [3, 16, 16].map((into, i) => tf.variable(array([3, 3, into, 16], i, -0.2, 0.2)));
  const images = array([8, height, 96, 3], 7) as tf.Tensor4D;
  const recorder = new StepRecorder();
  const losses: number[] = [];
  for (let i = 0; i < 4; i++) {
    const [loss] = recorder.run({ structure: '', tensors: [images] }, () => {
      const { value, grads } = tf.variableGrads(() => {
        const features = filters.reduce<tf.Tensor4D>(
          (x, filter) => tf.relu(tf.conv2d(x, filter as unknown as tf.Tensor4D, 1, 'same')),
          images,
        );
        return tf.mean(tf.square(features)) as tf.Scalar;
      });
      for (const filter of filters) {
        filter.assign(tf.sub(filter, tf.mul(grads[filter.name]!, 0.1)));
      }
      return [value];
    });
    losses.push((await loss.data())[0]!);
    loss.dispose();
  }
  tf.dispose([images, ...filters]);
  return losses;
}

/** Starts the backend anew, without any compiled step. */
async function restart(keepsWorkingMemory: boolean): Promise<void> {
  setOnnxOptions({ keepsWorkingMemory });
  const create = tf.findBackendFactory('onnx');
  tf.removeBackend('onnx');
  tf.registerBackend('onnx', create);
  await tf.setBackend('onnx');
}

test('steps compute the same with and without such places, and all in one block', async () => {
  await restart(false);
  const expected = [await train(160), await train(200)];
  expect(onnxBackend().stats().sessionBytes).toBe(0);
  expect(new Set(expected.flat()).size).toBe(8);
  await restart(true);
  expect(await train(160)).toEqual(expected[0]);
  const { sessionBytes } = onnxBackend().stats();
  expect(sessionBytes).toBeGreaterThan(2 ** 25);
  expect(await train(200)).toEqual(expected[1]);
  expect(await train(160)).toEqual(expected[0]);
  expect(onnxBackend().stats().sessionBytes / sessionBytes).toBeCloseTo(200 / 160, 1); // the larger alone
});

test('steps are computed without such places where there is no folder for temporary files', async () => {
  await restart(true);
  const folder = process.env.TMPDIR;
  const wanted = await train(160);
  await restart(true);
  process.env.TMPDIR = '/there/is/no/such/folder';
  try {
    expect(await train(160)).toEqual(wanted);
  } finally {
    if (folder === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = folder;
  }
});
