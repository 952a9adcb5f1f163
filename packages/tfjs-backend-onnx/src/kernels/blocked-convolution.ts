import { fromBlocks, toBlocks } from '../channel-blocks.ts';
import type { Attributes, Graph, Value } from '../graph.ts';
import { inOrder, reshapeValue, type View } from '../layout.ts';
import { joinedBlocks, phasesOf } from '../phases.ts';
import { rearranged } from '../rearranged.ts';
import type { Geometry, Info } from './convolution-geometry.ts';
import { flip } from './image-axes.ts';
import { isForTiles, meanChannels } from './winograd.ts';

/**
 * Laying a filter out in blocks takes time too: from so large a harmonic mean of the channels on tiles are faster, unless the
 * filter stays and is laid out once for all.
 */
const MANY_CHANNELS = 192;

/**
 * Convolves channels-first images with a filter [height, width, in, out], channels in blocks.
 *
 * @returns undefined where the channels do not come in blocks, or another way is faster
 */
export function convolveBlocks(
  graph: Graph,
  images: Value,
  filter: View,
  geometry: Geometry,
): Value | undefined {
  const { info } = geometry;
  if (isFewToBlocks(graph, info)) return convolveFew(graph, images, filter, geometry);
  if (!comesInBlocks(graph, info)) return undefined;
  const weights = filterInBlocks(graph, filter);
  if (isFasterByTiles(graph, images, weights, geometry)) return undefined;
  return convolved(graph, [inBlocks(graph, images), weights], outShape(info), windows(geometry));
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

const isFewToBlocks = ({ channelBlock: block }: Graph, { inChannels, outChannels }: Info) =>
  block !== undefined && inChannels < block && outChannels % block === 0;

/**
 * The first convolution of a network: fewer channels than a block has are read as they lie. Not while the filter changes, since
 * training asks for the phases of such a convolution, which are computed without it.
 */
function convolveFew(
  graph: Graph,
  images: Value,
  filter: View,
  geometry: Geometry,
): Value | undefined {
  const { info } = geometry;
  const [height, width, into, out] = filter.shape as [number, number, number, number];
  const block = graph.channelBlock!;
  const apart = [height, width, into, out / block, block];
  const value = reshapeValue(graph, inOrder(graph, filter), apart);
  const blocks = rearranged(graph, value, [3, 2, 0, 1, 4], { least: 1 });
  if (blocks === undefined) return undefined;
  const weights = reshapeValue(graph, blocks, [out, into, height, width]);
  return convolved(graph, [images, weights], outShape(info), windows(geometry));
}

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
  if (!comesInBlocks(graph, info)) return undefined;
  const weights = turnedFilterInBlocks(graph, filter);
  if (isFasterByTiles(graph, errors, weights, geometry)) return undefined;
  const shape = [info.batchSize, info.inChannels, info.inHeight, info.inWidth];
  return convolved(graph, [inBlocks(graph, errors), weights], shape, {
    kernel_shape: [info.filterHeight, info.filterWidth],
    pads: outerPads,
  });
}

function comesInBlocks({ channelBlock: block }: Graph, { inChannels, outChannels }: Info): boolean {
  return block !== undefined && inChannels % block === 0 && outChannels % block === 0;
}

const isFasterByTiles = (
  graph: Graph,
  images: Value,
  weights: Value,
  geometry: Geometry,
): boolean =>
  weights.memory === undefined &&
  meanChannels(geometry.info) >= MANY_CHANNELS &&
  isForTiles(graph, images, geometry);

function inBlocks(graph: Graph, images: Value): Value {
  const phases = phasesOf(graph, images, { mayConvolve: false });
  return phases === undefined ? toBlocks(graph, images) : joinedBlocks(graph, phases);
}

function convolved(
  graph: Graph,
  inputs: readonly [images: Value, weights: Value],
  shape: readonly number[],
  attributes: Attributes,
): Value {
  return fromBlocks(graph, graph.node('BlockedConv', inputs, shape, 'float32', attributes));
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
  const blocks =
    rearranged(graph, apart.value, order, { reversed: [0, 1] }) ?? inOrder(graph, turned(), order);
  return reshapeValue(graph, blocks, [into, out, height, width]);
}

/** A filter with both kinds of channels cut into blocks: [height, width, in / block, block, out / block, block]. */
function channelsApart(graph: Graph, filter: View): View {
  const [height, width, into, out] = filter.shape as [number, number, number, number];
  const block = graph.channelBlock!;
  const shape = [height, width, into / block, block, out / block, block];
  return { value: reshapeValue(graph, inOrder(graph, filter), shape), shape };
}
