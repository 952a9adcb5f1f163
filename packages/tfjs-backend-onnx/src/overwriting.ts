import { sameShape, type Value } from './graph.ts';
import type { Memory } from './memory.ts';
import type { Plan } from './plan.ts';

/** Smaller arrays are not worth the search. */
const LEAST_BYTES = 2 ** 20;

/** Each element of the result depends on those of the inputs at its own place. */
const IN_PLACE: ReadonlySet<string> = new Set(['Add', 'Sub', 'Mul', 'Div']);

/** What ONNX Runtime may let its readers do themselves: they then read the array later than the plan says. */
const TRANSPARENT: ReadonlySet<string> = new Set([
  ...['Reshape', 'Transpose', 'Expand', 'Slice', 'Split', 'Cast'],
  ...['ToBlocks', 'FromBlocks', 'SpaceToDepth', 'DepthToSpace'],
]);

/**
 * The outputs that may be written over an array which nobody reads after the run, as an optimiser's new moments over the old,
 * which a training would otherwise hold twice.
 *
 * @param isLastRead - whether the run is the last that reads the array
 */
export function overwrites(
  plan: Plan,
  memoryOf: (leaf: Value) => Memory,
  isLastRead: (memory: Memory) => boolean,
): ReadonlyMap<Value, Memory> {
  const leavesOf = new Map<Memory, Value[]>();
  for (const leaf of plan.leaves) {
    const memory = memoryOf(leaf);
    const { byteLength, recyclable, hostArray } = memory;
    if (byteLength < LEAST_BYTES || !recyclable || hostArray === undefined) continue;
    const known = leavesOf.get(memory);
    if (known !== undefined) known.push(leaf);
    else if (isLastRead(memory)) leavesOf.set(memory, [leaf]);
  }
  const found = new Map<Value, Memory>();
  if (leavesOf.size === 0 || readsComputedPlaces(plan)) return found;
  for (const [memory, leaves] of leavesOf) {
    const output = successorOf(plan, leaves);
    if (output !== undefined && !found.has(output)) found.set(output, memory);
  }
  return found;
}

/** Whether a run may fail for the numbers that it reads: what it has overwritten would be lost. */
const readsComputedPlaces = ({ nodes }: Plan): boolean =>
  nodes.some(
    ({ node }) => node!.op.startsWith('Gather') && node!.inputs[1]!.constant === undefined,
  );

/** By plan and first leaf of an array: a step that is repeated is searched once. */
const successors = new WeakMap<Plan, Map<Value, Value | undefined>>();

function successorOf(plan: Plan, leaves: readonly Value[]): Value | undefined {
  let ofPlan = successors.get(plan);
  if (ofPlan === undefined) {
    ofPlan = new Map();
    successors.set(plan, ofPlan);
  }
  const [first] = leaves as [Value];
  if (!ofPlan.has(first)) ofPlan.set(first, findSuccessor(plan, leaves));
  return ofPlan.get(first);
}

/**
 * An output that is computed of the array place by place, and that needs whatever else reads the array: all of that has then
 * run before it.
 */
function findSuccessor(plan: Plan, leaves: readonly Value[]): Value | undefined {
  const readers = readersOf(plan, leaves);
  if (readers === undefined) return undefined;
  return plan.outputs.find((output) => {
    const fits = leaves.some((leaf) => isUpdateOf(output, leaf));
    if (!fits) return false;
    const earlier = [...readers].filter((reader) => reader !== output);
    if (earlier.every((reader) => output.node!.inputs.includes(reader))) return true;
    const needed = ancestorsOf(output);
    return earlier.every((reader) => needed.has(reader));
  });
}

/** The nodes that read an array, or its elements in another order; undefined if those are an output. */
function readersOf(plan: Plan, leaves: readonly Value[]): ReadonlySet<Value> | undefined {
  const shown = new Set(leaves);
  const readers = new Set<Value>();
  for (const value of plan.nodes) {
    const { op, inputs } = value.node!;
    if (!inputs.some((input) => input !== undefined && shown.has(input))) continue;
    readers.add(value);
    if (TRANSPARENT.has(op)) shown.add(value);
  }
  return plan.outputs.some((output) => shown.has(output)) ? undefined : readers;
}

/** θ − d, or β m + g. */
function isUpdateOf({ node, shape, type }: Value, leaf: Value): boolean {
  const isAlike = (value: Value) => sameShape(value.shape, shape) && value.type === type;
  const reads = (value: Value | undefined) => value?.node?.inputs.includes(leaf) ?? false;
  const isDirect = node!.inputs.includes(leaf);
  const through = node!.inputs.filter(reads);
  return (
    isAlike(leaf) &&
    IN_PLACE.has(node!.op) &&
    (isDirect || through.length > 0) &&
    through.every((value) => IN_PLACE.has(value!.node!.op) && isAlike(value!))
  );
}

function ancestorsOf(value: Value): ReadonlySet<Value> {
  const found = new Set<Value>();
  const stack = [value];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    for (const input of next.node!.inputs) {
      if (input?.node === undefined || found.has(input)) continue;
      found.add(input);
      stack.push(input);
    }
  }
  return found;
}
