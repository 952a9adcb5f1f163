import type { Timeline } from './execution-order.ts';
import { sameShape, type Value } from './graph.ts';
import type { Memory } from './memory.ts';
import { type Plan, valueName } from './plan.ts';

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
 * @param timeline - of the plan, where it is known: otherwise what reads an array must be needed by what is written over it
 */
export function overwrites(
  plan: Plan,
  memoryOf: (leaf: Value) => Memory,
  isLastRead: (memory: Memory) => boolean,
  timeline?: Timeline,
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
    const output = successorOf(plan, leaves, timeline);
    if (output !== undefined && !found.has(output)) found.set(output, memory);
  }
  return found;
}

/** Whether a run may fail for the numbers that it reads: what it has overwritten would be lost. */
const readsComputedPlaces = ({ nodes }: Plan): boolean =>
  nodes.some(
    ({ node }) => node!.op.startsWith('Gather') && node!.inputs[1]!.constant === undefined,
  );

interface Successors {
  readonly timeline: Timeline | undefined;
  /** By the first leaf of an array. */
  readonly found: Map<Value, Value | undefined>;
}

/** A step that is repeated is searched once. */
const successors = new WeakMap<Plan, Successors>();

function successorOf(
  plan: Plan,
  leaves: readonly Value[],
  timeline: Timeline | undefined,
): Value | undefined {
  let ofPlan = successors.get(plan);
  if (ofPlan === undefined || ofPlan.timeline !== timeline) {
    ofPlan = { timeline, found: new Map() };
    successors.set(plan, ofPlan);
  }
  const { found } = ofPlan;
  const [first] = leaves as [Value];
  if (!found.has(first)) found.set(first, findSuccessor(plan, leaves, timeline));
  return found.get(first);
}

/** An output that is computed of the array place by place, after whatever else reads the array. */
function findSuccessor(
  plan: Plan,
  leaves: readonly Value[],
  timeline: Timeline | undefined,
): Value | undefined {
  const readers = readersOf(plan, leaves);
  if (readers === undefined) return undefined;
  return plan.outputs.find((output) => {
    const fits = leaves.some((leaf) => isUpdateOf(output, leaf));
    if (!fits) return false;
    if (timeline !== undefined) return isComputedLast(plan, output, leaves, timeline);
    const earlier = [...readers].filter((reader) => reader !== output);
    if (earlier.every((reader) => output.node!.inputs.includes(reader))) return true;
    const needed = ancestorsOf(output);
    return earlier.every((reader) => needed.has(reader));
  });
}

/** Whether nothing reads an array after the output is computed. */
function isComputedLast(
  plan: Plan,
  output: Value,
  leaves: readonly Value[],
  { computedAt, lastReadAt }: Timeline,
): boolean {
  const computed = computedAt.get(valueName(plan, output))!;
  return leaves.every((leaf) => (lastReadAt.get(valueName(plan, leaf)) ?? 0) <= computed);
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
