import * as tf from '@tensorflow/tfjs-core';
import { constantView, elementwise } from '../broadcast.ts';
import { type ElementType, type Graph, sizeOf, type Value } from '../graph.ts';
import { allFloat, type Kernel, type KernelTable } from '../kernel.ts';
import {
  expandValue,
  inOrder,
  physicalShape,
  reshapeValue,
  reshapeView,
  typeOf,
  type View,
  view,
} from '../layout.ts';
import { phasesOf } from '../phases.ts';
import { middleDivisor, sumsOfProducts } from '../sums-of-products.ts';
import { binary, castView, selectView } from './elementwise.ts';

/** Records a reduction over logical axes; the physical order of the others is kept. */
function reduce(
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
  const reducedShape = order.map((axis) => shape[axis]!);
  const reduced =
    reducePhases(graph, op, value, physicalAxes) ??
    reshapeValue(graph, inStages(graph, op, value, physicalAxes), reducedShape);
  const kept = view(reduced, shape, order);
  return keepDims ? kept : dropAxes(graph, kept, axes);
}

/** Reductions over whole images work on their phases where those are recorded anyway. */
function reducePhases(
  graph: Graph,
  op: string,
  images: Value,
  axes: readonly number[],
): Value | undefined {
  if (images.shape.length !== 4 || !axes.includes(2) || !axes.includes(3)) return undefined;
  const phases = phasesOf(graph, images, { mayConvolve: false });
  if (phases === undefined) return undefined;
  const phaseAxes = [...axes.filter((axis) => axis < 2).map((axis) => 2 * axis), 1, 3, 4];
  const shape = phases.shape.map((length, axis) => (phaseAxes.includes(axis) ? 1 : length));
  const reduced = inStages(graph, op, phases, phaseAxes.sort());
  return reshapeValue(graph, reduced, [shape[0]!, shape[2]!, 1, 1]);
}

/** Sums longer than this are added up in two stages. */
const LONG_SUM = 64;

/**
 * A reduction over physical axes, which stay as 1. ONNX Runtime adds the terms of a float sum one after the other, with
 * an error that grows with their number: long sums and means are formed of partial ones, first along the last axis.
 */
function inStages(graph: Graph, op: string, x: Value, axes: readonly number[]): Value {
  const apply = (value: Value, over: readonly number[]): Value => {
    const shape = value.shape.map((length, axis) => (over.includes(axis) ? 1 : length));
    const inputs = [value, graph.integers(over)];
    return graph.node(op, inputs, shape, value.type, { keepdims: 1 });
  };
  const count = sizeOf(axes.map((axis) => x.shape[axis]!));
  const adds = op === 'ReduceSum' || op === 'ReduceMean';
  if (!adds || x.type !== 'float32' || count <= LONG_SUM) return apply(x, axes);
  const ofProducts = sumsOfProducts(graph, x, axes);
  if (ofProducts !== undefined) {
    const { sums, rest } = ofProducts;
    const total = rest.length === 0 ? sums : inStages(graph, 'ReduceSum', sums, rest);
    if (op === 'ReduceSum') return total;
    return graph.node('Div', [total, graph.scalar(count)], total.shape, 'float32');
  }
  const last = axes.at(-1)!;
  const length = x.shape[last]!;
  const rest = axes.slice(0, -1).filter((axis) => x.shape[axis] !== 1);
  if (rest.length > 0 && length > 1) return apply(apply(x, [last]), rest);
  const part = middleDivisor(length);
  if (part === 1) return apply(x, axes);
  const split = [...x.shape.slice(0, last), length / part, part, ...x.shape.slice(last + 1)];
  return apply(apply(reshapeValue(graph, x, split), [last + 1]), [...axes.slice(0, -1), last]);
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
function sum(graph: Graph, x: View, axes: readonly number[], keepDims: boolean): View {
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

/** The greatest or least element, and NaN where there is one: ONNX Runtime's own reductions pass over NaN. */
const extreme =
  (op: 'ReduceMax' | 'ReduceMin'): Kernel =>
  (call) => {
    const { graph, list } = call;
    const found = reduction(op, ['float32', 'int32'])(call) as View | undefined;
    if (found === undefined || !allFloat(list) || list[0] === found) return found;
    const { reductionIndices, axis, keepDims } = call.attributes as ReductionAttributes;
    const axes = axesOf(list[0]!, reductionIndices ?? axis);
    const nans = castView(graph, elementwise(graph, 'IsNaN', [list[0]!], 'bool'), 'int32');
    const any = castView(graph, reduce(graph, 'ReduceMax', nans, axes, keepDims ?? false), 'bool');
    return selectView(graph, any, constantView(graph, Number.NaN), found);
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

const withoutNans = (graph: Graph, x: View, op: 'ArgMax' | 'ArgMin'): View => {
  const last = constantView(graph, op === 'ArgMax' ? -Infinity : Infinity);
  return selectView(graph, elementwise(graph, 'IsNaN', [x], 'bool'), last, x);
};

/** The place of the greatest or least number; NaN is passed over, as in tfjs-backend-cpu. */
const argument =
  (op: 'ArgMax' | 'ArgMin'): Kernel =>
  ({ graph, list, attributes }) => {
    const x = list[0]!;
    if (typeOf(x) === 'bool' || x.shape.length === 0) return undefined;
    const axis = axesOf(x, (attributes as { axis: number }).axis)[0]!;
    const shape = x.shape.filter((_, i) => i !== axis);
    const numbers = typeOf(x) === 'float32' ? withoutNans(graph, x, op) : x;
    const found = graph.node(op, [inOrder(graph, numbers)], shape, 'int64', { axis, keepdims: 0 });
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
  Max: extreme('ReduceMax'),
  Min: extreme('ReduceMin'),
  Prod: reduction('ReduceProd', ['float32']),
  All: boolReduction('ReduceMin'),
  Any: boolReduction('ReduceMax'),
  ArgMax: argument('ArgMax'),
  ArgMin: argument('ArgMin'),
  Softmax: softmax('Softmax', 'dim'),
  LogSoftmax: softmax('LogSoftmax', 'axis'),
};
