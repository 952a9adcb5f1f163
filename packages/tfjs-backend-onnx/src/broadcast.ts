import {
  type Attributes,
  type ElementType,
  type Graph,
  sameShape,
  sizeOf,
  type Value,
} from './graph.ts';
import {
  CHANNELS_FIRST,
  expandValue,
  inOrder,
  physicalShape,
  reshapeValue,
  type View,
  view,
} from './layout.ts';
import { operation } from './operation.ts';

export function broadcastShape(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  const result: number[] = Array(rank).fill(1);
  for (const shape of shapes) {
    for (let i = 0; i < shape.length; i++) {
      const axis = rank - shape.length + i;
      const length = shape[i]!;
      if (length === 1 || length === result[axis]) continue;
      if (result[axis] !== 1) {
        throw new RangeError(`broadcast: shapes must agree, got ${shapes.join(' and ')}`);
      }
      result[axis] = length;
    }
  }
  return result;
}

/**
 * The physical order that most of the elements already have. Grey images [n, h, w, 1] lie in both orders: where they get
 * channels it is the one that convolutions read.
 */
function commonOrder(
  operands: readonly View[],
  result: readonly number[],
): readonly number[] | undefined {
  const rank = result.length;
  const votes = new Map<string, { order: readonly number[] | undefined; size: number }>();
  let best: { order: readonly number[] | undefined; size: number } | undefined;
  let mostChannels = 1;
  for (const { value, shape, order } of operands) {
    if (shape.length !== rank) continue;
    const key = order?.join() ?? '';
    const size = (votes.get(key)?.size ?? 0) + sizeOf((value.broadcastOf ?? value).shape);
    const vote = { order, size };
    votes.set(key, vote);
    if (best !== undefined && size <= best.size) continue;
    best = vote;
    mostChannels = shape.at(-1)!;
  }
  const isColouring = rank === 4 && mostChannels === 1 && result[3]! > 1;
  return isColouring ? (best?.order ?? CHANNELS_FIRST) : best?.order;
}

function aligned(graph: Graph, x: View, rank: number, order: readonly number[] | undefined): Value {
  if (sizeOf(x.shape) === 1) return reshapeValue(graph, x.value, []);
  const missing = rank - x.shape.length;
  if (missing === 0) return inOrder(graph, x, order);
  const units = Array<number>(missing).fill(1);
  const axes = x.order ?? x.shape.map((_, i) => i);
  const padded: View = {
    value: reshapeValue(graph, x.value, [...units, ...x.value.shape]),
    shape: [...units, ...x.shape],
    order: [...units.map((_, i) => i), ...axes.map((axis) => axis + missing)],
  };
  return inOrder(graph, padded, order);
}

/**
 * Single numbers with as many axes as the others: ONNX Runtime repeats one without axes number by number, ten times as slowly,
 * where the others' last axis has one element.
 */
function ofRank(graph: Graph, value: Value, { length }: readonly number[]): Value {
  if (value.shape.length > 0) return value;
  const shape = Array<number>(length).fill(1);
  const { constant, type } = value;
  if (constant === undefined) return reshapeValue(graph, value, shape);
  return graph.constant(`${constant.key}^${length}`, shape, type, () => constant.data);
}

/**
 * Records an operation that works element by element with broadcasting.
 * Repeated operands are not materialised: the operation runs on what they repeat.
 */
export function elementwise(
  graph: Graph,
  op: string,
  operands: readonly View[],
  type: ElementType,
  attributes: Attributes = {},
): View {
  const shape = broadcastShape(operands.map((operand) => operand.shape));
  const order = commonOrder(operands, shape);
  const values = operands.map((operand) => {
    const value = aligned(graph, operand, shape.length, order);
    return value.broadcastOf ?? value;
  });
  const full = physicalShape(shape, order);
  const small = broadcastShape(values.map((value) => value.shape));
  const inputs = small.at(-1) === 1 ? values.map((value) => ofRank(graph, value, small)) : values;
  let result = operation(graph, op, inputs, small, type, attributes);
  if (small.length < full.length) {
    const padded = [...Array<number>(full.length - small.length).fill(1), ...small];
    result = reshapeValue(graph, result, padded);
  }
  if (!sameShape(result.shape, full)) result = expandValue(graph, result, full);
  return view(result, shape, order);
}

/** A structural constant as an operand of `elementwise`. */
export const constantView = (
  graph: Graph,
  value: number,
  type: 'float32' | 'int32' = 'float32',
): View => ({ value: graph.scalar(value, type), shape: [] });
