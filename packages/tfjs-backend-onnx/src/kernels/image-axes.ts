import { type Graph, sizeOf, type Value } from '../graph.ts';

interface AxisMatrices {
  /** [output height, input height] and [output width, input width]; swapped roles when transposed. */
  readonly rows: Value;
  readonly columns: Value;
  readonly transposed: boolean;
}

/** Multiplies height and width of channels-first images by matrices: rows · image · columnsᵀ. */
export function multiplyAxes(graph: Graph, images: Value, matrices: AxisMatrices): Value {
  const { rows, columns, transposed } = matrices;
  const [n, c, h] = images.shape as [number, number, number];
  const out = transposed ? 1 : 0;
  const wide = [n, c, h, columns.shape[out]!];
  const across = graph.node('FusedMatMul', [images, columns], wide, 'float32', {
    transA: 0,
    transB: transposed ? 0 : 1,
  });
  const full = [n, c, rows.shape[out]!, wide[3]!];
  return graph.node('FusedMatMul', [rows, across], full, 'float32', {
    transA: transposed ? 1 : 0,
    transB: 0,
  });
}

/** Zero borders (top, left, bottom, right) around channels-first images. */
export function padImages(graph: Graph, images: Value, pads: readonly number[]): Value {
  const [top, left, bottom, right] = pads as [number, number, number, number];
  const isTall = top + bottom > 0;
  const isWide = left + right > 0;
  if (!(isTall || isWide)) return images;
  if (graph.minimalFiltering && isTall !== isWide) {
    return isTall ? between(graph, images, 2, top, bottom) : between(graph, images, 3, left, right);
  }
  const [n, c, h, w] = images.shape as [number, number, number, number];
  const shape = [n, c, h + top + bottom, w + left + right];
  const amounts = graph.integers([0, 0, top, left, 0, 0, bottom, right]);
  return graph.node('Pad', [images, amounts], shape, 'float32');
}

/** Images between zeros along an axis, put together: ONNX Runtime's Pad does so on one thread alone. */
function between(graph: Graph, images: Value, axis: 2 | 3, before: number, after: number): Value {
  const withLength = (length: number) => images.shape.map((own, i) => (i === axis ? length : own));
  const border = (length: number) => zeros(graph, withLength(length));
  const parts = [...border(before), images, ...border(after)];
  const shape = withLength(before + images.shape[axis]! + after);
  return graph.node('Concat', parts, shape, 'float32', { axis });
}

/** An array of zeros to be put between others; none where it would have no elements. */
export function zeros(graph: Graph, shape: readonly number[]): Value[] {
  if (sizeOf(shape) === 0) return [];
  const create = () => new Float32Array(sizeOf(shape));
  return [graph.constant(`zeros${shape}`, shape, 'float32', create)];
}

/** The upper left part of channels-first images. */
export function cropImages(graph: Graph, images: Value, height: number, width: number): Value {
  const [n, c, h, w] = images.shape as [number, number, number, number];
  if (h === height && w === width) return images;
  const bounds = [
    [0, 0],
    [height, width],
    [2, 3],
  ].map((values) => graph.integers(values));
  return graph.node('Slice', [images, ...bounds], [n, c, height, width], 'float32');
}

/** Reverses two axes. */
export function flip(graph: Graph, value: Value, axes: readonly [number, number]): Value {
  if (axes.every((axis) => value.shape[axis] === 1)) return value;
  const least = -(2 ** 31);
  const bounds = [[-1, -1], [least, least], axes, [-1, -1]].map((list) => graph.integers(list));
  return graph.node('Slice', [value, ...bounds], value.shape, 'float32');
}
