import { type DeviceArrays, releaseAll } from './device-arrays.ts';
import type { HostArray } from './graph.ts';
import type { Memory } from './memory.ts';
import { encodeModel } from './onnx-model.ts';
import {
  type Awaitable,
  after,
  type OutputPlace,
  type Runtime,
  type RuntimeSession,
  type RuntimeTensor,
} from './runtime.ts';

/** Smaller arrays stay on the host: to send them along costs less than to manage them. */
const LEAST_ELEMENTS = 256;

/** Moves arrays of 32-bit floats between the host and the memory of an execution provider's device. */
export class Device {
  readonly #runtime: Runtime;
  readonly #copiers = new Map<OutputPlace, RuntimeSession>();
  readonly #arrays: DeviceArrays = new Set();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** Whether an array of this kind lives on the device. */
  holds(type: string, size: number): boolean {
    return type === 'float32' && size >= LEAST_ELEMENTS;
  }

  /** Whether {@link download} answers at once. */
  get isSynchronous(): boolean {
    return this.#runtime.isSynchronous;
  }

  /** Puts an array of the host on the device as well. */
  upload(memory: Memory): Awaitable<void> {
    const data = memory.data as Float32Array;
    return this.#hold(memory, new this.#runtime.Tensor('float32', data, [data.length]));
  }

  /** Copies the arrays of a session that is to be released, and gives its own back. */
  takeOver(arrays: DeviceArrays): Awaitable<void> {
    return [...arrays].reduce<Awaitable<void>>(
      (last, memory) => after(last, () => this.#hold(memory, memory.onDevice!)),
      undefined,
    );
  }

  download(tensor: RuntimeTensor): Awaitable<HostArray> {
    return after(this.#copy(tensor, 'cpu'), (copy) => copy.data as HostArray);
  }

  dispose(): void {
    releaseAll(this.#arrays);
    for (const session of this.#copiers.values()) session.release();
    this.#copiers.clear();
  }

  #hold(memory: Memory, source: RuntimeTensor): Awaitable<void> {
    return after(this.#copy(source, 'gpu-buffer'), (copy) =>
      memory.fillOnDevice(copy, this, this.#arrays),
    );
  }

  #copy(x: RuntimeTensor, place: OutputPlace): Awaitable<RuntimeTensor> {
    return after(this.#copier(place), (session) => {
      const copied: Awaitable<Record<string, RuntimeTensor>> = session.run({ x }, { y: null });
      return after(copied, ({ y }) => y!);
    });
  }

  /** A model that does nothing but leave its input, of any shape, at another place. */
  #copier(place: OutputPlace): Awaitable<RuntimeSession> {
    const known = this.#copiers.get(place);
    if (known !== undefined) return known;
    const model = encodeModel({
      nodes: [{ op: 'Identity', name: 'copy', inputs: ['x'], output: 'y', attributes: {} }],
      inputs: [{ name: 'x', type: 'float32' }],
      outputs: [{ name: 'y', type: 'float32' }],
      constants: [],
    });
    const created: Awaitable<RuntimeSession> = this.#runtime.createSession(model, {}, { y: place });
    return after(created, (session) => {
      this.#copiers.set(place, session);
      return session;
    });
  }
}
