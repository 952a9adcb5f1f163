import { executionOrder } from './execution-order.ts';
import { encodeModel, type ModelNode } from './onnx-model.ts';
import { FILLED, type SynchronousRuntime } from './runtime.ts';
import { WorkingBlock } from './working-block.ts';
import { layOut, type PlacedNode } from './working-memory.ts';

const LENGTH = 16;
const BRANCHES = 12;

/**
 * Whether ONNX Runtime computes in the order that {@link executionOrder} says: branches that grow from one another, and are read in
 * another order, would otherwise write over results that are still needed.
 */
export function runsInKnownOrder(runtime: SynchronousRuntime): boolean {
  const nodes = branchedNodes();
  const outputs = Array.from({ length: BRANCHES }, (_, i) => `end${i}`);
  const placed = nodes.filter(({ output }) => !outputs.includes(output)) as PlacedNode[];
  const port = (name: string) => ({ name, type: 'float32', shape: [LENGTH] }) as const;
  const model = encodeModel({
    emptySequence: FILLED,
    nodes,
    inputs: [port('x')],
    outputs: [...outputs, ...placed.map(({ output }) => output)].map(port),
    constants: [],
  });
  const options = { graphOptimizationLevel: 'disabled', logSeverityLevel: 4 } as const;
  const session = runtime.createSession(model, options, {}, true);
  const memory = layOut(executionOrder(session.nodes!), placed);
  const arrays = new WorkingBlock(runtime.Tensor).arraysFor(memory);
  const tensor = (data: Float32Array) => new runtime.Tensor('float32', data, [LENGTH]);
  const results = outputs.map((name) => [name, tensor(new Float32Array(LENGTH))] as const);
  const x = Float32Array.from({ length: LENGTH }, (_, i) => 1 + i);
  session.run({ x: tensor(x) }, { ...Object.fromEntries(results), ...arrays });
  session.release();
  return results.every(([, { data }], i) =>
    (data as Float32Array).every((value, at) => value === expected(i, x[at]!)),
  );
}

/**
 * Branch i is 2ⁱ⁺¹ x. It ends as the sum of itself and of an earlier branch, each rounded on the way, one of them more often: what
 * is computed before the other would otherwise lie where the other writes.
 */
function branchedNodes(): ModelNode[] {
  const node = (op: string, inputs: string[], output: string): ModelNode => {
    const attributes = {};
    return {
      ...{ op, name: output, inputs, output, attributes },
      type: 'float32',
      shape: [LENGTH],
    };
  };
  const rounded = (input: string, output: string, times: number): ModelNode[] =>
    Array.from({ length: times }, (_, i) =>
      node(
        'Ceil',
        [i === 0 ? input : `${output}${i}`],
        i + 1 === times ? output : `${output}${i + 1}`,
      ),
    );
  return Array.from({ length: BRANCHES }, (_, i) => {
    const before = i === 0 ? 'x' : `branch${i - 1}`;
    return [
      node('Add', [before, before], `branch${i}`),
      ...rounded(`branch${i}`, `own${i}_`, i % 2 === 0 ? 3 : 1),
      ...rounded(`branch${earlier(i)}`, `other${i}_`, i % 2 === 0 ? 1 : 3),
      node('Add', [`own${i}_`, `other${i}_`], `end${i}`),
    ];
  }).flat();
}

const earlier = (branch: number): number => (branch * 5) % (branch + 1);
const expected = (branch: number, x: number): number =>
  (2 ** (branch + 1) + 2 ** (earlier(branch) + 1)) * x;
