import * as tf from '@tensorflow/tfjs-core';
import { constantView } from '../broadcast.ts';
import { type ElementType, type Graph, sizeOf } from '../graph.ts';
import { allFloat, type Kernel, type KernelTable } from '../kernel.ts';
import {
  expandValue,
  inOrder,
  physicalShape,
  reshapeView,
  typeOf,
  type View,
  view,
} from '../layout.ts';
import { binary, castView } from './elementwise.ts';

/** Records a reduction over logical axes; the physical order of the others is kept. */
export function reduce(
  graph: Graph,
  op: string,
  x: View,
  axes: readonly number[],
  keepDims: boolean,
): View {
  const shape = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const order = x.order ?? x.shape.map((_, i) => i);
  const physicalAxes = order.map((_, i) => i).filter((i) => axes.includes(order[i]!));
  const value = inOrder(graph, x, order);
  const reduced = graph.node(
    op,
    [value, graph.integers(physicalAxes)],
    order.map((axis) => shape[axis]!),
    typeOf(x),
    { keepdims: 1 },
  );
  const kept = view(reduced, shape, order);
  return keepDims ? kept : dropAxes(graph, kept, axes);
}

function dropAxes(graph: Graph, x: View, axes: readonly number[]): View {
  return reshapeView(
    graph,
    x,
    x.shape.filter((_, axis) => !axes.includes(axis)),
  );
}

function axesOf(x: View, axis: number | readonly number[] | undefined): number[] {
  return tf.util.parseAxisParam(axis as number | number[], [...x.shape]);
}

interface ReductionAttributes {
  readonly axis: number | readonly number[];
  /** The axes of tf.max, which has another name for them. */
  readonly reductionIndices?: number | readonly number[];
  readonly keepDims?: boolean;
}

/** A sum; over a repeated axis it is the count times one element. */
export function sum(graph: Graph, x: View, axes: readonly number[], keepDims: boolean): View {
  if (axes.length === 0) return x;
  const source = x.value.broadcastOf;
  if (source === undefined) return reduce(graph, 'ReduceSum', x, axes, keepDims);
  const order = x.order ?? x.shape.map((_, i) => i);
  const smallShape = x.shape.map((_, axis) => source.shape[order.indexOf(axis)]!);
  const repeated = axes.filter((axis) => smallShape[axis] === 1 && x.shape[axis] !== 1);
  if (repeated.length === 0 || typeOf(x) !== 'float32') {
    return reduce(graph, 'ReduceSum', x, axes, keepDims);
  }
  const count = sizeOf(repeated.map((axis) => x.shape[axis]!));
  const rest = view(source, smallShape, order);
  const summed = reduce(graph, 'ReduceSum', rest, axes, true);
  const scaled = binary(graph, 'Mul', summed, constantView(graph, count));
  const kept = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const full = view(
    expandValue(graph, inOrder(graph, scaled, order), physicalShape(kept, order)),
    kept,
    order,
  );
  return keepDims ? full : dropAxes(graph, full, axes);
}

const reduction =
  (op: string, types: readonly ElementType[]): Kernel =>
  ({ graph, list, attributes }) => {
    const x = list[0]!;
    const { axis, reductionIndices, keepDims } = attributes as ReductionAttributes;
    if (!types.includes(typeOf(x))) return undefined;
    const axes = axesOf(x, reductionIndices ?? axis);
    return axes.length === 0 ? x : reduce(graph, op, x, axes, keepDims ?? false);
  };

/** All and Any as minimum and maximum of 0 and 1. */
const boolReduction =
  (op: string): Kernel =>
  ({ graph, list, attributes }) => {
    const { axis, keepDims } = attributes as ReductionAttributes;
    const x = list[0]!;
    if (typeOf(x) !== 'bool' || x.shape.length === 0) return undefined;
    const bits = castView(graph, x, 'int32');
    return castView(graph, reduce(graph, op, bits, axesOf(x, axis), keepDims ?? false), 'bool');
  };

const argument =
  (op: string): Kernel =>
  ({ graph, list, attributes }) => {
    const x = list[0]!;
    if (!allFloat(list) || x.shape.length === 0) return undefined;
    const axis = axesOf(x, (attributes as { axis: number }).axis)[0]!;
    const shape = x.shape.filter((_, i) => i !== axis);
    const found = graph.node(op, [inOrder(graph, x)], shape, 'int64', { axis, keepdims: 0 });
    return castView(graph, { value: found, shape }, 'int32');
  };

const softmax =
  (op: string, name: 'dim' | 'axis'): Kernel =>
  ({ graph, list, attributes }) => {
    const x = list[0]!;
    if (!allFloat(list) || x.shape.length === 0) return undefined;
    const axis = axesOf(x, (attributes as Record<string, number>)[name])[0]!;
    const physical = x.order?.indexOf(axis) ?? axis;
    const value = graph.node(op, [x.value], x.value.shape, 'float32', { axis: physical });
    return { ...x, value };
  };

export const reduceKernels: KernelTable = {
  Sum: ({ graph, list, attributes }) => {
    const { axis, keepDims } = attributes as ReductionAttributes;
    const x = typeOf(list[0]!) === 'bool' ? castView(graph, list[0]!, 'int32') : list[0]!;
    return sum(graph, x, axesOf(x, axis), keepDims ?? false);
  },
  Mean: ({ graph, list, attributes }) => {
    const { axis, keepDims } = attributes as ReductionAttributes;
    const x = castView(graph, list[0]!, 'float32');
    const axes = axesOf(x, axis);
    if (axes.length === 0) return x;
    return reduce(graph, 'ReduceMean', x, axes, keepDims ?? false);
  },
  Max: reduction('ReduceMax', ['float32', 'int32']),
  Min: reduction('ReduceMin', ['float32', 'int32']),
  Prod: reduction('ReduceProd', ['float32']),
  All: boolReduction('ReduceMin'),
  Any: boolReduction('ReduceMax'),
  ArgMax: argument('ArgMax'),
  ArgMin: argument('ArgMin'),
  Softmax: softmax('Softmax', 'dim'),
  LogSoftmax: softmax('LogSoftmax', 'axis'),
};
