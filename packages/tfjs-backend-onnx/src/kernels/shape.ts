import * as tf from '@tensorflow/tfjs-core';
import { type Graph, sizeOf } from '../graph.ts';
import type { KernelTable } from '../kernel.ts';
import {
  asTensor,
  expandValue,
  inOrder,
  physicalShape,
  reshapeView,
  transposeView,
  typeOf,
  type View,
  view,
} from '../layout.ts';

const orderOf = (x: View): readonly number[] => x.order ?? x.shape.map((_, i) => i);

interface SliceRange {
  readonly begin: readonly number[];
  readonly size: readonly number[];
  readonly steps?: readonly number[];
}

/** Cuts a box out of a tensor; untouched axes are not named to ONNX. */
function sliceView(graph: Graph, x: View, { begin, size, steps }: SliceRange): View {
  const order = orderOf(x);
  const touched = order
    .map((axis, position) => ({ axis, position, step: steps?.[axis] ?? 1 }))
    .filter(({ axis, step }) => size[axis] !== x.shape[axis] || step !== 1);
  if (touched.length === 0) return x;
  const end = ({ axis, step }: { axis: number; step: number }) => {
    const last = begin[axis]! + (size[axis]! - 1) * step + Math.sign(step);
    return last < 0 ? -(2 ** 31) : last;
  };
  const value = graph.node(
    'Slice',
    [
      inOrder(graph, x, order),
      graph.integers(touched.map(({ axis }) => begin[axis]!)),
      graph.integers(touched.map(end)),
      graph.integers(touched.map(({ position }) => position)),
      graph.integers(touched.map(({ step }) => step)),
    ],
    physicalShape(size, order),
    typeOf(x),
  );
  return view(value, size, order);
}

function concatViews(graph: Graph, parts: readonly View[], axis: number): View {
  const present = parts.filter((part) => sizeOf(part.shape) > 0);
  const largest = present.reduce((a, b) => (sizeOf(b.shape) > sizeOf(a.shape) ? b : a));
  const shape = largest.shape.map((length, i) =>
    i === axis ? present.reduce((sum, part) => sum + part.shape[axis]!, 0) : length,
  );
  if (present.length === 1) return largest;
  const order = orderOf(largest);
  const value = graph.node(
    'Concat',
    present.map((part) => inOrder(graph, part, order)),
    physicalShape(shape, order),
    typeOf(largest),
    { axis: order.indexOf(axis) },
  );
  return view(value, shape, order);
}

function splitView(graph: Graph, x: View, sizes: readonly number[], axis: number): View[] {
  let start = 0;
  return sizes.map((length) => {
    const begin = x.shape.map((_, i) => (i === axis ? start : 0));
    const size = x.shape.map((full, i) => (i === axis ? length : full));
    start += length;
    return sliceView(graph, x, { begin, size });
  });
}

function padView(
  graph: Graph,
  x: View,
  paddings: readonly (readonly [number, number])[],
  mode: 'constant' | 'reflect',
  fill: number,
): View {
  if (paddings.every(([before, after]) => before === 0 && after === 0)) return x;
  const order = orderOf(x);
  const shape = x.shape.map((length, i) => length + paddings[i]![0] + paddings[i]![1]);
  const amounts = [0, 1].flatMap((side) => order.map((axis) => paddings[axis]![side]!));
  const constant = mode === 'constant' ? [graph.scalar(fill)] : [];
  const value = graph.node(
    'Pad',
    [inOrder(graph, x, order), graph.integers(amounts), ...constant],
    physicalShape(shape, order),
    typeOf(x),
    { mode },
  );
  return view(value, shape, order);
}

function tileView(graph: Graph, x: View, repeats: readonly number[]): View {
  const shape = x.shape.map((length, i) => length * repeats[i]!);
  const order = orderOf(x);
  const value = inOrder(graph, x, order);
  const full = physicalShape(shape, order);
  if (x.shape.every((length, i) => length === 1 || repeats[i] === 1)) {
    return view(expandValue(graph, value, full), shape, order);
  }
  const counts = graph.integers(physicalShape(repeats, order));
  return view(graph.node('Tile', [value, counts], full, typeOf(x)), shape, order);
}

/** A tensor of equal elements that is only written out where nothing can read the scalar. */
function filled(graph: Graph, shape: readonly number[], value: number, type: 'float32' | 'int32') {
  return { value: expandValue(graph, graph.scalar(value, type), shape), shape };
}

const filledLike =
  (value: number) =>
  ({ graph, list }: { graph: Graph; list: readonly View[] }): View | undefined => {
    const x = list[0]!;
    const type = typeOf(x);
    return type === 'float32' || type === 'int32' ? filled(graph, x.shape, value, type) : undefined;
  };

