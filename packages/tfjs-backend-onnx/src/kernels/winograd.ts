import type { Graph, Value } from '../graph.ts';
import { kept } from '../kept.ts';
import { inOrder, reshapeValue, type View } from '../layout.ts';
import { cutTiles, joinTiles, phasesOf } from '../phases.ts';
import { type Geometry, isDense } from './convolution-geometry.ts';
import { cropImages, padImages } from './image-axes.ts';

/*
 * Convolutions by 3×3 filters, and their gradients, with 4/9 of the multiplications: minimal filtering F(2×2, 3×3).
 * A tile Y of 2×2 outputs is a tile d of 4×4 inputs seen through the filter g:
 *
 *     Y = Aᵀ [ (G g Gᵀ) ⊙ (Bᵀ d B) ] A
 *
 * Summed over channels, the product in brackets is a matrix product for each of its 16 planes. The gradient by the filter is
 * Gᵀ [ (Bᵀ d B) ⊙ (A E Aᵀ) ] G of the errors E of Y; the gradient by the images is a convolution by the filter turned round.
 *
 * Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016, eq. 8, doi:10.1109/CVPR.2016.435, after
 * Winograd, "Arithmetic Complexity of Computations", SIAM 1980, doi:10.1137/1.9781611970364.
 */

type Matrix = readonly (readonly number[])[];

/** Bᵀ */
const INPUTS: Matrix = [
  [1, 0, -1, 0],
  [0, 1, 1, 0],
  [0, -1, 1, 0],
  [0, 1, 0, -1],
];
/** G */
const WEIGHTS: Matrix = [
  [1, 0, 0],
  [0.5, 0.5, 0.5],
  [0.5, -0.5, 0.5],
  [0, 0, 1],
];
/** Aᵀ */
const OUTPUTS: Matrix = [
  [1, 1, 1, 0],
  [0, 1, -1, -1],
];
const PLANES = 16;

/**
 * Products save in · out multiplications for each pixel what tiles cost in passes over in + out channels: from so large a
 * harmonic mean of the channels on they are worth it.
 */
const MANY_CHANNELS = 64;
/** The same of images whose phases are known, which spares two of the passes. */
const MANY_CHANNELS_OF_PHASES = 32;

/** Tiles hold four times what their images do, some of them from the forward pass to the gradient: larger images go without. */
const MOST_BYTES_OF_TILES = 2 ** 28;

/** Whether a convolution of the images, or the gradient by the filter where the images are its errors, is faster by tiles. */
export function isForTiles(graph: Graph, images: Value, geometry: Geometry): boolean {
  const { info, pads } = geometry;
  const isSmall = info.filterHeight === 3 && info.filterWidth === 3 && isDense(info);
  if (!graph.minimalFiltering || !isSmall || pads.some((pad) => pad > 2)) return false;
  const { inChannels, outChannels, outHeight, outWidth } = info;
  const bytes = 4 * PLANES * Math.max(inChannels, outChannels) * (outHeight / 2) * (outWidth / 2);
  if (bytes > MOST_BYTES_OF_TILES) return false;
  const channels = meanChannels(info);
  if (channels >= MANY_CHANNELS) return true;
  return (
    channels >= MANY_CHANNELS_OF_PHASES &&
    phasesOf(graph, images, { mayConvolve: false }) !== undefined
  );
}

/** The harmonic mean of a convolution's input and output channels. */
export const meanChannels = ({ inChannels, outChannels }: Geometry['info']): number =>
  (2 * inChannels * outChannels) / (inChannels + outChannels);

/**
 * Something of every tile: [batch, 16, channels, rows · across]. Behind the tiles of the
 * outputs lie rows that mean nothing: those between one channel and the next.
 */
interface Tiles {
  readonly planes: Value;
  readonly rows: number;
  readonly across: number;
}

/** Convolves channels-first images with a filter [3, 3, in, out]; undefined where another way is faster. */
export function convolveTiles(
  graph: Graph,
  images: Value,
  filter: View,
  geometry: Geometry,
): Value | undefined {
  if (!isForTiles(graph, images, geometry)) return undefined;
  const weights = inOrder(graph, filter);
  return filtered(graph, images, weights, geometry.pads, { isReversed: false });
}

/**
 * The gradient by the images: errors [batch, out, …] convolved with the filter [3, 3, in, out] turned round; undefined where
 * another way is faster.
 */
