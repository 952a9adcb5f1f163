import { isView, type Timeline, timelineOf } from './execution-order.ts';
import { type ElementType, sizeOf } from './graph.ts';
import type { ModelNode, ReadNode } from './onnx-model.ts';

/*
 * Where the intermediate results of a compiled step lie: at places of one block that all steps share, so that results which are not
 * needed at the same time lie over one another. ONNX Runtime (1.30) keeps a result's memory for the next of its shape, however late that
 * comes, and takes twice as much from the system when some is missing: a training step held two to three times what was alive at once.
 *
 * The largest find their places first, each in the smallest gap among those that live at the same time: "greedy by size", Pisarchyk and
 * Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020, arXiv:2001.03288.
 */

type PlacedType = Exclude<ElementType, 'int64'>;

/** A result that is written to a place of the block. */
export interface PlacedResult {
  readonly name: string;
  readonly type: PlacedType;
  readonly shape: readonly number[];
  /** Bytes from the beginning of the block. */
  readonly offset: number;
}

export interface WorkingMemory {
  /** Bytes of the block that it needs. */
  readonly bytes: number;
  readonly results: readonly PlacedResult[];
  /** When the step's arrays are computed and read. */
  readonly timeline: Timeline;
}

/** A node whose result has a place. */
export type PlacedNode = ModelNode & {
  readonly shape: readonly number[];
  readonly type: PlacedType;
};

/** Smaller results are left to ONNX Runtime: to hand one over takes longer than to compute it. */
const LEAST_BYTES = 2 ** 18;
/** Places begin where vector registers and cache lines do. */
const ALIGNMENT = 64;

/** The inputs that operations may write their result over, as ONNX Runtime lets them. */
const IN_PLACE: Readonly<Record<string, readonly number[]>> = {
  ...Object.fromEntries(['Add', 'Sub', 'Mul', 'Div'].map((op) => [op, [0, 1]])),
  ...Object.fromEntries(
    ['Neg', 'Abs', 'Sqrt', 'Reciprocal', 'Exp', 'Relu', 'LeakyRelu', 'Sigmoid', 'Tanh'].map(
      (op) => [op, [0]],
    ),
  ),
  FusedConv: [3], // the array that its products are added to
};

/** The nodes whose results may have places. */
export function placedNodes(
  nodes: readonly ModelNode[],
  outputs: ReadonlySet<string>,
): readonly PlacedNode[] {
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  return nodes.filter(
    (node): node is PlacedNode =>
      bytesOf(node) >= LEAST_BYTES &&
      !isView(node.op) &&
      read.has(node.output) &&
      !outputs.has(node.output),
  );
}

/** 0 where the shape is not known, and of indices, which JavaScript has no arrays for. */
const bytesOf = ({ shape, type }: ModelNode): number =>
  shape === undefined || type === 'int64' ? 0 : sizeOf(shape) * (type === 'bool' ? 1 : 4);

/** Memory of one result, or of several that are written over one another. */
interface Buffer {
  readonly bytes: number;
  /** The operations that first write and last read it. */
  readonly start: number;
  end: number;
  readonly results: PlacedNode[];
}

/**
 * @param nodes - in the order in which they run
 * @param placed - those whose results have places
 */
export function layOut(nodes: readonly ReadNode[], placed: readonly PlacedNode[]): WorkingMemory {
  const timeline = timelineOf(nodes);
  const offsets = new Map<Buffer, number>();
  let total = 0;
  const buffers = buffersOf(nodes, placed, timeline).sort(
    (a, b) => b.bytes - a.bytes || a.start - b.start,
  );
  for (const buffer of buffers) {
    const offset = smallestGap(buffer, offsets);
    offsets.set(buffer, offset);
    total = Math.max(total, offset + buffer.bytes);
  }
  const results = buffers.flatMap((buffer) =>
    buffer.results.map(({ output: name, type, shape }) => ({
      ...{ name, type, shape },
      offset: offsets.get(buffer)!,
    })),
  );
  return { bytes: total, results, timeline };
}

function buffersOf(
  nodes: readonly ReadNode[],
  placed: readonly PlacedNode[],
  { lastReadAt, shownBy }: Timeline,
): Buffer[] {
  const resultOf = new Map(placed.map((node) => [node.output, node]));
  const bufferOf = new Map<string, Buffer>();
  const buffers: Buffer[] = [];
  for (const [i, { type, inputs, outputs }] of nodes.entries()) {
    const result = resultOf.get(outputs[0]!);
    if (result === undefined) continue;
    const isFree = (buffer: Buffer | undefined) =>
      buffer?.end === i && bytesOf(buffer.results.at(-1)!) === bytesOf(result);
    const over = placesToWriteOver(type, inputs.map(shownBy))
      .map((name) => bufferOf.get(name))
      .find(isFree);
    const end = lastReadAt.get(result.output)!;
    const buffer = over ?? { bytes: aligned(bytesOf(result)), start: i, end, results: [] };
    buffer.results.push(result);
    buffer.end = end;
    bufferOf.set(result.output, buffer);
    if (over === undefined) buffers.push(buffer);
  }
  return buffers;
}

/** The inputs that an operation may write its result over: those whose places it reads before it writes them. */
function placesToWriteOver(type: string, inputs: readonly string[]): readonly string[] {
  const places = (IN_PLACE[type] ?? []).flatMap((place) => inputs[place] ?? []);
  // a convolution goes on reading its images
  return type === 'FusedConv' ? places.filter((name) => inputs.indexOf(name) === 3) : places;
}

const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** The offset of the smallest gap that holds a buffer among those of its time. */
function smallestGap(buffer: Buffer, offsets: ReadonlyMap<Buffer, number>): number {
  const taken = [...offsets]
    .filter(([other]) => other.start <= buffer.end && buffer.start <= other.end)
    .map(([{ bytes }, offset]) => [offset, offset + bytes] as const)
    .sort(([a], [b]) => a - b);
  let best: number | undefined;
  let bestLength = Number.POSITIVE_INFINITY;
  let end = 0;
  for (const [from, to] of taken) {
    const length = from - end;
    if (length >= buffer.bytes && length < bestLength) [best, bestLength] = [end, length];
    end = Math.max(end, to);
  }
  return best ?? end;
}
