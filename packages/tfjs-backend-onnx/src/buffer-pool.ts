import type { ElementType, HostArray } from './graph.ts';
import type { Memory } from './memory.ts';

const SMALLEST = 1024;
/** Kept however little the tensors hold. */
const LEAST_TOTAL_BYTES = 512 * 2 ** 20;

/**
 * Output arrays of disposed tensors, used again for outputs of the same length; a device's are given back to it.
 * An array that the present graph may still read waits until that graph has run.
 */
export class BufferPool {
  readonly #free = new Map<string, HostArray[]>();
  #waiting = new Set<Memory>();
  #bytes = 0;
  readonly #heldBytes: () => number;

  /**
   * @param heldBytes - memory of the tensors held now. The pool keeps as much: a step needs new arrays for all that it
   *   replaces and cannot write over before it gives the old ones back
   */
  constructor(heldBytes: () => number) {
    this.#heldBytes = heldBytes;
  }

  take(type: ElementType, size: number): HostArray {
    const recycled = this.#free.get(`${type}${size}`)?.pop();
    if (recycled === undefined) return createArray(type, size);
    this.#bytes -= recycled.byteLength;
    return recycled;
  }

  give(memory: Memory): void {
    const { hostArray, onDevice, recyclable } = memory;
    const isUnderWay = hostArray === undefined;
    const isReusable = recyclable && !isUnderWay && hostArray.length >= SMALLEST;
    if (isReusable || isUnderWay || onDevice !== undefined) this.#waiting.add(memory);
  }

  /** The arrays given since the last graph ended. */
  takeWaiting(): ReadonlySet<Memory> {
    const waiting = this.#waiting;
    this.#waiting = new Set();
    return waiting;
  }

  /** Says that no run that is still to come reads the arrays. */
  recycle(memories: ReadonlySet<Memory>): void {
    for (const memory of memories) {
      if (memory.owners > 0) continue;
      memory.releaseDevice();
      const { hostArray, recyclable } = memory;
      if (recyclable && hostArray !== undefined) this.#keep(hostArray);
    }
  }

  #keep(data: HostArray): void {
    const most = Math.max(LEAST_TOTAL_BYTES, this.#heldBytes());
    if (this.#bytes + data.byteLength > most) this.clear();
    const key = `${typeOfArray(data)}${data.length}`;
    const list = this.#free.get(key);
    if (list === undefined) this.#free.set(key, [data]);
    else list.push(data);
    this.#bytes += data.byteLength;
  }

  clear(): void {
    this.#free.clear();
    this.#bytes = 0;
  }
}

function typeOfArray(data: HostArray): ElementType {
  if (data instanceof Float32Array) return 'float32';
  return data instanceof Int32Array ? 'int32' : 'bool';
}

function createArray(type: ElementType, size: number): HostArray {
  if (type === 'float32') return new Float32Array(size);
  return type === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}