export const shapeKernels: KernelTable = {
  ExpandDims: ({ graph, list, attributes }) => {
    const shape = [...list[0]!.shape];
    const { dim } = attributes as tf.ExpandDimsAttrs;
    const least = -(shape.length + 1);
    tf.util.assert(dim >= least, () => `Axis must be in the interval [${least}, ${-least - 1}]`);
    shape.splice(dim < 0 ? shape.length + 1 + dim : dim, 0, 1);
    return reshapeView(graph, list[0]!, shape);
  },
  Transpose: ({ list, attributes }) =>
    transposeView(list[0]!, (attributes as tf.TransposeAttrs).perm),
  Slice: ({ list, graph, attributes }) => {
    const { begin, size } = attributes as tf.SliceAttrs;
    const x = list[0]!;
    const [start, length] = tf.slice_util.parseSliceParams(asTensor(x), begin, size) as [
      number[],
      number[],
    ];
    tf.slice_util.assertParamsValid(asTensor(x), start, length);
    if (length.includes(0)) return undefined;
    return sliceView(graph, x, { begin: start, size: length });
  },
  StridedSlice: ({ graph, list, attributes }) => {
    const a = attributes as tf.StridedSliceAttrs;
    const x = list[0]!;
    const info = tf.slice_util.sliceInfo(
      [...x.shape],
      a.begin,
      a.end,
      a.strides,
      a.beginMask,
      a.endMask,
      a.ellipsisMask,
      a.newAxisMask,
      a.shrinkAxisMask,
    );
    if (info.finalShapeSparse.includes(0) || info.finalShape.includes(0)) return undefined;
    const size = info.begin.map((begin, i) => Math.ceil((info.end[i]! - begin) / info.strides[i]!));
    const cut = sliceView(graph, x, { begin: info.begin, size, steps: info.strides });
    return reshapeView(graph, cut, info.finalShape);
  },
  Reverse: ({ graph, list, attributes }) => {
    const x = list[0]!;
    const axes = tf.util.parseAxisParam((attributes as tf.ReverseAttrs).dims, [...x.shape]);
    if (x.shape.length === 0) return x;
    const begin = x.shape.map((length, axis) => (axes.includes(axis) ? length - 1 : 0));
    const steps = x.shape.map((_, axis) => (axes.includes(axis) ? -1 : 1));
    return sliceView(graph, x, { begin, size: x.shape, steps });
  },
  Concat: ({ graph, list, attributes }) => {
    const axis = tf.util.parseAxisParam((attributes as tf.ConcatAttrs).axis, [
      ...list[0]!.shape,
    ])[0]!;
    tf.backend_util.assertParamsConsistent(
      list.map(({ shape }) => [...shape]),
      axis,
    );
    return new Set(list.map(typeOf)).size > 1 ? undefined : concatViews(graph, list, axis);
  },
  Pack: ({ graph, list, attributes }) => {
    const { axis } = attributes as tf.PackAttrs;
    const shape = [...list[0]!.shape];
    for (const part of list) {
      tf.util.assertShapesMatch(shape, [...part.shape], 'All tensors passed to stack must match: ');
    }
    shape.splice(axis < 0 ? shape.length + 1 + axis : axis, 0, 1);
    const parts = list.map((part) => reshapeView(graph, part, shape));
    if (new Set(list.map(typeOf)).size > 1) return undefined;
    return concatViews(graph, parts, axis < 0 ? shape.length + axis : axis);
  },
  Unpack: ({ graph, list, attributes }) => {
    const x = list[0]!;
    const { axis } = attributes as tf.UnpackAttrs;
    const along = axis < 0 ? x.shape.length + axis : axis;
    const shape = x.shape.filter((_, i) => i !== along);
    return splitView(graph, x, Array(x.shape[along]!).fill(1), along).map((part) =>
      reshapeView(graph, part, shape),
    );
  },
  SplitV: ({ graph, list, attributes }) => {
    const x = list[0]!;
    const { numOrSizeSplits, axis } = attributes as tf.SplitVAttrs;
    const along = tf.util.parseAxisParam(axis, [...x.shape])[0]!;
    const sizes = tf.backend_util.prepareSplitSize(asTensor(x), numOrSizeSplits, along);
    return sizes.includes(0) ? undefined : splitView(graph, x, sizes, along);
  },
  PadV2: ({ graph, list, attributes }) => {
    const { paddings, constantValue } = attributes as tf.PadV2Attrs;
    if (typeOf(list[0]!) !== 'float32') return undefined;
    return padView(graph, list[0]!, paddings, 'constant', constantValue);
  },
  MirrorPad: ({ graph, list, attributes }) => {
    const { paddings, mode } = attributes as tf.MirrorPadAttrs;
    if (typeOf(list[0]!) !== 'float32' || mode !== 'reflect') return undefined;
    return padView(graph, list[0]!, paddings, 'reflect', 0);
  },
  Tile: ({ graph, list, attributes }) =>
    tileView(graph, list[0]!, (attributes as tf.TileAttrs).reps),
  Fill: ({ graph, attributes }) => {
    const { shape, value, dtype } = attributes as tf.FillAttrs;
    if (typeof value === 'string' || sizeOf(shape) === 0) return undefined;
    const type = dtype ?? tf.util.inferDtype(value);
    return type === 'float32' || type === 'int32' ? filled(graph, shape, value, type) : undefined;
  },
  ZerosLike: filledLike(0),
  OnesLike: filledLike(1),
};
