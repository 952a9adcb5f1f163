import type * as tf from '@tensorflow/tfjs-core';
import type { Graph, Value } from '../graph.ts';
import { allFloat, type KernelCall, type KernelTable } from '../kernel.ts';
import { CHANNELS_FIRST, inOrder, reshapeValue, type View, view } from '../layout.ts';
import { type Geometry, geometry } from './convolution-geometry.ts';
import { padImages } from './image-axes.ts';

/** Filters lie as [height, width, in, multiplier] in tfjs; ONNX has one group of filters for each input channel. */
const GROUPED: readonly number[] = [2, 3, 0, 1];

function groupedFilter(graph: Graph, filter: View): Value {
  const [height, width, channels, multiplier] = filter.shape as [number, number, number, number];
  const shape = [channels * multiplier, 1, height, width];
  return reshapeValue(graph, inOrder(graph, filter, GROUPED), shape);
}

const windowAttributes = ({ info, pads }: Geometry) => ({
  group: info.inChannels,
  kernel_shape: [info.filterHeight, info.filterWidth],
  strides: [info.strideHeight, info.strideWidth],
  dilations: [info.dilationHeight, info.dilationWidth],
  pads,
});

function convolve(graph: Graph, x: View, filter: View, geometry: Geometry): View {
  const { info } = geometry;
  const inputs = [inOrder(graph, x, CHANNELS_FIRST), groupedFilter(graph, filter)];
  const shape = [info.batchSize, info.outChannels, info.outHeight, info.outWidth];
  const value = graph.node('Conv', inputs, shape, 'float32', windowAttributes(geometry));
  return view(value, info.outShape, CHANNELS_FIRST);
}

function imageGradient(graph: Graph, dy: View, filter: View, geometry: Geometry): View {
  const { info, pads } = geometry;
  const [top, left, bottom, right] = pads as [number, number, number, number];
  const low = (info.outHeight - 1) * info.strideHeight + info.effectiveFilterHeight;
  const high = (info.outWidth - 1) * info.strideWidth + info.effectiveFilterWidth;
  const inputs = [inOrder(graph, dy, CHANNELS_FIRST), groupedFilter(graph, filter)];
  const shape = [info.batchSize, info.inChannels, info.inHeight, info.inWidth];
  const value = graph.node('ConvTranspose', inputs, shape, 'float32', {
    ...windowAttributes(geometry),
    output_padding: [info.inHeight - low + top + bottom, info.inWidth - high + left + right],
  });
  return view(value, info.inShape, CHANNELS_FIRST);
}

/** At each offset of the window: Σ over images and windows of the moved image times the error of its channel. */
function filterGradient(graph: Graph, x: View, dy: View, geometry: Geometry): View {
  const { info, pads } = geometry;
  const { batchSize, inChannels, outHeight, outWidth, filterHeight, filterWidth } = info;
  const multiplier = info.outChannels / inChannels;
  const padded = padImages(graph, inOrder(graph, x, CHANNELS_FIRST), pads);
  const errorShape = [batchSize, inChannels, multiplier, outHeight, outWidth];
  const errors = reshapeValue(graph, inOrder(graph, dy, CHANNELS_FIRST), errorShape);
  const strides = [info.strideHeight, info.strideWidth];
  const sums = Array.from({ length: filterHeight * filterWidth }, (_, offset) => {
    const row = Math.floor(offset / filterWidth) * info.dilationHeight;
    const column = (offset % filterWidth) * info.dilationWidth;
    const end = [
      row + (outHeight - 1) * info.strideHeight + 1,
      column + (outWidth - 1) * info.strideWidth + 1,
    ];
    const bounds = [[row, column], end, [2, 3], strides].map((list) => graph.integers(list));
    const movedShape = [batchSize, inChannels, outHeight, outWidth];
    const moved = graph.node('Slice', [padded, ...bounds], movedShape, 'float32');
    const single = reshapeValue(graph, moved, [batchSize, inChannels, 1, outHeight, outWidth]);
    return sumOverWindows(graph, graph.node('Mul', [single, errors], errorShape, 'float32'));
  });
  const stacked = [filterHeight * filterWidth, inChannels, multiplier];
  const value = graph.node('Concat', sums, stacked, 'float32', { axis: 0 });
  return { value: reshapeValue(graph, value, info.filterShape), shape: info.filterShape };
}

/** [batch, in, multiplier, height, width] → [1, in, multiplier], first along rows: shorter sums are more exact. */
function sumOverWindows(graph: Graph, products: Value): Value {
  const [n, channels, multiplier, height] = products.shape as [number, number, number, number];
  const along = (value: Value, axes: number[], shape: number[]) =>
    graph.node('ReduceSum', [value, graph.integers(axes)], shape, 'float32', { keepdims: 1 });
  const rows = along(products, [4], [n, channels, multiplier, height, 1]);
  const sums = along(rows, [0, 3], [1, channels, multiplier, 1, 1]);
  return reshapeValue(graph, sums, [1, channels, multiplier]);
}

type Recorder = (graph: Graph, first: View, second: View, geometry: Geometry) => View;

interface Operands {
  readonly first: View;
  readonly second: View;
  readonly inputShape: readonly number[];
  readonly filterShape: readonly number[];
}

function record(
  { graph, attributes }: KernelCall,
  recorder: Recorder,
  { first, second, inputShape, filterShape }: Operands,
): View | undefined {
  const found = geometry(inputShape, filterShape, attributes, { depthwise: true });
  if (found === undefined || !allFloat([first, second])) return undefined;
  return recorder(graph, first, second, found);
}

export const depthwiseKernels: KernelTable = {
  DepthwiseConv2dNative: (call) => {
    const { x, filter } = call.inputs as Record<'x' | 'filter', View>;
    const shapes = { inputShape: x.shape, filterShape: filter.shape };
    return record(call, convolve, { first: x, second: filter, ...shapes });
  },
  DepthwiseConv2dNativeBackpropInput: (call) => {
    const { dy, filter } = call.inputs as Record<'dy' | 'filter', View>;
    const { inputShape } = call.attributes as tf.DepthwiseConv2dNativeBackpropInputAttrs;
    const shapes = { inputShape, filterShape: filter.shape };
    return record(call, imageGradient, { first: dy, second: filter, ...shapes });
  },
  DepthwiseConv2dNativeBackpropFilter: (call) => {
    const { x, dy } = call.inputs as Record<'x' | 'dy', View>;
    const { filterShape } = call.attributes as tf.DepthwiseConv2dNativeBackpropFilterAttrs;
    const shapes = { inputShape: x.shape, filterShape };
    return record(call, filterGradient, { first: x, second: dy, ...shapes });
  },
};
