import type { Graph, Value } from '../graph.ts';
import { CHANNELS_FIRST, inOrder, reshapeValue, type View } from '../layout.ts';
import { ARITHMETIC_BOUND, cutTiles, phasesOf } from '../phases.ts';
import type { Geometry } from './convolution-geometry.ts';
import { filterGradientOfWindows } from './few-windows.ts';
import { flip, padImages, zeros } from './image-axes.ts';
import { outerPads } from './image-gradient.ts';
import { divisible, sumOfProducts } from './long-sums.ts';
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
  const value =
    filterGradientOfWindows(graph, x, dy, geometry) ?? fromChannelsFirst(graph, x, dy, geometry);
  const { filterShape } = geometry.info;
  return { value: reshapeValue(graph, value, filterShape), shape: filterShape };
}

function fromChannelsFirst(graph: Graph, x: View, dy: View, geometry: Geometry): Value {
  const images = inOrder(graph, x, CHANNELS_FIRST);
  const errors = inOrder(graph, dy, CHANNELS_FIRST);
  return (
    fromTiles(graph, images, errors, geometry) ??
    fromPhases(graph, images, errors, geometry) ??
    fromMovedRowsAndColumns(graph, images, errors, geometry) ??
    fromErrorPatches(graph, images, errors, geometry) ??
    correlate(graph, images, errors, windowsOf(geometry))
  );
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
  const isLessToWrite = channels < kw * a.shape[1]!; // b twice instead of the columns of a
  if (isLessToWrite && areSideBySide(windows)) return correlateMoved(graph, a, b, windows);
  const pixels = reshapeValue(graph, b, [n, channels, h * w]);
  const summed = sumOfProducts(graph, patches(graph, a, windows), pixels);
  const apart = reshapeValue(graph, summed, [kw, a.shape[1]!, kh, channels]);
  const shape = [kh, kw, a.shape[1]!, channels];
  return graph.node('Transpose', [apart], shape, 'float32', { perm: [2, 0, 1, 3] });
}

/** Whether windows of pixels side by side move by one. */
const areSideBySide = ({ strides, dilations }: Windows): boolean =>
  [...strides, ...dilations].every((step) => step === 1);

/**
 * The same of windows of pixels side by side that move by one. With rows of both so long that borders are zeros between them, what a
 * window sees at (i, j) lies i rows and j numbers further on: images and errors become vectors, and a correlation a product of
 * vectors moved against each other.
 *
 * @param isShared - whether the images are moved by rows and the errors by columns, kh + kw copies to write for a squarer product,
 *   instead of the images by both, kh · kw copies
 */
function correlateMoved(
  graph: Graph,
  a: Value,
  b: Value,
  { size: [kh, kw], pads, count }: Pick<Windows, 'size' | 'pads' | 'count'>,
  isShared = false,
): Value {
  const [top, left, , right] = pads as [number, number, number, number];
  const [, into, height, width] = a.shape as [number, number, number, number];
  const channels = b.shape[1]!;
  const pitch = Math.max(width + Math.max(left, right), count[1]);
  const rowMoves = range(kh).map((i) => (i - top) * pitch - left);
  const moves = isShared ? rowMoves : rowMoves.flatMap((move) => range(kw).map((j) => move + j));
  const delays = isShared ? range(kw).map((j) => -j) : [0];
  const lengths = [height * pitch, count[0] * pitch] as const;
  const length = divisible(graph, commonLength(lengths, moves, delays));
  const images = moved(graph, inRows(graph, a, pitch), moves, length);
  const errors = moved(graph, inRows(graph, b, pitch), delays, length);
  const summed = sumOfProducts(graph, images, errors);
  const taps = isShared ? [kh, channels, kw] : [kh, kw, channels];
  const perm = isShared ? [1, 3, 0, 2] : [1, 2, 0, 3];
  const apart = reshapeValue(graph, summed, [into, ...taps]);
  return graph.node('Transpose', [apart], [kh, kw, into, channels], 'float32', { perm });
}

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** Channels-first images with rows of the given length, ending in zeros: [batch, channels, numbers]. */
function inRows(graph: Graph, images: Value, pitch: number): Value {
  const [n, channels, height, width] = images.shape as [number, number, number, number];
  const padded = padImages(graph, images, [0, 0, 0, pitch - width]);
  return reshapeValue(graph, padded, [n, channels, height * pitch]);
}

/** The least length at which {@link moved} copies do not reach into each other, wherever errors are. */
function commonLength(
  [images, errors]: readonly [number, number],
  moves: readonly number[],
  delays: readonly number[],
): number {
  const steps = moves.slice(1).map((move, i) => move - moves[i]!);
  const delayed = errors - Math.min(...delays);
  return Math.max(
    images - Math.min(...moves),
    images + Math.max(0, ...steps),
    delayed + Math.max(0, ...moves),
  );
}

/**
 * Copies of vectors [batch, channels, numbers] under each other, moved to the left by so many numbers each, zeros where they end:
 * [batch, channels · moves, length]. One after the other with gaps that differ from copy to copy, they need not be cut.
 */
function moved(graph: Graph, vectors: Value, moves: readonly number[], length: number): Value {
  const [n, channels, numbers] = vectors.shape as [number, number, number];
  const gap = (count: number) => zeros(graph, [n, channels, count]);
  let end = 0;
  const parts = moves.flatMap((move, i) => {
    const start = i * length - move;
    const before = gap(start - end);
    end = start + numbers;
    return [...before, vectors];
  });
  const whole = moves.length * length;
  const all = [...parts, ...gap(whole - end)];
  const joined =
    all.length === 1
      ? vectors
      : graph.node('Concat', all, [n, channels, whole], 'float32', { axis: 2 });
  return reshapeValue(graph, joined, [n, channels * moves.length, length]);
}

