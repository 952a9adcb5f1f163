import * as tf from '@tensorflow/tfjs-core';
import type { Graph, Value } from '../graph.ts';
import { allFloat, type KernelCall, type KernelTable } from '../kernel.ts';
import { CHANNELS_FIRST, inOrder, reshapeValue, type View, view } from '../layout.ts';
import { padImages } from './image-axes.ts';

type Info = tf.backend_util.Conv2DInfo;

/** Filters lie as [height, width, in, out] in tfjs; these orders put them as ONNX wants them. */
const OUT_IN: readonly number[] = [3, 2, 0, 1];
const IN_OUT: readonly number[] = [2, 3, 0, 1];

interface Geometry {
  readonly info: Info;
  /** Top, left, bottom, right. */
  readonly pads: readonly number[];
}

function lastPad(output: number, stride: number, extent: number, input: number, first: number) {
  return (output - 1) * stride + extent - input - first;
}

/** tfjs's geometry; the last pads are those that the output size really uses. */
function geometry(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attributes: unknown,
): Geometry | undefined {
  const { strides, pad, dilations, dimRoundingMode, dataFormat } = attributes as tf.Conv2DAttrs;
  if (dataFormat === 'NCHW') return undefined;
  const info = tf.backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
  );
  const { top, left, bottom, right } = info.padInfo;
  const low = lastPad(
    info.outHeight,
    info.strideHeight,
    info.effectiveFilterHeight,
    info.inHeight,
    top,
  );
  const high = lastPad(
    info.outWidth,
    info.strideWidth,
    info.effectiveFilterWidth,
    info.inWidth,
    left,
  );
  return { info, pads: [top, left, Math.max(bottom, low), Math.max(right, high)] };
}

const imageView = (value: Value, info: Info, channels: number, height: number, width: number) =>
  view(value, [info.batchSize, height, width, channels], CHANNELS_FIRST);

/** conv2d as ONNX Conv on channels-first images. */
export function convolve(graph: Graph, x: View, filter: View, geometry: Geometry): View {
  const { info, pads } = geometry;
  const shape = [info.batchSize, info.outChannels, info.outHeight, info.outWidth];
  const value = graph.node(
    'Conv',
    [inOrder(graph, x, CHANNELS_FIRST), inOrder(graph, filter, OUT_IN)],
    shape,
    'float32',
    {
      kernel_shape: [info.filterHeight, info.filterWidth],
      strides: [info.strideHeight, info.strideWidth],
      dilations: [info.dilationHeight, info.dilationWidth],
      pads,
    },
  );
  return imageView(value, info, info.outChannels, info.outHeight, info.outWidth);
}

/** Reverses both spatial axes of a filter that lies as [in, out, height, width]. */
function flip(graph: Graph, filter: Value): Value {
  const least = -(2 ** 31);
  return graph.node(
    'Slice',
    [
      filter,
      graph.integers([-1, -1]),
      graph.integers([least, least]),
      graph.integers([2, 3]),
      graph.integers([-1, -1]),
    ],
    filter.shape,
    'float32',
  );
}

/** The gradient by the image: a convolution with the flipped filter, or a transposed one for strides. */
function convolveBackwards(graph: Graph, dy: View, filter: View, geometry: Geometry): View {
  const { info, pads } = geometry;
  const [top, left, bottom, right] = pads as [number, number, number, number];
  const shape = [info.batchSize, info.inChannels, info.inHeight, info.inWidth];
  const kernel = [info.filterHeight, info.filterWidth];
  const outer = [
    info.effectiveFilterHeight - 1 - top,
    info.effectiveFilterWidth - 1 - left,
    info.effectiveFilterHeight - 1 - bottom,
    info.effectiveFilterWidth - 1 - right,
  ];
  const images = inOrder(graph, dy, CHANNELS_FIRST);
  const isDense = info.strideHeight === 1 && info.strideWidth === 1;
  const dilations = [info.dilationHeight, info.dilationWidth];
  let value: Value;
  if (isDense && outer.every((pad) => pad >= 0)) {
    const flipped = flip(graph, inOrder(graph, filter, IN_OUT));
    const attributes = { kernel_shape: kernel, pads: outer, dilations };
    value = graph.node('Conv', [images, flipped], shape, 'float32', attributes);
  } else {
    const rest = (input: number, output: number, stride: number, pad: number, extent: number) =>
      input - ((output - 1) * stride + extent - pad);
    value = graph.node(
      'ConvTranspose',
      [images, inOrder(graph, filter, OUT_IN)],
      shape,
      'float32',
      {
        kernel_shape: kernel,
        strides: [info.strideHeight, info.strideWidth],
        dilations,
        pads,
        output_padding: [
          rest(
            info.inHeight,
            info.outHeight,
            info.strideHeight,
            top + bottom,
            info.effectiveFilterHeight,
          ),
          rest(
            info.inWidth,
            info.outWidth,
            info.strideWidth,
            left + right,
            info.effectiveFilterWidth,
          ),
        ],
      },
    );
  }
  return imageView(value, info, info.inChannels, info.inHeight, info.inWidth);
}

