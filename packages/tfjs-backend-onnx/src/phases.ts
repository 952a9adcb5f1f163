import { blocksOf, fromBlocks, toBlocks } from './channel-blocks.ts';
import { type Graph, sizeOf, type Value } from './graph.ts';
import { expandValue, reshapeValue } from './layout.ts';
import { operation } from './operation.ts';

const ELEMENTWISE: ReadonlySet<string> = new Set([
  ...[
    'Add',
    'Sub',
    'Mul',
    'Div',
    'Relu',
    'LeakyRelu',
    'Where',
    'Cast',
    'Greater',
    'GreaterOrEqual',
  ],
  ...[
    'Neg',
    'Abs',
    'Sqrt',
    'Exp',
    'Sigmoid',
    'Tanh',
    'Softplus',
    'Elu',
    'Max',
    'Min',
    'And',
    'Not',
  ],
]);

const DEEPEST = 16;
/**
 * Convolutions of as many channels are bound by their arithmetic: the wider filter that computes phases directly, which has
 * 16/9 of it, costs more there than cutting the images does.
 */
export const ARITHMETIC_BOUND = 32;

/**
 * Records the phases of images: channels-first images [n, c, 2h, 2w] cut into the four positions of their 2×2 tiles,
 * [n, 4, c, h, w]. Pooling 2×2 is then an elementwise matter of contiguous planes, where ONNX
 * Runtime would spend most of a training step on interleaving. A stride-1 convolution of few channels computes
 * phases directly, as one stride-2 convolution with the filter at four offsets; the result of a wide one is cut.
 *
 * @returns undefined where nothing above the images is a convolution or a repetition whose phases are cheap
 */
export function phasesOf(
  graph: Graph,
  images: Value,
  options: { readonly mayConvolve: boolean },
  depth = 0,
): Value | undefined {
  const found = graph.phases.get(images);
  if (found !== undefined) return found;
  const [, , height, width] = images.shape;
  const node = images.node;
  const isEven = images.shape.length === 4 && height! % 2 === 0 && width! % 2 === 0;
  if (!isEven || node === undefined || depth > DEEPEST) return undefined;
  let phases: Value | undefined;
  const blocks = blocksOf(images);
  if (node.op === 'Conv' && options.mayConvolve) phases = convolvedPhases(graph, images);
  else if (blocks !== undefined && options.mayConvolve) phases = blockedPhases(graph, blocks);
  else if (node.op === 'Expand') phases = repeatedPhases(graph, images);
  else if (ELEMENTWISE.has(node.op)) phases = elementwisePhases(graph, images, options, depth);
  if (phases !== undefined) graph.phases.set(images, phases);
  return phases;
}

const phaseShape = ([n, c, h, w]: readonly number[]): number[] => [n!, 4, c!, h! / 2, w! / 2];

function elementwisePhases(
  graph: Graph,
  images: Value,
  options: { readonly mayConvolve: boolean },
  depth: number,
): Value | undefined {
  const { op, inputs, attributes } = images.node!;
  const operands: Value[] = [];
  for (const input of inputs) {
    const operand = operandPhases(graph, input!, images.shape, options, depth + 1);
    if (operand === undefined) return undefined;
    operands.push(operand);
  }
  return operation(graph, op, operands, phaseShape(images.shape), images.type, attributes);
}

function operandPhases(
  graph: Graph,
  x: Value,
  full: readonly number[],
  options: { readonly mayConvolve: boolean },
  depth: number,
): Value | undefined {
  if (sizeOf(x.shape) === 1) return x.shape.length === 0 ? x : reshapeValue(graph, x, []);
  const [n, c, h, w] = x.shape;
  if (x.shape.length !== 4) return undefined;
  if (h === 1 && w === 1) return reshapeValue(graph, x, [n!, 1, c!, 1, 1]);
  return h === full[2] && w === full[3] ? phasesOf(graph, x, options, depth) : undefined;
}

function repeatedPhases(graph: Graph, images: Value): Value | undefined {
  const [n, c, h, w] = images.broadcastOf!.shape;
  if (h !== 1 || w !== 1) return undefined;
  const small = reshapeValue(graph, images.broadcastOf!, [n!, 1, c!, 1, 1]);
  return expandValue(graph, small, phaseShape(images.shape));
}

/** Blocks are cut more cheaply than channels-first images: what lies side by side stays so. */
function blockedPhases(graph: Graph, blocks: Value): Value {
  const [n, channels, height, width] = blocks.shape as [number, number, number, number];
  const block = graph.channelBlock!;
  const [c, h, w] = [channels / block, height / 2, width / 2];
  const tiles = reshapeValue(graph, blocks, [n, c, h, 2, w, 2, block]);
  const perm = [0, 3, 5, 1, 2, 4, 6];
  const cut = graph.node('Transpose', [tiles], [n, 2, 2, c, h, w, block], 'float32', { perm });
  const images = fromBlocks(graph, reshapeValue(graph, cut, [4 * n, channels, h, w]));
  return reshapeValue(graph, images, phaseShape(blocks.shape));
}

