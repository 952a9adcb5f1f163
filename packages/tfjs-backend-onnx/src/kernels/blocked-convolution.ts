import { fromBlocks, toBlocks } from '../channel-blocks.ts';
import type { Attributes, Graph, Value } from '../graph.ts';
import { inOrder, reshapeValue, type View } from '../layout.ts';
import { joinedBlocks, phasesOf } from '../phases.ts';
import { rearranged } from '../rearranged.ts';
import type { Geometry, Info } from './convolution-geometry.ts';
import { flip } from './image-axes.ts';
import { isForTiles, meanChannels } from './winograd.ts';

/**
 * To turn a filter round and lay it out in blocks takes time too: from so large a harmonic mean of the channels on tiles are faster.
 * Filters that stay go the same way, although they are laid out once, so that the first run gives the same bits as the next.
 */
const MANY_CHANNELS = 192;

/**
 * Convolves channels-first images with a filter [height, width, in, out], channels in blocks.
 *
 * @returns undefined where the channels do not come in blocks
 */
export function convolveBlocks(
  graph: Graph,
  images: Value,
  filter: View,
  geometry: Geometry,
): Value | undefined {
  const { info } = geometry;
  const together = imagesTogether(graph, info);
  if (together === undefined) return undefined;
  const weights = filterInBlocks(graph, repeatedFilter(graph, filter, together));
  const inputs = [inBlocks(graph, images, together), weights] as const;
  return convolved(graph, inputs, outShape(info), windows(geometry));
}

const outShape = (info: Info): number[] => [
  info.batchSize,
  info.outChannels,
  info.outHeight,
  info.outWidth,
];

const windows = ({ info, pads }: Geometry): Attributes => ({
  kernel_shape: [info.filterHeight, info.filterWidth],
  strides: [info.strideHeight, info.strideWidth],
  dilations: [info.dilationHeight, info.dilationWidth],
  pads,
});

/**
 * The gradient by the images of a dense convolution: its errors convolved with the filter turned round, channels in blocks.
 *
 * @param outerPads - the borders that undo the convolution's
 * @returns undefined where the channels do not come in blocks, or another way is faster
 */
export function convolveBlocksBack(
  graph: Graph,
  errors: Value,
  filter: View,
  geometry: Geometry,
  outerPads: readonly number[],
): Value | undefined {
  const { info } = geometry;
  const together = imagesTogether(graph, info);
  if (together === undefined) return undefined;
  const isForTilesHere = meanChannels(info) >= MANY_CHANNELS && isForTiles(graph, errors, geometry);
  if (isForTilesHere) return undefined;
  const weights = turnedFilterInBlocks(graph, repeatedFilter(graph, filter, together));
  const shape = [info.batchSize, info.inChannels, info.inHeight, info.inWidth];
  return convolved(graph, [inBlocks(graph, errors, together), weights], shape, {
    kernel_shape: [info.filterHeight, info.filterWidth],
    pads: outerPads,
  });
}

/**
 * How many images have whole blocks of channels together. Two that have half of one each are convolved as one image, with a filter
 * that keeps their channels apart: twice the multiplications that are needed, at a fraction of the time.
 */
function imagesTogether(
  { channelBlock: block }: Graph,
  { batchSize, inChannels, outChannels }: Info,
): number | undefined {
  return [1, 2].find(
    (together) =>
      block !== undefined &&
      batchSize % together === 0 &&
      (together * inChannels) % block === 0 &&
      (together * outChannels) % block === 0,
  );
}

/** A filter that does the same to several images side by side: itself, repeated along the diagonal of [in, out]. */
function repeatedFilter(graph: Graph, filter: View, times: number): View {
  if (times === 1) return filter;
  const [height, width, into, out] = filter.shape as [number, number, number, number];
  const value = inOrder(graph, filter);
  const wide = [height, width, into, times * out];
  const rows = Array.from({ length: times }, (_, place) => {
    const amounts = [0, 0, 0, place * out, 0, 0, 0, (times - 1 - place) * out];
    return graph.node('Pad', [value, graph.integers(amounts)], wide, 'float32');
  });
  const shape = [height, width, times * into, times * out];
  return { value: graph.node('Concat', rows, shape, 'float32', { axis: 2 }), shape };
}

/** Images, so many side by side, with their channels in blocks; those whose phases are known are put together there. */
function inBlocks(graph: Graph, images: Value, together: number): Value {
  const [n, channels, ...size] = images.shape as [number, number, number, number];
  if (together > 1) {
    return toBlocks(
      graph,
      reshapeValue(graph, images, [n / together, together * channels, ...size]),
    );
  }
  const phases = phasesOf(graph, images, { mayConvolve: false });
  return phases === undefined ? toBlocks(graph, images) : joinedBlocks(graph, phases);
}

function convolved(
  graph: Graph,
  [images, weights]: readonly [Value, Value],
  shape: readonly number[],
  attributes: Attributes,
): Value {
  const [n, , ...size] = shape as [number, number, number, number];
  const channels = weights.shape[0]!;
  const together = channels / shape[1]!;
  const inBlocks = [n / together, channels, ...size];
  const value = graph.node('BlockedConv', [images, weights], inBlocks, 'float32', attributes);
  return reshapeValue(graph, fromBlocks(graph, value), shape);
}

/** A filter [height, width, in, out] as [out / block, in / block, height, width, in block, out block]. */
function filterInBlocks(graph: Graph, filter: View): Value {
  const [height, width, into, out] = filter.shape as [number, number, number, number];
  const blocks = inOrder(graph, channelsApart(graph, filter), [4, 2, 0, 1, 3, 5]);
  return reshapeValue(graph, blocks, [out, into, height, width]);
}

/** The same of the filter turned round, with inputs and outputs exchanged. */
function turnedFilterInBlocks(graph: Graph, filter: View): Value {
  const [height, width, into, out] = filter.shape as [number, number, number, number];
  const apart = channelsApart(graph, filter);
  const order = [2, 4, 0, 1, 5, 3];
  const turned = (): View => ({ ...apart, value: flip(graph, apart.value, [0, 1]) });
  const blocks = rearranged(graph, apart.value, order, [0, 1]) ?? inOrder(graph, turned(), order);
  return reshapeValue(graph, blocks, [into, out, height, width]);
}

/** A filter with both kinds of channels cut into blocks: [height, width, in / block, block, out / block, block]. */
function channelsApart(graph: Graph, filter: View): View {
  const [height, width, into, out] = filter.shape as [number, number, number, number];
  const block = graph.channelBlock!;
  const shape = [height, width, into / block, block, out / block, block];
  return { value: reshapeValue(graph, inOrder(graph, filter), shape), shape };
}
