import type { Value } from './graph.ts';
import { additionNodes, integersNode, type Lowering } from './lowering.ts';
import type { ModelNode } from './onnx-model.ts';
import {
  clip,
  convolution,
  numberNode,
  relu,
  slice,
  softmax,
  transposedConvolution,
} from './webgpu-corrections.ts';

/**
 * A node in operations that ONNX Runtime computes by WebGPU. Those that it lacks it would compute on the processor, between
 * two journeys of every operand.
 */
export function webGpuNodes(node: ModelNode, value: Value): ModelNode[] {
  const lowered = LOWERINGS[node.op]?.(node, value) ?? [node];
  return lowered.map((part, i) => ({ ...part, name: `${node.name}.${i}` }));
}

/** Swaps the last two axes of a factor where the flag asks for it. */
function plainFactor(node: ModelNode, value: Value, place: 0 | 1): ModelNode[] {
  const flag = node.attributes[place === 0 ? 'transA' : 'transB'];
  if (flag !== 1) return [];
  const rank = value.node!.inputs[place]!.shape.length;
  const perm = Array.from({ length: rank }, (_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i));
  return [
    {
      op: 'Transpose',
      name: node.name,
      inputs: [node.inputs[place]!],
      output: `${node.output}_${place}`,
      attributes: { perm },
    },
  ];
}

const matMul: Lowering = (node, value) => {
  const swaps = ([0, 1] as const).map((place) => plainFactor(node, value, place));
  const inputs = swaps.map(([swap], place) => swap?.output ?? node.inputs[place]!);
  return [...swaps.flat(), { ...node, op: 'MatMul', inputs, attributes: {} }];
};

/** a ∨ b = ¬(¬a ∧ ¬b) */
const or: Lowering = (node) => {
  const negated = node.inputs.map((input, i) => negation(node, input, `${node.output}_${i}`));
  const both = { ...node, op: 'And', inputs: outputsOf(negated), output: `${node.output}_2` };
  return [...negated, both, negation(node, both.output, node.output)];
};

const negation = (node: ModelNode, input: string, output: string): ModelNode => ({
  ...node,
  op: 'Not',
  inputs: [input],
  output,
});

/** NaN alone differs from itself. */
const isNan: Lowering = (node) => {
  const [x] = node.inputs as [string];
  const equal = { ...node, op: 'Equal', inputs: [x, x], output: `${node.output}_0` };
  return [equal, negation(node, equal.output, node.output)];
};

const IMAGE_RANK = 4;

/**
 * With channels-last images on both sides ONNX Runtime compares them as they are, and lays the truth values out anew instead of
 * the images: on the processor, since its WebGPU transposes numbers only. It does not look behind a Gather, here of all images.
 */
const comparison: Lowering = (node, value) => {
  const [a, b] = value.node!.inputs as [Value, Value];
  if (a.shape.length < IMAGE_RANK || b.shape.length < IMAGE_RANK) return [node];
  const [all, same] = [`${node.output}_all`, `${node.output}_same`];
  const images = Array.from({ length: b.shape[0]! }, (_, i) => i);
  const inputs = [node.inputs[1]!, all];
  return [
    integersNode(node, all, images),
    { ...node, op: 'Gather', inputs, output: same, attributes: { axis: 0 } },
    { ...node, inputs: [node.inputs[0]!, same] },
  ];
};

/** (x > 0) − (x < 0), and NaN where x is. */
const sign: Lowering = (node) => {
  const [x] = node.inputs as [string];
  const part = (name: string): string => `${node.output}_${name}`;
  const step = (op: string, name: string): ModelNode[] => [
    { ...node, op, inputs: [x, part('zero')], output: part(name) },
    cast(node, 'float32', part(name), part(`${name}_one`)),
  ];
  return [
    numberNode(node, part('zero'), 0),
    ...step('Greater', 'above'),
    ...step('Less', 'below'),
    {
      ...{ ...node, op: 'Sub', output: part('sign') },
      inputs: [part('above_one'), part('below_one')],
    },
    { ...node, op: 'Equal', inputs: [x, x], output: part('number') },
    { ...node, op: 'Where', inputs: [part('number'), part('sign'), x] },
  ];
};

