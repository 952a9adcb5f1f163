import type { Memory } from './memory.ts';
import type { Provider } from './runtime.ts';

/** Element types that the backend hands to ONNX Runtime. */
export type ElementType = 'float32' | 'int32' | 'bool' | 'int64';

/** The arrays that hold tensors on the host; bool tensors are bytes. */
export type HostArray = Float32Array | Int32Array | Uint8Array;

/** An attribute of an ONNX node; a plain number is an integer. */
export type Attribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly tensorType: ElementType };
export type Attributes = Readonly<Record<string, Attribute>>;

/** One recorded ONNX operation. */
interface GraphNode {
  readonly op: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Attributes;
  /** Interned number of the operation and its attributes. */
  readonly signature: number;
  /** The tfjs kernel that recorded it, for messages. */
  readonly kernel: string;
}

/** An array in the recorded graph, in physical layout: a node's result, computed or uploaded memory, or a constant. */
export interface Value {
  readonly id: number;
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly node?: GraphNode;
  readonly memory?: Memory;
  /** Constants of the structure: interned content that becomes an initialiser of the model. */
  readonly constant?: { readonly key: string; readonly data: HostArray | BigInt64Array };
  /** The smaller array of equal rank that this value repeats. */
  readonly broadcastOf?: Value;
}

export const sizeOf = (shape: readonly number[]): number => {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
};

/** Bytes that a value takes on the host. */
export const bytesOf = ({ type, shape }: Value): number =>
  (type === 'bool' ? 1 : 4) * sizeOf(shape);

export const sameShape = (a: readonly number[], b: readonly number[]): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};

/** Programs whose shapes change forever would collect bounds and axes without end. */
const MOST_CONSTANTS = 10_000;

const scalarBits = new Float32Array(1);
const scalarBitsAsInteger = new Int32Array(scalarBits.buffer);

/** Records operations once each: equal operations on equal inputs are the same value. */
export class Graph {
  #nextId = 1;
  /** Recorded values by the hash of operation and inputs. */
  #recorded = new Map<number, Value[]>();
  #nodeCount = 0;
  #scalars = new Map<string, Value>();
  readonly #reshapedLeaves = new Map<Memory, Map<string, Value>>();
  /** relu(x), or a leaky one with the signs of x, by x, where it is recorded. */
  readonly rectified: Map<Value, Value> = new Map();
  /** Bare 0/1 masks by the step function that also carries NaN on: enough for a product. */
  readonly masks: Map<Value, Value> = new Map();
  /** Images by the value that holds them whole, cut into the four phases of their 2×2 tiles. */
  readonly phases: Map<Value, Value> = new Map();
  /** The tfjs kernel that is recording now. */
  kernel = '';
  /** What will compute: how something is best written down depends on it. */
  readonly provider: Provider;
  /** Channels of a block, where the runtime's convolutions read and write channels in blocks. */
  readonly channelBlock: number | undefined;
  /** Computes a recorded value at once and on its own; undefined where the runtime answers later. */
  readonly compute: ((value: Value) => Memory) | undefined;
  #generation = 0;
  readonly #constants = new Map<string, Value>();
  readonly #signatures = new Map<string, number>();

  constructor({
    provider,
    channelBlock,
    compute,
  }: Pick<Graph, 'provider' | 'channelBlock' | 'compute'>) {
    this.provider = provider;
    this.channelBlock = channelBlock;
    this.compute = compute;
  }

  /** Whether fewer multiplications are worth more passes over memory: on processors, not on graphics cards. */
  get minimalFiltering(): boolean {
    return this.provider === 'cpu';
  }

  /** Whether a truth value takes a byte: on WebGPU it is as wide as a number. */
  get hasByteMasks(): boolean {
    return this.provider !== 'webgpu';
  }

  /** Whether a product of few rows and columns needs its long sums in parts, computed side by side. */
  get splitsLongSums(): boolean {
    return this.provider !== 'cpu';
  }

  /** Counts the graphs: one ends with each flush. */
  get generation(): number {
    return this.#generation;
  }

  /** Operations recorded since the last flush. */
  get nodeCount(): number {
    return this.#nodeCount;
  }

