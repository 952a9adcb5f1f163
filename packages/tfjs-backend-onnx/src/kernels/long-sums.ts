import type { Graph, Value } from '../graph.ts';
import { reshapeValue } from '../layout.ts';

/** Σ over the batch of a · bᵀ, of [batch, rows, numbers] and [batch, columns, numbers]: [rows, columns]. */
export function sumOfProducts(graph: Graph, a: Value, b: Value): Value {
  const [n, rows, length] = a.shape as [number, number, number];
  const columns = b.shape[1]!;
  const parts = partsOfSums(graph, [n, rows, columns], length);
  const products =
    parts === 1
      ? graph.node('FusedMatMul', [a, b], [n, rows, columns], 'float32', { transA: 0, transB: 1 })
      : graph.node(
          'MatMul',
          [inParts(graph, a, parts, [0, 2, 1, 3]), inParts(graph, b, parts, [0, 2, 3, 1])],
          [n * parts, rows, columns],
          'float32',
        );
  const inputs = [products, graph.integers([0])];
  return graph.node('ReduceSum', inputs, [rows, columns], 'float32', { keepdims: 0 });
}

/** A graphics card computes a product in so many tiles at once, of so many rows and columns. */
const TILES_AT_ONCE = 1024;
const TILE = 32;
/** Shorter parts of a sum would not pay for laying out its factors anew. */
const LEAST_PART = 256;
/** Numbers that are read at once, if the length of the sums is a multiple of them. */
const VECTOR = 4;
const MOST_PARTS = 64;

/** Into how many parts a graphics card cuts long sums, since each tile of a product is computed by few of its threads. */
function partsOfSums(
  graph: Graph,
  [n, rows, columns]: readonly [number, number, number],
  length: number,
): number {
  if (!graph.splitsLongSums) return 1;
  const tiles = n * Math.ceil(rows / TILE) * Math.ceil(columns / TILE);
  const fits = (parts: number): boolean =>
    parts <= MOST_PARTS &&
    tiles * parts <= TILES_AT_ONCE &&
    length / parts >= LEAST_PART &&
    length % (parts * VECTOR) === 0;
  let parts = 1;
  while (fits(2 * parts)) parts *= 2;
  return parts;
}

/** The next length that a graphics card reads in vectors and, if it is long, can cut into any number of parts. */
export function divisible(graph: Graph, length: number): number {
  if (!graph.splitsLongSums) return length;
  const unit = length < 2 * LEAST_PART ? VECTOR : MOST_PARTS * VECTOR;
  return Math.ceil(length / unit) * unit;
}

/** Cuts [batch, channels, numbers] into parts of its last axis: [batch · parts, …], ordered by the permutation. */
function inParts(graph: Graph, value: Value, parts: number, perm: readonly number[]): Value {
  const [n, channels, length] = value.shape as [number, number, number];
  const apart = [n, channels, parts, length / parts];
  const shape = perm.map((axis) => apart[axis]!);
  const cut = reshapeValue(graph, value, apart);
  const ordered = graph.node('Transpose', [cut], shape, 'float32', { perm });
  return reshapeValue(graph, ordered, [n * parts, ...shape.slice(2)]);
}