export function convolveTilesBack(
  graph: Graph,
  errors: Value,
  filter: View,
  geometry: Geometry,
  outerPads: readonly number[],
): Value | undefined {
  if (!isForTiles(graph, errors, geometry)) return undefined;
  return filtered(graph, errors, inOrder(graph, filter), outerPads, { isReversed: true });
}

function filtered(
  graph: Graph,
  images: Value,
  filter: Value,
  pads: readonly number[],
  { isReversed }: { readonly isReversed: boolean },
): Value {
  const size = outputSize(images, pads);
  const { planes, ...tiles } = inputTiles(graph, images, pads, size);
  const [n, , , count] = planes.shape as [number, number, number, number];
  const channels = filter.shape[isReversed ? 2 : 3]!;
  const products = graph.node(
    'FusedMatMul',
    [filterPlanes(graph, filter, isReversed), planes],
    [n, PLANES, channels, count],
    'float32',
    { transA: isReversed ? 0 : 1, transB: 0 },
  );
  return outputImages(graph, { planes: products, ...tiles }, size);
}

const outputSize = ({ shape }: Value, pads: readonly number[]): [number, number] => [
  shape[2]! + pads[0]! + pads[2]! - 2,
  shape[3]! + pads[1]! + pads[3]! - 2,
];

/** The gradient of a convolution by its filter, [3, 3, in, out]. */
export function filterGradientOfTiles(
  graph: Graph,
  images: Value,
  errors: Value,
  pads: readonly number[],
): Value {
  const seen = inputTiles(graph, images, pads, outputSize(images, pads));
  const [n, , into] = seen.planes.shape as [number, number, number];
  const out = errors.shape[1]!;
  const products = graph.node(
    'FusedMatMul',
    [seen.planes, errorTiles(graph, errors, seen.rows)],
    [n, PLANES, into, out],
    'float32',
    { transA: 0, transB: 1 },
  );
  // Gᵀ of all planes of all images at once is also the sum over the images
  const ofAll = Array.from({ length: n }, () => squared(transposed(WEIGHTS)));
  const matrix = asConstant(graph, `weights back ${n}`, sideBySide(ofAll));
  const flat = reshapeValue(graph, products, [n * PLANES, into * out]);
  const summed = graph.node('MatMul', [matrix, flat], [9, into * out], 'float32');
  return reshapeValue(graph, summed, [3, 3, into, out]);
}

/**
 * Bᵀ d B: a convolution of the images' phases, whose neighbours in each phase are two pixels apart. All channels lie below one
 * another, and a row of zeros between them is the border of both.
 */
function inputTiles(
  graph: Graph,
  images: Value,
  [top = 0, left = 0]: readonly number[],
  size: readonly [number, number],
): Tiles {
  const phases = evenPhases(graph, images);
  const [n, , c, h, w] = phases.shape as [number, number, number, number, number];
  const [rows, across] = [h + 1, Math.ceil(size[1] / 2)];
  const long = padRows(graph, phases, 1);
  const [down, right] = [tapsOf(top), tapsOf(left)];
  const planes = graph.node(
    'Conv',
    [reshapeValue(graph, long, [n, 4, c * rows, w]), inputFilter(graph, top, left)],
    [n, PLANES, c * rows, across],
    'float32',
    {
      kernel_shape: [down.length, right.length],
      pads: [-down[0]!, -right[0]!, down.at(-1)!, across + right.at(-1)! - w],
    },
  );
  return { planes: reshapeValue(graph, planes, [n, PLANES, c, rows * across]), rows, across };
}

/** Where in their phases the four inputs of a tile lie behind a border of so many pixels. */
const tapsOf = (border: number): readonly number[] => {
  const [first, last] = [Math.floor(-border / 2), Math.floor((3 - border) / 2)];
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
};

/** Bᵀ ⊗ Bᵀ as a filter of phases: [16, 4, taps down, taps across]. */
function inputFilter(graph: Graph, top: number, left: number): Value {
  const shape = [PLANES, 4, tapsOf(top).length, tapsOf(left).length];
  return graph.constant(`winograd inputs ${top} ${left}`, shape, 'float32', () => {
    const ofPhases = (down: Matrix, across: Matrix) =>
      down.flatMap((a) => across.flatMap((b) => a.flatMap((y) => b.map((x) => y * x))));
    const across = alongSide(left);
    return Float32Array.from(
      alongSide(top).flatMap((rows) => across.flatMap((columns) => ofPhases(rows, columns))),
    );
  });
}