  /** Forgets what was recorded; values that are computed stay valid. */
  reset(): void {
    this.#generation++;
    this.#recorded = new Map();
    this.#nodeCount = 0;
    this.#scalars = new Map();
    this.#reshapedLeaves.clear();
    this.rectified.clear();
    this.masks.clear();
    this.phases.clear();
    if (this.#constants.size > MOST_CONSTANTS) this.#constants.clear();
  }

  leaf(memory: Memory, shape: readonly number[], type: ElementType): Value {
    return { id: this.#nextId++, shape, type, memory };
  }

  /** The same memory under another shape. */
  reshapedLeaf({ type }: Value, memory: Memory, shape: readonly number[]): Value {
    const key = shape.join();
    let shapes = this.#reshapedLeaves.get(memory);
    if (shapes === undefined) {
      shapes = new Map();
      this.#reshapedLeaves.set(memory, shapes);
    }
    let leaf = shapes.get(key);
    if (leaf === undefined) {
      leaf = this.leaf(memory, shape, type);
      shapes.set(key, leaf);
    }
    return leaf;
  }

  /** The value that stands for every equal uploaded scalar of the present graph. */
  internScalar(value: Value, data: HostArray): Value {
    let bits = data[0]!;
    if (data instanceof Float32Array) {
      scalarBits[0] = bits;
      bits = scalarBitsAsInteger[0]!;
    }
    const key = `${value.type}${bits}`;
    const known = this.#scalars.get(key);
    if (known !== undefined) return known;
    this.#scalars.set(key, value);
    return value;
  }

  /** A vector of integers that belongs to the structure: axes, shapes, slice bounds. */
  integers(values: readonly number[]): Value {
    const key = `i${values.join()}`;
    return this.#constants.get(key) ?? this.#addIntegers(key, values);
  }

  #addIntegers(key: string, values: readonly number[]): Value {
    const create = () => BigInt64Array.from(values, (value) => BigInt(value));
    return this.constant(key, [values.length], 'int64', create);
  }

  /** A number that belongs to the structure; NaN, infinities and signed zeros are told apart. */
  scalar(value: number, type: 'float32' | 'int32' = 'float32'): Value {
    const key = `${type}${numberKey(value)}`;
    const create = () => (type === 'float32' ? Float32Array.of(value) : Int32Array.of(value));
    return this.constant(key, [], type, create);
  }

  /** An array that is a function of its key alone. */
  constant(
    key: string,
    shape: readonly number[],
    type: ElementType,
    create: () => HostArray | BigInt64Array,
  ): Value {
    let value = this.#constants.get(key);
    if (value === undefined) {
      value = { id: this.#nextId++, shape, type, constant: { key, data: create() } };
      this.#constants.set(key, value);
    }
    return value;
  }

  /** The result of an operation: the one recorded before when there is one. */
  node(
    op: string,
    inputs: readonly (Value | undefined)[],
    shape: readonly number[],
    type: ElementType,
    attributes: Attributes = {},
    broadcastOf?: Value,
  ): Value {
    const signature = this.#signature(op, attributes);
    let hash = signature;
    for (const input of inputs) hash = (Math.imul(hash, 0x01000193) + (input?.id ?? 0)) | 0;
    const bucket = this.#recorded.get(hash);
    if (bucket !== undefined) {
      for (const known of bucket) if (isSameNode(known.node!, signature, inputs)) return known;
    }
    const node: GraphNode = { op, inputs, attributes, signature, kernel: this.kernel };
    const id = this.#nextId++;
    const value: Value =
      broadcastOf === undefined
        ? { id, shape, type, node }
        : { id, shape, type, node, broadcastOf };
    if (bucket === undefined) this.#recorded.set(hash, [value]);
    else bucket.push(value);
    this.#nodeCount++;
    return value;
  }

  #signature(op: string, attributes: Attributes): number {
    let key = op;
    for (const name in attributes) key += `;${name}=${attributeKey(attributes[name]!)}`;
    let signature = this.#signatures.get(key);
    if (signature === undefined) {
      signature = this.#signatures.size;
      this.#signatures.set(key, signature);
    }
    return signature;
  }
}

function isSameNode(
  node: GraphNode,
  signature: number,
  inputs: readonly (Value | undefined)[],
): boolean {
  if (node.signature !== signature || node.inputs.length !== inputs.length) return false;
  for (let i = 0; i < inputs.length; i++) if (node.inputs[i] !== inputs[i]) return false;
  return true;
}

function numberKey(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function attributeKey(attribute: Attribute): string {
  if (typeof attribute === 'number') return numberKey(attribute);
  if (typeof attribute === 'string') return attribute;
  if ('float' in attribute) return `f${numberKey(attribute.float)}`;
  if ('floats' in attribute) return `f[${attribute.floats.map(numberKey)}]`;
  if ('tensorType' in attribute) return attribute.tensorType;
  return `[${attribute.join()}]`;
}
