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
