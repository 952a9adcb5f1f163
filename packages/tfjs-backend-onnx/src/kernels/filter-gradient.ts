import type { Graph, Value } from '../graph.ts';
import { CHANNELS_FIRST, inOrder, reshapeValue, type View } from '../layout.ts';
import { ARITHMETIC_BOUND, cutTiles, phasesOf } from '../phases.ts';
import type { Geometry } from './convolution-geometry.ts';
import { padImages } from './image-axes.ts';
import { flip, outerPads } from './image-gradient.ts';
import { filterGradientOfTiles, isForTiles } from './winograd.ts';

/** Where windows lie on images. */
interface Windows {
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly pads: readonly number[];
  /** Number of windows down and across. */
  readonly count: readonly [number, number];
}

/** The gradient of a convolution by its filter, [height, width, in, out]. */
export function filterGradient(graph: Graph, x: View, dy: View, geometry: Geometry): View {
  const images = inOrder(graph, x, CHANNELS_FIRST);
  const errors = inOrder(graph, dy, CHANNELS_FIRST);
  const value =
    fromTiles(graph, images, errors, geometry) ??
    fromPhases(graph, images, errors, geometry) ??
    fromMovedRowsAndColumns(graph, images, errors, geometry) ??
    fromErrorPatches(graph, images, errors, geometry) ??
    correlate(graph, images, errors, windowsOf(geometry));
  const { filterShape } = geometry.info;
  return { value: reshapeValue(graph, value, filterShape), shape: filterShape };
}

function fromTiles(
  graph: Graph,
  images: Value,
  errors: Value,
  geometry: Geometry,
): Value | undefined {
  if (!isForTiles(graph, errors, geometry)) return undefined;
  return filterGradientOfTiles(graph, images, errors, geometry.pads);
}

const windowsOf = ({ info, pads }: Geometry): Windows => ({
  size: [info.filterHeight, info.filterWidth],
  strides: [info.strideHeight, info.strideWidth],
  dilations: [info.dilationHeight, info.dilationWidth],
  pads,
  count: [info.outHeight, info.outWidth],
});

/** Σ over images and windows of window(a) · b: [height, width, channels of a, channels of b]. */
function correlate(graph: Graph, a: Value, b: Value, windows: Windows): Value {
  const [n, channels, h, w] = b.shape as [number, number, number, number];
  const [kh, kw] = windows.size;
  const pixels = reshapeValue(graph, b, [n, channels, h * w]);
  const summed = sumOfProducts(graph, patches(graph, a, windows), pixels);
  return reshapeValue(graph, summed, [kh, kw, a.shape[1]!, channels]);
}

/** Σ over the batch of a · bᵀ. */
function sumOfProducts(graph: Graph, a: Value, b: Value): Value {
  const [n, rows] = a.shape as [number, number];
  const columns = b.shape[1]!;
  const flags = { transA: 0, transB: 1 };
  const products = graph.node('FusedMatMul', [a, b], [n, rows, columns], 'float32', flags);
  const inputs = [products, graph.integers([0])];
  return graph.node('ReduceSum', inputs, [rows, columns], 'float32', { keepdims: 0 });
}

/** The images moved by every offset in a window, stacked: [batch, kh·kw·channels, windows]. */
function patches(graph: Graph, images: Value, windows: Windows): Value {
  const { size, count } = windows;
  const [n, channels] = images.shape as [number, number];
  const move = windows.strides.every((stride) => stride === 2)
    ? moveByTwo(graph, images, windows)
    : moveEvenly(graph, images, windows);
  const moved = Array.from({ length: size[0] * size[1] }, (_, offset) =>
    move(Math.floor(offset / size[1]), offset % size[1]),
  );
  const stack = moved.length * channels;
  const joined =
    moved.length === 1
      ? moved[0]!
      : graph.node('Concat', moved, [n, stack, ...count], 'float32', { axis: 1 });
  return reshapeValue(graph, joined, [n, stack, count[0] * count[1]]);
}

/** The images that all windows see at one of their places: [batch, channels, windows down, windows across]. */
type Move = (row: number, column: number) => Value;

function moveEvenly(graph: Graph, images: Value, windows: Windows): Move {
  const { strides, dilations, count } = windows;
  const padded = padImages(graph, images, windows.pads);
  const shape = [...images.shape.slice(0, 2), ...count];
  return (row, column) => {
    const start = [row * dilations[0], column * dilations[1]];
    const end = start.map((first, axis) => first + (count[axis]! - 1) * strides[axis]! + 1);
    const bounds = [start, end, [2, 3], strides].map((list) => graph.integers(list));
    return graph.node('Slice', [padded, ...bounds], shape, 'float32');
  };
}

