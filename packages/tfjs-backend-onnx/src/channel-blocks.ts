import type { Graph, Value } from './graph.ts';

/*
 * ONNX Runtime's kernels for processors convolve images whose channels lie in blocks as wide as a vector register, [batch,
 * channels / block, height, width, block], without writing patches out: two to three times as fast as channels-first images where
 * channels are few. It lays constant filters out so by itself; here filters change with every step.
 *
 * Values in blocks keep the shape of the channels-first images that they hold, as ONNX Runtime's own do.
 */

/** Channels-first images with their channels in blocks. */
export function toBlocks(graph: Graph, images: Value): Value {
  return blocksOf(images) ?? graph.node('ToBlocks', [images], images.shape, 'float32');
}

/** Channels-first images of which these are the blocks. */
export function fromBlocks(graph: Graph, blocks: Value): Value {
  return graph.node('FromBlocks', [blocks], blocks.shape, 'float32', {
    channels: blocks.shape[1]!,
  });
}

/** The blocks of which images are made, if they are. */
export const blocksOf = ({ node }: Value): Value | undefined =>
  node?.op === 'FromBlocks' ? node.inputs[0] : undefined;
