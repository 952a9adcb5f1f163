import type { Graph, Value } from '../graph.ts';
import { inOrder, reshapeValue, type View, view } from '../layout.ts';
import type { Geometry, Info } from './convolution-geometry.ts';

/*
 * Convolutions with many weights that see few windows, as the last of a network: with what each window sees in a row of X,
 * [windows, height · width · in], and the filter W as tfjs has it, [height · width · in, out],
 *
 *     Y = X W,    dX = dY Wᵀ,    dW = Xᵀ dY
 *
 * Every other way lays all the weights out anew, some as planes that take 16/9 of their room, or makes a gradient for each image.
 * Here they are read, and their gradient written, once.
 */

/** Smaller filters are quickly laid out. */
const LEAST_WEIGHTS = 2 ** 20;
/** Rows of X are to be copied, and a product of as many would be faster by tiles: there must be so many output channels for each. */
const CHANNELS_A_WINDOW = 4;

const isForWindows = (graph: Graph, info: Info): boolean =>
  graph.minimalFiltering &&
  info.filterHeight * info.filterWidth * info.inChannels * info.outChannels >= LEAST_WEIGHTS &&
  CHANNELS_A_WINDOW * windowCount(info) <= info.outChannels;

const windowCount = ({ batchSize, outHeight, outWidth }: Info): number =>
  batchSize * outHeight * outWidth;

/** X W as images; undefined where another way is faster. */
export function convolveWindows(
  graph: Graph,
  x: View,
  filter: View,
  geometry: Geometry,
): View | undefined {
  const { info } = geometry;
  if (!isForWindows(graph, info)) return undefined;
  const factors = [windowsOf(graph, x, geometry), weightsOf(graph, filter)];
  const shape = [windowCount(info), info.outChannels];
  const products = graph.node('Gemm', factors, shape, 'float32', { transA: 0, transB: 0 });
  return view(reshapeValue(graph, products, info.outShape), info.outShape);
}

/** The gradient by the filter, Xᵀ dY; undefined where another way is faster. */
export function filterGradientOfWindows(
  graph: Graph,
  x: View,
  dy: View,
  geometry: Geometry,
): Value | undefined {
  const { info } = geometry;
  if (!isForWindows(graph, info)) return undefined;
  const factors = [windowsOf(graph, x, geometry), errorsOf(graph, dy, info)];
  const shape = [factors[0]!.shape[1]!, info.outChannels];
  return graph.node('Gemm', factors, shape, 'float32', { transA: 1, transB: 0 });
}

/** The gradient by the images: the rows of dY Wᵀ added where their windows lie; undefined where another way is faster. */
export function imageGradientOfWindows(
  graph: Graph,
  dy: View,
  filter: View,
  geometry: Geometry,
): View | undefined {
  const { info } = geometry;
  if (!isForWindows(graph, info)) return undefined;
  const factors = [errorsOf(graph, dy, info), weightsOf(graph, filter)];
  const shape = [windowCount(info), factors[1]!.shape[0]!];
  const rows = graph.node('Gemm', factors, shape, 'float32', { transA: 0, transB: 1 });
  return view(addedWindows(graph, rows, geometry), info.inShape);
}

const weightsOf = (graph: Graph, filter: View): Value =>
  reshapeValue(graph, inOrder(graph, filter), [
    filter.shape.slice(0, 3).reduce((product, length) => product * length),
    filter.shape[3]!,
  ]);

const errorsOf = (graph: Graph, dy: View, info: Info): Value =>
  reshapeValue(graph, inOrder(graph, dy), [windowCount(info), info.outChannels]);

/** A weight's place in its window, in pixels of the image. */
type Tap = readonly [down: number, right: number];

const tapsOf = (info: Info): Tap[] =>
  range(info.filterHeight).flatMap((i) =>
    range(info.filterWidth).map((j) => [i * info.dilationHeight, j * info.dilationWidth] as const),
  );

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** X: what each window sees, [windows, height · width · in]. */
function windowsOf(graph: Graph, x: View, { info, pads }: Geometry): Value {
  const { batchSize, outHeight, outWidth, inChannels } = info;
  const images = padded(graph, inOrder(graph, x), pads);
  const seen = tapsOf(info).map(([down, right]) => {
    const bounds = [
      [down, right],
      [
        down + (outHeight - 1) * info.strideHeight + 1,
        right + (outWidth - 1) * info.strideWidth + 1,
      ],
      [1, 2],
      [info.strideHeight, info.strideWidth],
    ].map((list) => graph.integers(list));
    const shape = [batchSize, outHeight, outWidth, inChannels];
    return graph.node('Slice', [images, ...bounds], shape, 'float32');
  });
  const shape = [batchSize, outHeight, outWidth, seen.length * inChannels];
  const joined = graph.node('Concat', seen, shape, 'float32', { axis: 3 });
  return reshapeValue(graph, joined, [windowCount(info), shape[3]!]);
}

/** Images of this geometry to whose pixels the rows that see them are added. */
function addedWindows(graph: Graph, rows: Value, { info, pads }: Geometry): Value {
  const { batchSize, outHeight, outWidth, inChannels, inHeight, inWidth } = info;
  const [top, left] = pads as [number, number];
  const taps = tapsOf(info);
  const tall = outHeight * info.strideHeight;
  const wide = outWidth * info.strideWidth;
  const stacked = reshapeValue(graph, rows, [
    batchSize,
    outHeight,
    outWidth,
    taps.length * inChannels,
  ]);
  const placed = taps.map(([down, right], tap) => {
    const bounds = [[tap * inChannels], [(tap + 1) * inChannels], [3]].map((list) =>
      graph.integers(list),
    );
    const shape = [batchSize, outHeight, outWidth, inChannels];
    const own = graph.node('Slice', [stacked, ...bounds], shape, 'float32');
    const apart = stretched(graph, own, [info.strideHeight, info.strideWidth]);
    const [above, before] = [down - top, right - left];
    return padded(graph, apart, [above, before, inHeight - tall - above, inWidth - wide - before]);
  });
  return placed.length === 1 ? placed[0]! : graph.node('Sum', placed, info.inShape, 'float32');
}

/** Images [batch, height, width, channels] with zeros behind each row and column, so that they lie so far apart. */
function stretched(graph: Graph, images: Value, [down, right]: readonly [number, number]): Value {
  if (down === 1 && right === 1) return images;
  const [n, h, w, c] = images.shape as [number, number, number, number];
  const amounts = graph.integers([0, 0, 0, 0, 0, 0, 0, 0, down - 1, 0, right - 1, 0]);
  const apart = reshapeValue(graph, images, [n, h, 1, w, 1, c]);
  const wide = graph.node('Pad', [apart, amounts], [n, h, down, w, right, c], 'float32');
  return reshapeValue(graph, wide, [n, h * down, w * right, c]);
}

/** Images [batch, height, width, channels] with borders of zeros, or without so many pixels. */
function padded(graph: Graph, images: Value, pads: readonly number[]): Value {
  if (pads.every((pad) => pad === 0)) return images;
  const [top, left, bottom, right] = pads as [number, number, number, number];
  const [n, h, w, c] = images.shape as [number, number, number, number];
  const shape = [n, h + top + bottom, w + left + right, c];
  const amounts = graph.integers([0, top, left, 0, 0, bottom, right, 0]);
  return graph.node('Pad', [images, amounts], shape, 'float32');
}