/** Windows that move by two see, at each of their places, one phase of the images: rows of it are copied whole. */
function moveByTwo(graph: Graph, images: Value, windows: Windows): Move {
  const { dilations, count } = windows;
  const [n, channels, height, width] = images.shape as [number, number, number, number];
  const [top, left, bottom, right] = windows.pads as [number, number, number, number];
  const even = [
    top,
    left,
    bottom + ((height + top + bottom) % 2),
    right + ((width + left + right) % 2),
  ];
  const phases = cutTiles(graph, padImages(graph, images, even), [2, 2]);
  const apart = [n, 1, channels, ...count];
  return (row, column) => {
    const [y, x] = [row * dilations[0], column * dilations[1]];
    const start = [2 * (y % 2) + (x % 2), Math.floor(y / 2), Math.floor(x / 2)];
    const end = [start[0]! + 1, start[1]! + count[0], start[2]! + count[1]];
    const bounds = [start, end, [1, 3, 4]].map((list) => graph.integers(list));
    const phase = graph.node('Slice', [phases, ...bounds], apart, 'float32');
    return reshapeValue(graph, phase, [n, channels, ...count]);
  };
}

/**
 * Moving the images up by each filter row and the errors right by each filter column, all pairs at
 * once: kh·in + kw·out planes to write instead of kh·kw·in, and a squarer product.
 */
function fromMovedRowsAndColumns(
  graph: Graph,
  images: Value,
  errors: Value,
  geometry: Geometry,
): Value | undefined {
  const { filterHeight, filterWidth, inChannels, outChannels, outHeight } = geometry.info;
  const area = filterHeight * filterWidth;
  const few = Math.min(inChannels, outChannels);
  const planes = filterHeight * inChannels + filterWidth * outChannels;
  const isWorse = planes >= (area - 1) * few + inChannels + outChannels;
  if (outerPads(geometry) === undefined || isWorse) return undefined;
  const padded = padImages(graph, images, geometry.pads);
  const [n, , , width] = padded.shape as [number, number, number, number];
  const places = Array.from({ length: filterHeight * outHeight }, (_, i) =>
    Math.floor(i / outHeight) + (i % outHeight),
  );
  const rows = graph.node(
    'Gather',
    [padded, graph.integers(places)],
    [n, inChannels, filterHeight * outHeight, width],
    'float32',
    { axis: 2 },
  );
  const columns = Array.from({ length: filterWidth }, (_, column) =>
    padImages(graph, errors, [0, column, 0, filterWidth - 1 - column]),
  );
  const shape = [n, filterWidth * outChannels, outHeight, width];
  const joined = graph.node('Concat', columns, shape, 'float32', { axis: 1 });
  const pixels = outHeight * width;
  const summed = sumOfProducts(
    graph,
    reshapeValue(graph, rows, [n, inChannels * filterHeight, pixels]),
    reshapeValue(graph, joined, [n, filterWidth * outChannels, pixels]),
  );
  const apart = reshapeValue(graph, summed, [inChannels, filterHeight, filterWidth, outChannels]);
  const perm = [1, 2, 0, 3];
  return graph.node('Transpose', [apart], geometry.info.filterShape, 'float32', { perm });
}

/** With few output channels the errors are moved instead of the images: fewer patches to write. */
function fromErrorPatches(
  graph: Graph,
  images: Value,
  errors: Value,
  geometry: Geometry,
): Value | undefined {
  const { info } = geometry;
  const pads = outerPads(geometry);
  if (pads === undefined || info.outChannels >= info.inChannels) return undefined;
  const count: [number, number] = [info.inHeight, info.inWidth];
  const windows = { ...windowsOf(geometry), pads, count };
  const reversed = flip(graph, correlate(graph, errors, images, windows), [0, 1]);
  const perm = [0, 1, 3, 2];
  return graph.node('Transpose', [reversed], info.filterShape, 'float32', { perm });
}

/** Errors that lie as phases meet windows that are one wider and move by two. */
function fromPhases(
  graph: Graph,
  images: Value,
  errors: Value,
  geometry: Geometry,
): Value | undefined {
  const isBound = geometry.info.inChannels >= ARITHMETIC_BOUND;
  if (isBound || outerPads(geometry) === undefined) return undefined;
  const phases = phasesOf(graph, errors, { mayConvolve: false });
  if (phases === undefined) return undefined;
  const [n, , channels, h, w] = phases.shape as [number, number, number, number, number];
  const { filterHeight, filterWidth, inChannels } = geometry.info;
  const wide = correlate(graph, images, reshapeValue(graph, phases, [n, 4 * channels, h, w]), {
    size: [filterHeight + 1, filterWidth + 1],
    strides: [2, 2],
    dilations: [1, 1],
    pads: geometry.pads,
    count: [h, w],
  });
  const shape = [filterHeight, filterWidth, inChannels, channels];
  const parts = [0, 1, 2, 3].map((phase) => {
    const start = [phase >> 1, phase & 1, phase * channels];
    const end = [start[0]! + filterHeight, start[1]! + filterWidth, (phase + 1) * channels];
    const bounds = [start, end, [0, 1, 3]].map((list) => graph.integers(list));
    return graph.node('Slice', [wide, ...bounds], shape, 'float32');
  });
  return graph.node('Sum', parts, shape, 'float32');
}