/** Bᵀ along one side, by planes: the weights of the taps of even and odd pixels. */
const alongSide = (border: number): Matrix[] =>
  INPUTS.map((row) =>
    [0, 1].map((phase) => tapsOf(border).map((tap) => row[2 * tap + phase + border] ?? 0)),
  );

/** G g Gᵀ of a filter [3, 3, in, out], or of the filter turned round: [16, in, out]. */
function filterPlanes(graph: Graph, filter: Value, isReversed: boolean): Value {
  const [, , into, out] = filter.shape as [number, number, number, number];
  const name = isReversed ? 'weights reversed' : 'weights';
  const rows = isReversed ? WEIGHTS.map((row) => [...row].reverse()) : WEIGHTS;
  const weights = reshapeValue(graph, filter, [9, into * out]);
  const flat = [asConstant(graph, name, squared(rows)), weights];
  const planes = graph.node('MatMul', flat, [PLANES, into * out], 'float32');
  const shape = [PLANES, into, out];
  const { compute } = graph;
  const stays = compute && kept(graph, filter, { name, shape }, () => compute(planes));
  return stays ?? reshapeValue(graph, planes, shape);
}

/** A E Aᵀ of errors [batch, channels, height, width] as so many rows of tiles, with zeros behind the last. */
function errorTiles(graph: Graph, errors: Value, rows: number): Value {
  const phases = evenPhases(graph, errors);
  const [n, , c, down, across] = phases.shape as [number, number, number, number, number];
  const long = padRows(graph, phases, rows - down);
  const matrix = asConstant(graph, 'outputs back', squared(transposed(OUTPUTS)));
  const count = rows * across;
  const flat = reshapeValue(graph, long, [n, 4, c * count]);
  const planes = graph.node('MatMul', [matrix, flat], [n, PLANES, c * count], 'float32');
  return reshapeValue(graph, planes, [n, PLANES, c, count]);
}

/** The phases of images, with a border of zeros where height or width is odd. */
function evenPhases(graph: Graph, images: Value): Value {
  const known = phasesOf(graph, images, { mayConvolve: false });
  if (known !== undefined) return known;
  const [, , height, width] = images.shape as [number, number, number, number];
  return cutTiles(graph, padImages(graph, images, [0, 0, height % 2, width % 2]), [2, 2]);
}

/** Rows of zeros below each plane of [batch, 4, channels, height, width]. */
function padRows(graph: Graph, phases: Value, rows: number): Value {
  if (rows === 0) return phases;
  const [n, four, c, h, w] = phases.shape as [number, number, number, number, number];
  const amounts = graph.integers([0, 0, 0, 0, 0, 0, 0, 0, rows, 0]);
  return graph.node('Pad', [phases, amounts], [n, four, c, h + rows, w], 'float32');
}

/** Aᵀ M A: channels-first images of this height and width. */
function outputImages(
  graph: Graph,
  { planes, rows, across }: Tiles,
  [height, width]: readonly [number, number],
): Value {
  const [n, , c, count] = planes.shape as [number, number, number, number];
  const matrix = asConstant(graph, 'outputs', squared(OUTPUTS));
  const flat = reshapeValue(graph, planes, [n, PLANES, c * count]);
  const found = graph.node('MatMul', [matrix, flat], [n, 4, c * count], 'float32');
  const down = Math.ceil(height / 2);
  const bounds = [[0], [down], [3]].map((list) => graph.integers(list));
  const long = reshapeValue(graph, found, [n, 4, c, rows, across]);
  const phases = graph.node('Slice', [long, ...bounds], [n, 4, c, down, across], 'float32');
  const images = cropImages(graph, joinTiles(graph, phases, [2, 2]), height, width);
  if (height % 2 === 0 && width % 2 === 0) graph.phases.set(images, phases);
  return images;
}

/** M ⊗ M. */
const squared = (matrix: Matrix): Matrix =>
  matrix.flatMap((a) => matrix.map((b) => a.flatMap((x) => b.map((y) => x * y))));

const transposed = ([first = [], ...others]: Matrix): Matrix =>
  first.map((x, i) => [x, ...others.map((row) => row[i]!)]);

const sideBySide = ([first = [], ...others]: readonly Matrix[]): Matrix =>
  first.map((row, i) => [...row, ...others.flatMap((matrix) => matrix[i]!)]);

const asConstant = (graph: Graph, key: string, matrix: Matrix): Value =>
  graph.constant(`winograd ${key}`, [matrix.length, matrix[0]!.length], 'float32', () =>
    Float32Array.from(matrix.flat()),
  );
