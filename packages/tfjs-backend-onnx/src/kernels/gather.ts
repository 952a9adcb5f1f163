import * as tf from '@tensorflow/tfjs-core';
import { constantView, elementwise } from '../broadcast.ts';
import { type Graph, sizeOf } from '../graph.ts';
import { allFloat, type KernelTable } from '../kernel.ts';
import { asTensor, inOrder, reshapeView, typeOf, type View } from '../layout.ts';
import { castView, selectView } from './elementwise.ts';
import { matmul } from './matmul.ts';

/** 0, 1, …, length − 1 as a structural constant. */
const counting = (graph: Graph, length: number): View => ({
  value: graph.constant(`range${length}`, [length], 'int32', () =>
    Int32Array.from({ length }, (_, i) => i),
  ),
  shape: [length],
});

/** Whether each index equals each class: [...indices, depth]. */
function matches(graph: Graph, indices: View, depth: number): View {
  const column = reshapeView(graph, indices, [...indices.shape, 1]);
  return elementwise(graph, 'Equal', [column, counting(graph, depth)], 'bool');
}

const BEYOND_EVERY_AXIS = 2 ** 31 - 1;

/** Indices as ONNX reads them; it would count negative ones from the end, where tfjs refuses them. */
function refuseNegative(graph: Graph, indices: View): View {
  const isNegative = elementwise(graph, 'Less', [indices, constantView(graph, 0, 'int32')], 'bool');
  return selectView(graph, isNegative, constantView(graph, BEYOND_EVERY_AXIS, 'int32'), indices);
}

/** Indices that are on the host are checked at once, computed ones by ONNX Runtime when the step runs. */
function checkIndices(graph: Graph, indices: View, length: number): View {
  const known = indices.value.memory?.data;
  if (known === undefined) return refuseNegative(graph, indices);
  for (const index of known) {
    tf.util.assert(
      index >= 0 && index < length,
      () => `GatherV2: the index value ${index} is not in [0, ${length - 1}]`,
    );
  }
  return indices;
}

/** Beyond this many products a sum by one-hot matrix costs more than reading the data. */
const LARGEST_ONE_HOT = 2 ** 24;

export const gatherKernels: KernelTable = {
  GatherV2: ({ graph, inputs, attributes }) => {
    const { x, indices } = inputs as Record<'x' | 'indices', View>;
    const { axis, batchDims } = attributes as tf.GatherV2Attrs;
    const along = tf.util.parseAxisParam(axis, [...x.shape])[0]!;
    if (batchDims !== 0 || typeOf(indices) !== 'int32') return undefined;
    const shape = [...x.shape.slice(0, along), ...indices.shape, ...x.shape.slice(along + 1)];
    const value = graph.node(
      'Gather',
      [inOrder(graph, x), inOrder(graph, checkIndices(graph, indices, x.shape[along]!))],
      shape,
      typeOf(x),
      { axis: along },
    );
    return { value, shape };
  },
  GatherNd: ({ graph, inputs }) => {
    const { params, indices } = inputs as Record<'params' | 'indices', View>;
    tf.gather_util.prepareAndValidate(asTensor(params), asTensor(indices));
    if (typeOf(indices) !== 'int32') return undefined;
    const depth = indices.shape.at(-1)!;
    const shape = [...indices.shape.slice(0, -1), ...params.shape.slice(depth)];
    const places = castView(graph, refuseNegative(graph, indices), 'int64');
    const value = graph.node(
      'GatherND',
      [inOrder(graph, params), inOrder(graph, places)],
      shape,
      typeOf(params),
    );
    return { value, shape };
  },
  OneHot: ({ graph, list, attributes }) => {
    const { depth, onValue, offValue, dtype } = attributes as tf.OneHotAttrs;
    if (dtype !== 'float32' && dtype !== 'int32') return undefined;
    const on = constantView(graph, onValue, dtype);
    const off = constantView(graph, offValue, dtype);
    return selectView(graph, matches(graph, castView(graph, list[0]!, 'int32'), depth), on, off);
  },
  UnsortedSegmentSum: ({ graph, inputs, attributes }) => {
    const { x, segmentIds } = inputs as Record<'x' | 'segmentIds', View>;
    const { numSegments } = attributes as tf.UnsortedSegmentSumAttrs;
    const ids = segmentIds.shape;
    const rows = sizeOf(ids);
    const columns = sizeOf(x.shape.slice(ids.length));
    if (!allFloat([x]) || ids.length !== 1 || rows * columns * numSegments > LARGEST_ONE_HOT) {
      return undefined;
    }
    const flat = castView(graph, segmentIds, 'int32');
    const column = reshapeView(graph, counting(graph, numSegments), [numSegments, 1]);
    const isMember = elementwise(graph, 'Equal', [column, flat], 'bool');
    const members = castView(graph, isMember, 'float32');
    const summed = matmul(graph, members, reshapeView(graph, x, [rows, columns]));
    return reshapeView(graph, summed, [numSegments, ...x.shape.slice(ids.length)]);
  },
  Cumsum: ({ graph, list, attributes }) => {
    const { axis, exclusive, reverse } = attributes as tf.CumsumAttrs;
    const x = list[0]!;
    if (!allFloat(list) || x.shape.length === 0) return undefined;
    const along = tf.util.parseAxisParam(axis, [...x.shape])[0]!;
    const place = x.order?.indexOf(along) ?? along;
    const value = graph.node(
      'CumSum',
      [x.value, graph.integers([place])],
      x.value.shape,
      'float32',
      { exclusive: Number(exclusive), reverse: Number(reverse) },
    );
    return { ...x, value };
  },
};
