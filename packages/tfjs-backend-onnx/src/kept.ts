import type { Graph, Value } from './graph.ts';
import type { Memory } from './memory.ts';

interface Keepsake {
  /** The graph that asked for it first. */
  readonly generation: number;
  memory?: Memory;
}

const keepsakes = new WeakMap<Memory, Map<string, Keepsake>>();
const origins = new WeakMap<Memory, Memory>();

/** The array that something kept was made of. */
export const originOf = (kept: Memory): Memory | undefined => origins.get(kept);

/**
 * What a second graph makes of an array of the host, such as the weights of a network that runs without being trained, is made
 * once for all. Weights that change with every step are new arrays, and never come here twice.
 *
 * @param what - names the result among those of the array, and says its shape
 * @param make - makes it at once; what cannot be computed is not kept
 * @returns undefined where the present graph is to make it
 */
export function kept(
  graph: Graph,
  source: Value,
  { name, shape }: { readonly name: string; readonly shape: readonly number[] },
  make: () => Memory,
): Value | undefined {
  const { memory } = source;
  if (memory?.hostArray === undefined || memory.onDevice !== undefined) return undefined;
  let ofMemory = keepsakes.get(memory);
  if (ofMemory === undefined) {
    ofMemory = new Map();
    keepsakes.set(memory, ofMemory);
  }
  const key = `${name}:${shape}`;
  const before = ofMemory.get(key);
  if (before === undefined) {
    ofMemory.set(key, { generation: graph.generation });
    return undefined;
  }
  if (before.generation === graph.generation) return undefined;
  if (before.memory === undefined) {
    const made = make();
    if (made.hostArray === undefined) return undefined;
    before.memory = made;
    origins.set(made, memory);
  }
  return graph.reshapedLeaf(source, before.memory, shape);
}
