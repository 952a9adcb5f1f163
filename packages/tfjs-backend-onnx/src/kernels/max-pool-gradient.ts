import type { Graph, Value } from '../graph.ts';
import { reshapeValue } from '../layout.ts';
import { maskValue } from '../operation.ts';

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
  const mask = firstMaximum(graph, planes, reshapeValue(graph, maxima, single));
  const spread = reshapeValue(graph, dy.broadcastOf ?? dy, singleShape(dy.broadcastOf ?? dy));
  return maskValue(graph, mask, spread);
}

const singleShape = ({ shape: [n, c, h, w] }: Value): number[] => [n!, 1, c!, h!, w!];

/** True in the first plane that holds the maximum. */
function firstMaximum(graph: Graph, planes: Value, maxima: Value): Value {
  const count = planes.shape[1]!;
  const equal = graph.node('Equal', [planes, maxima], planes.shape, 'bool');
  if (count === 1) return equal;
  const plane = (index: number): Value => {
    const bounds = [index, index + 1, 1].map((bound) => graph.integers([bound]));
    return graph.node('Slice', [equal, ...bounds], maxima.shape, 'bool');
  };
  let taken = plane(0);
  const masks = [taken];
  for (let index = 1; index < count; index++) {
    const candidate = plane(index);
    const free = graph.node('Not', [taken], maxima.shape, 'bool');
    masks.push(graph.node('And', [candidate, free], maxima.shape, 'bool'));
    taken = graph.node('Or', [taken, candidate], maxima.shape, 'bool');
  }
  return graph.node('Concat', masks, planes.shape, 'bool', { axis: 1 });
}
