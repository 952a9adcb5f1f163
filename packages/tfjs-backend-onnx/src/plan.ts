import { findFusions } from './find-fusions.ts';
import { type Fusion, NodeWriter } from './fusion.ts';
import type { Value } from './graph.ts';
import { bytesOf } from './graph.ts';
import { encodeModel, type ModelNode } from './onnx-model.ts';
import { FILLED, type Runtime } from './runtime.ts';
import { webGpuNodes } from './webgpu-nodes.ts';
import type { PlacedNode } from './working-memory.ts';

/** The needed part of the recorded graph in execution order, with a key that names its structure. */
export interface Plan {
  readonly key: string;
  readonly leaves: readonly Value[];
  readonly constants: readonly Value[];
  readonly nodes: readonly Value[];
  readonly outputs: readonly Value[];
  readonly index: ReadonlyMap<Value, number>;
}

/**
 * Selects what the outputs need and describes it independently of tensor identities: nodes in the
 * order of recording, their inputs in the order of first use.
 */
export function makePlan(outputs: readonly Value[]): Plan {
  const nodes = neededNodes(outputs);
  const leaves: Value[] = [];
  const constants: Value[] = [];
  const index = new Map<Value, number>();
  let key = '';
  for (const value of nodes) {
    const { signature, inputs } = value.node!;
    key += signature;
    for (const input of inputs) {
      if (input === undefined) {
        key += ',';
        continue;
      }
      let place = index.get(input);
      if (place === undefined) {
        place = index.size;
        index.set(input, place);
        key += sourceKey(input);
        (input.constant === undefined ? leaves : constants).push(input);
      }
      key += `,${place}`;
    }
    key += ';';
    index.set(value, index.size);
  }
  for (const output of outputs) key += `>${index.get(output)}`;
  return { key, leaves, constants, nodes, outputs, index };
}

const sourceKey = ({ constant, type, shape }: Value): string =>
  constant === undefined ? `(${type}${shape.join('x')})` : `(${constant.key})`;

/** Every node the outputs depend on, in the order of recording: inputs come before their users. */
function neededNodes(outputs: readonly Value[]): Value[] {
  const seen = new Set<Value>(outputs);
  const stack = [...outputs];
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    for (const input of value.node!.inputs) {
      if (input?.node !== undefined && !seen.has(input)) {
        seen.add(input);
        stack.push(input);
      }
    }
  }
  return [...seen].sort((a, b) => a.id - b.id);
}

/** The same plan of values that hold no memory. */
export function detached(plan: Plan): Plan {
  const copies = new Map<Value, Value>();
  for (const leaf of plan.leaves) {
    copies.set(leaf, { id: leaf.id, shape: leaf.shape, type: leaf.type });
  }
  const copyOf = (value: Value): Value => copies.get(value) ?? value; // constants stay what they are
  for (const value of plan.nodes) {
    const { id, shape, type, node } = value;
    const inputs = node!.inputs.map((input) => input && copyOf(input));
    copies.set(value, { id, shape, type, node: { ...node!, inputs } });
  }
  return {
    key: plan.key,
    leaves: plan.leaves.map(copyOf),
    constants: plan.constants,
    nodes: plan.nodes.map(copyOf),
    outputs: plan.outputs.map(copyOf),
    index: new Map([...plan.index].map(([value, place]) => [copyOf(value), place])),
  };
}

export const valueName = (plan: Plan, value: Value): string => `v${plan.index.get(value)}`;

/** The plan in operations that the provider has. */
export function modelNodes(plan: Plan, { provider, channelBlock }: Runtime): readonly ModelNode[] {
  const name = (value: Value) => valueName(plan, value);
  const nodeOf = (value: Value): ModelNode => ({
    op: value.node!.op,
    name: `${value.node!.kernel} [${value.shape}] #${plan.index.get(value)}`,
    inputs: value.node!.inputs.map((input) => (input === undefined ? '' : name(input))),
    output: name(value),
    attributes: value.node!.attributes,
    shape: value.shape,
    type: value.type,
  });
  const fusions = channelBlock === undefined ? new Map<Value, Fusion>() : findFusions(plan);
  const absorbed = new Set([...fusions.values()].flatMap((fusion) => fusion.absorbed));
  return plan.nodes.flatMap((value): readonly ModelNode[] => {
    if (absorbed.has(value)) return [];
    const fusion = fusions.get(value);
    if (fusion !== undefined) return fusedNodes(fusion, nodeOf(value), name);
    return provider === 'webgpu' ? webGpuNodes(nodeOf(value), value) : [nodeOf(value)];
  });
}

/**
 * The plan as an ONNX model.
 *
 * @param kept - nodes whose results are outputs too
 */
export function encodePlan(
  plan: Plan,
  nodes: readonly ModelNode[],
  { fillsArrays }: Runtime,
  kept: readonly PlacedNode[] = [],
): Uint8Array {
  const name = (value: Value) => valueName(plan, value);
  const array = (value: Value) => ({ name: name(value), type: value.type, shape: value.shape });
  return encodeModel({
    ...(fillsArrays ? { emptySequence: FILLED } : {}),
    nodes,
    inputs: plan.leaves.map(array),
    outputs: [
      ...plan.outputs.map(array),
      ...kept.map(({ output, type, shape }) => ({ name: output, type, shape })),
    ],
    constants: plan.constants.map((value) => ({ ...array(value), data: value.constant!.data })),
  });
}

function fusedNodes(fusion: Fusion, node: ModelNode, name: (value: Value) => string): ModelNode[] {
  const { op: _, inputs: __, attributes: ___, ...kept } = node;
  const writer = new NodeWriter(kept, name);
  fusion.write(writer);
  return writer.finish();
}

/** The most bytes of intermediate results alive at once when nodes run in the order of the plan. */
export function workingBytes(plan: Plan): number {
  const lastUse = new Map<Value, number>();
  plan.nodes.forEach((value, i) => {
    for (const input of value.node!.inputs) if (input !== undefined) lastUse.set(shown(input), i);
  });
  const ending = new Map<number, number>();
  const outputs = new Set(plan.outputs.map(shown));
  let live = 0;
  let most = 0;
  plan.nodes.forEach((value, i) => {
    const takesNone = outputs.has(value) || shown(value) !== value;
    const bytes = takesNone ? 0 : bytesOf(value);
    live += bytes;
    most = Math.max(most, live);
    const end = lastUse.get(value) ?? i;
    ending.set(end, (ending.get(end) ?? 0) + bytes);
    live -= ending.get(i) ?? 0;
  });
  return most;
}

/** What a reshaped value shows. */
function shown(value: Value): Value {
  return value.node?.op === 'Reshape' ? shown(value.node.inputs[0]!) : value;
}
