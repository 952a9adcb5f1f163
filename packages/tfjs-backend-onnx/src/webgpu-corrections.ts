import { additionNodes, integersNode, type Lowering, sliceNodes } from './lowering.ts';
import type { ModelNode } from './onnx-model.ts';

// What ONNX Runtime 1.30 computes wrongly by WebGPU, in operations that it computes rightly.

/**
 * Where the filter is as large as the image and there is no upper and left border, the others are not looked at either: the
 * border is made wider there by one step, and what is computed for it is cut off.
 */
export const convolution: Lowering = (node, value) => {
  const [height, width] = value.node!.inputs[0]!.shape.slice(2) as [number, number];
  const [rows, columns] = value.node!.inputs[1]!.shape.slice(2) as [number, number];
  const { pads = [0, 0, 0, 0], strides = [1, 1] } = node.attributes;
  const [top, left, bottom, right] = pads as [number, number, number, number];
  const isRight = top > 0 || left > 0 || (bottom === 0 && right === 0);
  if (rows !== height || columns !== width || isRight) return [node];
  const wide = `${node.output}_wide`;
  const [down, along] = strides as [number, number];
  const attributes = { ...node.attributes, pads: [down, along, bottom, right] };
  const bounds = [
    [1, 1],
    [2 ** 31, 2 ** 31],
    [2, 3],
  ];
  return [{ ...node, output: wide, attributes }, ...sliceNodes(node, [wide, node.output], bounds)];
};

/**
 * Of a group with several inputs, as in the gradient of a depthwise convolution with a multiplier, most are left out: the
 * first, second… inputs of all groups are convolved apart, and added up.
 */
export const transposedConvolution: Lowering = (node, value) => {
  const groups = (node.attributes.group as number | undefined) ?? 1;
  const [images, filter] = node.inputs as [string, string];
  const channels = value.node!.inputs[0]!.shape[1]!;
  const each = channels / groups;
  if (groups === 1 || each === 1) return [node];
  const parts = Array.from({ length: each }, (_, place) => `${node.output}_part${place}`);
  const convolved = parts.flatMap((part, place) => {
    const [own, ownFilter] = [`${part}_images`, `${part}_filter`];
    const bounds = (axis: number) => [[place], [channels], [axis], [each]];
    return [
      ...sliceNodes(node, [images, own], bounds(1)),
      ...sliceNodes(node, [filter, ownFilter], bounds(0)),
      { ...node, inputs: [own, ownFilter], output: part },
    ];
  });
  return [...convolved, ...additionNodes(node, parts)];
};

/** A cut that steps backwards begins at the wrong place, unless it is all of an axis: cut forwards, then turned round. */
export const slice: Lowering = (node, value) => {
  const [x, ...bounds] = value.node!.inputs;
  if (bounds.length < 4) return [node]; // without steps
  const read = bounds.map((bound) => Array.from(bound!.constant!.data as BigInt64Array, Number));
  const [from, , axes, steps] = read as [number[], number[], number[], number[]];
  const size = (i: number): number => value.shape[axes[i]!]!;
  const isPart = (step: number, i: number): boolean =>
    step < 0 && !(step === -1 && size(i) === x!.shape[axes[i]!]);
  if (!steps.some(isPart)) return [node];
  // the elements from, from + step… in the order of memory
  const first = from.map((begin, i) => {
    const start = begin < 0 ? begin + x!.shape[axes[i]!]! : begin;
    return steps[i]! < 0 ? start + (size(i) - 1) * steps[i]! : start;
  });
  const strides = steps.map(Math.abs);
  const last = first.map((start, i) => start + (size(i) - 1) * strides[i]! + 1);
  const turned = axes.filter((_, i) => steps[i]! < 0);
  const forwards = `${node.output}_forwards`;
  const all = (integer: number): number[] => turned.map(() => integer);
  return [
    ...sliceNodes(node, [node.inputs[0]!, forwards], [first, last, axes, strides]),
    ...sliceNodes(node, [forwards, node.output], [all(-1), all(-(2 ** 31)), turned, all(-1)]),
  ];
};

/** A number under the name `output`. */
export const numberNode = (node: ModelNode, output: string, float: number): ModelNode => ({
  ...node,
  op: 'Constant',
  inputs: [],
  output,
  attributes: { value_float: { float } },
});

/** `bound` where x is less (or greater) than it, else x: unlike a minimum or maximum this keeps NaN, which is neither. */
function bounded(
  node: ModelNode,
  op: 'Less' | 'Greater',
  [x, bound, output]: readonly [string, string, string],
): ModelNode[] {
  const beyond = `${output}_beyond`;
  return [
    { ...node, op, inputs: [x, bound], output: beyond, attributes: {} },
    { ...node, op: 'Where', inputs: [beyond, bound, x], output, attributes: {} },
  ];
}

/** relu(NaN) would be 0. */
export const relu: Lowering = (node) => {
  const [x] = node.inputs as [string];
  const zero = `${node.output}_zero`;
  return [numberNode(node, zero, 0), ...bounded(node, 'Less', [x, zero, node.output])];
};

/** NaN would be the lower bound. */
export const clip: Lowering = (node) => {
  const [x, least, most] = node.inputs as [string, string, string];
  const raised = `${node.output}_raised`;
  return [
    ...bounded(node, 'Less', [x, least, raised]),
    ...bounded(node, 'Greater', [raised, most, node.output]),
  ];
};

/** With a NaN among them all would be 0: where one differs from itself, all are NaN. */
export const softmax: Lowering = (node) => {
  const part = (name: string): string => `${node.output}_${name}`;
  const plain = (op: string, inputs: string[], output: string): ModelNode => ({
    ...node,
    ...{ op, inputs, output, attributes: {} },
  });
  const [x] = node.inputs as [string];
  return [
    { ...node, output: part('numbers') },
    plain('Equal', [x, x], part('equal')),
    {
      ...plain('Cast', [part('equal')], part('ones')),
      attributes: { to: { tensorType: 'float32' } },
    },
    integersNode(node, part('axis'), [node.attributes.axis as number]),
    {
      ...plain('ReduceMin', [part('ones'), part('axis')], part('all')),
      attributes: { keepdims: 1 },
    },
    numberNode(node, part('one'), 1),
    numberNode(node, part('nan'), Number.NaN),
    plain('Less', [part('all'), part('one')], part('some')),
    plain('Where', [part('some'), part('nan'), part('numbers')], node.output),
  ];
};