/** The images moved by every filter offset, stacked along the channels: [batch, kh·kw·c, oh·ow]. */
function patches(graph: Graph, x: View, { info, pads }: Geometry): Value {
  const padded = padImages(graph, inOrder(graph, x, CHANNELS_FIRST), pads);
  const shape = [info.batchSize, info.inChannels, info.outHeight, info.outWidth];
  const shifted: Value[] = [];
  for (let i = 0; i < info.filterHeight; i++) {
    for (let j = 0; j < info.filterWidth; j++) {
      const top = i * info.dilationHeight;
      const left = j * info.dilationWidth;
      const ends = [
        top + (info.outHeight - 1) * info.strideHeight + 1,
        left + (info.outWidth - 1) * info.strideWidth + 1,
      ];
      const inputs = [
        padded,
        graph.integers([top, left]),
        graph.integers(ends),
        graph.integers([2, 3]),
        graph.integers([info.strideHeight, info.strideWidth]),
      ];
      shifted.push(graph.node('Slice', inputs, shape, 'float32'));
    }
  }
  const channels = shifted.length * info.inChannels;
  const stacked = [info.batchSize, channels, info.outHeight, info.outWidth];
  const joined =
    shifted.length === 1
      ? shifted[0]!
      : graph.node('Concat', shifted, stacked, 'float32', { axis: 1 });
  return reshapeValue(graph, joined, [info.batchSize, channels, info.outHeight * info.outWidth]);
}

/** The gradient by the filter: patches times output gradients, summed over the batch. */
function filterGradient(graph: Graph, x: View, dy: View, geometry: Geometry): View {
  const { info } = geometry;
  const rows = info.filterHeight * info.filterWidth * info.inChannels;
  const pixels = info.outHeight * info.outWidth;
  const errors = reshapeValue(graph, inOrder(graph, dy, CHANNELS_FIRST), [
    info.batchSize,
    info.outChannels,
    pixels,
  ]);
  const products = graph.node(
    'FusedMatMul',
    [patches(graph, x, geometry), errors],
    [info.batchSize, rows, info.outChannels],
    'float32',
    { transA: 0, transB: 1 },
  );
  const summed = graph.node(
    'ReduceSum',
    [products, graph.integers([0])],
    [rows, info.outChannels],
    'float32',
    { keepdims: 0 },
  );
  return { value: reshapeValue(graph, summed, info.filterShape), shape: info.filterShape };
}

type ConvolutionParts = readonly [View, View, Geometry];

function parts(
  call: KernelCall,
  first: View,
  second: View,
  inputShape: readonly number[],
  filterShape: readonly number[],
): ConvolutionParts | undefined {
  const found = geometry(inputShape, filterShape, call.attributes);
  return found === undefined || !allFloat([first, second]) ? undefined : [first, second, found];
}

export const convolutionKernels: KernelTable = {
  Conv2D: (call) => {
    const { x, filter } = call.inputs as Record<'x' | 'filter', View>;
    const found = parts(call, x, filter, x.shape, filter.shape);
    return found && convolve(call.graph, ...found);
  },
  Conv2DBackpropInput: (call) => {
    const { dy, filter } = call.inputs as Record<'dy' | 'filter', View>;
    const { inputShape } = call.attributes as tf.Conv2DBackpropInputAttrs;
    const found = parts(call, dy, filter, inputShape, filter.shape);
    return found && convolveBackwards(call.graph, ...found);
  },
  Conv2DBackpropFilter: (call) => {
    const { x, dy } = call.inputs as Record<'x' | 'dy', View>;
    const { filterShape } = call.attributes as tf.Conv2DBackpropFilterAttrs;
    const found = parts(call, x, dy, x.shape, filterShape);
    return found && filterGradient(call.graph, ...found);
  },
};
