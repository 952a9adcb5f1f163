import { sizeOf } from './graph.ts';
import type { RuntimeTensor, SynchronousRuntime } from './runtime.ts';
import type { PlacedResult, WorkingMemory } from './working-memory.ts';

const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/** Bytes of WebAssembly's pages, and the most of them. */
const PAGE = 2 ** 16;
const MOST_PAGES = 2 ** 16;

/** WebAssembly's memory begins where a page of the processor does, so that places lie as their offsets say; other arrays begin anywhere. */
const alignedMemory = (bytes: number): ArrayBuffer =>
  bytes <= PAGE * MOST_PAGES
    ? new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) }).buffer
    : new ArrayBuffer(bytes);

/** One block of memory that compiled steps compute in one after the other, as large as the largest of them needs. */
export class WorkingBlock {
  readonly #Tensor: SynchronousRuntime['Tensor'];
  #block = new ArrayBuffer(0);
  /** The arrays of each step, of the present block. */
  #arrays = new Map<WorkingMemory, Readonly<Record<string, RuntimeTensor>>>();

  constructor(Tensor: SynchronousRuntime['Tensor']) {
    this.#Tensor = Tensor;
  }

  get bytes(): number {
    return this.#block.byteLength;
  }

  /** Makes the block as large; false if there is no memory for it. */
  reserve(bytes: number): boolean {
    if (bytes <= this.bytes) return true;
    this.clear();
    try {
      this.#block = alignedMemory(bytes);
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  }

  /**
   * The places of a step's results, by their names.
   * @throws Error if there is no memory for a larger block
   */
  arraysFor(memory: WorkingMemory): Readonly<Record<string, RuntimeTensor>> {
    if (!this.reserve(memory.bytes)) {
      throw new Error(`WorkingBlock: there must be memory for ${memory.bytes} bytes, got none`);
    }
    const known = this.#arrays.get(memory);
    if (known !== undefined) return known;
    const arrays = Object.fromEntries(
      memory.results.map((result) => [result.name, this.#tensor(result)]),
    );
    this.#arrays.set(memory, arrays);
    return arrays;
  }

  #tensor({ type, shape, offset }: PlacedResult): RuntimeTensor {
    const array = new ARRAYS[type](this.#block, offset, sizeOf(shape));
    return new this.#Tensor(type as 'float32', array as Float32Array, shape);
  }

  forget(memory: WorkingMemory): void {
    this.#arrays.delete(memory);
  }

  clear(): void {
    this.#arrays.clear();
    this.#block = new ArrayBuffer(0);
  }
}
