import type * as tf from '@tensorflow/tfjs-core';
import { type ElementType, type Graph, sameShape, type Value } from './graph.ts';
import { rearranged } from './rearranged.ts';

/**
 * A tensor as tfjs sees it: a logical shape over a value whose physical axes may lie in another order.
 * `order[i]` is the logical axis at physical position i; absent when both agree.
 */
export interface View {
  readonly value: Value;
  readonly shape: readonly number[];
  readonly order?: readonly number[] | undefined;
}

/** The layout that ONNX convolutions read, of tensors that tfjs calls [batch, height, width, channels]. */
export const CHANNELS_FIRST: readonly number[] = [0, 3, 1, 2];

/** tfjs's shape functions ask for a tensor but read its shape and type only. */
export const asTensor = (x: View): tf.Tensor =>
  ({ shape: [...x.shape], rank: x.shape.length, dtype: typeOf(x) }) as unknown as tf.Tensor;

export const typeOf = (view: View): ElementType => view.value.type;

export function view(value: Value, shape: readonly number[], order?: readonly number[]): View {
  return order === undefined || order.every((axis, i) => axis === i)
    ? { value, shape }
    : { value, shape, order };
}

export const physicalShape = (shape: readonly number[], order?: readonly number[]): number[] =>
  order === undefined ? [...shape] : order.map((axis) => shape[axis]!);

export function reshapeValue(graph: Graph, value: Value, shape: readonly number[]): Value {
  if (sameShape(value.shape, shape)) return value;
  if (value.memory !== undefined) return graph.reshapedLeaf(value, value.memory, shape);
  const source = value.node?.op === 'Reshape' ? value.node.inputs[0]! : value;
  if (source !== value) return reshapeValue(graph, source, shape);
  return graph.node('Reshape', [source, graph.integers(shape)], shape, value.type);
}

/** Repeats a value along its axes of length 1; operations on the result may work on the source. */
export function expandValue(graph: Graph, value: Value, shape: readonly number[]): Value {
  if (sameShape(value.shape, shape)) return value;
  const source = value.broadcastOf ?? value;
  const padded = [...Array(shape.length - source.shape.length).fill(1), ...source.shape];
  const small = reshapeValue(graph, source, padded);
  return graph.node('Expand', [small, graph.integers(shape)], shape, value.type, {}, small);
}

function transposeValue(graph: Graph, value: Value, permutation: readonly number[]): Value {
  const shape = permutation.map((axis) => value.shape[axis]!);
  const source = value.broadcastOf;
  if (source !== undefined) {
    return expandValue(graph, transposeValue(graph, source, permutation), shape);
  }
  const before = value.shape.map((_, i) => i).filter((i) => value.shape[i] !== 1);
  const after = permutation.filter((i) => value.shape[i] !== 1);
  if (sameShape(before, after)) return reshapeValue(graph, value, shape);
  const inner = value.node?.op === 'Transpose' ? value.node : undefined;
  if (inner !== undefined) {
    const first = inner.attributes.perm as readonly number[];
    const joined = permutation.map((i) => first[i]!);
    const source = inner.inputs[0]!;
    return joined.every((axis, i) => axis === i) ? source : transposeValue(graph, source, joined);
  }
  return (
    rearranged(graph, value, permutation) ??
    graph.node('Transpose', [value], shape, value.type, { perm: permutation })
  );
}

/**
 * The value with its axes in the wanted physical order (logical order by default).
 * Interned scalars have rank 0 whatever the tensor's shape, hence the first case.
 */
export function inOrder(graph: Graph, x: View, order?: readonly number[]): Value {
  const wanted = order ?? x.shape.map((_, i) => i);
  if (x.value.shape.length !== x.shape.length) return reshapeValue(graph, x.value, x.shape);
  const current = x.order ?? x.shape.map((_, i) => i);
  if (sameShape(wanted, current)) return x.value;
  return transposeValue(
    graph,
    x.value,
    wanted.map((axis) => current.indexOf(axis)),
  );
}

export function transposeView(x: View, permutation: readonly number[]): View {
  const current = x.order ?? x.shape.map((_, i) => i);
  return view(
    x.value,
    permutation.map((axis) => x.shape[axis]!),
    current.map((axis) => permutation.indexOf(axis)),
  );
}

/** Reshapes; the physical order is kept where whole groups of neighbouring axes are merged or split. */
export function reshapeView(graph: Graph, x: View, shape: readonly number[]): View {
  if (sameShape(x.shape, shape)) return x;
  if (x.order === undefined) return { value: reshapeValue(graph, x.value, shape), shape };
  const order = reshapedOrder(x.shape, x.order, shape);
  if (order === undefined) {
    return { value: reshapeValue(graph, inOrder(graph, x), shape), shape };
  }
  return view(reshapeValue(graph, x.value, physicalShape(shape, order)), shape, order);
}

interface AxisGroup {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** Pairs runs of axes with equal products; axes of length 1 are left out. */
function axisGroups(from: readonly number[], to: readonly number[]): AxisGroup[] {
  const a = from.map((_, i) => i).filter((i) => from[i] !== 1);
  const b = to.map((_, i) => i).filter((i) => to[i] !== 1);
  const groups: AxisGroup[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const group = { from: [a[i]!], to: [b[j]!] };
    let left = from[a[i++]!]!;
    let right = to[b[j++]!]!;
    while (left !== right) {
      if (left < right) {
        group.from.push(a[i]!);
        left *= from[a[i++]!]!;
      } else {
        group.to.push(b[j]!);
        right *= to[b[j++]!]!;
      }
    }
    groups.push(group);
  }
  return groups;
}

function reshapedOrder(
  from: readonly number[],
  order: readonly number[],
  to: readonly number[],
): number[] | undefined {
  const groups = axisGroups(from, to);
  const physical = order.filter((axis) => from[axis] !== 1);
  const result: number[] = [];
  for (let i = 0; i < physical.length; ) {
    const group = groups.find((candidate) => candidate.from[0] === physical[i]);
    if (group === undefined) return undefined;
    for (const axis of group.from) if (physical[i++] !== axis) return undefined;
    result.push(...group.to);
  }
  const units = to.map((_, axis) => axis).filter((axis) => to[axis] === 1);
  return [...units, ...result];
}
