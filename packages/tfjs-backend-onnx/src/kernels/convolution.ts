import type * as tf from '@tensorflow/tfjs-core';
import { type Graph, sameShape, type Value } from '../graph.ts';
import { allFloat, type KernelCall, type KernelTable } from '../kernel.ts';
import { CHANNELS_FIRST, inOrder, type View, view } from '../layout.ts';
import { convolveBlocks } from './blocked-convolution.ts';
import { type Geometry, geometry } from './convolution-geometry.ts';
import { convolveWindows } from './few-windows.ts';
import { filterGradient } from './filter-gradient.ts';
import { imageGradient, OUT_IN } from './image-gradient.ts';
import { convolveTiles } from './winograd.ts';

/** conv2d as ONNX Conv on channels-first images, or as a product of matrices. */
function convolve(graph: Graph, x: View, filter: View, geometry: Geometry): View {
  const product = convolveWindows(graph, x, filter, geometry);
  if (product !== undefined) return product;
  const images = inOrder(graph, x, CHANNELS_FIRST);
  const value =
    convolveBlocks(graph, images, filter, geometry) ??
    convolveTiles(graph, images, filter, geometry) ??
    convolvePlain(graph, images, filter, geometry);
  return view(value, geometry.info.outShape, CHANNELS_FIRST);
}

function convolvePlain(graph: Graph, images: Value, filter: View, { info, pads }: Geometry): Value {
  const shape = [info.batchSize, info.outChannels, info.outHeight, info.outWidth];
  return graph.node('Conv', [images, inOrder(graph, filter, OUT_IN)], shape, 'float32', {
    kernel_shape: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads,
  });
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
    // tf.conv2dTranspose may ask for a size whose convolution has another output than dy
    if (found !== undefined && !sameShape(dy.shape, found[2].info.outShape)) return undefined;
    return found && imageGradient(call.graph, ...found);
  },
  Conv2DBackpropFilter: (call) => {
    const { x, dy } = call.inputs as Record<'x' | 'dy', View>;
    const { filterShape } = call.attributes as tf.Conv2DBackpropFilterAttrs;
    const found = parts(call, x, dy, x.shape, filterShape);
    return found && filterGradient(call.graph, ...found);
  },
};
