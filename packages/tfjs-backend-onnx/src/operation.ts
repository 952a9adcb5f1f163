import { blocksOf, fromBlocks } from './channel-blocks.ts';
import {
  type Attributes,
  type ElementType,
  type Graph,
  sameShape,
  sizeOf,
  type Value,
} from './graph.ts';
import { reshapeValue } from './layout.ts';

type Rewrite = (graph: Graph, request: Operation) => Value | undefined;

interface Operation {
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly attributes: Attributes;
}

/**
 * Records an elementwise operation in its cheapest form. Memory traffic rules the cost of such
 * operations, so biases go into their convolution and masks are bytes as long as possible.
 */
export function operation(
  graph: Graph,
  op: string,
  inputs: readonly Value[],
  shape: readonly number[],
  type: ElementType,
  attributes: Attributes = {},
): Value {
  const request = { op, inputs, shape, type, attributes };
  return REWRITES[op]?.(graph, request) ?? graph.node(op, inputs, shape, type, attributes);
}

const REWRITES: Readonly<Record<string, Rewrite>> = {
  Add: (graph, { inputs: [a, b] }) => addBias(graph, a!, b!) ?? addBias(graph, b!, a!),
  Mul: (graph, { inputs: [a, b], shape, type }) => {
    const [x, y] = [bareMask(graph, a!), bareMask(graph, b!)];
    const joined = maskProduct(graph, x, y, shape) ?? maskProduct(graph, y, x, shape);
    return joined ?? graph.node('Mul', [x, y], shape, type);
  },
  Relu: rectify,
  Greater: (graph, { inputs: [x, threshold], shape }) => {
    const positive = graph.rectified.get(x!);
    if (positive === undefined || !isZero(threshold!)) return undefined;
    return graph.node('Greater', [positive, threshold], shape, 'bool');
  },
};

/** relu(x) has the sign of x: later masks read it, so that x itself need not be kept. */
function rectify(graph: Graph, { inputs: [x], shape }: Operation): Value {
  const node = x!.node;
  const source = node?.op === 'Reshape' ? node.inputs[0]! : x!;
  const blocks = blocksOf(source);
  const value =
    blocks !== undefined
      ? reshapeValue(graph, fromBlocks(graph, relu(graph, blocks)), shape)
      : source.node?.op === 'Conv'
        ? reshapeValue(graph, relu(graph, source), shape)
        : relu(graph, x!);
  graph.rectified.set(x!, value);
  return value;
}

const relu = (graph: Graph, x: Value): Value => graph.node('Relu', [x], x.shape, 'float32');

function isZero({ constant, memory, shape }: Value): boolean {
  if (sizeOf(shape) !== 1) return false;
  const data = constant?.data ?? memory?.hostArray;
  return data !== undefined && Number(data[0]) === 0;
}

const CONVOLUTIONS: ReadonlySet<string> = new Set(['Conv', 'BlockedConv']);

/** A convolution takes its bias as a third input. */
function addBias(graph: Graph, x: Value, bias: Value): Value | undefined {
  const blocks = blocksOf(x.node?.op === 'Reshape' ? x.node.inputs[0]! : x);
  const { node, shape } = blocks ?? x;
  const isBare = node !== undefined && CONVOLUTIONS.has(node.op) && node.inputs.length === 2;
  const channels = x.shape[1]!;
  if (!isBare || !sameShape(bias.shape, [1, channels, 1, 1])) return undefined;
  const together = shape[1]! / channels; // images side by side
  if (!Number.isInteger(together) || !sameShape(shape.slice(2), x.shape.slice(2))) return undefined;
  const own = reshapeValue(graph, bias, [channels]);
  const all = Array<Value>(together).fill(own);
  const biases =
    together === 1 ? own : graph.node('Concat', all, [shape[1]!], 'float32', { axis: 0 });
  const value = graph.node(node.op, [...node.inputs, biases], shape, 'float32', node.attributes);
  return blocks === undefined ? value : reshapeValue(graph, fromBlocks(graph, value), x.shape);
}

/**
 * A product with a step function masks, even where the function's own value would be NaN: the ReLU that was NaN there
 * has made the loss NaN already, and gradients are spared two passes over memory.
 */
const bareMask = (graph: Graph, factor: Value): Value => graph.masks.get(factor) ?? factor;

const maskOf = ({ node }: Value): Value | undefined =>
  node?.op === 'Cast' && node.inputs[0]!.type === 'bool' ? node.inputs[0] : undefined;

/** A product with two masks needs one float mask, where joining the conditions as bytes costs less than another product. */
function maskProduct(
  graph: Graph,
  x: Value,
  factor: Value,
  shape: readonly number[],
): Value | undefined {
  const condition = graph.hasByteMasks ? maskOf(factor) : undefined;
  if (condition === undefined || x.node?.op !== 'Mul') return undefined;
  const [a, b] = x.node.inputs as [Value, Value];
  const [masked, inner] = maskOf(a) === undefined ? [b, a] : [a, b];
  const first = maskOf(masked);
  if (first === undefined) return undefined;
  if (!sameShape(first.shape, shape) || !sameShape(condition.shape, shape)) return undefined;
  const both = graph.node('And', [condition, first], shape, 'bool');
  return graph.node('Mul', [inner, toFloat(graph, both)], shape, 'float32');
}

/** Ones where the mask is true, else zeros. */
export const toFloat = (graph: Graph, mask: Value): Value =>
  graph.node('Cast', [mask], mask.shape, 'float32', { to: { tensorType: 'float32' } });

/** `x` where the mask of the full shape is true, else 0. */
export const maskValue = (graph: Graph, mask: Value, x: Value): Value =>
  weigh(graph, toFloat(graph, mask), x);

/** `x` times weights of the full shape. */
export const weigh = (graph: Graph, weights: Value, x: Value): Value =>
  isOne(x) ? weights : graph.node('Mul', [x, weights], weights.shape, 'float32');

function isOne(x: Value): boolean {
  const source = x.node?.op === 'Reshape' ? x.node.inputs[0]! : x;
  return (
    source.constant !== undefined && source.shape.length === 0 && source.constant.data[0] === 1
  );
}
