import type { Graph, Value } from '../graph.ts';
import { reshapeValue } from '../layout.ts';
import { maskValue, toFloat, weigh } from '../operation.ts';

/**
 * Sends each gradient to the first maximum of its window, reading the window row by row.
 *
 * @param planes - the images, one plane per window position, [n, k, c, h, w]
 * @param maxima - the pooled images, [n, c, h, w]
 * @param dy - gradient of the pooled images, [n, c, h, w]
 * @returns planes of the gradient of the images
 */
export function maxPoolGradient(graph: Graph, planes: Value, maxima: Value, dy: Value): Value {
  const [n, c, h, w] = maxima.shape as [number, number, number, number];
  const single = [n, 1, c, h, w];
  const { shape } = planes;
  const equal = graph.node('Equal', [planes, reshapeValue(graph, maxima, single)], shape, 'bool');
  const spread = reshapeValue(graph, dy.broadcastOf ?? dy, singleShape(dy.broadcastOf ?? dy));
  return graph.hasByteMasks
    ? maskValue(graph, firstOfMasks(graph, equal), spread)
    : weigh(graph, firstOfWeights(graph, toFloat(graph, equal)), spread);
}

const singleShape = ({ shape: [n, c, h, w] }: Value): number[] => [n!, 1, c!, h!, w!];

/** True in the first plane of those where it is. */
function firstOfMasks(graph: Graph, equal: Value): Value {
  const [first, ...others] = planesOf(graph, equal);
  let taken = first!;
  const masks = [taken];
  for (const candidate of others) {
    const free = graph.node('Not', [taken], candidate.shape, 'bool');
    masks.push(graph.node('And', [candidate, free], candidate.shape, 'bool'));
    taken = graph.node('Or', [taken, candidate], candidate.shape, 'bool');
  }
  return joined(graph, masks, equal);
}

/** The same of ones and zeros, for devices that keep truth values as wide as numbers and turn them into numbers to move them. */
function firstOfWeights(graph: Graph, equal: Value): Value {
  const [first, ...others] = planesOf(graph, equal);
  let taken = first!;
  const weights = [taken];
  for (const candidate of others) {
    const { shape } = candidate;
    const overlap = graph.node('Mul', [candidate, taken], shape, 'float32');
    weights.push(graph.node('Sub', [candidate, overlap], shape, 'float32'));
    taken = graph.node('Max', [taken, candidate], shape, 'float32');
  }
  return joined(graph, weights, equal);
}

function planesOf(graph: Graph, value: Value): Value[] {
  const { shape, type } = value;
  if (shape[1] === 1) return [value];
  return Array.from({ length: shape[1]! }, (_, index) => {
    const bounds = [index, index + 1, 1].map((bound) => graph.integers([bound]));
    return graph.node('Slice', [value, ...bounds], [shape[0]!, 1, ...shape.slice(2)], type);
  });
}

const joined = (graph: Graph, planes: readonly Value[], { shape, type }: Value): Value =>
  planes.length === 1 ? planes[0]! : graph.node('Concat', planes, shape, type, { axis: 1 });
