import * as tf from '@tensorflow/tfjs-core';
import { blocksOf, fromBlocks } from '../channel-blocks.ts';
import type { Graph, Value } from '../graph.ts';
import { allFloat, type Kernel, type KernelCall, type KernelTable } from '../kernel.ts';
import { CHANNELS_FIRST, inOrder, type View, view } from '../layout.ts';
import { cutTiles, joinTiles, phasesOf } from '../phases.ts';
import { cropImages, multiplyAxes, padImages } from './image-axes.ts';
import { maxPoolGradient } from './max-pool-gradient.ts';

type Info = tf.backend_util.Conv2DInfo;

function poolInfo(call: KernelCall, shape: readonly number[]): Info {
  const { filterSize, strides, pad, dimRoundingMode } = call.attributes as tf.MaxPoolAttrs;
  return tf.backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
}

/** ONNX asks that a border is narrower than the window and that sizes follow from the borders. */
function poolPads(info: Info): readonly number[] | undefined {
  const { top, left, bottom, right } = info.padInfo;
  const needed = (output: number, stride: number, window: number, input: number, first: number) =>
    (output - 1) * stride + window - input - first;
  const low = Math.max(
    bottom,
    needed(info.outHeight, info.strideHeight, info.filterHeight, info.inHeight, top),
  );
  const high = Math.max(
    right,
    needed(info.outWidth, info.strideWidth, info.filterWidth, info.inWidth, left),
  );
  const fits = Math.max(top, low) < info.filterHeight && Math.max(left, high) < info.filterWidth;
  return fits ? [top, left, low, high] : undefined;
}

const pool =
  (op: 'MaxPool' | 'AveragePool'): Kernel =>
  (call) => {
    const { graph, list } = call;
    const x = list[0]!;
    const info = poolInfo(call, x.shape);
    const pads = poolPads(info);
    if (pads === undefined || !allFloat(list)) return undefined;
    const shape = [info.batchSize, info.outChannels, info.outHeight, info.outWidth];
    const images = inOrder(graph, x, CHANNELS_FIRST);
    const attributes = {
      kernel_shape: [info.filterHeight, info.filterWidth],
      strides: [info.strideHeight, info.strideWidth],
      pads,
    };
    const blocks = op === 'MaxPool' ? blocksOf(images) : undefined;
    if (blocks !== undefined) {
      const pooled = graph.node('BlockedMaxPool', [blocks], shape, 'float32', attributes);
      return view(fromBlocks(graph, pooled), info.outShape, CHANNELS_FIRST);
    }
    const phases = isPairing(info) ? phasesOf(graph, images, { mayConvolve: true }) : undefined;
    if (phases !== undefined) {
      const reduction = op === 'MaxPool' ? 'ReduceMax' : 'ReduceMean';
      const planes = [phases, graph.integers([1])];
      const pooled = graph.node(reduction, planes, shape, 'float32', { keepdims: 0 });
      return view(pooled, info.outShape, CHANNELS_FIRST);
    }
    const value = graph.node(op, [images], shape, 'float32', attributes);
    return view(value, info.outShape, CHANNELS_FIRST);
  };

/**
 * Rows spread one output's gradient evenly over its window. As in every tfjs backend, the part that falls on a border is
 * lost, although the forward pass divides by the inputs inside the image alone.
 */
function spreading(
  graph: Graph,
  input: number,
  output: number,
  window: number,
  stride: number,
  pad: number,
): Value {
  const key = `average${[input, output, window, stride, pad].join()}`;
  return graph.constant(key, [output, input], 'float32', () => {
    const weights = new Float32Array(output * input);
    for (let o = 0; o < output; o++) {
      const first = Math.max(0, o * stride - pad);
      const end = Math.min(input, o * stride - pad + window);
      for (let i = first; i < end; i++) weights[o * input + i] = 1 / window;
    }
    return weights;
  });
}

/** Average pooling is linear and separable: its gradient multiplies both axes by the transposed weights. */
function averagePoolGradient(graph: Graph, dy: View, info: Info): View {
  const { top, left } = info.padInfo;
  const { inHeight, outHeight, filterHeight, strideHeight } = info;
  const { inWidth, outWidth, filterWidth, strideWidth } = info;
  const value = multiplyAxes(graph, inOrder(graph, dy, CHANNELS_FIRST), {
    rows: spreading(graph, inHeight, outHeight, filterHeight, strideHeight, top),
    columns: spreading(graph, inWidth, outWidth, filterWidth, strideWidth, left),
    transposed: true,
  });
  return view(value, info.inShape, CHANNELS_FIRST);
}

/** Windows that tile the image, up to rows and columns left over at the end. */
const isTiling = (info: Info): boolean =>
  info.padInfo.top === 0 &&
  info.padInfo.left === 0 &&
  info.padInfo.bottom === 0 &&
  info.padInfo.right === 0 &&
  info.strideHeight === info.filterHeight &&
  info.strideWidth === info.filterWidth &&
  info.outHeight * info.filterHeight <= info.inHeight && // tfjs miscounts some oblong windows
  info.outWidth * info.filterWidth <= info.inWidth;

/** Windows of 2×2 that tile the image exactly. */
const isPairing = (info: Info): boolean =>
  isTiling(info) &&
  info.filterHeight === 2 &&
  info.filterWidth === 2 &&
  info.inHeight % 2 === 0 &&
  info.inWidth % 2 === 0;

export const poolingKernels: KernelTable = {
  MaxPool: pool('MaxPool'),
  AvgPool: pool('AveragePool'),
  MaxPoolGrad: (call) => {
    const { graph, list } = call;
    const { dy, input, output } = call.inputs as Record<'dy' | 'input' | 'output', View>;
    const info = poolInfo(call, input.shape);
    if (!isTiling(info) || !allFloat(list)) return undefined;
    const images = inOrder(graph, input, CHANNELS_FIRST);
    const maxima = inOrder(graph, output, CHANNELS_FIRST);
    const errors = inOrder(graph, dy, CHANNELS_FIRST);
    const window = [info.filterHeight, info.filterWidth] as const;
    const phases = isPairing(info) ? phasesOf(graph, images, { mayConvolve: true }) : undefined;
    const [height, width] = [info.outHeight * info.filterHeight, info.outWidth * info.filterWidth];
    const planes = phases ?? cutTiles(graph, cropImages(graph, images, height, width), window);
    const spread = maxPoolGradient(graph, planes, maxima, errors);
    const tiled = joinTiles(graph, spread, window);
    if (isPairing(info)) graph.phases.set(tiled, spread);
    const rest = [0, 0, info.inHeight - height, info.inWidth - width];
    return view(padImages(graph, tiled, rest), info.inShape, CHANNELS_FIRST);
  },
  AvgPoolGrad: (call) => {
    const { dy, input } = call.inputs as Record<'dy' | 'input', View>;
    if (!allFloat(call.list)) return undefined;
    return averagePoolGradient(call.graph, dy, poolInfo(call, input.shape));
  },
};
