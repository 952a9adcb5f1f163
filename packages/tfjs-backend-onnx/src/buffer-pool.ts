import type { ElementType, HostArray, HostBuffer } from './graph.ts';

const SMALLEST = 1024;
const LARGEST_TOTAL_BYTES = 512 * 2 ** 20;

/**
 * Output arrays of disposed tensors, used again for outputs of the same length.
 * An array that the present graph may still read waits until that graph has run.
 */
export class BufferPool {
  readonly #free = new Map<string, HostArray[]>();
  #waiting = new Set<HostBuffer>();
  #bytes = 0;

  take(type: ElementType, size: number): HostArray {
    const recycled = this.#free.get(`${type}${size}`)?.pop();
    if (recycled === undefined) return createArray(type, size);
    this.#bytes -= recycled.byteLength;
    return recycled;
  }

  give(buffer: HostBuffer): void {
    if (buffer.data.length >= SMALLEST) this.#waiting.add(buffer);
  }

  /** Says that nothing recorded refers to the given arrays any more. */
  endOfGraph(): void {
    for (const { data, owners, recyclable } of this.#waiting) {
      if (owners > 0 || !recyclable) continue;
      if (this.#bytes + data.byteLength > LARGEST_TOTAL_BYTES) this.clear();
      const key = `${typeOfArray(data)}${data.length}`;
      const list = this.#free.get(key);
      if (list === undefined) this.#free.set(key, [data]);
      else list.push(data);
      this.#bytes += data.byteLength;
    }
    this.#waiting.clear();
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
