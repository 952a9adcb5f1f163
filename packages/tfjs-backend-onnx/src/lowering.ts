import type { Value } from './graph.ts';
import type { ModelNode } from './onnx-model.ts';

/** Writes a node in other operations; the last of them computes the node's output. */
export type Lowering = (node: ModelNode, value: Value) => ModelNode[];

/** A vector of integers under the name `output`. */
export const integersNode = (
  node: ModelNode,
  output: string,
  integers: readonly number[],
): ModelNode => ({
  ...node,
  op: 'Constant',
  inputs: [],
  output,
  attributes: { value_ints: integers },
});

/** A cut in the order of ONNX's Slice: from, to, axes, steps. */
export function sliceNodes(
  node: ModelNode,
  [x, output]: readonly [string, string],
  bounds: readonly (readonly number[])[],
): ModelNode[] {
  const names = bounds.map((_, i) => `${output}_bounds${i}`);
  return [
    ...bounds.map((integers, i) => integersNode(node, names[i] as string, integers)),
    { ...node, op: 'Slice', inputs: [x, ...names], output, attributes: {} },
  ];
}

/** The node's output as the sum of values. */
export function additionNodes(node: ModelNode, terms: readonly string[]): ModelNode[] {
  const [first, ...rest] = terms as [string, ...string[]];
  let total = first;
  return rest.map((term, i) => {
    const output = i === rest.length - 1 ? node.output : `${node.output}_${i}`;
    const inputs = [total, term];
    total = output;
    return { ...node, op: 'Add', inputs, output, attributes: {} };
  });
}