const cast = (node: ModelNode, tensorType: 'float32' | 'bool', input: string, output: string) => ({
  ...node,
  op: 'Cast',
  inputs: [input],
  output,
  attributes: { to: { tensorType } },
});

/** Moves truth values about as numbers. */
const moveBooleans: Lowering = (node, value) => {
  if (value.type !== 'bool') return [node];
  const casts = new Map<string, ModelNode>();
  node.inputs.forEach((input, i) => {
    if (value.node!.inputs[i]?.type !== 'bool') return;
    casts.set(input, cast(node, 'float32', input, `${node.output}_${i}`));
  });
  const inputs = node.inputs.map((input) => casts.get(input)?.output ?? input);
  const moved = { ...node, inputs, output: `${node.output}_moved` };
  return [...casts.values(), moved, cast(node, 'bool', moved.output, node.output)];
};

const cut: Lowering = (node, value) =>
  moveBooleans(node, value).flatMap((part) => (part.op === 'Slice' ? slice(part, value) : [part]));

/** WebGPU promises eight storage buffers to a shader: seven inputs and the output. A page's ONNX Runtime binds them all at once. */
const MOST_INPUTS = 7;

const concat: Lowering = (node, value) =>
  moveBooleans(node, value).flatMap((part) => (part.op === 'Concat' ? joinInParts(part) : [part]));

function joinInParts(node: ModelNode): ModelNode[] {
  const joined: ModelNode[] = [];
  let { inputs } = node;
  while (inputs.length > MOST_INPUTS) {
    const output = `${node.output}_joined${joined.length}`;
    joined.push({ ...node, inputs: inputs.slice(0, MOST_INPUTS), output });
    inputs = [output, ...inputs.slice(MOST_INPUTS)];
  }
  return [...joined, { ...node, inputs }];
}

/** Cuts or joins tiles by a transposition, since not every ONNX Runtime for WebGPU has the operation. */
const moveTiles =
  (
    perm: readonly number[],
    apart: (shape: readonly number[], size: number) => number[],
  ): Lowering =>
  (node, value) => {
    const [x] = node.inputs as [string];
    const size = node.attributes.blocksize as number;
    const names = ['tiles', 'shape', 'apart', 'moved'].map((part) => `${node.output}_${part}`);
    const [tiles, shape, reshaped, moved] = names as [string, string, string, string];
    const reshape = { ...node, op: 'Reshape', attributes: {} };
    return [
      integersNode(node, tiles, apart(value.node!.inputs[0]!.shape, size)),
      integersNode(node, shape, value.shape),
      { ...reshape, inputs: [x, tiles], output: reshaped },
      { ...node, op: 'Transpose', inputs: [reshaped], output: moved, attributes: { perm } },
      { ...reshape, inputs: [moved, shape] },
    ];
  };

const cutTiles = moveTiles([0, 3, 5, 1, 2, 4], ([n, c, h, w], size) => [
  ...[n!, c!],
  ...[h! / size, size, w! / size, size],
]);

const joinTiles = moveTiles([0, 3, 4, 1, 5, 2], ([n, c, h, w], size) => [
  ...[n!, size, size, c! / size ** 2],
  ...[h!, w!],
]);

const outputsOf = (nodes: readonly ModelNode[]): string[] => nodes.map(({ output }) => output);

const LOWERINGS: Readonly<Record<string, Lowering>> = {
  Clip: clip,
  Conv: convolution,
  ConvTranspose: transposedConvolution,
  Equal: comparison,
  FusedMatMul: matMul,
  Greater: comparison,
  GreaterOrEqual: comparison,
  Less: comparison,
  LessOrEqual: comparison,
  Relu: relu,
  Sign: sign,
  Softmax: softmax,
  Sum: (node) => additionNodes(node, node.inputs),
  Or: or,
  IsNaN: isNan,
  Slice: cut,
  Concat: concat,
  SpaceToDepth: cutTiles,
  DepthToSpace: joinTiles,
  Transpose: moveBooleans,
};
