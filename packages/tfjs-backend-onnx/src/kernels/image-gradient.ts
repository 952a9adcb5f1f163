import type { Graph, Value } from '../graph.ts';
import { CHANNELS_FIRST, inOrder, reshapeValue, type View, view } from '../layout.ts';
import { ARITHMETIC_BOUND, phaseFilter, phasesOf } from '../phases.ts';
import { rearranged } from '../rearranged.ts';
import { convolveBlocksBack } from './blocked-convolution.ts';
import { type Geometry, isDense } from './convolution-geometry.ts';
import { imageGradientOfWindows } from './few-windows.ts';
import { flip } from './image-axes.ts';
import { convolveTilesBack } from './winograd.ts';

/** Filters lie as [height, width, in, out] in tfjs; these orders put them as ONNX wants them. */
export const OUT_IN: readonly number[] = [3, 2, 0, 1];
const IN_OUT: readonly number[] = [2, 3, 0, 1];

/** The gradient of a convolution by its images. */
export function imageGradient(graph: Graph, dy: View, filter: View, geometry: Geometry): View {
  const product = imageGradientOfWindows(graph, dy, filter, geometry);
  if (product !== undefined) return product;
  const errors = inOrder(graph, dy, CHANNELS_FIRST);
  const pads = outerPads(geometry);
  const value =
    (pads && convolveBlocksBack(graph, errors, filter, geometry, pads)) ??
    (pads && convolveTilesBack(graph, errors, filter, geometry, pads)) ??
    fromPhases(graph, errors, filter, geometry) ??
    byFlippedFilter(graph, errors, filter, geometry) ??
    byTransposedConvolution(graph, errors, filter, geometry);
  return view(value, geometry.info.inShape, CHANNELS_FIRST);
}

const imageShape = ({ info }: Geometry): number[] => [
  info.batchSize,
  info.inChannels,
  info.inHeight,
  info.inWidth,
];

/** The borders of the convolution that undoes the geometry; undefined if some would be negative. */
export function outerPads(geometry: Geometry): number[] | undefined {
  const { info, pads } = geometry;
  const extents = [info.filterHeight, info.filterWidth, info.filterHeight, info.filterWidth];
  const outer = extents.map((extent, side) => extent - 1 - pads[side]!);
  return isDense(info) && outer.every((pad) => pad >= 0) ? outer : undefined;
}

function fromPhases(
  graph: Graph,
  errors: Value,
  filter: View,
  geometry: Geometry,
): Value | undefined {
  const isCheap = isDense(geometry.info) && geometry.info.inChannels < ARITHMETIC_BOUND;
  const phases = isCheap ? phasesOf(graph, errors, { mayConvolve: false }) : undefined;
  if (phases === undefined) return undefined;
  const [n, , channels, h, w] = phases.shape as [number, number, number, number, number];
  const wide = phaseFilter(graph, inOrder(graph, filter, OUT_IN));
  const stacked = reshapeValue(graph, phases, [n, 4 * channels, h, w]);
  return graph.node('ConvTranspose', [stacked, wide], imageShape(geometry), 'float32', {
    kernel_shape: wide.shape.slice(2),
    strides: [2, 2],
    pads: geometry.pads,
  });
}

/** Cheaper than a transposed convolution where there are at least as many inputs as outputs. */
function byFlippedFilter(
  graph: Graph,
  errors: Value,
  filter: View,
  geometry: Geometry,
): Value | undefined {
  const { info } = geometry;
  const pads = outerPads(geometry);
  if (pads === undefined || info.inChannels < info.outChannels) return undefined;
  return graph.node(
    'Conv',
    [errors, flippedFilter(graph, filter)],
    imageShape(geometry),
    'float32',
    {
      kernel_shape: [info.filterHeight, info.filterWidth],
      pads,
    },
  );
}

/** The filter turned round, [in, out, height, width]: whole planes of channels change places before they are transposed. */
function flippedFilter(graph: Graph, filter: View): Value {
  const value = inOrder(graph, filter);
  const turned = (): View => ({ value: flip(graph, value, [0, 1]), shape: filter.shape });
  return rearranged(graph, value, IN_OUT, [0, 1]) ?? inOrder(graph, turned(), IN_OUT);
}

function byTransposedConvolution(
  graph: Graph,
  errors: Value,
  filter: View,
  geometry: Geometry,
): Value {
  const { info, pads } = geometry;
  const [top, left, bottom, right] = pads as [number, number, number, number];
  const low = (info.outHeight - 1) * info.strideHeight + info.effectiveFilterHeight;
  const high = (info.outWidth - 1) * info.strideWidth + info.effectiveFilterWidth;
  const inputs = [errors, inOrder(graph, filter, OUT_IN)];
  return graph.node('ConvTranspose', inputs, imageShape(geometry), 'float32', {
    kernel_shape: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads,
    output_padding: [info.inHeight - low + top + bottom, info.inWidth - high + left + right],
  });
}
