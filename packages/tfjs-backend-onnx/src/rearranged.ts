import { type Graph, type HostArray, sizeOf, type Value } from './graph.ts';
import { kept } from './kept.ts';
import { Memory } from './memory.ts';

/** Smaller arrays are transposed again as fast as they are looked up. */
const LEAST_ELEMENTS = 4096;

/**
 * An array that stays, with its axes in another order.
 *
 * @param reversed - axes, as they are before, that are turned round
 * @returns the transposed value, or undefined where ONNX Runtime is to transpose it
 */
export function rearranged(
  graph: Graph,
  value: Value,
  permutation: readonly number[],
  reversed: readonly number[] = [],
): Value | undefined {
  const { memory, shape } = value;
  if (sizeOf(shape) < LEAST_ELEMENTS) return undefined;
  const to = permutation.map((axis) => shape[axis]!);
  return kept(graph, value, { name: `${permutation}:${reversed}`, shape: to }, () =>
    Memory.ofHost(transposed(memory!.hostArray!, shape, permutation, reversed), false),
  );
}

/**
 * Copies an array with its axes in another order: `permutation[i]` is the old place of the new axis i. Axes of `reversed`, by
 * their old places, are turned round.
 */
export function transposed(
  data: HostArray,
  shape: readonly number[],
  permutation: readonly number[],
  reversed: readonly number[] = [],
): HostArray {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  }
  let from = 0;
  for (const axis of reversed) {
    from += (shape[axis]! - 1) * strides[axis]!;
    strides[axis]! *= -1;
  }
  const lengths = permutation.map((axis) => shape[axis]!);
  const steps = permutation.map((axis) => strides[axis]!);
  const result = new (data.constructor as new (size: number) => HostArray)(data.length);
  const inner = lengths.at(-1)!;
  const step = steps.at(-1)!;
  const index = new Array<number>(lengths.length).fill(0);
  for (let to = 0; to < result.length; to += inner) {
    for (let i = 0; i < inner; i++) result[to + i] = data[from + i * step]!;
    for (let axis = lengths.length - 2; axis >= 0; axis--) {
      from += steps[axis]!;
      index[axis]!++;
      if (index[axis]! < lengths[axis]!) break;
      from -= steps[axis]! * lengths[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}
