import type { Graph, Value } from '../graph.ts';
import { reshapeValue } from '../layout.ts';

interface MaxPoolGradient {
  /** Gradient of the pooled images, the images and the pooled images, all channels first. */
  readonly dy: Value;
  readonly x: Value;
  readonly y: Value;
  readonly window: readonly [number, number];
}

/**
 * Sends each gradient to the first maximum of its window, reading the window row by row.
 * The images are cut into one plane per window position, so that everything else is contiguous.
 */
export function maxPoolGradient(graph: Graph, { dy, x, y, window }: MaxPoolGradient): Value {
  const [n, c, h, w] = y.shape as [number, number, number, number];
  const [kh, kw] = window;
  const tiles = [n, c, h, kh, w, kw];
  const planes = [kh, kw, n, c, h, w];
  const perm = [3, 5, 0, 1, 2, 4];
  const cut = graph.node('Transpose', [reshapeValue(graph, x, tiles)], planes, 'float32', { perm });
  const stack = reshapeValue(graph, cut, [kh * kw, n, c, h, w]);
  const mask = firstMaximum(graph, stack, y);
  const spread = graph.node('Mul', [mask, dy], stack.shape, 'float32');
  const joined = graph.node('Transpose', [reshapeValue(graph, spread, planes)], tiles, 'float32', {
    perm: [2, 3, 4, 0, 5, 1],
  });
  return reshapeValue(graph, joined, x.shape);
}

/** 1 in the first plane that holds the maximum, 0 in the others. */
function firstMaximum(graph: Graph, stack: Value, maximum: Value): Value {
  const count = stack.shape[0]!;
  const shape = [1, ...maximum.shape];
  const reference = reshapeValue(graph, maximum, shape);
  const masks: Value[] = [];
  let taken: Value | undefined;
  for (let plane = 0; plane < count; plane++) {
    const bounds = [graph.integers([plane]), graph.integers([plane + 1]), graph.integers([0])];
    const values = graph.node('Slice', [stack, ...bounds], shape, 'float32');
    const equal = graph.node('Equal', [values, reference], shape, 'bool');
    let first = equal;
    if (taken !== undefined) {
      first = graph.node('And', [equal, graph.node('Not', [taken], shape, 'bool')], shape, 'bool');
    }
    taken = taken === undefined ? equal : graph.node('Or', [taken, equal], shape, 'bool');
    masks.push(graph.node('Cast', [first], shape, 'float32', { to: { tensorType: 'float32' } }));
  }
  if (masks.length === 1) return masks[0]!;
  return graph.node('Concat', masks, stack.shape, 'float32', { axis: 0 });
}
