import type * as tf from '@tensorflow/tfjs-core';
import { broadcastShape } from '../broadcast.ts';
import { type Graph, sizeOf, type Value } from '../graph.ts';
import { allFloat, type KernelTable } from '../kernel.ts';
import { inOrder, transposeView, type View } from '../layout.ts';

interface Factor {
  readonly value: Value;
  /** Whether the last two physical axes are swapped with respect to the logical ones. */
  readonly transposed: boolean;
}

/** Finds whether the matrices already lie transposed, which the product can read for nothing. */
function asFactor(graph: Graph, x: View): Factor {
  const rank = x.shape.length;
  const swapped = x.shape.map((_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i));
  const isSwapped = x.order?.every((axis, i) => axis === swapped[i]) ?? false;
  return { value: inOrder(graph, x, isSwapped ? swapped : undefined), transposed: isSwapped };
}

/** The matrix product over the last two axes. */
export function matmul(graph: Graph, a: View, b: View): View {
  const [rows, inner] = a.shape.slice(-2) as [number, number];
  const columns = b.shape.at(-1)!;
  if (b.shape.at(-2) !== inner) {
    throw new RangeError(`matMul: inner lengths must agree, got ${a.shape} and ${b.shape}`);
  }
  const left = asFactor(graph, a);
  const right = asFactor(graph, b);
  const batch = broadcastShape([a.shape.slice(0, -2), b.shape.slice(0, -2)]);
  const shape = [...batch, rows, columns];
  const flags = { transA: Number(left.transposed), transB: Number(right.transposed) };
  const inputs = [left.value, right.value];
  if (shape.length === 2)
    return { value: graph.node('Gemm', inputs, shape, 'float32', flags), shape };
  const isPlain = !left.transposed && !right.transposed;
  const value = isPlain
    ? graph.node('MatMul', inputs, shape, 'float32')
    : graph.node('FusedMatMul', inputs, shape, 'float32', flags);
  return { value, shape };
}

const swapLast = (x: View): View => {
  const rank = x.shape.length;
  return transposeView(
    x,
    x.shape.map((_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i)),
  );
};

export const matmulKernels: KernelTable = {
  BatchMatMul: ({ graph, inputs, list, attributes }) => {
    const { transposeA, transposeB } = attributes as tf.BatchMatMulAttrs;
    if (!allFloat(list) || list.some((x) => sizeOf(x.shape) === 0)) return undefined;
    const a = transposeA ? swapLast(inputs.a!) : inputs.a!;
    const b = transposeB ? swapLast(inputs.b!) : inputs.b!;
    return matmul(graph, a, b);
  },
};