/**
 * The same of windows of even size that move by two: they see the images' phases as windows of half the size that move by one, and
 * ONNX Runtime cuts phases several times as fast as every second column.
 */
function correlatePairs(
  graph: Graph,
  a: Value,
  b: Value,
  { size: [kh, kw], pads, count }: Pick<Windows, 'size' | 'pads' | 'count'>,
): Value {
  const channels = b.shape[1]!;
  const [top = 0, left = 0] = pads;
  const [n, into, height, width] = a.shape as [number, number, number, number];
  const whole = [2 * count[0] + kh - 2, 2 * count[1] + kw - 2] as const;
  const borders = [top, left, whole[0] - height - top, whole[1] - width - left];
  const phases = cutTiles(graph, padImages(graph, a, borders), [2, 2]);
  const stack = reshapeValue(graph, phases, [n, 4 * into, whole[0] / 2, whole[1] / 2]);
  const half = { size: [kh / 2, kw / 2], strides: [1, 1], dilations: [1, 1], count } as const;
  const summed = correlate(graph, stack, b, { ...half, pads: [0, 0, 0, 0] });
  const apart = reshapeValue(graph, summed, [kh / 2, kw / 2, 2, 2, into, channels]);
  const shape = [kh / 2, 2, kw / 2, 2, into, channels];
  const perm = [0, 2, 1, 3, 4, 5];
  const ordered = graph.node('Transpose', [apart], shape, 'float32', { perm });
  return reshapeValue(graph, ordered, [kh, kw, into, channels]);
}

/** What windows see at each of their places, stacked: [batch, kw · channels · kh, windows]. */
function patches(graph: Graph, images: Value, windows: Windows): Value {
  const { size, strides, dilations, count } = windows;
  const [n, channels] = images.shape as [number, number];
  const padded = padImages(graph, images, windows.pads);
  const height = padded.shape[2]!;
  const columns = Array.from({ length: size[1] }, (_, column) => {
    const start = column * dilations[1];
    const end = start + (count[1] - 1) * strides[1] + 1;
    const bounds = [[start], [end], [3], [strides[1]]].map((list) => graph.integers(list));
    return graph.node('Slice', [padded, ...bounds], [n, channels, height, count[1]], 'float32');
  });
  const stack = size[1] * channels;
  const joined = joinChannels(graph, columns);
  const seen = gatherRows(graph, joined, windows);
  return reshapeValue(graph, seen, [n, stack * size[0], count[0] * count[1]]);
}

function joinChannels(graph: Graph, parts: readonly Value[]): Value {
  const [n, channels, ...size] = parts[0]!.shape as [number, number, number, number];
  const shape = [n, parts.length * channels, ...size];
  return parts.length === 1
    ? parts[0]!
    : graph.node('Concat', parts, shape, 'float32', { axis: 1 });
}

/** The rows that windows see at each of their own rows: [batch, channels, kh · windows down, width]. */
function gatherRows(
  graph: Graph,
  images: Value,
  { size, strides, dilations, count }: Pick<Windows, 'size' | 'strides' | 'dilations' | 'count'>,
): Value {
  const [n, channels, , width] = images.shape as [number, number, number, number];
  const places = Array.from({ length: size[0] * count[0] }, (_, i) => {
    const [row, window] = [Math.floor(i / count[0]), i % count[0]];
    return row * dilations[0] + window * strides[0];
  });
  const shape = [n, channels, places.length, width];
  return graph.node('Gather', [images, graph.integers(places)], shape, 'float32', { axis: 2 });
}

/** Images moved by the filter's rows and errors by its columns, where that is less to write than either moved by both. */
function fromMovedRowsAndColumns(
  graph: Graph,
  images: Value,
  errors: Value,
  geometry: Geometry,
): Value | undefined {
  const { filterHeight, filterWidth, inChannels, outChannels } = geometry.info;
  const area = filterHeight * filterWidth;
  const few = Math.min(inChannels, outChannels);
  const planes = filterHeight * inChannels + filterWidth * outChannels;
  const isWorse = planes >= (area - 1) * few + inChannels + outChannels;
  if (outerPads(geometry) === undefined || isWorse) return undefined;
  return correlateMoved(graph, images, errors, windowsOf(geometry), true);
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
  const windows = {
    size: [filterHeight + 1, filterWidth + 1],
    strides: [2, 2],
    dilations: [1, 1],
    pads: geometry.pads,
    count: [h, w],
  } as const;
  const correlation = windows.size.every((length) => length % 2 === 0) ? correlatePairs : correlate;
  const stacked = reshapeValue(graph, phases, [n, 4 * channels, h, w]);
  const wide = correlation(graph, images, stacked, windows);
  const shape = [filterHeight, filterWidth, inChannels, channels];
  const parts = [0, 1, 2, 3].map((phase) => {
    const start = [phase >> 1, phase & 1, phase * channels];
    const end = [start[0]! + filterHeight, start[1]! + filterWidth, (phase + 1) * channels];
    const bounds = [start, end, [0, 1, 3]].map((list) => graph.integers(list));
    return graph.node('Slice', [wide, ...bounds], shape, 'float32');
  });
  return graph.node('Sum', parts, shape, 'float32');
}
