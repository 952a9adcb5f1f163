import type { ReadNode } from './onnx-model.ts';

/**
 * The order in which ONNX Runtime (1.30) computes a model: from the results that nobody reads, the last of the model first, back to
 * what each needs, of its inputs again the last first (`Graph::ReverseDFSFrom`, by which `GraphViewer` sorts).
 *
 * @param nodes - as the model has them when ONNX Runtime has loaded it
 */
export function executionOrder(nodes: readonly ReadNode[]): ReadNode[] {
  const producer = new Map(
    nodes.flatMap((node, i) => node.outputs.map((name) => [name, i] as const)),
  );
  const needs = nodes.map(({ inputs }) =>
    inputs.flatMap((name) => producer.get(name) ?? []).sort((a, b) => a - b),
  );
  const isRead = new Set(needs.flat());
  const order: ReadNode[] = [];
  const isVisited = new Set<number>();
  const stack = nodes
    .map((_, node) => ({ node, isReady: false }))
    .filter(({ node }) => !isRead.has(node));
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node, isReady } = next;
    if (isReady) order.push(nodes[node]!);
    if (isReady || isVisited.has(node)) continue;
    isVisited.add(node);
    stack.push({ node, isReady: true });
    for (const needed of needs[node]!) stack.push({ node: needed, isReady: false });
  }
  return order;
}

/** When the arrays of a model are computed and read, as places in the order in which it is computed. */
export interface Timeline {
  /** Of each result. */
  readonly computedAt: ReadonlyMap<string, number>;
  /** Of each array, its views included; missing where nothing reads it. */
  readonly lastReadAt: ReadonlyMap<string, number>;
  /** The array that a name shows: what it is a view of, or itself. */
  shownBy(name: string): string;
}

/** Operations whose result is their input in another shape. */
const VIEWS: ReadonlySet<string> = new Set([
  ...['Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Identity'],
]);

export const isView = (operation: string): boolean => VIEWS.has(operation);

/** @param order - the operations as they are computed one after the other */
export function timelineOf(order: readonly ReadNode[]): Timeline {
  const shown = new Map<string, string>();
  const shownBy = (name: string) => shown.get(name) ?? name;
  const computedAt = new Map<string, number>();
  const lastReadAt = new Map<string, number>();
  for (const [i, { type, inputs, outputs }] of order.entries()) {
    for (const input of inputs) lastReadAt.set(shownBy(input), i);
    for (const output of outputs) computedAt.set(output, i);
    if (isView(type)) shown.set(outputs[0]!, shownBy(inputs[0]!));
  }
  return { computedAt, lastReadAt, shownBy };
}
