import { expect, test } from 'vitest';
import { loadRuntime } from '../src/node-runtime.ts';
import { encodeModel } from '../src/onnx-model.ts';
import { FILLED } from '../src/runtime.ts';

const port = { type: 'float32', shape: [3] } as const;

function session(op: string, inputs: readonly string[]) {
  const runtime = loadRuntime('cpu');
  const model = encodeModel({
    nodes: [{ op, name: op, inputs, output: 'y', attributes: {} }],
    inputs: inputs.map((name) => ({ ...port, name })),
    outputs: [{ ...port, name: 'y' }],
    constants: [],
    emptySequence: FILLED,
  });
  const tensor = (data: Float32Array) => new runtime.Tensor('float32', data, [data.length]);
  return { tensor, ...runtime.createSession(model, { logSeverityLevel: 4 }, {}) };
}

test('a run fills the arrays that it is given, and makes none', () => {
  const { run, tensor } = session('Add', ['a', 'b']);
  const y = tensor(new Float32Array(3));
  const feeds = { a: tensor(Float32Array.of(1, 2, 3)), b: tensor(Float32Array.of(10, 20, 30)) };
  for (let i = 0; i < 3; i++) {
    y.data.fill(0);
    expect(run(feeds, { y }).y).toBe(y);
    expect([...y.data]).toEqual([11, 22, 33]);
  }
});

test('a run that fails says why', () => {
  const { run, tensor } = session('Add', ['a', 'b']);
  const a = tensor(Float32Array.of(1, 2, 3));
  const b = tensor(Float32Array.of(1, 2));
  const y = tensor(new Float32Array(3));
  expect(() => run({ a, b }, { y })).toThrow(/invalid dimensions|Got: 2 Expected: 3/i);
});