/** Phases put together to images with their channels in blocks. */
export function joinedBlocks(graph: Graph, phases: Value): Value {
  const [n, , channels, h, w] = phases.shape as [number, number, number, number, number];
  const block = graph.channelBlock!;
  const c = channels / block;
  const tiles = toBlocks(graph, reshapeValue(graph, phases, [4 * n, channels, h, w]));
  const apart = reshapeValue(graph, tiles, [n, 2, 2, c, h, w, block]);
  const perm = [0, 3, 4, 1, 5, 2, 6];
  const joined = graph.node('Transpose', [apart], [n, c, h, 2, w, 2, block], 'float32', { perm });
  return reshapeValue(graph, joined, [n, channels, 2 * h, 2 * w]);
}

const isOnes = (values: unknown): boolean =>
  values === undefined || (values as readonly number[]).every((value) => value === 1);

function convolvedPhases(graph: Graph, images: Value): Value | undefined {
  const { inputs, attributes } = images.node!;
  const [x, filter, bias] = inputs as [Value, Value, Value?];
  if (!isOnes(attributes.strides) || !isOnes(attributes.dilations)) return undefined;
  if (x.shape[1]! >= ARITHMETIC_BOUND) return cutTiles(graph, images, [2, 2]);
  const [n, channels, height, width] = images.shape as [number, number, number, number];
  const wide = phaseFilter(graph, filter);
  const four = [bias, bias, bias, bias];
  const biases = bias && graph.node('Concat', four, [4 * channels], 'float32', { axis: 0 });
  const value = graph.node(
    'Conv',
    biases === undefined ? [x, wide] : [x, wide, biases],
    [n, 4 * channels, height / 2, width / 2],
    'float32',
    { kernel_shape: wide.shape.slice(2), strides: [2, 2], pads: attributes.pads as number[] },
  );
  return reshapeValue(graph, value, phaseShape(images.shape));
}

/** A filter [out, in, k, k] at the four offsets of a 2×2 tile: [4·out, in, k+1, k+1]. */
export function phaseFilter(graph: Graph, filter: Value): Value {
  const [out, into, height, width] = filter.shape as [number, number, number, number];
  const shape = [out, into, height + 1, width + 1];
  const placed = [0, 1, 2, 3].map((phase) => {
    const [down, right] = [phase >> 1, phase & 1];
    const amounts = graph.integers([0, 0, down, right, 0, 0, 1 - down, 1 - right]);
    return graph.node('Pad', [filter, amounts], shape, 'float32');
  });
  return graph.node('Concat', placed, [4 * out, ...shape.slice(1)], 'float32', { axis: 0 });
}

/** Cuts [n, c, h·kh, w·kw] into [n, kh·kw, c, h, w]. */
export function cutTiles(graph: Graph, images: Value, [kh, kw]: readonly [number, number]): Value {
  const [n, c, height, width] = images.shape as [number, number, number, number];
  const [h, w] = [height / kh, width / kw];
  const shape = [n, kh * kw, c, h, w];
  if (kh === kw && images.type === 'float32') {
    const deep = [n, kh * kw * c, h, w];
    const cut = graph.node('SpaceToDepth', [images], deep, 'float32', { blocksize: kh });
    return reshapeValue(graph, cut, shape);
  }
  const tiles = reshapeValue(graph, images, [n, c, h, kh, w, kw]);
  const perm = [0, 3, 5, 1, 2, 4];
  const planes = graph.node('Transpose', [tiles], [n, kh, kw, c, h, w], images.type, { perm });
  return reshapeValue(graph, planes, shape);
}

/** Puts [n, kh·kw, c, h, w] together to [n, c, h·kh, w·kw]. */
export function joinTiles(graph: Graph, planes: Value, [kh, kw]: readonly [number, number]): Value {
  const [n, , c, h, w] = planes.shape as [number, number, number, number, number];
  const shape = [n, c, h * kh, w * kw];
  if (kh === kw && planes.type === 'float32') {
    const deep = reshapeValue(graph, planes, [n, kh * kw * c, h, w]);
    return graph.node('DepthToSpace', [deep], shape, 'float32', { blocksize: kh });
  }
  const apart = reshapeValue(graph, planes, [n, kh, kw, c, h, w]);
  const perm = [0, 3, 4, 1, 5, 2];
  const tiles = graph.node('Transpose', [apart], [n, c, h, kh, w, kw], planes.type, { perm });
  return reshapeValue(graph, tiles, shape);
}
